"""Forms with files, as browsers send them."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db
from portal.people.models import Person
from portal.uploads.models import UploadUse
from tests.signing_in import csrf_of, sign_in
from tests.uploads import making

AS_SCRIPT = {"HX-Request": "true"}


def browser(app: Flask, person: Person | None = None) -> FlaskClient:
    made = app.test_client()
    if person is not None:
        sign_in(made, person)
    return made


def send(client: FlaskClient, *files: tuple[bytes, str], path: str = "/uploads", **more: Any) -> Any:
    fields = {"csrf_token": csrf_of(client, "/settings/profile"), **more}
    return post(client, path, *files, headers=AS_SCRIPT if path == "/uploads" else {}, **fields)


def post(client: FlaskClient, path: str, *files: tuple[bytes, str], headers: Any = None, **fields: str) -> Any:
    """A form with files. The test client's own way to make one leaves files of its own open."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="file"; filename="{name}"', content) for content, name in files]
    body = b"".join(
        f"--x\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + content + b"\r\n"
        for about, content in parts
    )
    return client.post(path, data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x", headers=headers)


def used(words: str) -> int:
    upload = making.upload_of(words)
    assert upload is not None
    return len(db.session.scalars(db.select(UploadUse).filter_by(upload_id=upload.id)).all())
