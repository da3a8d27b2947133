"""The command line: `python -m citas.main` serves; `citas demo`, `chat`, `sandbox` and `when` help, and
`citas bookings` and `requests` are for operators.

What a command needs is imported when it runs, so that `citas when` answers at once: the model library alone
takes seconds to load.
"""

import asyncio
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from citas.errors import CitasError
from citas.when import Company, answer_line, report

DemoFiles = Annotated[Path, typer.Option(help="Where the demo keeps its two files.")]

if TYPE_CHECKING:
    from citas.operations import Office

Database = Annotated[str | None, typer.Option(help="Its URL; DATABASE_URL by default.", show_default=False)]
OfEmpresa = Annotated[int | None, typer.Option(help="Only of this empresa.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Unmasked = Annotated[bool, typer.Option("--unmasked", help="With names, addresses and numbers.")]


class Which(StrEnum):
    """Which bookings `citas bookings list` shows."""

    UNRESOLVED = "unresolved"
    SENT = "sent"
    CREATED = "created"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    ALL = "all"


class Found(StrEnum):
    """What an operator found of an unresolved booking."""

    CREATED = "created"
    REJECTED = "rejected"


app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    help="An appointment agent for WhatsApp. Without a command it serves.",
    pretty_exceptions_enable=False,
)


bookings = typer.Typer(no_args_is_help=True, help="Look into bookings, and settle the unresolved ones.")
requests = typer.Typer(no_args_is_help=True, help="What waits for a person.")
app.add_typer(bookings, name="bookings")
app.add_typer(requests, name="requests")


@app.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """Serve when no command is named."""
    if context.invoked_subcommand is None:
        serve()


@app.command()
def serve() -> None:
    """Serve POST /api/chat with the configured model and back end."""
    from citas import serving

    serving.serve()


@app.command()
def demo(var: DemoFiles = Path("var")) -> None:
    """Serve with the embedded sandbox and the offline model: no key, no network."""
    from citas import serving

    serving.demo(var)


@app.command()
def chat(var: DemoFiles = Path("var")) -> None:
    """Talk with the demo in the terminal; an empty line ends it."""
    from citas import serving

    serving.chat(var)


@app.command()
def sandbox(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8003,
    var: Annotated[Path, typer.Option(help="Where the sandbox keeps its file.")] = Path("var"),
) -> None:
    """Serve the stand-in for the company's back end alone."""
    from citas import serving

    serving.sandbox(host, port, var)


@app.command()
def when(
    words: Annotated[
        list[str] | None, typer.Argument(help="What a customer wrote.", show_default=False)
    ] = None,
    now: Annotated[str, typer.Option(help="When it was received, ISO; the clock's time by default.")] = "",
    tz: Annotated[str, typer.Option(help="The company's time zone.")] = "America/Lima",
    opening: Annotated[
        str, typer.Option("--open", help='Opening hours of every day, 09:00-18:00; they settle "a las 3".')
    ] = "",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read {text, now} lines, write one line each.")
    ] = False,
) -> None:
    """Say which date and time a message means."""
    company = Company.of(tz, opening)
    received = company.moment(now) if now else None
    if jsonl == bool(words):
        raise typer.BadParameter("give either what the customer wrote, or --jsonl and lines to read")
    if words:
        typer.echo(report(" ".join(words), company, received))
        return
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answer_line(line, company, received))
        sys.stdout.buffer.flush()


@bookings.command("list")
def list_bookings(
    state: Annotated[Which, typer.Option(help="Which ones.")] = Which.UNRESOLVED,
    empresa: OfEmpresa = None,
    as_json: AsJson = False,
    database: Database = None,
) -> None:
    """List bookings, by default those that nobody knows the outcome of, oldest first."""
    from citas import operations

    office = _office(database)
    asyncio.run(operations.list_bookings(office, empresa, state.value, as_json=as_json))


@bookings.command("show")
def show_booking(
    ref: str, as_json: AsJson = False, unmasked: Unmasked = False, database: Database = None
) -> None:
    """Show the evidence of one booking: from the customer's words to the outcome, with every step."""
    from citas import operations

    office = _office(database)
    asyncio.run(operations.show_booking(office, ref, as_json=as_json, masked=not unmasked))


@bookings.command("resolve")
def resolve_booking(
    ref: str,
    outcome: Annotated[Found, typer.Argument(help="What the calendar shows.")],
    link: Annotated[str | None, typer.Option(help="The event's https://meet.google.com/… link.")] = None,
    note: Annotated[str, typer.Option(help="How you know; kept in the trail.")] = "",
    database: Database = None,
) -> None:
    """Say what became of a booking that nobody knows the outcome of."""
    from citas import operations

    office = _office(database)
    asyncio.run(operations.resolve_booking(office, ref, outcome.value, link, note))


@bookings.command("export")
def export_bookings(
    empresa: OfEmpresa = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Made on this day or later.")
    ] = None,
    unmasked: Unmasked = False,
    database: Database = None,
) -> None:
    """Write the evidence of every booking, one JSON object a line."""
    from citas import operations

    office = _office(database)
    day = since.date() if since else None
    asyncio.run(operations.export_bookings(office, empresa, day, masked=not unmasked))


@requests.command("list")
def list_requests(empresa: OfEmpresa = None, as_json: AsJson = False, database: Database = None) -> None:
    """List what waits for a person, oldest first."""
    from citas import operations

    asyncio.run(operations.list_requests(_office(database), empresa, as_json=as_json))


@requests.command("close")
def close_request(request: int, database: Database = None) -> None:
    """Mark a request as done."""
    from citas import operations

    asyncio.run(operations.close_request(_office(database), request))


def _office(database: str | None) -> "Office":
    """Where the command looks. Standard output is its answer alone, so that programs can read it."""
    from citas.operations import Office

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    return Office.at(database)


def cli() -> None:
    """The entry point: what we raise on purpose ends the program with one line."""
    try:
        app()
    except CitasError as error:
        typer.echo(f"citas: {error}", err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    cli()
