"""Content and what is wrong with it: build, check, explain, diff, cite, format, init."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from foedus.cli.options import DIRECTORY, OUT, WITH, main, tell
from foedus.content.locate import ROOMS
from foedus.findings import CannotRun


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
        from foedus.importers.against_by_record import differences

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
