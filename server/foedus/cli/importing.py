"""Reference data sets: import, agreement."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.cli.options import main


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
    from foedus.importers.against_by_claim import compare_imports
    from foedus.importers.against_by_record import differences
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
@click.argument(
    "imports",
    nargs=-1,
    required=True,
    metavar="IMPORT…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write there, as CSV, every alliance that differs and what each set says of it.",
)
def agreement(imports: tuple[Path, ...], out: Path | None) -> None:
    """How far ATOP and COW agree about the alliances that ATOP links to COW, in IMPORTs of both."""
    from foedus.importers.agreement import in_words, linked, write_differing

    found = linked(imports)
    click.echo(in_words(found), nl=False)
    if out is not None:
        click.echo(f"{write_differing(found, out)} differences in {out}", err=True)
