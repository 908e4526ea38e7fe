"""`flask search`: the index of all posts."""

import click

from portal.cli.progress import bar
from portal.search import rebuilding


@click.group("search")
def group() -> None:
    """The index that people search."""


@group.command("rebuild")
def rebuild() -> None:
    """Bring the index to what the posts say, and count all words anew. The portal may run meanwhile."""
    with bar("Index", rebuilding.posts()) as step:
        done = rebuilding.rebuild(step)
    click.echo(f"{done.posts} posts, {done.written} written anew; {done.words} words counted.")
