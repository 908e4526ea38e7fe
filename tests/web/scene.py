"""A question as tests of its pages find it: asked, answered, commented, with people who may do this or that."""

from dataclasses import dataclass

from flask import Flask

from portal.core.db import db
from portal.people.models import Person
from portal.threads.models import Post
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread
from tests.web.reading import Reader


@dataclass
class Scene:
    """Ids of what is there; a browser for each who looks at it."""

    app: Flask
    people: dict[str, int]
    path: str
    thread: int
    opening: int
    reply: int
    comment: int
    category: int
    elsewhere: int

    def reader(self, who: str = "") -> Reader:
        """The browser of one of them; without a name, a visitor's."""
        return Reader(self.app, self.person(who) if who else None)

    def person(self, who: str) -> Person:
        return db.session.get_one(Person, self.people[who])

    def path_of(self, template: str) -> str:
        """`/posts/{reply}/vote` with the ids filled in."""
        return template.format(**{name: getattr(self, name) for name in ("thread", "opening", "reply", "comment")})


def set_scene(app: Flask, **thread: object) -> Scene:
    """Asked by `asker`, answered by `helper`, with a comment by `other`; `agent` and `moderator` are staff."""
    people = {name: make_person(name) for name in ("asker", "helper", "other")}
    people |= {role: make_person(role, role=role) for role in ("agent", "moderator")}
    category, elsewhere = make_category("Printing"), make_category("Elsewhere")
    question = make_thread(people["asker"], category=category, **thread)
    reply = make_reply(question, people["agent"] if thread.get("privacy") else people["helper"])
    comment = make_comment(reply, people["asker"] if thread.get("privacy") else people["other"])
    opening = opening_of(question.id)
    return Scene(
        app=app,
        people={name: person.id for name, person in people.items()},
        path=question.path,
        thread=question.id,
        opening=opening,
        reply=reply.id,
        comment=comment.id,
        category=category.id,
        elsewhere=elsewhere.id,
    )


def opening_of(thread_id: int) -> int:
    """The opening post of a thread."""
    return db.session.scalars(db.select(Post.id).filter_by(thread_id=thread_id, number=1)).one()
