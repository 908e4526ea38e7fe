"""Pictures: read by what they are, with nothing of the file that came in what goes out."""

import threading

import pytest
from flask import Flask
from PIL import Image

from portal.core.errors import Busy, Invalid
from portal.core.markup.addresses import size_of
from portal.uploads import contents, pictures
from portal.uploads.pictures import sizes
from tests.uploads import making


@pytest.fixture(autouse=True)
def _speaking(migrated_app: Flask):
    with migrated_app.test_request_context():
        yield


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_kind_is_known_by_its_content(form: str):
    read = contents.read(making.picture(form=form), "liar.jpg")
    assert (read.kind, read.media_type, list(read.files)) == ("image", "image/webp", ["-60x40.webp"])
    again = making.shown(read.files["-60x40.webp"])
    assert (again.format, again.size) == ("WEBP", (60, 40))


def test_a_large_one_comes_in_two_sizes_and_is_never_enlarged():
    read = contents.read(making.picture(2400, 1350, "JPEG"), "a.jpg")
    assert list(read.files) == ["-1600x900.webp", "-800x450.webp"]
    assert [making.shown(data).size for data in read.files.values()] == [(1600, 900), (800, 450)]
    assert (read.width, read.height) == (1600, 900)
    assert list(contents.read(making.picture(801, 3, "PNG"), "a").files) == ["-801x3.webp", "-800x3.webp"]
    assert list(contents.read(making.picture(2, 9000, "PNG"), "a").files) == ["-2x8000.webp"]


@pytest.mark.parametrize("size", [(1600, 901), (1600, 1), (801, 7999), (1333, 1777), (800, 600), (1, 1)])
def test_the_renderer_knows_the_sizes_by_the_address(size: tuple[int, int]):
    """It writes them into the page without asking anyone."""
    start = f"/uploads/{'0' * 32}-"
    said = size_of(f"{start}{size[0]}x{size[1]}.webp")
    assert (said["width"], said["height"]) == tuple(map(str, size))
    named = (
        {part.split()[0] for part in said["srcset"].split(", ")}
        if "srcset" in said
        else {f"{start}{size[0]}x{size[1]}.webp"}
    )
    assert named == {f"{start}{width}x{height}.webp" for width, height in sizes(*size)}


def test_where_and_by_whom_it_was_taken_is_gone_and_it_stands_upright():
    taken = making.taken_somewhere()
    assert b"ZYXWV" in taken
    read = contents.read(taken, "IMG_1.jpg")
    (data,) = read.files.values()
    assert (read.width, read.height) == (40, 60)
    image = making.shown(data).convert("RGB")
    assert not image.getexif()
    assert not any(mark in data for mark in (b"ZYXWV", b"EXIF", b"XMP ", b"ICCP"))
    # Turned by a quarter: what was on the left is at the top.
    assert image.getpixel((20, 5))[0] > 200  # type: ignore[index]
    assert image.getpixel((20, 55))[2] > 200  # type: ignore[index]


def test_what_hides_behind_the_end_is_gone():
    read = contents.read(making.picture(form="JPEG") + b"PK\x03\x04 ZYXWV <script>", "a.jpg")
    assert all(b"ZYXWV" not in data for data in read.files.values())


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_stays_one(form: str):
    read = contents.read(making.moving(4, form, size=(1200, 90)), "a.gif")
    assert list(read.files) == ["-800x60.webp"]
    image = making.shown(read.files["-800x60.webp"])
    assert image.n_frames == 4  # type: ignore[attr-defined]
    assert image.info["duration"] == 120


def test_what_is_clear_stays_clear():
    image = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    (data,) = contents.read(making.saved(image, "PNG"), "a.png").files.values()
    assert making.shown(data).convert("RGBA").getpixel((10, 10))[3] == 0  # type: ignore[index]


def test_a_drawing_loses_nothing():
    (data,) = contents.read(making.picture(64, 64), "a.png").files.values()
    assert set(making.shown(data).convert("RGB").get_flattened_data()) == {(255, 0, 0), (0, 0, 255)}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_way_to_store_colours_is_read(mode: str):
    image = Image.new("RGB", (20, 20), "white").convert("L" if mode == "I;16" else mode)
    image = image.convert("I;16") if mode == "I;16" else image
    (data,) = contents.read(making.saved(image, "JPEG" if mode == "CMYK" else "PNG"), "a").files.values()
    assert making.shown(data).size == (20, 20)


@pytest.mark.parametrize("size", [(6400, 6400), (65000, 65000), (2_000_000, 30)])
def test_more_pixels_than_anyone_needs_are_refused_before_they_are_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
):
    def decoded(*_given: object) -> None:
        raise AssertionError("the pixels were decoded")

    monkeypatch.setattr(Image.Image, "thumbnail", decoded)
    with pytest.raises(Invalid, match=r"a\.png.*too many pixels"):
        contents.read(making.bomb(*size), "a.png")


def test_a_long_animation_is_refused():
    with pytest.raises(Invalid, match="too long"):
        contents.read(making.moving(pictures.FRAMES + 1, size=(2, 2)), "a.gif")


def test_what_is_cut_off_is_refused():
    whole = making.saved(Image.effect_noise((300, 300), 90), "PNG")
    for length in (40, 200, len(whole) // 2):
        with pytest.raises(Invalid, match="damaged or cut off"):
            contents.read(whole[:length], "a.png")


def test_where_too_many_wait_one_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "PATIENCE", 0.01)
    for _time in range(pictures.IN_LINE + 1):
        with pictures._one_at_a_time, pytest.raises(Busy, match="right now"):
            contents.read(making.picture(), "a.png")
    assert contents.read(making.picture(), "a.png").width == 60


def test_few_wait_at_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "_in_line", threading.BoundedSemaphore(1))
    with pictures._in_line, pytest.raises(Busy):
        contents.read(making.picture(), "a.png")
    assert contents.read(making.picture(), "a.png").width == 60


def test_a_face_is_the_middle_as_a_square():
    face = contents.read_avatar(making.picture(600, 200, "JPEG"))
    assert list(face.files) == ["-96.webp", "-256.webp"]
    assert [making.shown(data).size for data in face.files.values()] == [(96, 96), (256, 256)]
    image = making.shown(face.files["-256.webp"]).convert("RGB")
    assert image.getpixel((5, 128))[0] > 200  # type: ignore[index]
    assert image.getpixel((250, 128))[2] > 200  # type: ignore[index]
    with pytest.raises(Invalid, match="SVG"):
        contents.read_avatar(making.SVG)
