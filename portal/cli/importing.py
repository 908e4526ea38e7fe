"""`flask import`: communities from other systems."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli.progress import bar
from portal.importing.report import Report

SHOWN_ERRORS = 20

group = AppGroup("import", help="Import a community from another system. Nobody is notified.")


@group.command("stackexchange")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and count everything, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--site", default="", metavar="HOST", help="The site's address, if the folder is not named after it.")
@click.option("--category", default="", metavar="SLUG", help="The category to import into (default: one of its own).")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="The language of the threads.")
def import_stackexchange(
    *, folder: Path, dry_run: bool, as_json: bool, site: str, category: str, language: str
) -> None:
    """Import a dump of a Stack Exchange site: a folder of XML tables, gzipped or plain.

    Safe to run again: what is here already is left alone.
    """
    # Only an import needs what an import needs: the web's processes stay small.
    from portal.importing.stackexchange.actions import import_dump

    report = import_dump(folder, progress=bar, dry=dry_run, site=site, category=category, language=language)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _show(report, dry=dry_run)


def _show(report: Report, *, dry: bool) -> None:
    figures = report.as_json()
    skipped, errors = figures.pop("skipped"), figures.pop("errors")
    new = figures.pop("new")
    for name, count in figures.items():
        if count:
            click.echo(f"{count:>10,}  {_words(name)}")
    click.echo(f"{new:>10,}  rows {'would be written' if dry else 'written'}")
    if skipped:
        click.echo("\nLeft out, as there is nothing here that it could belong to:")
        for cause, count in skipped.items():
            click.echo(f"{count:>10,}  {_words(cause)}")
    if errors:
        click.echo(f"\nRows that could not be read: {len(errors)}")
        for error in errors[:SHOWN_ERRORS]:
            click.echo(f"  {error}")
        if len(errors) > SHOWN_ERRORS:
            click.echo(f"  and {len(errors) - SHOWN_ERRORS} more (--json lists them all)")


def _words(name: str) -> str:
    return name.replace("_", " ")
