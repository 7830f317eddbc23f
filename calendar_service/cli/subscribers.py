"""subscribers: addresses in and out, what is held of a person, and forgetting one."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs

import click
from sqlalchemy import Connection

from calendar_service.cli.output import write
from calendar_service.core.delivery import Subscriber
from calendar_service.core.reminders import Choice
from calendar_service.core.states import SubscriberState
from calendar_service.errors import CalendarServiceError, Fault
from calendar_service.formats.data import to_json
from calendar_service.services import Services
from calendar_service.store import subscribers as store
from calendar_service.store.database import reading
from calendar_service.store.suppressions import suppressed
from calendar_service.store.upgrade import require_current

_EMAIL = "email"
_SELECTION = ("region", "kind", "prominence", "year_class", "event", "all", "order")
_CHOICE = (*_SELECTION, "preset", "lead", "digest", "lang", "zone")
_LISTED = (_EMAIL, "state", "created_at", "confirmed_at", *_CHOICE)
_IMPORTED = "import"  # in the place of a consent text's version


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of an imported file that has no fault."""

    line: int
    email: str
    email_key: str
    choice_key: str


@click.group("subscribers")
def subscribers() -> None:
    """Import, list, export and forget those who get reminders."""


@subscribers.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--basis", required=True, help="The legal basis; kept as proof of consent.")
@click.pass_context
def import_subscribers(ctx: click.Context, file: Path, basis: str) -> None:
    """Enter the addresses of a CSV file as confirmed: all of them, or none with a fault.

    The first line names the columns: email, and any of region, kind, prominence,
    year_class, event, all, order, preset, lead, digest, lang and zone; ";" parts several values
    in one field. Without a digest column all get the monthly one. Addresses that are known
    already or must not get mail are skipped.

    \b
    Example:
        calendar-service subscribers import staff.csv --basis "Quyết định 12/QĐ-VP, 3/7/2026"
    """
    basis = basis.strip()
    if not 0 < len(basis) <= store.MAX_METHOD:
        message = f"give it in 1 to {store.MAX_METHOD} characters"
        raise click.BadParameter(message, param_hint="--basis")
    services = _services()
    rows, faults = _read(file, services)
    if faults:
        for fault in faults:
            click.echo(str(fault), err=True)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        click.echo(f"{count}; nothing was imported", err=True)
        ctx.exit(2)
    with services.engine.begin() as connection:
        held = suppressed(connection, [row.email_key for row in rows], services.tokens.salt)
        wanted = [row for row in rows if row.email_key not in held]
        entered = sum(_enter(connection, row, basis, services) for row in wanted)
    known = len(wanted) - entered
    click.echo(f"{entered} imported, {known} known already, {len(held)} suppressed", err=True)


@subscribers.command("list")
@click.option("--state", type=click.Choice([state.value for state in SubscriberState]))
def list_subscribers(state: str | None) -> None:
    """Print the subscribers as CSV, in the order of their sign-up."""
    services = _services()
    text = io.StringIO()
    writer = csv.DictWriter(text, _LISTED, lineterminator="\r\n")
    writer.writeheader()
    with reading(services.engine) as connection:
        chosen = SubscriberState(state) if state else None
        writer.writerows(map(_listed, store.list_subscribers(connection, state=chosen)))
    write(text.getvalue().encode(), None)


@subscribers.command("export")
@click.argument("text", metavar="ADDRESS")
def export_subscriber(text: str) -> None:
    """Print all that is held of one person, as JSON."""
    with reading(_services().engine) as connection:
        data = store.export_person(connection, _known(connection, text).id)
    write(to_json(data).encode(), None)


@subscribers.command("forget")
@click.argument("text", metavar="ADDRESS")
def forget_subscriber(text: str) -> None:
    """Erase a person; only a salted hash stays, so that no import brings them back."""
    services = _services()
    with services.engine.begin() as connection:
        person = _known(connection, text)
        store.erase(connection, person.id, services.tokens.salt, services.clock())
    click.echo("erased; older backups still hold the address", err=True)


def _services() -> Services:
    services = Services.from_environment()
    click.get_current_context().call_on_close(services.engine.dispose)
    require_current(services.engine)
    return services


