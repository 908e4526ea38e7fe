"""`flask loop`: whether those who asked were heard, told and helped, in figures."""

import json
from typing import Any

import click

from portal.loop.queries import CAUSES, Choice, Figures, Patience, Window, count_open, figures
from portal.loop.queries.figures import MEASURES
from portal.people.viewer import Viewer
from portal.site.queries import site

OPERATOR = Viewer(role="admin")
"""Sees everything."""
UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))


@click.group("loop")
def group() -> None:
    """The loop from asking to being helped."""


@group.command("report")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.option("--days", type=click.IntRange(1, 3650), help="Only the last days, against as many before.")
def report(*, as_json: bool, days: int | None) -> None:
    """The loop in figures: of all time, or of the last days."""
    found = figures(OPERATOR, days=days)
    patience = Patience(respond=site().respond_days, silence=site().silence_days)
    open_now = count_open(OPERATOR, Choice(), patience)
    if as_json:
        click.echo(json.dumps(_object(found.now) | {"open_loops": open_now}, ensure_ascii=False))
        return
    for line in _lines(found):
        click.echo(line)
    click.echo("open loops: " + (", ".join(f"{name} {n}" for name, n in open_now.items() if n) or "none"))


def _object(window: Window) -> dict[str, Any]:
    """As docs/interface.md has it: whole numbers and seconds."""
    return {
        "ideas": window.ideas,
        "decided": window.decided,
        "decided_with_reason": window.decided_with_reason,
        "owed": window.owed,
        "told": window.told,
        "undeliverable": window.undeliverable,
        "pending": window.pending,
        "seen": window.seen,
        "asked": window.asked,
        "confirmed": window.confirmed,
        "open_loops": dict.fromkeys(CAUSES, 0),
        "median_seconds": {measure: window.median_seconds.get(measure) for measure in MEASURES},
        "p90_seconds": {measure: window.p90_seconds.get(measure) for measure in MEASURES},
    }


def _lines(found: Figures) -> list[str]:
    now, before = found.now, found.before if found.days else None
    lost = sum(now.undeliverable.values())
    lines = [
        f"the last {found.days} days (the {found.days} before)" if found.days else "of all time",
        f"ideas: {now.ideas}{_was(before and before.ideas)}, decided: {now.decided}{_was(before and before.decided)}, "
        f"with a reason: {_percent(now.with_reason)}{_was(before and _percent(before.with_reason))}",
        f"owed: {now.owed} = told {now.told} + undeliverable {lost} + pending {now.pending}",
    ]
    if lost:
        lines.append("undeliverable: " + ", ".join(f"{cause} {n}" for cause, n in sorted(now.undeliverable.items())))
    lines.append(f"told: {_percent(now.reached)}{_was(before and _percent(before.reached))}, seen: {now.seen}")
    said = ", ".join(f"{answer} {n}" for answer, n in now.confirmed.items())
    lines.append(f"asked: {now.asked}; {said}{_was(before and _percent(before.solved) + ' solved')}")
    for measure in MEASURES:
        middle, most = now.median_seconds.get(measure), now.p90_seconds.get(measure)
        was = _was(before and _length(before.median_seconds.get(measure)))
        lines.append(f"{measure.replace('_', ' ')}: median {_length(middle)}{was}, 90 % within {_length(most)}")
    return lines


def _was(before: object) -> str:
    return "" if before is None else f" ({before})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:g} %"


def _length(seconds: int | None) -> str:
    """In the largest unit of which there are two."""
    if seconds is None:
        return "-"
    size, unit = next((each for each in UNITS if seconds >= 2 * each[0]), UNITS[-1])
    return f"{seconds / size:.1f} {unit}"
