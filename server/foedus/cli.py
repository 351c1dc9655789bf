"""Every command, a few lines each: what it does lives in the rooms."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from foedus import __version__
from foedus.content.locate import ROOMS
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
WITH = click.option(
    "--with",
    "imports",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Add what foedus import wrote; may be given several times.",
)
ENGINE = click.option("--engine", metavar="URL", help="Ask this SPARQL endpoint instead.")


READER = click.option(
    "--reader",
    metavar="URL",
    help="Let a language model point, too: an OpenAI-compatible address. Default: none is asked.",
)
MODEL = click.option("--model", default="default", help="The model that --reader is asked for.")


def tell(step: str, result: str) -> None:
    """One line of progress, beside the output."""
    click.echo(f"{step:>12}  {result}", err=True)


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
        answer = ask(file, directory, out, engine, _day(at), name, tell, imports)
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


def _day(text: str | None) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no day, YYYY-MM-DD.", param_hint="--at") from None


@main.command()
@DIRECTORY
@WITH
@OUT
def build(directory: Path | None, imports: tuple[Path, ...], out: Path | None) -> None:
    """Make a release of the content: facts, types that HermiT proves, disputes, descriptions."""
    from foedus import release
    from foedus.content.imported import open_imports
    from foedus.content.locate import find_content

    made = release.build(find_content(directory, open_imports(imports)), out, tell)
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
@click.option(
    "--format",
    "name",
    type=click.Choice(["text", "json", "sarif", "junit", "github", "shacl"]),
    default="text",
)
@click.option("--fix", is_flag=True, help="Repair what has one safe remedy, then check.")
@click.option("--dry-run", is_flag=True, help="With --fix: show the changes, write nothing.")
@click.option("--explain", metavar="RULE", help="Print the page of a rule, and nothing else.")
@WITH
@click.option(
    "--reasoner-seconds",
    type=click.FloatRange(min=0, min_open=True),
    envvar="FOEDUS_REASONER_SECONDS",
    help="Time that HermiT may take (default: FOEDUS_REASONER_SECONDS, or 300).",
)
@click.option("--no-cache", is_flag=True, help="Look at everything, whatever former runs found.")
@click.option(
    "--processes", type=click.IntRange(1, 2), default=2, help="1: one stage after the other."
)
@OUT
@click.pass_context
def check(
    ctx: click.Context,
    directory: Path | None,
    require_texts: bool,
    stages: tuple[str, ...],
    name: str,
    fix: bool,
    dry_run: bool,
    explain: str | None,
    imports: tuple[Path, ...],
    reasoner_seconds: float | None,
    no_cache: bool,
    processes: int,
    out: Path | None,
) -> None:
    """Prove the content: 0 clean, 1 something is wrong in it, 2 the check could not run."""
    from foedus import release
    from foedus.check import fixes, report, rules
    from foedus.check.project import check_project, project_of
    from foedus.content.imported import open_imports
    from foedus.content.kept import Kept, kept_in
    from foedus.content.locate import find_content

    if dry_run and not fix:
        raise click.BadParameter("goes with --fix.", param_hint="--dry-run")
    project = project_of(directory)
    if project is not None and imports:
        raise click.BadParameter("is for the content of Foedus.", param_hint="--with")
    content = project or find_content(directory, open_imports(imports))
    if reasoner_seconds is not None:
        os.environ["FOEDUS_REASONER_SECONDS"] = str(reasoner_seconds)
    # What was kept is of the content alone: what joins it is looked at anew.
    if not no_cache and not imports:
        content = replace(content, kept=Kept(kept_in(out or release.default_out())))
    if explain is not None:
        text = rules.explain(explain, content)
        if text is None:
            raise click.BadParameter(f"there is no rule {explain}.", param_hint="--explain")
        click.echo(text, nl=False)
        return
    if fix:
        changes = fixes.fixes(content)
        if dry_run:
            click.echo("".join(change.diff() for change in changes), nl=False)
            ctx.exit(int(bool(changes)))
        for change in changes:
            change.write()
            tell("fixed", f"{change.name}: {', '.join(change.what)}")
    try:
        if project is not None:
            found = check_project(project, chosen=stages or None, progress=tell)
        else:
            found = release.check(
                content,
                require_texts=require_texts,
                stages=stages or None,
                tell=tell,
                processes=processes,
            )
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--stage") from None
    click.echo(report.FORMATS[name](found), nl=False)
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
@click.argument("iri", required=False)
@OUT
@click.option("--clash", is_flag=True, help="What contradicts what; IRI: why it has no member.")
@click.option(
    "--content",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The content in which --clash looks.",
)
@click.pass_context
def explain(
    ctx: click.Context, iri: str | None, out: Path | None, clash: bool, content: Path | None
) -> None:
    """Why IRI (or a prefixed name, arrangement:imctc) has its inferred types, or is a fact.

    With --clash: why content contradicts the ontology, or why a class can have no member; 1 where
    it does, 0 where nothing clashes.
    """
    from foedus import explanation
    from foedus.release import Release

    if clash:
        lines = explanation.clash(content, iri, tell)
        click.echo("\n".join(lines) if lines else "nothing clashes")
        ctx.exit(int(bool(lines)))
    if iri is None:
        raise click.UsageError("Name what is to be explained, or ask for --clash.")
    click.echo(explanation.explanation(Release.open(out), iri), nl=False)


@main.command()
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
def init(directory: Path) -> None:
    """Write foedus.toml for a project of your own: which of its files are what, for the gate."""
    from foedus.check.project import FILE, guess_project, write_configuration

    file = directory / FILE
    if file.exists():
        raise CannotRun(f"{file} is there already. Edit it, or take it away first.")
    project = guess_project(directory) if directory.is_dir() else None
    if project is None:
        raise CannotRun(f"{directory}: no RDF file here. Name the folder of your project.")
    file.write_text(write_configuration(project), encoding="utf-8")
    for room in ROOMS:
        click.echo(f"{room:>10}  {len(project.files(room))} files")
    click.echo(f"{file} is written. Look it over, then run: foedus check {directory}")


@main.command()
@click.argument("old")
@click.argument("new")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@click.option("--limit", type=click.IntRange(min=1000), help="Characters (default: 65,536).")
def diff(old: str, new: str, out: Path | None, limit: int | None) -> None:
    """What a change to the content means: OLD and NEW are folders, or revisions in git.

    A report in Markdown for a reviewer who knows no RDF: statements, facts, inferred types,
    disputes and answers gained and lost, with reasons. For two imports (files that end in .nq):
    what changed, record by record.
    """
    if old.endswith(".nq") and new.endswith(".nq"):
        from foedus.importers.differing import differences

        click.echo("".join(differences(Path(old), Path(new))), nl=False)
        return
    from foedus.diff import as_markdown, compare, derive_side, find_revision
    from foedus.diff.report import LIMIT

    here = Path.cwd()
    with find_revision(old, here) as before, find_revision(new, here) as after:
        difference = compare(derive_side(before, tell), derive_side(after, tell))
        report = as_markdown(difference, limit or LIMIT)
    if out is None:
        click.echo(report, nl=False)
    else:
        out.write_text(report, encoding="utf-8")


@main.command("import")
@click.argument("data_set", metavar="DATA-SET")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it there (default: build/imports/<data set>-<version>.nq).",
)
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Then print what changed since this import, record by record.",
)
def import_files(
    data_set: str, files: tuple[Path, ...], out: Path | None, against: Path | None
) -> None:
    """Import the FILEs of a reference DATA-SET: cow, atop, states, igo, memberships or dyads.

    Each release becomes one file of N-Quads with a manifest beside it, for --with.
    """
    from foedus.importers.difference import compare_imports
    from foedus.importers.differing import differences
    from foedus.importers.progress import reading
    from foedus.importers.registry import commands
    from foedus.importers.running import in_words, run_import

    if data_set not in commands():
        raise click.BadParameter(
            f"there is no importer {data_set}; there are {', '.join(commands())}.",
            param_hint="DATA-SET",
        )
    with reading(files) as progress:
        made = run_import(data_set, files, out, progress)
    for done in made:
        click.echo(in_words(done), nl=False, err=True)
        click.echo(f"{done.manifest['dataset']}: {done.manifest['quads']} quads in {done.path}")
    if against is not None:
        if len(made) != 1:
            raise click.BadParameter("goes with the files of one release.", param_hint="--against")
        click.echo("".join(compare_imports(against, made[0].path).report()))
        click.echo("".join(differences(against, made[0].path)), nl=False)


@main.command()
@click.argument("source")
@click.argument("quote")
@DIRECTORY
def cite(source: str, quote: str, directory: Path | None) -> None:
    """The offsets and the digest of QUOTE in the text of SOURCE, as Turtle to paste."""
    from foedus.content.locate import find_content
    from foedus.content.passages import cite as passages

    click.echo(passages(find_content(directory), source, quote), nl=False)


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


@main.command("format")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def format_files(files: tuple[Path, ...]) -> None:
    """Write Turtle FILES of statements and things in the project's layout."""
    from foedus.content.layout import rewrite

    for path in files:
        click.echo(f"{path}: {'rewritten' if rewrite(path) else 'unchanged'}")
