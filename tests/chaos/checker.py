"""What must never be found in the evidence of a run. Pure, and shares no rule with the service it checks."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from citas.sandbox.state import Call, Event
from tests.chaos.evidence import Evidence, Row, Said, Who

ZONE = ZoneInfo("America/Lima")
CREATE = "CREAR_EVENTO"


class Rule(StrEnum):
    """What was broken; the text is the line of the report."""

    DUPLICATE = "duplicates"
    FALSE_CONFIRMATION = "confirmations without event"
    UNKNOWN_EVENT = "unknown events"
    FALSE_DENIAL = "false denials"
    UNRESOLVED = "unresolved bookings"
    WRONG_IDENTITY = "wrong identities"
    BAD_ANSWER = "bad answers"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that must not be, told in full."""

    rule: Rule
    who: Who | None
    text: str


def check(evidence: Evidence) -> tuple[Violation, ...]:
    """Everything in the evidence that breaks a rule; empty when all is well."""
    found = _Found(evidence)
    return tuple(violation for rule in _RULES for violation in rule(found))


def asserts_booking(reply: str) -> bool:
    """Whether a reply says that an appointment exists."""
    return any(_DONE.search(sentence) for sentence in _stated(reply))


def denies_booking(reply: str) -> bool:
    """Whether a reply says that nothing was booked."""
    return any(_DENIED.search(sentence) for sentence in _sentences(reply))


_DONE = re.compile(
    r"\b(?:confirm|agend|reserv|registr|program|separ)ad[ao]s?\b|\b(?:agendé|reservé|confirmé)\b"
    r"|\btu (?:cita|reunión|reserva) es\b|¡listo\b|meet google|enlace de la reunión",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:no|nada|si|verificando|aún|todavía|cuando|para que|quieres|prefieres)\b", re.IGNORECASE
)
_DENIED = re.compile(
    r"\bno (?:te )?(?:agendé|reservé) nada\b|\bno quedó nada (?:agendado|reservado|registrado)"
    r"|\bnada (?:quedó|está) (?:agendado|reservado)|\b(?:no hay|no tienes) ninguna cita",
    re.IGNORECASE,
)
_REF = re.compile(r"\bAC-[0-9A-Z]{4,}\b")
_LINK = re.compile(r"https://meet\.google\.com/[a-z-]+")
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
_MOMENT = re.compile(
    rf"(\d{{1,2}}) de ({'|'.join(_MONTHS)}) a las? (\d{{1,2}}):(\d\d) ([ap])m", re.IGNORECASE
)
_HALF_DAY = re.compile(r"\b([ap])\.\s?m\.")


def _sentences(reply: str) -> Iterator[str]:
    whole = _HALF_DAY.sub(r"\1m", reply).replace("meet.google.com", "meet google")
    yield from re.findall(r"[^.!?\n]+[!?]?", whole)


def _stated(reply: str) -> Iterator[str]:
    """The sentences that state something plainly: no question, no condition, no denial."""
    for sentence in _sentences(reply):
        if not sentence.endswith("?") and not _UNSURE.search(sentence):
            yield sentence


@dataclass(frozen=True)
class _Found:
    """The evidence, looked up by what belongs together."""

    evidence: Evidence

    @cached_property
    def events(self) -> dict[Who, list[Event]]:
        grouped: dict[Who, list[Event]] = defaultdict(list)
        for event in self.evidence.events:
            grouped[_whose(event)].append(event)
        return grouped

    @cached_property
    def rows(self) -> dict[Who, list[Row]]:
        grouped: dict[Who, list[Row]] = defaultdict(list)
        for row in self.evidence.rows:
            grouped[row.who].append(row)
        return grouped

    @cached_property
    def by_ref(self) -> dict[str, Row]:
        return {row.ref: row for row in self.evidence.rows}

    @cached_property
    def first(self) -> dict[tuple[Who, str | None, str], Said]:
        """The first of the equal replies to one message id."""
        named = [said for said in self.evidence.said if said.message_id is not None]
        return {(said.who, said.message_id, said.reply): said for said in reversed(named)}

    @cached_property
    def creations(self) -> list[Call]:
        return [call for call in self.evidence.calls if call.operation == CREATE]


