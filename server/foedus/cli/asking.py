"""What a release is for: query, serve, export, publish, portfolio."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from foedus.cli.options import DIRECTORY, ENGINE, OUT, WITH, day, main, tell
from foedus.findings import CannotRun


@main.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@DIRECTORY
@click.option("--at", metavar="DATE", help="The day that ?at stands for (YYYY-MM-DD).")
@ENGINE
@WITH
@click.option(
    "--format",
    "name",
    type=click.Choice(["table", "csv", "json", "tsv", "turtle", "nt"]),
    help="Default: a table on a terminal, CSV in a pipe.",
)
@OUT
def query(
    file: Any,
    directory: Path | None,
    at: str | None,
    engine: str | None,
    imports: tuple[Path, ...],
    name: str | None,
    out: Path | None,
) -> None:
    """Ask the question in FILE (or - for standard input), in SPARQL 1.1."""
    from foedus.web.asking import ask

    name = name or ("table" if sys.stdout.isatty() else "csv")
    try:
        answer = ask(file, directory, out, engine, day(at), name, tell, imports)
    except UnicodeDecodeError as error:
        raise CannotRun(
            f"{file.name}: not UTF-8 at byte {error.start}. Save the question in UTF-8."
        ) from None
    except ValueError as error:
        if name not in ("turtle", "nt"):
            raise
        raise click.BadParameter(f"{error}.", param_hint="--format") from None
    sys.stdout.buffer.write(answer)
    sys.stdout.flush()


@main.command()
@DIRECTORY
@click.option("--port", type=click.IntRange(0, 65535), help="Default: 8000; 0: a free one.")
@click.option("--host", help="Default: 127.0.0.1.")
@click.option("--public", metavar="URL", help="The address by which the public reaches this.")
@ENGINE
@WITH
@click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Serve this RDF file instead of a release; may be given several times.",
)
@click.option(
    "--allow-service",
    multiple=True,
    metavar="URL",
    help="Let SERVICE ask this endpoint; may be given several times.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that evaluate queries.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file of settings (default: FOEDUS_CONFIG).",
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Any setting; docs/settings.md lists them.",
)
@OUT
def serve(**options: Any) -> None:
    """Serve the release on the web: SPARQL, every IRI, and pages."""
    from foedus.web.asking import serve as start

    ready: Callable[[str], None] = lambda address: click.echo(f"Foedus: {address}")  # noqa: E731
    start(tell=tell, ready=ready, **options)


@main.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "name",
    type=click.Choice(["nq", "trig", "ttl", "rdf", "jsonld"]),
    help="The format of FILE, where its name does not end in one.",
)
@click.option("--tables", type=click.Path(path_type=Path), metavar="DIR", help="All tables.")
@click.option(
    "--graphml", type=click.Path(path_type=Path), metavar="FILE", help="The network in GraphML."
)
@click.option("--at", metavar="DATE", help="The network of this day (YYYY-MM-DD).")
@click.option(
    "--type", "commitment_type", default="", help="The network of this type of commitment alone."
)
@click.option(
    "--all",
    "everything",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Every file that /dumps lists, with checksums.",
)
@click.option(
    "--static", type=click.Path(path_type=Path), metavar="DIR", help="The whole site as files."
)
@click.option("--public", metavar="URL", help="The address at which the site will be.")
@OUT
def export(file: Path | None, at: str | None, out: Path | None, **options: Any) -> None:
    """Write the current release: to FILE (.nq, .trig and .jsonld carry the dataset, .ttl and .rdf
    the default graph; .gz after it compresses), as tables, as a network, as a site."""
    from foedus.release import Release
    from foedus.web.taking_away import take

    take(
        Release.open(out),
        file,
        at=day(at),
        tell=lambda line: click.echo(line, err=True),
        **options,
    )


@main.command()
@click.option("--to", "url", metavar="URL", required=True, help="Where the engine takes queries.")
@click.option("--store", metavar="URL", help="Where it takes graphs, if not where it usually does.")
@click.option("--dialect", help="any, oxigraph or virtuoso (default: what it calls itself).")
@click.option(
    "--loaded", is_flag=True, help="It was loaded by the engine's own loader: prove it only."
)
@OUT
def publish(
    url: str, store: str | None, dialect: str | None, loaded: bool, out: Path | None
) -> None:
    """Load the current release into a SPARQL engine, and prove that it arrived whole.

    A name and a password come from FOEDUS_ENGINE_USER and FOEDUS_ENGINE_PASSWORD, or from the file
    that FOEDUS_ENGINE_CREDENTIALS names. Interrupted, it goes on where it was when it is run again.
    """
    from foedus.web.elsewhere import reach, send

    made = send(reach(url, dialect), out, store=store, loaded=loaded, tell=tell)
    click.echo(f"release {made.release}")
    click.echo(
        f"{made.triples} triples in {len(made.graphs)} graphs of {made.engine}, each proven to be "
        f"whole ({made.normalisation}); {made.already} were there already"
    )


@main.command()
@click.argument("state")
@click.option("--at", required=True, metavar="DAY", help="The day, as YYYY-MM-DD.")
@OUT
def portfolio(state: str, at: str, out: Path | None) -> None:
    """Whom STATE (state:kuwait, or an IRI) had to defend on a DAY, who it, and who through others.

    From the current release; build it of what you imported with --with.
    """
    from foedus.content.names import expand, shorten
    from foedus.export.portfolio import in_lines
    from foedus.export.portfolio import portfolio as promises
    from foedus.release import Release

    on = day(at)
    assert on is not None
    try:
        iri = expand(state)
    except KeyError:
        raise click.BadParameter("give an IRI, or a name such as state:kuwait.") from None
    for line in in_lines(promises(Release.open(out).store(), iri, on), shorten):
        click.echo(line)