def _known(connection: Connection, text: str) -> Subscriber:
    person = store.find_by_address(connection, store.address(text)[1])
    if person is None:
        message = "nobody has signed up by it; see: calendar-service subscribers list"
        raise click.BadParameter(message, param_hint="ADDRESS")
    return person


def _listed(person: Subscriber) -> dict[str, str]:
    choice = {name: ";".join(texts) for name, texts in parse_qs(person.choice_key).items()}
    return choice | {
        _EMAIL: person.email,
        "state": person.state,
        "created_at": person.created_at.isoformat(),
        "confirmed_at": person.confirmed_at.isoformat() if person.confirmed_at else "",
    }


def _enter(connection: Connection, row: _Row, basis: str, services: Services) -> bool:
    return store.enter_confirmed(
        connection,
        row.email,
        row.email_key,
        row.choice_key,
        text_version=_IMPORTED,
        basis=basis,
        now=services.clock(),
    )


def _read(file: Path, services: Services) -> tuple[list[_Row], list[Fault]]:
    """Return the rows of a CSV file, and every fault that it has."""
    lines, fault = _lines(file)
    if fault:
        return [], [fault]
    columns = [cell.strip().lower() for cell in lines[0][1]]
    faults = [Fault(str(file), lines[0][0], message) for message in _column_faults(columns)]
    if faults:
        return [], faults
    rows: list[_Row] = []
    seen: dict[str, int] = {}
    for line, cells in lines[1:]:
        row, messages = _row(line, cells, columns, services)
        if row and seen.setdefault(row.email_key, line) != line:
            first = seen[row.email_key]
            messages.append(f"{row.email} stands on line {first} already; leave one out")
        faults += [Fault(str(file), line, message) for message in messages]
        rows += [row] if row else []
    return rows, faults


def _lines(file: Path) -> tuple[list[tuple[int, list[str]]], Fault | None]:
    """Return the lines that hold anything, numbered, or why there are none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        return [], Fault(str(file), 0, f"cannot be read: {error}; save it as CSV in UTF-8")
    delimiter = next((mark for mark in ",;\t" if mark in text.partition("\n")[0]), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        return [], Fault(str(file), reader.line_num, f"is no CSV: {error}; save it anew")
    if not lines:
        return [], Fault(str(file), 0, f"is empty; begin with a line that names {_EMAIL!r}")
    return lines, None


def _column_faults(columns: list[str]) -> Iterator[str]:
    known = (_EMAIL, *_CHOICE)
    for name in sorted(set(columns) - set(known)):
        yield f"unknown column {name!r}; allowed: {', '.join(known)}"
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield f"column {name!r} is there twice; leave one out"
    if _EMAIL not in columns:
        yield f"there is no column {_EMAIL!r}; name the columns on the first line"


def _row(
    line: int, cells: list[str], columns: list[str], services: Services
) -> tuple[_Row | None, list[str]]:
    """Return what a line says, or every fault of it."""
    if len(cells) > len(columns):
        return None, [f"has {len(cells)} fields, but only {len(columns)} columns have a name"]
    given = dict(zip(columns, cells, strict=False))
    values = {name: _several(text) for name, text in given.items() if name != _EMAIL}
    messages = []
    email = email_key = choice_key = ""
    try:
        email, email_key = store.address(given[_EMAIL])
    except CalendarServiceError as error:
        messages.append(str(error))
    try:
        choice_key = _choice(values, services).key
    except CalendarServiceError:
        messages += _choice_faults(values, services)
    if messages:
        return None, messages
    return _Row(line, email, email_key, choice_key), []


def _choice(values: dict[str, list[str]], services: Services) -> Choice:
    """Return a choice with the settings' region by default, and the monthly digest."""
    whole = {"digest": [str(digest) for digest in Choice().digests]} | values
    axes = {name: texts for name, texts in values.items() if name in _SELECTION and texts}
    return replace(Choice.parse(whole), selection=services.selection(axes))


def _choice_faults(values: dict[str, list[str]], services: Services) -> Iterator[str]:
    for name, texts in values.items():
        try:
            _choice({name: texts}, services)
        except CalendarServiceError as error:
            yield str(error)


def _several(text: str) -> list[str]:
    return [part.strip() for part in re.split("[;,]", text) if part.strip()]