def _duplicates(found: _Found) -> Iterator[Violation]:
    """Never two events for a reference, a prospect and slot, or a stretch of a calendar; never two calls."""
    events = found.evidence.events
    refs = Counter(ref for event in events if (ref := _ref(event.titulo)))
    for ref, times in refs.items():
        if times > 1:
            yield Violation(Rule.DUPLICATE, None, f"{times} events carry {ref}")
    slots = Counter((_whose(event), event.start) for event in events)
    for (who, start), times in slots.items():
        if times > 1:
            yield Violation(Rule.DUPLICATE, who, f"{times} events at {start}")
    calls = Counter(str(call.payload.get("titulo")) for call in found.creations)
    for titulo, times in calls.items():
        if times > 1:
            yield Violation(Rule.DUPLICATE, None, f"CREAR_EVENTO was received {times} times for {titulo!r}")
    for one, next_one in pairwise(sorted(events, key=lambda e: (e.calendar, e.start, e.id))):
        if one.calendar == next_one.calendar and next_one.start < one.end:
            yield Violation(Rule.DUPLICATE, _whose(next_one), f"{_told(one)} overlaps {_told(next_one)}")


def _false_confirmations(found: _Found) -> Iterator[Violation]:
    """Whoever is told of an appointment has that one, in the ledger too; no CREATED row lacks its event."""
    for said in found.evidence.said:
        if asserts_booking(said.reply) and (wrong := _untrue(found, said)):
            yield Violation(Rule.FALSE_CONFIRMATION, said.who, f"{wrong}: {_turn(said)}")
    made = {_ref(event.titulo) for event in found.evidence.events}
    for row in found.evidence.rows:
        if row.state == "created" and row.ref not in made:
            yield Violation(Rule.FALSE_CONFIRMATION, row.who, f"{row.ref} is CREATED and there is no event")


def _untrue(found: _Found, said: Said) -> str:
    """What is not true of a reply that tells of an appointment; empty when all is."""
    created = {
        row.ref for row in found.rows[said.who] if row.state == "created" and row.created_at <= said.at
    }
    events = [event for event in found.events[said.who] if event.id <= said.events]
    known = [event for event in events if _ref(event.titulo) in created]
    if not known:
        return "no event" if not events else "an event, but no CREATED row"
    if unknown := set(_REF.findall(said.reply)) - {_ref(event.titulo) for event in known}:
        return f"{min(unknown)} is not theirs"
    told = {moment for sentence in _stated(said.reply) for moment in _moments(sentence)}
    starts = {(e.start.day, e.start.month, e.start.time()) for e in known}
    if told - starts:
        return "another time than the event's"
    links = {*_LINK.findall(said.reply), *_LINK.findall(said.url or "")}
    return "another link than the event's" if links - {event.meet_link for event in known} else ""


def _unknown_events(found: _Found) -> Iterator[Violation]:
    """Every event is a row: same reference, slot, address, name and session, CREATED or UNKNOWN."""
    for event in found.evidence.events:
        row = found.by_ref.get(_ref(event.titulo) or "")
        if row is None:
            yield Violation(Rule.UNKNOWN_EVENT, _whose(event), f"no row for {_told(event)}")
        elif wrong := _differs(event, row):
            yield Violation(Rule.UNKNOWN_EVENT, row.who, f"{wrong}: {_told(event)} and {row}")


def _differs(event: Event, row: Row) -> str:
    facts = {
        "session": _whose(event) == row.who,
        "slot": (event.start, event.end) == (_local(row.start), _local(row.end)),
        "address": event.correo_cliente == row.email,
        "name": row.name in event.titulo,
        "state": row.state in {"created", "unknown", "sent"},
        "link": row.link is None or row.link == event.meet_link,
    }
    return ", ".join(name for name, same in facts.items() if not same)


