"""The state a conversation ends in: calendar, ledger, requests for people, and what had to be said."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from citas.sandbox.state import Event
from citas.store.model import Booking, BookingState
from evals import reading
from evals.case import ANYONE, LIMA, MAIN, Case, ExpectedEvent, Prospect, Say
from evals.evaluators.base import CaseEvaluator
from evals.transcript import Exchange, Transcript, code_in, is_of


@dataclass
class EndState(CaseEvaluator):
    """Exactly the expected events are in the calendar."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """What is missing, and what nobody expected."""
        if case.prospect and not case.expect.events:
            yield from _unsuitable(case.prospect, found.events_of(MAIN))
            yield from _wrong_lengths(case, found.events)
            return
        left = list(found.events)
        for expected in case.expect.events:
            match = next((e for e in left if _matches(e, expected, case, found)), None)
            if match is None:
                yield f"no event for {expected.by} at {expected.start:%Y-%m-%d %H:%M}" + _of(expected)
            else:
                left.remove(match)
        for event in left:
            yield f"an event nobody expected: {_told(event)}"
        yield from _wrong_lengths(case, found.events)


@dataclass
class LedgerAgrees(CaseEvaluator):
    """Each event is a row of the ledger, each CREATED row an event; nothing is open that should not be."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """Where the two differ."""
        rows = {row.ref: row for row in found.bookings}
        refs = Counter(code_in(event.titulo) for event in found.events)
        for event in found.events:
            row = rows.get(code_in(event.titulo))
            if row is None:
                yield f"no row for {_told(event)}"
            elif differs := _differs(event, row):
                yield f"{row.ref} differs from its event in {differs}"
        for row in found.bookings:
            if row.state is BookingState.CREATED and not refs[row.ref]:
                yield f"{row.ref} is CREATED without an event"
            if row.state is BookingState.SENT:
                yield f"{row.ref} was left SENT"
        unknown = sum(row.state is BookingState.UNKNOWN for row in found.bookings)
        if unknown != case.expect.unknown:
            yield f"{unknown} bookings are UNKNOWN, not {case.expect.unknown}"


@dataclass
class RequestsRecorded(CaseEvaluator):
    """Exactly the expected requests wait for a person."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """What is missing and what is too much."""
        wanted, there = Counter(case.expect.requests), Counter(found.requests)
        for kind in sorted((wanted - there).elements()):
            yield f"no request recorded: {kind}"
        for kind in sorted((there - wanted).elements()):
            yield f"a request nobody expected: {kind}"


@dataclass
class Said(CaseEvaluator):
    """What had to be said was said, and what must not be was not."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """Each text that is missing or too much."""
        replies = [e.reply for e in found.exchanges]
        for wanted in case.expect.says:
            if not any(reading.has(reply, wanted) for reply in replies):
                yield f"nowhere said: {wanted!r}"
        for banned in case.expect.never:
            for reply in replies:
                if reading.has(reply, banned):
                    yield f"said {banned!r}: {reply!r}"
        for message, exchange in zip(case.messages, found.exchanges, strict=False):
            yield from _answered(message, exchange)
        if len(found.exchanges) < len(case.messages):
            yield f"only {len(found.exchanges)} of {len(case.messages)} messages were answered"
        for exchange in found.exchanges:
            if exchange.status != 200 or not exchange.reply.strip():
                yield f"HTTP {exchange.status} and {exchange.reply!r} for {exchange.text[:60]!r}"


@dataclass
class Withheld(CaseEvaluator):
    """The guard stopped a wayward model where it had to, and nowhere else where a case says so."""

    def problems(self, case: Case, found: Transcript) -> Iterable[str] | None:
        """Whether it did."""
        if case.expect.withheld is None:
            return None
        if case.expect.withheld == bool(found.withheld):
            return ()
        return ("the guard stopped nothing" if case.expect.withheld else "the guard stopped an honest reply",)


def _answered(message: Say, exchange: Exchange) -> Iterator[str]:
    told = f"{message.say[:40]!r} was answered"
    for wanted in message.reply.has:
        if not reading.has(exchange.reply, wanted):
            yield f"{told} without {wanted!r}: {exchange.reply!r}"
    for banned in message.reply.lacks:
        if reading.has(exchange.reply, banned):
            yield f"{told} with {banned!r}: {exchange.reply!r}"
    if message.reply.link is not None and message.reply.link != bool(exchange.url):
        yield f"{told} {'with' if exchange.url else 'without'} a link in `url`"


def _unsuitable(prospect: Prospect, events: tuple[Event, ...]) -> Iterator[str]:
    """What is wrong with a simulated prospect's booking."""
    if len(events) != 1:
        yield f"{len(events)} events in place of one"
    for event in events:
        if not prospect.suits.suits(event.start):
            yield f"booked {event.start:%Y-%m-%d %H:%M}, which does not suit"
        if prospect.name not in event.titulo or event.correo_cliente != prospect.email:
            yield f"booked for somebody else: {_told(event)}"


def _wrong_lengths(case: Case, events: tuple[Event, ...]) -> Iterator[str]:
    minutes = int(case.config.get("duracion_cita_minutos", 60))
    for event in events:
        if event.end - event.start != timedelta(minutes=minutes):
            yield f"not {minutes} minutes long: {_told(event)} until {event.end:%H:%M}"


def _matches(event: Event, expected: ExpectedEvent, case: Case, found: Transcript) -> bool:
    if expected.by == ANYONE:
        is_theirs = event.empresa == case.empresa
    else:
        is_theirs = is_of(event, found.sessions[expected.by])
    return (
        is_theirs
        and event.start == expected.start.astimezone(LIMA).replace(tzinfo=None)
        and (expected.name is None or expected.name in event.titulo)
        and expected.email in {None, event.correo_cliente}
    )


def _of(expected: ExpectedEvent) -> str:
    return "".join(f", {part}" for part in (expected.name, expected.email) if part)


def _differs(event: Event, row: Booking) -> str:
    same = {
        "session": is_of(event, row.session),
        "start": _local(row.start) == event.start,
        "end": _local(row.end) == event.end,
        "name": row.customer_name in event.titulo,
        "address": row.customer_email == event.correo_cliente,
        "state": row.state in {BookingState.CREATED, BookingState.UNKNOWN},
    }
    return ", ".join(name for name, is_same in same.items() if not is_same)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(LIMA).replace(tzinfo=None)


def _told(event: Event) -> str:
    return f"{event.titulo!r} at {event.start:%Y-%m-%d %H:%M} for {event.correo_cliente}"
