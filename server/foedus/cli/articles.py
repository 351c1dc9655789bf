"""A new article: extract, review."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path

import click

from foedus.cli.options import DIRECTORY, MODEL, READER, main, tell


@main.command()
@click.argument("article", type=click.Path(exists=True, path_type=Path))
@DIRECTORY
@click.option(
    "--format",
    "name",
    type=click.Choice(["text", "json", "turtle"]),
    help="Default: text on a terminal, JSON in a pipe; a folder: JSON.",
)
@click.option("--source", metavar="SLUG", help="The name of the source (default: from its title).")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write it there; for a folder, a folder."
)
@READER
@MODEL
def extract(
    article: Path,
    directory: Path | None,
    name: str | None,
    source: str | None,
    out: Path | None,
    reader: str | None,
    model: str,
) -> None:
    """Candidate statements of ARTICLE (text, HTML or Markdown), each with its passage; or of every
    article in a folder, one file each, going on where it stopped."""
    from foedus.assist.command import extract_article, extract_folder
    from foedus.assist.second.asking import Reader
    from foedus.content.locate import find_content

    second = Reader.at(reader, model) if reader else None
    content = find_content(directory)
    if article.is_dir():
        if second is not None:
            raise click.BadParameter("reads one article at a time.", param_hint="--reader")
        extract_folder(article, content, out, name or "json", tell)
        return
    name = name or ("text" if sys.stdout.isatty() and out is None else "json")
    written = extract_article(article, content, source, name, tell, second)
    if out is None:
        click.echo(written, nl=False)
    else:
        out.write_text(written, encoding="utf-8")


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@DIRECTORY
@click.option("--page", is_flag=True, help="On a page of this machine; without FILE, paste there.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of the page.")
@click.option("--source", metavar="NAME", help="The short name of the source: it names its file.")
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where decisions are kept (default: beside FILE).",
)
@READER
@MODEL
def review(
    file: Path | None,
    directory: Path | None,
    page: bool,
    port: int,
    source: str | None,
    journal: Path | None,
    reader: str | None,
    model: str,
) -> None:
    """Accept, edit or reject what FILE (an article, or `extract --format json`) seems to say.

    Decisions are kept as they are made: leave with q, and begin again where you were.
    """
    from foedus.assist.review.terminal import Console
    from foedus.assist.second.asking import Reader
    from foedus.content.locate import find_content
    from foedus.content.texts import Texts
    from foedus.web.review import running

    if file is not None and file.is_dir() and directory is None:
        file, directory = None, file
    if file is None and not page:
        raise click.UsageError("Name a FILE, or give --page to paste a text.")
    second = Reader.at(reader, model) if reader else None
    today = datetime.date.today()
    workshop = running.Workshop(find_content(directory), Texts(), today, second)
    if page:
        ready: Callable[[str], None] = lambda address: click.echo(f"Review: {address}")  # noqa: E731
        running.open_page(workshop, file, source, journal, port, ready, tell)
    elif file is not None:
        console = Console(click.echo, _key, lambda text: click.edit(text, extension=".ttl"))
        running.ask(workshop, file, source, journal, console)


def _key(keys: str) -> str:
    """One of *keys*, pressed on a terminal or the first letter of a line from elsewhere."""
    while True:
        if sys.stdin.isatty():
            pressed = click.getchar()
        else:
            line = sys.stdin.readline()
            pressed = line.strip()[:1] if line else "q"
        if pressed in keys and pressed:
            return pressed
        click.echo(f"One of {', '.join(keys)}.", err=True)