def _false_denials(found: _Found) -> Iterator[Violation]:
    """Nobody is told that nothing was booked while something of theirs is, or may be, in the calendar.

    A message delivered again has its reply repeated: that one was true or false when it was first given.
    """
    for heard in found.evidence.said:
        if not denies_booking(heard.reply):
            continue
        said = found.first.get((heard.who, heard.message_id, heard.reply), heard)
        events = [event for event in found.events[said.who] if event.id <= said.events]
        holding = [r for r in found.rows[said.who] if _holds(r) and r.created_at <= said.at]
        if events or holding:
            why = f"{len(events)} events, rows {[f'{r.ref} {r.state}' for r in holding]}"
            yield Violation(Rule.FALSE_DENIAL, said.who, f"{why}: {_turn(said)}")


def _unresolved(found: _Found) -> Iterator[Violation]:
    """At the end nothing is SENT, and whatever is UNKNOWN is before a person."""
    asked = set(found.evidence.asked)
    for row in found.evidence.rows:
        if row.state == "sent":
            yield Violation(Rule.UNRESOLVED, row.who, f"{row.ref} is still SENT")
        elif row.state == "unknown" and row.ref not in asked:
            yield Violation(Rule.UNRESOLVED, row.who, f"{row.ref} is UNKNOWN and nobody is asked")


def _wrong_identities(found: _Found) -> Iterator[Violation]:
    """Every CREAR_EVENTO names the seller, session, address and name of the prospect it is for."""
    orders = {order.email: (who, order) for who, order in found.evidence.orders.items()}
    for call in found.creations:
        who, order = orders.get(str(call.payload.get("correo_cliente")), (None, None))
        if who is None or order is None:
            yield Violation(Rule.WRONG_IDENTITY, None, f"nobody has that address: {call.payload}")
            continue
        same = (
            call.payload.get("usuario_id") == order.usuario_id
            and str(call.payload.get("id_prospecto")) == who.session
            and order.name in str(call.payload.get("titulo"))
        )
        if not same:
            yield Violation(Rule.WRONG_IDENTITY, who, f"{order} was sent as {call.payload}")


def _bad_answers(found: _Found) -> Iterator[Violation]:
    """Whatever happens, the answer is a 200 with words in it."""
    for said in found.evidence.said:
        if said.status != 200 or not any(c.isalnum() for c in said.reply):
            yield Violation(Rule.BAD_ANSWER, said.who, f"HTTP {said.status}: {_turn(said)}")


_RULES: tuple[Callable[[_Found], Iterator[Violation]], ...] = (
    _duplicates,
    _false_confirmations,
    _unknown_events,
    _false_denials,
    _unresolved,
    _wrong_identities,
    _bad_answers,
)


def _holds(row: Row) -> bool:
    """A row that ends so has held its slot since it was made: REJECTED and NOT_SENT never turn into these."""
    return row.state in {"sent", "unknown", "created"}


def _moments(sentence: str) -> Iterator[tuple[int, int, time]]:
    for day, month, hour, minute, half in _MOMENT.findall(sentence):
        clock = time(int(hour) % 12 + (12 if half.lower() == "p" else 0), int(minute))
        yield int(day), _MONTHS.index(month.lower()) + 1, clock


def _whose(event: Event) -> Who:
    return Who(event.empresa or 0, event.id_prospecto)


def _ref(titulo: str) -> str | None:
    found = _REF.search(titulo)
    return found.group() if found else None


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(tzinfo=None)


def _told(event: Event) -> str:
    return f"event {event.id} ({event.titulo!r}, {event.start}, prospect {event.id_prospecto})"


def _turn(said: Said) -> str:
    return f"{said.text!r} → {said.reply!r} (at {said.at:%H:%M:%S.%f}, {said.events} events then)"
