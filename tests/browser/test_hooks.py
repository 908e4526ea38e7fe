"""A webhook from making it to what was answered, as an admin sees it happen."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from portal.core.db import db
from portal.delivery.webhooks import running
from tests.browser.conftest import DESK, Serve
from tests.browser.test_pages import signed_in
from tests.delivery.webhooks.receiver import receiving
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.own_database]


def test_made_tried_and_seen_in_the_log(own_app: Flask, serve: Serve, chromium: Browser) -> None:
    own_app.config["RONDO"] = own_app.config["RONDO"].model_copy(update={"hook_networks": "127.0.0.1/32"})
    with own_app.app_context():
        make_person("ada", role="admin", password_hash="x")
        db.session.remove()
    address = serve(own_app)
    context = chromium.new_context(viewport={"width": DESK, "height": 900})
    signed_in(context, own_app, address, "ada")
    page = context.new_page()
    with receiving(status=200, body=b"thank you") as receiver, running.running(own_app):
        page.goto(f"{address}/admin/hooks")
        page.get_by_role("link", name="Make a webhook").first.click()
        page.get_by_label("Name").fill("Chat")
        page.get_by_label("Address").fill("http://10.0.0.1:8080/")
        page.get_by_role("button", name="Make the webhook").click()
        expect(page.get_by_role("alert")).to_contain_text("not on the public Internet")
        page.get_by_label("Address").fill(receiver.url)
        page.get_by_role("button", name="Make the webhook").click()
        page.get_by_role("button", name="Send a test").click()
        log = page.get_by_role("region", name="Messages")
        expect(log.get_by_role("row").nth(1)).to_contain_text("Taken")
        assert receiver.kinds == ["ping"]
        log.get_by_role("link", name="Test message").click()
        expect(page.get_by_role("main")).to_contain_text("thank you")
        expect(page.get_by_role("main")).to_contain_text("webhook-signature: v1,")
    context.close()
