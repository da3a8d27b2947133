"""Conversations made up for the evaluators: a good one, and ways to spoil it."""

from dataclasses import replace
from datetime import datetime, timedelta

from citas.sandbox.state import Event
from citas.store.model import Booking, BookingState, RequestKind, SessionKey
from evals import reading
from evals.case import LIMA, WEDNESDAY, Case
from evals.transcript import Exchange, Named, ToolCall, Transcript, Usage

SLOT = datetime(2026, 3, 12, 16, 0)  # noqa: DTZ001  the wire's local time
LINK = "https://meet.google.com/aaa-bbbb-ccc"
NAME, EMAIL = "Ana Ejemplo", "ana@example.com"
RECAP = f"Entonces: jueves 12 de marzo a las 4:00 p. m., {NAME}, {EMAIL}. ¿Confirmo la cita?"
CONFIRMED = f"¡Listo! Tu cita quedó confirmada para el *jueves 12 de marzo a las 4:00 p. m.*\nEnlace: {LINK}"


def case(**fields: object) -> Case:
    """A case that expects Ana's booking, unless told otherwise."""
    defaults: dict[str, object] = {
        "name": "made-up",
        "script": [f"soy {NAME}, {EMAIL}, mañana a las 4", "sí"],
        "expect": {"events": [{"start": "2026-03-12T16:00", "name": NAME, "email": EMAIL}]},
    }
    return Case.model_validate(defaults | fields)


def exchange(text: str, reply: str, *, free: bool = True, **fields: object) -> Exchange:
    """A message and its answer; every moment that it names is free, or none is."""
    named = tuple(
        Named(moment, free, sentence)
        for sentence in reading.sentences(reply)
        for moment in reading.moments_in(sentence, WEDNESDAY)
    )
    made = Exchange("main", text, 200, reply, None, WEDNESDAY, 0.1, 0, named, outcome="answered")
    return replace(made, **fields)  # type: ignore[arg-type]  # by name, as a test wants it


def event(**fields: object) -> Event:
    """Ana's event."""
    made = Event(
        1,
        "empresa-101",
        101,
        7,
        "51900000001",
        f"Cita con {NAME} (AC-AAAA)",
        SLOT,
        SLOT + timedelta(hours=1),
        EMAIL,
        "",
        LINK,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # by name, as a test wants it


def booking(**fields: object) -> Booking:
    """Its row in the ledger."""
    start = SLOT.replace(tzinfo=LIMA)
    made = Booking(
        1,
        "AC-AAAA",
        "key",
        SessionKey(101, "51900000001"),
        "empresa-101",
        start,
        start + timedelta(hours=1),
        NAME,
        EMAIL,
        BookingState.CREATED,
        LINK,
        "",
        "{}",
        WEDNESDAY,
        WEDNESDAY,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # by name, as a test wants it


def transcript(*exchanges: Exchange, **fields: object) -> Transcript:
    """The good conversation, or these exchanges in its place."""
    good = (
        exchange(
            f"soy {NAME}, {EMAIL}, mañana a las 4", RECAP, tools=(ToolCall("check_availability", "{}", ""),)
        ),
        exchange("sí", CONFIRMED, events=1, outcome="booked", url=LINK),
    )
    made = Transcript(
        exchanges or good,
        {"main": SessionKey(101, "51900000001"), "otro": SessionKey(101, "51900000002")},
        (event(),),
        (booking(),),
        (),
        posted=("AC-AAAA",),
        withheld=0,
        usage=Usage(),
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # by name, as a test wants it


def nothing(*exchanges: Exchange, **fields: object) -> Transcript:
    """Exchanges after which nothing is booked."""
    return transcript(*exchanges, **({"events": (), "bookings": (), "posted": ()} | fields))


HANDOFF = (RequestKind.HANDOFF,)
