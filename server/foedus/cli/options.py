"""The group of commands, the options that several of them take, and how they tell of progress."""

from __future__ import annotations

import datetime
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


def day(text: str | None) -> datetime.date | None:
    """The day of ``--at``; raises :class:`click.BadParameter` for what is none."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no day, YYYY-MM-DD.", param_hint="--at") from None
