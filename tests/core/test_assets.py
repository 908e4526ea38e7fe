"""Static files: names that change with their content, small, and kept by browsers for ever."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask, render_template_string

from portal.core import assets

TEMPLATES = sorted((assets.ROOT / "templates").rglob("*.html"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    for name, text in {
        "css/_layers.css": "/* first */\n@layer a, b;",
        "css/button.css": "@layer a {\n  .b { color: red; }\n}",
        "vendor/htmx/htmx.min.js": "var htmx = 1;",
        "vendor/htmx/LICENSE": "free",
        "js/app.js": "var app = 2;",
        "img/mark.svg": "<svg xmlns='http://www.w3.org/2000/svg'>" + "<g/>" * 200 + "</svg>",
        "img/photo.png": "not really" * 50,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def content(built: assets.Assets, name: str) -> str:
    return (built.folder / built.address(name).removeprefix("/static/")).read_text()


def test_stylesheets_and_scripts_become_one_file_each(source: Path, tmp_path: Path):
    built = assets.build(source, tmp_path / "build")
    assert set(built.addresses) == {"css/app.css", "js/app.js", "img/mark.svg", "img/photo.png"}
    assert content(built, "css/app.css") == "@layer a, b;\n@layer a {\n.b { color: red; }\n}"
    assert content(built, "js/app.js") == "var htmx = 1;\nvar app = 2;"
    assert re.fullmatch(r"/static/css/app\.[0-9a-f]{12}\.css", built.address("css/app.css"))


def test_a_name_changes_with_its_content_and_only_then(source: Path, tmp_path: Path):
    before = assets.build(source, tmp_path / "build")
    (source / "css/button.css").write_text("@layer a { .b { color: blue; } }")
    after = assets.build(source, tmp_path / "build")
    assert before.address("css/app.css") != after.address("css/app.css")
    assert before.address("js/app.js") == after.address("js/app.js")
    assert content(before, "css/app.css"), "an older process still serves the older build"


def test_nothing_is_written_when_nothing_changed(source: Path, tmp_path: Path):
    first = assets.build(source, tmp_path / "build")
    made = (first.folder.parent / "names.json").stat().st_mtime_ns
    assert assets.build(source, tmp_path / "build") == first
    assert (first.folder.parent / "names.json").stat().st_mtime_ns == made


def test_old_builds_go(source: Path, tmp_path: Path):
    for number in range(assets.KEPT + 3):
        (source / "css/button.css").write_text(f"b {{ top: {number}px; }}")
        last = assets.build(source, tmp_path / "build")
    folders = list((tmp_path / "build").iterdir())
    assert len(folders) == assets.KEPT
    assert last.folder.parent in folders


def test_a_build_that_lost_the_race_uses_the_winner(source: Path, tmp_path: Path):
    built = assets.build(source, tmp_path / "build")
    assets._make(assets._read(source), built.folder.parent)
    assert [path.name for path in (tmp_path / "build").iterdir()] == [built.folder.parent.name]


def test_where_it_may_not_write_it_says_so_in_one_line(source: Path, tmp_path: Path):
    (tmp_path / "build").write_text("a file where the folder should be")
    with pytest.raises(SystemExit, match=r"^The static files cannot be built in .*/build: .*make setup.*\.$"):
        assets.build(source, tmp_path / "build")


def test_text_is_compressed_beforehand(source: Path, tmp_path: Path):
    built = assets.build(source, tmp_path / "build")
    path = built.folder / built.address("img/mark.svg").removeprefix("/static/")
    assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == path.read_bytes()
    assert brotli.decompress(path.with_name(path.name + ".br").read_bytes()) == path.read_bytes()
    picture = built.folder / built.address("img/photo.png").removeprefix("/static/")
    assert not picture.with_name(picture.name + ".gz").exists()


def test_an_unknown_file_is_named(source: Path, tmp_path: Path):
    with pytest.raises(LookupError, match=r"no static file 'css/ap\.css'"):
        assets.build(source, tmp_path / "build").address("css/ap.css")


def test_files_are_served_for_ever_without_a_cookie(source: Path, tmp_path: Path):
    app = Flask(__name__, static_folder=None)
    assets.mount(app, source, tmp_path / "build")
    with app.app_context():
        address = render_template_string("{{ asset('img/mark.svg') }}")
    answer = app.test_client().get(address, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    for wrong in ("/static/img/mark.svg", "/static/names.json", "/static/../names.json", "/static/img/"):
        assert app.test_client().get(wrong).status_code == 404, wrong


@pytest.fixture(scope="module")
def ours() -> assets.Assets:
    return assets.build()


@pytest.mark.parametrize(("name", "most"), [("css/app.css", 20_000), ("js/app.js", 35_000)])
def test_pages_stay_light(ours: assets.Assets, name: str, most: int):
    path = ours.folder / ours.address(name).removeprefix("/static/")
    assert path.with_name(path.name + ".gz").stat().st_size <= most


def test_stylesheets_fetch_nothing_and_every_rule_has_its_layer(ours: assets.Assets):
    css = content(ours, "css/app.css")
    assert css.startswith("@layer reset, tokens, base, layout, components, utilities;")
    assert not re.search(r"url\(|@import|@font-face", css)
    for path in sorted((assets.SOURCE / "css").glob("*.css")):
        bare = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL).strip()
        assert bare.startswith("@layer "), path.name
        assert _ends_where_it_began(bare), f"{path.name}: something stands outside its layer"


def test_templates_name_only_files_and_icons_that_exist(ours: assets.Assets):
    sprite = set(re.findall(r'<symbol id="([^"]+)"', content(ours, "vendor/lucide/icons.svg")))
    for path in TEMPLATES:
        text = path.read_text()
        for name in re.findall(r"\basset\('([^']+)'\)", text):
            ours.address(name)
        assert set(re.findall(r"\bicon\('([^']+)'", text)) <= sprite, path


def test_templates_have_no_inline_style_or_script():
    for path in TEMPLATES:
        if "mail" in path.parts:
            continue
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", text), path
        assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/ld\+json\"))", text), path


def _ends_where_it_began(css: str) -> bool:
    """Whether the first block of a stylesheet, or its opening statement, is all there is."""
    if ";" in css and "{" not in css:
        return css.count(";") == 1
    depth = 0
    for at, character in enumerate(css):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "}" and depth == 0:
            return at == len(css) - 1
    return False
