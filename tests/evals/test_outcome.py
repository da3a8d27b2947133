"""The evaluators of the end: calendar, ledger, requests, what was said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from citas.store.model import BookingState
from evals.evaluators.base import CaseEvaluator
from evals.evaluators.conversation import Effort, Format, NothingAskedAgain, turns_of
from evals.evaluators.outcome import EndState, LedgerAgrees, RequestsRecorded, Said, Withheld
from evals.transcript import ToolCall, Transcript
from tests.evals.transcripts import (
    EMAIL,
    HANDOFF,
    NAME,
    SLOT,
    booking,
    case,
    event,
    exchange,
    nothing,
    transcript,
)

PROSPECT = {
    "name": NAME,
    "email": EMAIL,
    "says": "mañana en la tarde",
    "wants": {"days": ["2026-03-12"], "begin": "14:00", "end": "17:00"},
}


def found_by(evaluator: CaseEvaluator, found: Transcript, **fields: object) -> list[str]:
    """The problems, as a list."""
    return list(evaluator.problems(case(**fields), found) or ())


@pytest.mark.parametrize(
    "evaluator",
    [EndState(), LedgerAgrees(), RequestsRecorded(), Said(), NothingAskedAgain(), Effort(), Format()],
    ids=lambda e: type(e).__name__,
)
def test_that_a_good_conversation_passes(evaluator: CaseEvaluator) -> None:
    assert found_by(evaluator, transcript()) == []


def test_that_a_missing_event_is_caught() -> None:
    assert found_by(EndState(), nothing())


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": SLOT.replace(hour=17), "end": SLOT.replace(hour=18)},
        {"titulo": "Cita con Otra Persona (AC-AAAA)"},
        {"correo_cliente": "otra@example.com"},
        {"id_prospecto": "51900000002"},
        {"empresa": 102},
    ],
)
def test_that_an_event_that_differs_is_caught_twice_as_missing_and_as_unexpected(
    wrong: dict[str, object],
) -> None:
    assert len(found_by(EndState(), transcript(events=(event(**wrong),)))) == 2


def test_that_an_event_of_another_length_is_caught() -> None:
    short = transcript(events=(event(end=SLOT + timedelta(minutes=10)),))
    assert found_by(EndState(), short)
    assert found_by(LedgerAgrees(), short)


def test_that_an_event_nobody_expected_is_caught() -> None:
    assert found_by(EndState(), transcript(), expect={})


def test_that_a_prospects_event_must_suit_them() -> None:
    prospect = {"script": [], "expect": {}, "prospect": PROSPECT}
    assert found_by(EndState(), transcript(), **prospect) == []
    assert found_by(EndState(), nothing(), **prospect) == ["0 events in place of one"]
    assert found_by(EndState(), transcript(events=(event(start=SLOT.replace(hour=18)),)), **prospect)
    assert found_by(EndState(), transcript(events=(event(correo_cliente="x@example.com"),)), **prospect)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (booking(customer_email="otra@example.com"),),
        (booking(start=booking().end),),
        (booking(state=BookingState.REJECTED),),
        (booking(), booking(id=2, ref="AC-BBBB")),
        (booking(), booking(id=2, ref="AC-BBBB", state=BookingState.SENT)),
        (booking(state=BookingState.UNKNOWN),),
    ],
)
def test_that_a_ledger_that_differs_is_caught(rows: tuple[object, ...]) -> None:
    assert found_by(LedgerAgrees(), transcript(bookings=rows))


def test_that_an_expected_unknown_booking_passes() -> None:
    found = transcript(bookings=(booking(state=BookingState.UNKNOWN),))
    assert found_by(LedgerAgrees(), found, expect={"unknown": 1}) == []


def test_that_requests_must_be_exactly_those_expected() -> None:
    assert found_by(RequestsRecorded(), transcript(requests=HANDOFF))
    assert found_by(RequestsRecorded(), transcript(), expect={"requests": ["handoff"]})
    assert found_by(RequestsRecorded(), transcript(requests=HANDOFF), expect={"requests": ["handoff"]}) == []


def test_that_what_must_be_said_is_looked_for_without_accents_case_and_bold() -> None:
    found = transcript(exchange("hola", "Es el *JUEVES* 12."))
    assert found_by(Said(), found, script=["hola"], expect={"says": ["jueves 12 | viernes 13"]}) == []
    assert found_by(Said(), found, script=["hola"], expect={"says": ["viernes 13"]})
    assert found_by(Said(), found, script=["hola"], expect={"never": ["jueves"]})


def test_that_one_replys_words_and_link_are_looked_for() -> None:
    found = transcript(exchange("hola", "¿Qué día?"))
    good = {"say": "hola", "reply": {"has": ["dia"], "lacks": ["listo"], "link": False}}
    assert found_by(Said(), found, script=[good]) == []
    for wrong in ({"has": ["hora"]}, {"lacks": ["día"]}, {"link": True}):
        assert found_by(Said(), found, script=[good | {"reply": wrong}])


def test_that_a_message_without_a_decent_answer_is_caught() -> None:
    assert found_by(Said(), transcript(exchange("hola", "Error", status=500)), script=["hola"])
    assert found_by(Said(), transcript(exchange("hola", "  ")), script=["hola"])
    assert found_by(Said(), transcript(exchange("hola", "¿Qué día?")), script=["hola", "¿y?"])


def test_that_the_guards_work_is_looked_at_only_where_a_case_asks() -> None:
    assert Withheld().problems(case(), transcript()) is None
    assert found_by(Withheld(), transcript(), expect={"withheld": True})
    assert found_by(Withheld(), replace(transcript(), withheld=2), expect={"withheld": True}) == []
    assert found_by(Withheld(), replace(transcript(), withheld=1), expect={"withheld": False})


@pytest.mark.parametrize(
    "again",
    [
        "¿Me das tu nombre?",
        "¿Cuál es tu correo?",
        "Necesito tu correo, por favor.",
        "¿A qué nombre y correo?",
    ],
)
def test_that_asking_again_is_caught(again: str) -> None:
    told = exchange(f"soy {NAME}, {EMAIL}", "¿Qué día?")
    assert found_by(NothingAskedAgain(), transcript(told, exchange("mañana", again)))
    assert (
        found_by(NothingAskedAgain(), transcript(told, exchange("mañana", again)), bounds={"asked_again": 2})
        == []
    )


def test_that_a_first_question_and_a_doubt_about_an_address_are_not_asking_again() -> None:
    first = exchange("hola", "¿Me das tu nombre y tu correo?")
    doubt = exchange("soy Ana, ana@gmial.com", "¿Tu correo es ana@gmail.com?")
    assert found_by(NothingAskedAgain(), transcript(first, doubt)) == []


def test_that_turns_count_to_the_booking_and_a_repeated_delivery_is_none() -> None:
    one = exchange("hola", "¿Qué día?")
    booked = exchange("sí", "Listo.", outcome="booked")
    assert turns_of((one, booked, exchange("gracias", "¡A ti!"))) == 2
    assert turns_of((one, replace(one, again=True), booked)) == 2
    assert turns_of((one, one, one)) == 3


def test_that_effort_is_bounded() -> None:
    assert found_by(Effort(), transcript(), bounds={"turns": 1})
    assert found_by(Effort(), transcript(), bounds={"turns": 2, "tool_calls": 1}) == []
    calls = (ToolCall("check_availability", "{}", ""),) * 4
    assert found_by(Effort(), transcript(exchange("hola", "¿?", tools=calls)), bounds={"tool_calls": 3})


@pytest.mark.parametrize(
    "odd",
    [
        "# Horarios\nEl jueves",
        "**Listo**",
        "[aquí](https://example.com)",
        "| día | hora |",
        "<b>Listo</b>",
        "```json",
        "Hola {{ nombre }}",
        '{"tool": "x"}',
        "x" * 1201,
    ],
)
def test_that_what_whatsapp_would_show_oddly_is_caught(odd: str) -> None:
    assert found_by(Format(), transcript(exchange("hola", odd)))


def test_that_whatsapps_own_formatting_passes() -> None:
    good = "Tengo libre:\n• *jueves 12 de marzo a las 9:00 a. m.*\n• _viernes 13_ a las 10:00 a. m. <3 :)"
    assert found_by(Format(), transcript(exchange("hola", good))) == []
