"""The rules of the house hold here, and each is shown to find what breaks it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house import code, imports, pages

ROOT = Path(__file__).parents[1]
Rule = Callable[[Path], Iterator[str]]
LONG = "\n".join(f"    x = {number}" for number in range(41))
VIEW = "\n".join(f"    x = {number}" for number in range(15))

BROKEN: list[tuple[Rule, dict[str, str]]] = [
    (imports.upwards, {"portal/people/queries.py": "from portal.threads.models import Thread"}),
    (imports.upwards, {"portal/core/db.py": "import portal.people"}),
    (imports.upwards, {"portal/events/models.py": "from portal import site"}),
    (imports.upwards, {"portal/search/queries.py": "from portal.delivery import models"}),
    (imports.upwards, {"portal/threads/actions/voting.py": "from ...web import htmx"}),
    (imports.upwards, {"portal/cli/work.py": "from portal.web import htmx"}),
    (imports.unknown_folders, {"portal/glue/things.py": ""}),
    (imports.unknown_folders, {"portal/glue.py": ""}),
    (imports.wrong_way_in_a_room, {"portal/threads/queries.py": "from portal.threads.actions import reply"}),
    (imports.wrong_way_in_a_room, {"portal/threads/models/post.py": "from portal.people import queries"}),
    (imports.wrong_way_in_a_room, {"portal/threads/policy.py": "def f():\n    from .queries import rows"}),
    (imports.wrong_way_in_a_room, {"portal/questions/queries.py": "from portal.threads.actions.voting import vote"}),
    (imports.wrong_way_in_a_room, {"portal/threads/notices.py": "from portal.threads import actions"}),
    (imports.circles, {"portal/core/a.py": "from portal.core import b", "portal/core/b.py": "import portal.core.a"}),
    (imports.rooms_know_no_request, {"portal/people/actions.py": "from flask import request"}),
    (
        imports.rooms_know_no_request,
        {"portal/threads/queries.py": "def f():\n    from flask_login import current_user"},
    ),
    (imports.migrations_stand_alone, {"migrations/versions/0002_x.py": "from portal.people.models import Person"}),
    (code.long_files, {"portal/core/x.py": "x = 1\n" * 301}),
    (code.long_files, {"tests/core/test_x.py": "x = 1\n" * 301}),
    (code.long_functions, {"portal/core/x.py": f"def f():\n{LONG}"}),
    (code.long_functions, {"portal/web/x.py": f"@bp.post('/x')\ndef f():\n{VIEW}"}),
    (code.empty_names, {"portal/threads/helpers.py": ""}),
    (code.empty_names, {"portal/utils/dates.py": ""}),
    (code.commits, {"portal/threads/actions.py": "def f():\n    db.session.commit()"}),
    (code.nested_writes, {"portal/threads/actions.py": "from portal.core.db import write"}),
    (code.lazy_loads, {"portal/threads/models.py": "from sqlalchemy.orm import relationship"}),
    (code.htmx_headers, {"portal/web/threads.py": "headers['HX-Trigger'] = ''"}),
    (code.htmx_headers, {"portal/web/threads.py": "if request.htmx: pass"}),
    (code.htmx_headers, {"portal/web/threads.py": "from htmx_flask import make_response"}),
    (code.marked_safe, {"portal/web/threads.py": "from markupsafe import Markup"}),
    (code.unannotated, {"portal/core/x.py": "def f(a) -> None: ..."}),
    (code.unannotated, {"portal/core/x.py": "def f(a: int, *rest: int): ..."}),
    (code.silent_modules, {"portal/core/x.py": "x = 1"}),
    (code.untranslatable, {"portal/threads/actions.py": "raise Forbidden('You may not.')"}),
    (code.untranslatable, {"portal/threads/actions.py": "raise Invalid(fields={'title': f'Too long: {n}'})"}),
    (code.computed_texts, {"portal/web/x.py": "one = 'A word'\nsaid = ngettext(one, 'Words', 3)"}),
    (code.texts_in_f_strings, {"portal/web/x.py": "said = f\"{_('Left')}: {n}\""}),
    (code.untranslatable, {"portal/web/x.py": "flash('Done.', 'good')"}),
    (pages.long_templates, {"templates/x.html": "<p></p>\n" * 121}),
    (pages.silent_fragments, {"templates/threads/_vote.html": "<form></form>"}),
    (pages.inline_code, {"templates/x.html": '<p style="color: red"></p>'}),
    (pages.inline_code, {"templates/x.html": "<p {% if a %}onclick='x()'{% endif %}></p>"}),
    (pages.inline_code, {"templates/x.html": "<script>alert(1)</script>"}),
    (pages.inline_code, {"templates/x.html": "<style>p {}</style>"}),
    (pages.inline_code, {"templates/x.html": '<a href="javascript:void(0)"></a>'}),
    (pages.inline_code, {"templates/x.html": '<a hx-on:click="x()"></a>'}),
    (pages.unescaped, {"templates/x.html": "{{ title|safe }}"}),
    (pages.unescaped, {"templates/x.html": "{% autoescape false %}{{ a }}{% endautoescape %}"}),
    (pages.unguarded_forms, {"templates/x.html": '<form class="a" method="post"></form>'}),
    (pages.untranslated, {"templates/x.html": "{% if a %}\n  <b>Hello</b>\n{% endif %}"}),
    (pages.untranslated, {"templates/x.html": '<a aria-label="Close {{ x }}"></a>'}),
    (pages.untranslated, {"templates/mail/x.txt": "{{ _('Hello') }} friend"}),
    (pages.frozen_words, {"templates/x.html": "{% from 'y' import A %}", "templates/y": "{% set A = {1: _('A')} %}"}),
]
RULES = list(dict.fromkeys(rule for rule, _ in BROKEN))


def named(value: object) -> str:
    return getattr(value, "__name__", "")


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_rule_holds(rule: Rule):
    found = list(rule(ROOT))
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(("rule", "files"), BROKEN, ids=named)
def test_the_rule_finds_what_breaks_it(rule: Rule, files: dict[str, str], tmp_path: Path):
    for place, text in files.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert len(list(rule(tmp_path))) == 1


def test_no_rule_is_left_out():
    there = {
        value
        for module in (code, imports, pages)
        for name, value in vars(module).items()
        if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    }
    assert there - {pages.without_jinja} == set(RULES)


def test_every_rule_looks_at_something():
    """A rule over an empty list of files would hold for ever."""
    assert len(imports.modules(ROOT, "portal")) > 50
    assert len(list(pages.templates(ROOT))) > 10
    assert "portal.core.db" in {module.name for module in imports.modules(ROOT, "portal")}


def test_what_is_right_passes(tmp_path: Path):
    """The rules that read texts closely do not cry wolf."""
    template = """{#- A fragment. Needs: a, b. -#}
    {%- from "layout/_form.html" import csrf -%}
    <form method="post" action="/a">{{ csrf() }}
      <p title="{{ _('Read me') }}">{{ _('Words') }} {{ a }}: {{ b|join(', ') }} · &nbsp; #{{ n }}</p>
      {% trans %}More words{% endtrans %}<code>SELECT</code>{# a comment #}
      <script src="/x.js" defer></script><script type="application/ld+json">{{ data }}</script>
    </form>"""
    path = tmp_path / "templates" / "_x.html"
    path.parent.mkdir()
    path.write_text(template.replace("{% trans %}More words{% endtrans %}", ""), encoding="utf-8")
    for rule in RULES:
        assert list(rule(tmp_path)) == []
