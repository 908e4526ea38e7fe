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
    _tell(report, dry=dry_run, as_json=as_json)


@group.command("discourse")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_file",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML or JSON: the old forum's address, and name and kind of each of its categories.",
)
@click.option("--dry-run", is_flag=True, help="Read and count everything, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_discourse(*, folder: Path, map_file: Path, dry_run: bool, as_json: bool) -> None:
    """Import an archive of a Discourse forum: a folder of topics as /t/ID.json has them, gzipped or plain.

    Safe to run again: what is here already is left alone. docs/importing.md says how to write the map.
    """
    from portal.importing.discourse.actions import import_archive

    _tell(import_archive(folder, progress=bar, map_file=map_file, dry=dry_run), dry=dry_run, as_json=as_json)


def _tell(report: Report, *, dry: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _show(report, dry=dry)


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
