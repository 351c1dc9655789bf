"""Every command, a few lines each: what it does lives in the rooms."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from foedus import __version__
from foedus.findings import CannotRun, ContentError


class Group(click.Group):
    """Commands whose errors are one paragraph and an exit code, never a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; 2 for anything that keeps it from its work."""
        from foedus.engine.errors import QueryError

        try:
            return super().invoke(ctx)
        except (CannotRun, ContentError, QueryError) as error:
            click.echo(f"foedus: {error}", err=True)
            if excerpt := getattr(error, "excerpt", ""):
                click.echo(excerpt, err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            # 1 would say that the content is wrong.
            click.echo(
                f"\nfoedus: {ctx.invoked_subcommand} was interrupted before it was done. The last "
                "good release is as it was.",
                err=True,
            )
            ctx.exit(2)


@click.group(cls=Group)
@click.version_option(__version__, prog_name="foedus")
def main() -> None:
    """Who promised what to whom, since when, under which text, and which source says so."""


DIRECTORY = click.argument(
    "directory", required=False, type=click.Path(file_okay=False, path_type=Path)
)
OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where releases are kept (default: FOEDUS_HOME, or .foedus here).",
)
ENGINE = click.option("--engine", metavar="URL", help="Ask this SPARQL endpoint instead.")


def tell(step: str, result: str) -> None:
    """One line of progress, beside the output."""
    click.echo(f"{step:>12}  {result}", err=True)


@main.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@DIRECTORY
@click.option("--at", metavar="DATE", help="The day that ?at stands for (YYYY-MM-DD).")
@ENGINE
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
    name: str | None,
    out: Path | None,
) -> None:
    """Ask the question in FILE (or - for standard input), in SPARQL 1.1."""
    from foedus.web.asking import ask

    name = name or ("table" if sys.stdout.isatty() else "csv")
    try:
        answer = ask(file, directory, out, engine, _day(at), name, tell)
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
@click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Serve this RDF file instead of a release; may be given several times.",
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


def _day(text: str | None) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no day, YYYY-MM-DD.", param_hint="--at") from None


@main.command()
@DIRECTORY
@OUT
def build(directory: Path | None, out: Path | None) -> None:
    """Make a release of the content: facts, types that HermiT proves, disputes, descriptions."""
    from foedus import release
    from foedus.content.locate import find_content

    made = release.build(find_content(directory), out, tell)
    counts = made.manifest["counts"]
    click.echo(f"release {made.digest}")
    click.echo(
        f"{counts['statements']} statements of {counts['sources']} sources with "
        f"{counts['evidence']} passages; {counts['facts']} facts, {counts['disputes']} disputes; "
        f"{sum(made.manifest['graphs'].values())} triples in {made.path}"
    )


@main.command()
@DIRECTORY
@click.option("--require-texts", is_flag=True, help="Fail when a source's text is not at hand.")
@click.option("--stage", "stages", multiple=True, help="Only this stage; may be given again.")
@click.option("--format", "name", type=click.Choice(["text", "json", "github"]), default="text")
@click.pass_context
def check(
    ctx: click.Context,
    directory: Path | None,
    require_texts: bool,
    stages: tuple[str, ...],
    name: str,
) -> None:
    """Prove the content: 0 clean, 1 something is wrong in it, 2 the check could not run."""
    from foedus import release
    from foedus.check import report
    from foedus.content.locate import find_content

    try:
        found = release.check(
            find_content(directory), require_texts=require_texts, stages=stages or None, tell=tell
        )
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--stage") from None
    click.echo(
        {"text": report.as_text, "json": report.as_json, "github": report.as_github}[name](found),
        nl=False,
    )
    ctx.exit(found.exit_code)


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
        at=_day(at),
        tell=lambda line: click.echo(line, err=True),
        **options,
    )


@main.command()
@click.argument("iri")
@OUT
def explain(iri: str, out: Path | None) -> None:
    """Why IRI (or a prefixed name, arrangement:imctc) has its inferred types, or is a fact."""
    from foedus import release

    click.echo(release.explanation(release.Release.open(out), iri), nl=False)


@main.command()
@click.argument("source")
@click.argument("quote")
@DIRECTORY
def cite(source: str, quote: str, directory: Path | None) -> None:
    """The offsets and the digest of QUOTE in the text of SOURCE, as Turtle to paste."""
    from foedus.content.locate import find_content
    from foedus.content.passages import cite as passages

    click.echo(passages(find_content(directory), source, quote), nl=False)


@main.command("format")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def format_files(files: tuple[Path, ...]) -> None:
    """Write Turtle FILES of statements and things in the project's layout."""
    from foedus.content.layout import rewrite

    for path in files:
        click.echo(f"{path}: {'rewritten' if rewrite(path) else 'unchanged'}")
