"""`citas bookings` and `citas requests`: what the company's people look at and settle, beside the service.

Everything is masked unless `--unmasked` asks otherwise; see docs/operations.md.
"""

import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import typer

from citas.booking.evidence import Evidence, masked_text, record
from citas.errors import OperationRefused
from citas.settings import Settings, load
from citas.store.model import BookingState, HumanRequest
from citas.store.review import Resolution, Reviewed
from citas.store.store import Store, open_for_operator

RESOLVED = {"created": BookingState.CREATED, "rejected": BookingState.REJECTED}
COLUMNS = ("ref", "state", "slot", "empresa", "age", "calendar", "flags")


@dataclass(frozen=True, slots=True)
class Office:
    """Where an operator's command looks: the database, and the clock it tells times by."""

    settings: Settings

    @classmethod
    def at(cls, database: str | None) -> "Office":
        """From `--database`, else the environment and .env; needs no model's key. Raises `ConfigError`."""
        given: dict[str, object] = {"database_url": database} if database else {}
        return cls(load(openai_model="offline", **given))

    @property
    def zone(self) -> ZoneInfo:
        """The companies' time zone."""
        return self.settings.zone

    def now(self) -> datetime:
        """The company's clock."""
        return self.settings.frozen_now or datetime.now(self.zone)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Store]:
        """The store, whether or not a service runs on it."""
        async with open_for_operator(self.settings.database_url) as store:
            yield store


async def list_bookings(office: Office, empresa: int | None, state: str, *, as_json: bool) -> None:
    """One line a booking, oldest first."""
    async with office.open() as store:
        if state == "all":
            found = [reviewed async for reviewed in store.review.each(empresa, None)]
        else:
            wanted = None if state == "unresolved" else BookingState(state)
            found = list(await store.review.of_state(wanted, empresa))
    lines = [_line(reviewed, office) for reviewed in found]
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    _table(COLUMNS, [[str(line[column]) for column in COLUMNS] for line in lines], nothing="no bookings")


async def show_booking(office: Office, ref: str, *, as_json: bool, masked: bool) -> None:
    """The evidence of one booking, with every step."""
    async with office.open() as store:
        found = await store.review.by_ref(ref)
    told = record(found.booking, found.steps, masked=masked)
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(_readable(told)))


async def resolve_booking(office: Office, ref: str, outcome: str, link: str | None, note: str) -> None:
    """Write down what an operator found in the calendar. Raises `OperationRefused`."""
    state, now = RESOLVED[outcome], office.now()
    if link is not None and (state is not BookingState.CREATED or not _is_meet_link(link)):
        raise OperationRefused("--link must be https://meet.google.com/…, and only for a created booking")
    found = Resolution(ref, state, now, now - office.settings.claim_patience, link, note)
    async with office.open() as store:
        booking = await store.review.resolve(found)
    typer.echo(f"{booking.ref} is {booking.state} now; the customer is told in their next turn")


async def export_bookings(office: Office, empresa: int | None, since: date | None, *, masked: bool) -> None:
    """The evidence of every booking, one JSON object a line."""
    begin = datetime.combine(since, time(), tzinfo=office.zone) if since else None
    async with office.open() as store:
        async for found in store.review.each(empresa, begin):
            typer.echo(json.dumps(record(found.booking, found.steps, masked=masked), ensure_ascii=False))


async def list_requests(office: Office, empresa: int | None, *, as_json: bool) -> None:
    """What waits for a person, oldest first."""
    async with office.open() as store:
        waiting = await store.requests.all_open()
    mine = [_request(r, office) for r in waiting if empresa in {None, r.session.id_empresa}]
    if as_json:
        typer.echo(json.dumps(mine, ensure_ascii=False, indent=2))
        return
    columns = ("id", "kind", "empresa", "session", "age", "ref", "summary")
    _table(
        columns, [[str(line[column] or "-") for column in columns] for line in mine], nothing="no requests"
    )


async def close_request(office: Office, request_id: int) -> None:
    """Mark a request done. Raises `OperationRefused` if it was not open."""
    async with office.open() as store:
        closed = await store.requests.close(request_id, office.now())
    if not closed:
        raise OperationRefused(f"there is no open request {request_id}")
    typer.echo(f"request {request_id} is closed")


def _line(found: Reviewed, office: Office) -> dict[str, object]:
    booking = found.booking
    looks = [step.look for step in found.steps if step.look]
    return {
        "ref": booking.ref,
        "state": booking.state.value,
        "slot": f"{booking.start.astimezone(office.zone):%Y-%m-%d %H:%M}",
        "empresa": booking.session.id_empresa,
        "age": _age(booking.created_at, office.now()),
        "calendar": looks[-1] if looks else "-",
        "flags": "unverified" if Evidence.loads(booking.evidence).unverified else "",
    }


def _request(request: HumanRequest, office: Office) -> dict[str, object]:
    return {
        "id": request.id,
        "kind": request.kind.value,
        "empresa": request.session.id_empresa,
        "session": f"***{request.session.session[-2:]}",
        "age": _age(request.created_at, office.now()),
        "ref": request.booking_ref,
        "summary": masked_text(request.summary),
    }


def _age(since: datetime, now: datetime) -> str:
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, nothing: str) -> None:
    if not rows:
        typer.echo(nothing)
        return
    widths = [max(len(row[at]) for row in (columns, *rows)) for at in range(len(columns))]
    for row in (columns, *rows):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _readable(told: object, indent: str = "") -> Iterable[str]:
    """A record as indented lines, in the order it was made."""
    if isinstance(told, dict):
        for name, value in told.items():
            if isinstance(value, (dict, list)) and value:
                yield f"{indent}{name}:"
                yield from _readable(value, indent + "  ")
            else:
                yield f"{indent}{name}: {'-' if value in (None, '', []) else value}"
    elif isinstance(told, list):
        for step in told:
            yield f"{indent}{step['at']}  {step['state']:<8}  {step['actor']:<10}  {step['note']}"


def _is_meet_link(link: str) -> bool:
    """What goes to the customer word for word is the link of a room, and nothing beside it."""
    return re.fullmatch(r"https://meet\.google\.com/[a-z0-9-]{3,40}", link) is not None
