"""The options that several commands share."""

import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

import click

from calendar_service.cli.completion import complete_campaign, complete_event, complete_region
from calendar_service.cli.output import write
from calendar_service.core.letterhead import FIELDS, Letterhead
from calendar_service.core.model import Kind, Prominence, YearClass
from calendar_service.core.selection import Order
from calendar_service.errors import OutputError

FORMATS = ("text", "json", "md", "csv", "ics")
_F = TypeVar("_F", bound=Callable[..., Any])


def selection_options(command: _F) -> _F:
    """Add the options of a selection to *command*; it takes them as **chosen."""
    return _with(
        command,
        click.option(
            "--region",
            multiple=True,
            metavar="REGION",
            help="Such as quang-ninh.",
            shell_complete=complete_region,
        ),
        click.option("--kind", multiple=True, type=_choice(Kind)),
        click.option("--prominence", multiple=True, type=_choice(Prominence)),
        click.option("--year-class", multiple=True, type=_choice(YearClass)),
        click.option(
            "--event",
            multiple=True,
            metavar="ID",
            help="Only this event.",
            shell_complete=complete_event,
        ),
        click.option(
            "--campaign",
            multiple=True,
            metavar="ID",
            help="Only of this campaign.",
            shell_complete=complete_campaign,
        ),
        click.option("--all", "all_", is_flag=True, help="More than letters carry: everything."),
        click.option("--order", type=_choice(Order), help="A letter's blocks, or date."),
    )


def output_options(command: _F) -> _F:
    """Add --format, --lang and -o to *command*."""
    forms = click.Choice(FORMATS)
    form = click.option("--format", "form", type=forms, default="text", show_default=True)
    return file_options(form(command))


def file_options(command: _F) -> _F:
    """Add --lang and -o to *command*."""
    return _with(
        command,
        click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True),
        click.option("-o", "output", type=click.Path(dir_okay=False), help="Write to this file."),
    )


def letter_options(*others: str) -> Callable[[_F], _F]:
    """Return what adds --format with *others* and docx, and the inputs of a letter.

    The command takes these as **given.
    """
    inputs = [_input(name, text) for name, text in FIELDS.items()]
    forms = click.Choice((*others, "docx"))
    form = click.option("--format", "form", type=forms, default="text", show_default=True)
    return lambda command: _with(command, form, *inputs)


def _input(name: str, text: str) -> Callable[[Any], Any]:
    option = f"--{name.replace('_', '-')}"
    return click.option(option, f"letter_{name}", multiple=True, help=f"Letter (docx): {text}")


def letterhead(given: dict[str, Any], form: str) -> Letterhead:
    """Take the inputs of a letter out of *given*; other forms than docx have no place for them.

    Raises:
        InvalidSelectionError, InvalidLetterheadError: An input cannot be used.
    """
    values = {name: list(given.pop(f"letter_{name}")) for name in FIELDS}
    for name, texts in values.items():
        if texts and form != "docx":
            raise click.UsageError(f"--{name.replace('_', '-')} is for --format docx alone")
    head = Letterhead.parse({name: texts for name, texts in values.items() if texts})
    if head.issuer and not head.issuer_in_sentence:
        note = "the issuer is in capitals, so its sentence has a blank; give it in normal case"
        click.echo(note, err=True)
    return head


def write_binary(data: bytes, output: str | None, form: str) -> None:
    """Write *data* to the file *output* or into a pipe, but not to a terminal.

    Raises:
        OutputError: There is no file, and stdout is a terminal.
    """
    if output in (None, "-") and sys.stdout and sys.stdout.isatty():
        raise OutputError("stdout", f"a .{form} is binary and this is a terminal")
    write(data, output)


def _choice(values: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([member.value for member in values])  # of members it takes the names


def _with(command: _F, *options: Callable[[Any], Any]) -> _F:
    for option in reversed(options):  # so that --help shows them in the order given
        command = option(command)
    return command
