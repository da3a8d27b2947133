"""Each rule of the checker goes red on a violation made by hand, and stays quiet about what is right."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from citas.sandbox.state import Call, Event
from tests.chaos.checker import ZONE, Rule, asserts_booking, check, denies_booking
from tests.chaos.evidence import Evidence, Order, Row, Said, Who

ANA = Who(901, "51900000001")
BRUNO = Who(901, "51900000002")
NOW = datetime(2026, 3, 11, 10, 15, tzinfo=ZONE)
START = datetime(2026, 3, 12, 16, 0, tzinfo=ZONE)
LINK = "https://meet.google.com/abc-defg-hij"
CONFIRMED = (
    "¡Listo! Tu cita quedó confirmada para el *jueves 12 de marzo a las 4:00 p. m.*, a nombre de Ana "
    f"Ejemplo.\nCorreo de contacto: ana@example.com\nEnlace de la reunión: {LINK}\nCódigo: AC-7KQ2"
)
VERIFYING = (
    "Estoy verificando si tu cita del jueves 12 de marzo a las 4:00 p. m. quedó registrada; una persona del "
    "equipo lo revisa y te confirma por aquí. No necesitas pedirla otra vez. Código: AC-7KQ2"
)
RECAP = (
    "Entonces: *jueves 12 de marzo a las 4:00 p. m.*, a nombre de Ana Ejemplo, correo ana@example.com. "
    "¿Confirmo la cita?"
)
TO_PERSON = "Le pasé tu pedido a una persona del equipo. No quedó nada agendado todavía."
FAILED = "Tuve un problema técnico y no agendé nada. ¿Me lo repites en unos minutos?"

EVENT = Event(
    id=1,
    calendar="empresa-901",
    empresa=901,
    usuario_id=9010,
    id_prospecto=ANA.session,
    titulo="Cita con Ana Ejemplo (AC-7KQ2)",
    start=START.replace(tzinfo=None),
    end=START.replace(tzinfo=None) + timedelta(hours=1),
    correo_cliente="ana@example.com",
    correo_usuario="",
    meet_link=LINK,
)
CALL = Call(
    "CREAR_EVENTO",
    {
        "usuario_id": 9010,
        "id_prospecto": ANA.session,
        "titulo": EVENT.titulo,
        "correo_cliente": "ana@example.com",
    },
    NOW,
)
ROW = Row(
    ref="AC-7KQ2",
    who=ANA,
    start=START,
    end=START + timedelta(hours=1),
    name="Ana Ejemplo",
    email="ana@example.com",
    state="created",
    link=LINK,
    created_at=NOW,
)
SAID = Said(ANA, "sí", 200, CONFIRMED, LINK, NOW + timedelta(seconds=1), 1)
BOOKED = Evidence(
    orders={
        ANA: Order(9010, "Ana Ejemplo", "ana@example.com"),
        BRUNO: Order(9011, "Bruno Prueba", "bruno@example.com"),
    },
    said=(SAID,),
    events=(EVENT,),
    calls=(CALL,),
    rows=(ROW,),
    asked=(),
)
UNKNOWN = replace(
    BOOKED,
    said=(replace(SAID, reply=VERIFYING, url=None),),
    rows=(replace(ROW, state="unknown", link=None),),
    asked=("AC-7KQ2",),
)


def rules(evidence: Evidence) -> set[Rule]:
    """The rules that were broken."""
    return {violation.rule for violation in check(evidence)}


def told(reply: str, url: str | None = None) -> Evidence:
    """A booking of which the prospect reads this."""
    return replace(BOOKED, said=(replace(SAID, reply=reply, url=url),))


@pytest.mark.parametrize("evidence", [BOOKED, UNKNOWN], ids=["booked", "unknown"])
def test_that_what_is_right_breaks_no_rule(evidence: Evidence) -> None:
    assert check(evidence) == ()


@pytest.mark.parametrize(
    "second",
    [
        replace(EVENT, id=2, calendar="other", start=EVENT.start + timedelta(days=1)),
        replace(EVENT, id=2, calendar="other", titulo="Cita con Ana Ejemplo (AC-2222)"),
        replace(
            EVENT,
            id=2,
            id_prospecto=BRUNO.session,
            titulo="AC-2222",
            start=EVENT.start + timedelta(minutes=30),
        ),
    ],
    ids=["one reference", "one prospect and slot", "an overlap"],
)
def test_that_two_events_for_one_booking_are_a_duplicate(second: Event) -> None:
    assert Rule.DUPLICATE in rules(replace(BOOKED, events=(EVENT, second)))


def test_that_a_second_call_for_one_claim_is_a_duplicate_even_without_a_second_event() -> None:
    assert rules(replace(BOOKED, calls=(CALL, CALL))) == {Rule.DUPLICATE}


def test_that_a_confirmation_needs_an_event() -> None:
    assert Rule.FALSE_CONFIRMATION in rules(replace(BOOKED, events=(), rows=()))


def test_that_a_confirmation_needs_an_event_at_that_moment_not_later() -> None:
    early = replace(BOOKED, said=(replace(SAID, events=0),))
    assert rules(early) == {Rule.FALSE_CONFIRMATION}


def test_that_a_confirmation_needs_a_created_row() -> None:
    assert rules(replace(UNKNOWN, said=(SAID,))) == {Rule.FALSE_CONFIRMATION}


def test_that_a_confirmation_of_somebody_elses_event_is_false() -> None:
    assert rules(replace(BOOKED, said=(replace(SAID, who=BRUNO),))) == {Rule.FALSE_CONFIRMATION}


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("AC-7KQ2", "AC-2222"),
        ("a las 4:00 p. m.", "a las 5:00 p. m."),
        ("12 de marzo", "13 de marzo"),
        ("abc", "xyz"),
    ],
)
def test_that_a_confirmation_with_a_wrong_detail_is_false(true: str, false: str) -> None:
    assert rules(told(CONFIRMED.replace(true, false))) == {Rule.FALSE_CONFIRMATION}


def test_that_a_created_row_without_event_is_a_confirmation_without_event() -> None:
    assert rules(replace(BOOKED, said=(), events=())) == {Rule.FALSE_CONFIRMATION}


def test_that_an_event_without_row_is_unknown() -> None:
    assert rules(replace(BOOKED, said=(), rows=())) == {Rule.UNKNOWN_EVENT}


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, who=BRUNO),
        replace(ROW, start=START + timedelta(hours=1)),
        replace(ROW, email="otra@example.com"),
        replace(ROW, name="Rosa Muestra"),
        replace(ROW, link="https://meet.google.com/other"),
        replace(ROW, state="rejected"),
        replace(ROW, state="not_sent"),
    ],
)
def test_that_an_event_that_differs_from_its_row_is_unknown(row: Row) -> None:
    assert rules(replace(BOOKED, said=(), rows=(row,))) == {Rule.UNKNOWN_EVENT}


@pytest.mark.parametrize("evidence", [BOOKED, UNKNOWN], ids=["booked", "unknown"])
def test_that_a_denial_is_false_while_something_is_or_may_be_there(evidence: Evidence) -> None:
    denied = replace(evidence, said=(replace(SAID, reply=FAILED, url=None),))
    assert rules(denied) == {Rule.FALSE_DENIAL}
    assert rules(replace(denied, events=(), rows=(replace(ROW, state="unknown", link=None),))) >= {
        Rule.FALSE_DENIAL
    }


def test_that_a_denial_before_the_booking_is_true() -> None:
    earlier = replace(SAID, reply=FAILED, url=None, at=NOW - timedelta(seconds=1), events=0)
    assert check(replace(BOOKED, said=(earlier, SAID))) == ()


def test_that_a_denial_repeated_to_a_repeated_message_is_as_true_as_it_was() -> None:
    denied = replace(
        SAID, reply=FAILED, url=None, at=NOW - timedelta(seconds=1), events=0, message_id="wamid.1"
    )
    again = replace(denied, at=SAID.at, events=1)
    assert check(replace(BOOKED, said=(denied, SAID, again))) == ()
    assert rules(replace(BOOKED, said=(denied, SAID, replace(again, message_id="wamid.2")))) == {
        Rule.FALSE_DENIAL
    }


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_that_nothing_may_stay_unresolved_without_a_person(state: str) -> None:
    rows = (replace(ROW, state=state, link=None),)
    assert rules(replace(UNKNOWN, rows=rows, asked=())) == {Rule.UNRESOLVED}


@pytest.mark.parametrize(
    "field",
    [
        {"usuario_id": 9011},
        {"id_prospecto": BRUNO.session},
        {"correo_cliente": "bruno@example.com"},
        {"correo_cliente": "nadie@example.com"},
        {"titulo": "Cita con Rosa Muestra (AC-7KQ2)"},
    ],
)
def test_that_a_call_for_another_person_or_seller_is_found(field: dict[str, str | int]) -> None:
    wrong = Call(CALL.operation, {**CALL.payload, **field}, NOW)
    assert rules(replace(BOOKED, calls=(wrong,))) == {Rule.WRONG_IDENTITY}


@pytest.mark.parametrize(("status", "reply"), [(500, "Hola"), (503, "Hola"), (200, ""), (200, " *…* ")])
def test_that_an_answer_is_a_200_with_words(status: int, reply: str) -> None:
    bad = replace(BOOKED, said=(replace(SAID, status=status, reply=reply, url=None),))
    assert rules(bad) == {Rule.BAD_ANSWER}


@pytest.mark.parametrize(
    "reply",
    [
        CONFIRMED,
        "Tu cita es el *jueves 12 de marzo a las 4:00 p. m.* (código AC-7KQ2).",
        "Perfecto, ya está agendada.",
        "Te agendé para mañana.",
        "Cita reservada.",
        "¡Listo! ¿Algo más?",
        f"Entra por {LINK}",
    ],
)
def test_that_a_booking_told_in_any_of_these_ways_is_recognised(reply: str) -> None:
    assert asserts_booking(reply)
    assert not denies_booking(reply)


@pytest.mark.parametrize(
    "reply",
    [
        VERIFYING,
        FAILED,
        RECAP,
        "¿Quieres que quede agendada?",
        "Tengo libre el *jueves 12 de marzo a las 4:00 p. m.*. ¿A nombre de quién la agendo?",
        TO_PERSON,
    ],
)
def test_that_what_does_not_claim_a_booking_is_not_taken_for_it(reply: str) -> None:
    assert not asserts_booking(reply)


@pytest.mark.parametrize("reply", [FAILED, TO_PERSON])
def test_that_a_denial_is_recognised(reply: str) -> None:
    assert denies_booking(reply)
