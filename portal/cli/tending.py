"""`flask recount` and `flask render`: what is kept is proved, and old posts get the present renderer's HTML."""

from collections.abc import Callable, Sequence

import click

from portal.cli.progress import bar
from portal.core.db import write
from portal.ideas.actions import recounting as ideas
from portal.ideas.queries import proof as of_ideas
from portal.questions.actions import recounting as questions
from portal.questions.queries import proof as of_questions
from portal.search.actions import recounting as search
from portal.search.queries import proof as of_search
from portal.site.actions.pages import render_pages
from portal.threads.actions import recounting as threads
from portal.threads.actions import rendering
from portal.threads.queries import proof
from portal.threads.queries.proof import Difference

Prove = Callable[[Sequence[int]], list[Difference]]


@click.command("recount")
@click.option("--check", is_flag=True, help="Only compare; exit 1 where something differs.")
def recount(*, check: bool) -> None:
    """Count again all that is kept as a count, and put right what differs, one line each."""
    wrong = 0
    for ids in proof.batches():
        for each in _compared(ids) if check else _repaired(ids):
            click.echo(str(each))
            wrong += 1
    if check and wrong:
        raise click.exceptions.Exit(1)
    click.echo("Everything is as it should be." if not wrong else f"{wrong} put right.")


def _compared(ids: Sequence[int]) -> list[Difference]:
    proofs: list[Prove] = [proof.differences, of_questions.differences, of_ideas.differences, of_search.differences]
    return [each for prove in proofs for each in prove(ids)]


def _repaired(ids: Sequence[int]) -> list[Difference]:
    """Most of the time there is nothing to do, and nobody need wait."""
    if not _compared(ids):
        return []
    repairs: list[Prove] = [threads.recount, questions.recount, ideas.recount, search.recount]
    return [each for repair in repairs for each in write(repair, ids)]


@click.command("render")
def render() -> None:
    """Render the posts of older renderer versions again."""
    total, done, last = rendering.count_old_posts(), 0, 0
    refused: list[int] = []
    with bar("Render", total) as step:
        while ids := rendering.old_posts(last):
            refused += write(rendering.render_again, ids)
            last, done = ids[-1], done + len(ids)
            step(len(ids))
    done += write(render_pages)
    click.echo(f"{done - len(refused)} rendered.")
    for post_id in refused:
        click.echo(f"post {post_id} is more than the renderer takes now; it stays as it was", err=True)
