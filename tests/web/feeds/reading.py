"""A reader of feeds: valid Atom or none, as a library for feeds reads it."""

from pathlib import Path
from typing import Any

import feedparser
from flask.testing import FlaskClient
from lxml import etree

SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("atom.rng"))))


def feed(client: FlaskClient, path: str) -> Any:
    """The feed at this address."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.mimetype == "application/atom+xml"
    document = etree.fromstring(answer.data, etree.XMLParser(resolve_entities=False))
    SCHEMA.assertValid(document)
    alike = [each.text for each in document.iterfind(".//{http://www.w3.org/2005/Atom}id")]
    assert len(alike) == len(set(alike)), "ids are of one thing each"
    read = feedparser.parse(answer.data, sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo, read.bozo_exception
    assert read.feed.links[0].href == f"http://localhost{path}"
    return read


def titles(client: FlaskClient, path: str) -> list[str]:
    return [entry.title for entry in feed(client, path).entries]
