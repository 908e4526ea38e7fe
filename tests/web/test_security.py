"""Every answer says the same about safety, whoever makes it."""

from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.core import assets
from tests.conftest import settings_for

PATHS = [
    "/livez",
    "/no-such-page",
    "/raise/bug",
    "/raise/413",
    "/sign-in",
    "/static/../wsgi.py",
    assets.build().address("css/app.css"),
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_forbids_what_is_not_ours(trouble: Flask, path: str):
    headers = trouble.test_client().get(path, buffered=True).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert not any("unsafe" in value or "*" in value or "data:" in value for value in policy.values())
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert len(headers.getlist("Content-Security-Policy")) == 1


def test_a_page_may_use_only_our_scripts_styles_and_forms(trouble: Flask):
    policy = trouble.test_client().get("/no-such-page").headers["Content-Security-Policy"]
    for part in (
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "connect-src 'self'",
    ):
        assert part in policy.split("; ")


def test_transport_is_pinned_in_production_over_https_only(trouble: Flask, tmp_path: Path):
    secret = "0123456789abcdef0123456789abcdef"
    given = {"rondo_env": "production", "public_url": "https://community.example.com", "secret_key": secret}
    app = create_app(settings_for("", tmp_path, **given, trusted_proxies=1))
    secure = app.test_client().get("/livez", headers={"X-Forwarded-Proto": "https"})
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Strict-Transport-Security" not in app.test_client().get("/livez").headers
    local = trouble.test_client().get("/livez", base_url="https://localhost")
    assert "Strict-Transport-Security" not in local.headers


@pytest.mark.parametrize(("proxies", "address"), [(0, "10.9.9.9"), (1, "192.0.2.7"), (2, "192.0.2.6")])
def test_only_trusted_proxies_say_who_asks(tmp_path: Path, proxies: int, address: str):
    app = create_app(settings_for("", tmp_path, trusted_proxies=proxies))
    app.add_url_rule("/who", "who", who)
    asked = app.test_client().get(
        "/who",
        headers={"X-Forwarded-For": "192.0.2.6, 192.0.2.7", "X-Forwarded-Host": "evil.example"},
        environ_base={"REMOTE_ADDR": "10.9.9.9"},
    )
    assert asked.text == f"{address} localhost"


def who() -> str:
    from flask import request

    return f"{request.remote_addr} {request.host}"
