"""Letters about an answer that someone wrote by mail: it was not posted, or not with all that came with it."""

from collections.abc import Callable

from portal.delivery.letters.content import Content, NotAnyMore
from portal.delivery.models import Delivery
from portal.loop.links import answer_path
from portal.people.models import Person


def _not_posted(letter: Delivery, person: Person | None) -> Content:
    """With the text, so that nothing is lost, and with what they can do instead, if there is anything."""
    person = _one(person)
    values = {
        "why": letter.data.get("why", ""),
        "words": letter.data.get("text", ""),
        "next": letter.data.get("next", ""),
    }
    paths = {"account": "/sign-up", "answer": answer_path(person.id)}
    links = ((("", paths[values["next"]]),)) if values["next"] in paths else ()
    return Content("not-posted", person, links, values)


def _without_files(letter: Delivery, person: Person | None) -> Content:
    return Content("without-files", _one(person), (("", f"/posts/{int(letter.data.get('post') or 0)}"),))


def _one(person: Person | None) -> Person:
    if person is None:
        raise NotAnyMore("there is no such person")
    return person


KINDS: dict[str, Callable[[Delivery, Person | None], Content]] = {
    "not-posted": _not_posted,
    "without-files": _without_files,
}
