"""The record of a booking says everything in order, and who the customer is only when asked."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from citas.booking.evidence import AskedCalendar, Evidence, masked_text, record
from citas.maravia.model import Calendar
from citas.scheduling.model import Slot
from citas.store.model import Booking, BookingState, BookingStep, SessionKey
from tests.booking.support import NOW, THURSDAY_4PM, Bench, only_row, wish

START = THURSDAY_4PM.astimezone(UTC)
END = START.replace(hour=START.hour + 1)
KEPT = Evidence(
    phrase="soy Ana María Núñez, mañana a las 4",
    slot=THURSDAY_4PM,
    availability="free",
    asked_at=NOW,
    accepted_with="sí, ana.nunez@correo.example.com o al +51 987 654 321",
    calendar=AskedCalendar(45, 0, 1),
)
ROW = Booking(
    id=1,
    ref="AC-7KQ2",
    key="k",
    session=SessionKey(101, "51987654321"),
    resource="empresa-101",
    start=START,
    end=END,
    customer_name="Ana María Núñez",
    customer_email="ana.nunez@example.com",
    state=BookingState.UNKNOWN,
    meet_link=None,
    detail="no answer for Ana María Núñez",
    evidence=KEPT.dumps(),
    created_at=NOW.astimezone(UTC),
    updated_at=NOW.astimezone(UTC),
    told=BookingState.UNKNOWN,
)
STEPS = (
    BookingStep(1, 1, NOW.astimezone(UTC), BookingState.SENT, "service", "claimed"),
    BookingStep(2, 1, NOW, BookingState.UNKNOWN, "operator", "llamé a ANA MARIA NUNEZ al 987654321"),
)
PRIVATE = ("Ana", "ANA", "María", "MARIA", "Núñez", "NUNEZ", "nunez", "987", "654", "correo.")


def test_that_the_record_goes_from_the_words_to_the_outcome() -> None:
    assert record(ROW, STEPS, masked=False) == {
        "ref": "AC-7KQ2",
        "empresa": 101,
        "session": "51987654321",
        "customer": {"name": "Ana María Núñez", "email": "ana.nunez@example.com"},
        "phrase": KEPT.phrase,
        "slot": {
            "start": "2026-03-12T16:00:00-05:00",
            "end": "2026-03-12T17:00:00-05:00",
            "resource": "empresa-101",
        },
        "availability": {
            "answer": "free",
            "asked_at": "2026-03-11T10:15:00-05:00",
            "calendar": {"slots": 45, "agendar_usuario": 0, "agendar_sucursal": 1},
        },
        "accepted_with": KEPT.accepted_with,
        "outcome": {
            "state": "unknown",
            "detail": "no answer for Ana María Núñez",
            "meet_link": None,
            "told": "unknown",
            "claimed_at": "2026-03-11T10:15:00-05:00",
            "updated_at": "2026-03-11T10:15:00-05:00",
        },
        "steps": [
            {"at": "2026-03-11T10:15:00-05:00", "state": "sent", "actor": "service", "note": "claimed"},
            {
                "at": "2026-03-11T10:15:00-05:00",
                "state": "unknown",
                "actor": "operator",
                "note": STEPS[1].note,
            },
        ],
    }


def test_that_by_default_it_names_nobody_and_keeps_its_shape() -> None:
    masked, whole = record(ROW, STEPS), record(ROW, STEPS, masked=False)
    text = json.dumps(masked, ensure_ascii=False)

    assert masked.keys() == whole.keys()
    assert masked["session"] == "***21"
    assert masked["customer"] == {"name": "A. M. N.", "email": "a***@e***.com"}
    assert masked["phrase"] == "soy A. M. N., mañana a las 4"
    assert masked["accepted_with"] == "sí, a***@c***.com o al ***"
    assert masked["slot"] == whole["slot"]
    assert [word for word in PRIVATE if word in text] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ana arroba example punto com", "a***@e***.com"),
        ("mi correo es ANA@EXAMPLE.COM.", "mi correo es A***@E***.COM"),
        ("+51 987-654-321", "***"),
        ("(01) 234 5678", "(***"),
        ("el 12/03/2026 a las 4:30", "el 12/03/2026 a las 4:30"),
        ("el 2026-03-12 a las 16", "el 2026-03-12 a las 16"),
        ("AC-7KQ2 por S/ 150.00", "AC-7KQ2 por S/ 150.00"),
        ("", ""),
    ],
)
def test_that_addresses_and_phones_are_masked_and_dates_are_not(text: str, shown: str) -> None:
    assert masked_text(text) == shown


def test_that_a_decomposed_name_is_masked_too() -> None:
    decomposed = replace(ROW, detail="Nu\u0301n\u0303ez no contesta")
    outcome = record(decomposed, ())["outcome"]
    assert isinstance(outcome, dict)
    assert outcome["detail"] == "N. no contesta"


def test_that_particles_of_a_name_are_not_names() -> None:
    named = replace(ROW, customer_name="Ana de la Cruz", detail="la cita de Cruz")
    outcome = record(named, ())["outcome"]
    assert isinstance(outcome, dict)
    assert outcome["detail"] == "la cita de C."


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"slot": "mañana"}', '{"calendar": 5}'])
def test_that_damaged_evidence_is_none(text: str) -> None:
    damaged = replace(ROW, evidence=text)

    assert Evidence.loads(text) == Evidence()
    assert Evidence.loads(text).asked(damaged) is None
    assert record(damaged, ())["phrase"] == ""


def test_that_evidence_of_the_first_version_is_read() -> None:
    old = '{"phrase": "a las 4", "slot": "2026-03-12T16:00:00-05:00", "availability": "unknown"}'

    kept = Evidence.loads(old)

    assert (kept.phrase, kept.slot, kept.unverified) == ("a las 4", THURSDAY_4PM, True)
    assert kept.asked(ROW) is None


def test_that_the_calendar_can_be_asked_the_same_again() -> None:
    assert Evidence.loads(ROW.evidence).asked(ROW) == (Calendar(101, 45, 0, 1), Slot(START, END))


async def test_that_a_booking_has_a_whole_record(bench: Bench) -> None:
    await bench.booker.book(wish())
    row = await only_row(bench)

    told = record(row, (await bench.store.ledger.trails([row.id]))[row.id])

    assert told["phrase"] == "mañana a las 4"
    assert told["accepted_with"] == "sí, confirmo"
    steps = told["steps"]
    assert isinstance(steps, list)
    assert [step["state"] for step in steps] == ["sent", "created"]
    assert datetime.fromisoformat(steps[0]["at"]) == NOW


def test_that_three_last_digits_are_never_shown() -> None:
    for session in ("51987654321", "PE.15021", "21", "1"):
        shown = str(record(replace(ROW, session=SessionKey(101, session)), ())["session"])
        assert shown == ("***21" if len(session) > 2 else "***")


def test_that_a_name_in_pieces_and_a_number_in_any_spelling_are_masked() -> None:
    phrase = "Soy Ana-María O'Brien, 987/654/321 o 987,654,321"
    row = replace(ROW, customer_name="Ana-María O'Brien", evidence=replace(KEPT, phrase=phrase).dumps())
    told = str(record(row, ())["phrase"])
    assert not [piece for piece in ("María", "Brien", "987", "654") if piece in told]
