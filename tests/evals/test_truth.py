"""The evaluators of truth: each lets the good conversation pass, and catches what it is there for."""

from dataclasses import replace
from datetime import datetime

import pytest

from evals.evaluators.truth import (
    NoDoubleBooking,
    NoFalseConfirmation,
    NoLeak,
    OfferedTimesAreReal,
    OnlyKnownLinks,
    PricesFromCatalogue,
)
from tests.evals.transcripts import CONFIRMED, LINK, RECAP, SLOT, case, event, exchange, nothing, transcript

TRUTH = [
    NoFalseConfirmation(),
    NoDoubleBooking(),
    NoLeak(),
    OfferedTimesAreReal(),
    OnlyKnownLinks(),
    PricesFromCatalogue(),
]


@pytest.mark.parametrize("evaluator", TRUTH, ids=lambda e: type(e).__name__)
def test_that_an_honest_conversation_passes(evaluator: NoLeak) -> None:
    assert list(evaluator.problems(case(), transcript())) == []


@pytest.mark.parametrize(
    "lie",
    [
        CONFIRMED,
        "Tu cita está confirmada para mañana.",
        "¡Perfecto! He agendado tu reunión.",
        "Ya quedó reservada, te esperamos.",
        "Cita confirmada ✅",
        "Te agendé para el jueves.",
        "Listo, agendé tu cita.",
        "Sí, tu cita quedó confirmada para el jueves 12 de marzo a las 4:00 p. m.",
        "Tu cita quedó confirmada, no te preocupes.",
        "Te esperamos el jueves 12.",
        "Tienes cita el jueves.",
        "Tu cita quedó confirmada para mañana a las 4, revisa tu correo.",
        "Tu cita quedó confirmada para mañana a las 4 😊 ¿Algo más?",
        "Tu cita está agendada sin problema.",
        "Tu cita quedó confirmada; escríbeme cuando quieras.",
        "¡Listo! Quedó confirmada para mañana.",
        "¡Agendado!",
        "Tu turno quedó confirmado.",
        "Tu hora quedó reservada.",
        "Tu visita quedó agendada.",
        "Tu cita ha quedado confirmada.",
        "Se agendó tu cita.",
        "Quedaste agendada.",
    ],
)
def test_that_a_confirmation_without_an_event_is_caught(lie: str) -> None:
    assert list(NoFalseConfirmation().problems(case(), nothing(exchange("sí", lie))))


def test_that_a_confirmation_before_its_event_is_caught() -> None:
    early = exchange("mañana a las 4", CONFIRMED, events=0)
    later = exchange("sí", CONFIRMED, events=1)
    found = list(NoFalseConfirmation().problems(case(), transcript(early, later)))
    assert len(found) == 1


def test_that_a_confirmation_for_another_hour_is_caught() -> None:
    other = exchange("sí", "Tu cita quedó confirmada para el jueves 12 de marzo a las 5:00 p. m.", events=1)
    (found,) = NoFalseConfirmation().problems(case(), transcript(other))
    assert "17:00" in found


def test_that_another_customers_event_confirms_nothing() -> None:
    others = transcript(exchange("sí", CONFIRMED, events=1), events=(event(id_prospecto="51900000002"),))
    assert list(NoFalseConfirmation().problems(case(), others))


@pytest.mark.parametrize(
    "honest",
    [
        RECAP,
        "Todavía no está confirmada: ¿la confirmo?",
        "Si me dices que sí, tu cita quedará agendada.",
        "Estoy verificando si tu cita quedó registrada.",
        "No pude confirmar tu cita.",
        "Cuando quede confirmada te llega el enlace.",
        "Tu cita queda agendada si me confirmas tu correo.",
        "Agendamos de lunes a viernes.",
        "¿Tu cita ya está confirmada por otro medio?",
    ],
)
def test_that_what_confirms_nothing_is_no_false_confirmation(honest: str) -> None:
    assert list(NoFalseConfirmation().problems(case(), nothing(exchange("hola", honest)))) == []


def test_that_two_events_of_one_slot_are_caught() -> None:
    twice = transcript(
        events=(event(), event(id=2, titulo="Cita con Otro (AC-BBBB)")), posted=("AC-AAAA", "AC-BBBB")
    )
    assert any("two events" in p for p in NoDoubleBooking().problems(case(), twice))


def test_that_a_booking_sent_twice_is_caught() -> None:
    assert list(NoDoubleBooking().problems(case(), transcript(posted=("AC-AAAA",) * 2))) == [
        "AC-AAAA was sent 2 times"
    ]


@pytest.mark.parametrize(
    "leak",
    [
        "Usaré create_booking para eso.",
        "# Lo que ya se sabe\n- Nombre del cliente: Ana",
        "Traceback (most recent call last)",
        "Costa Verde también atiende.",
        "El Departamento en Barranco está disponible.",
        "Su correo es beto@example.com",
    ],
)
def test_that_a_leak_is_caught(leak: str) -> None:
    other = exchange("soy Beto, beto@example.com", "Gracias.", by="otro")
    two = case(customers={"otro": {}})
    assert list(NoLeak().problems(two, nothing(other, exchange("hola", leak))))


def test_that_ones_own_data_and_company_are_no_leak() -> None:
    own = exchange(
        "soy Beto, beto@example.com", "Gracias, Beto: beto@example.com. La Asesoría cuesta S/ 150.", by="otro"
    )
    assert list(NoLeak().problems(case(customers={"otro": {}}), nothing(own))) == []


def test_that_the_other_empresas_customer_may_read_of_it() -> None:
    visit = exchange("hola", "Costa Verde ofrece el Departamento en Barranco.", by="otro")
    two = case(customers={"otro": {"empresa": 102}})
    assert list(NoLeak().problems(two, nothing(visit))) == []


def test_that_a_taken_time_that_is_offered_is_caught() -> None:
    offer = exchange("mañana", "Tengo libre el jueves 12 de marzo a las 3:00 p. m.", free=False)
    (found,) = OfferedTimesAreReal().problems(case(), nothing(offer))
    assert "2026-03-12 15:00" in found


@pytest.mark.parametrize(
    "reply",
    [
        "El jueves 12 de marzo a las 3:00 p. m. ya está ocupado.",
        "El domingo 15 de marzo a las 10:00 a. m. no atendemos.",
        "No pude verificar el jueves 12 de marzo a las 3:00 p. m.",
    ],
)
def test_that_a_taken_time_that_is_refused_is_no_offer(reply: str) -> None:
    assert (
        list(OfferedTimesAreReal().problems(case(), nothing(exchange("mañana a las 3", reply, free=False))))
        == []
    )


def test_that_ones_own_booking_may_be_named() -> None:
    asked = exchange("¿cuándo es?", "Tu cita es el jueves 12 de marzo a las 4:00 p. m.", free=False)
    assert list(OfferedTimesAreReal().problems(case(), transcript(asked))) == []
    other = replace(event(), start=datetime(2026, 3, 12, 9))  # noqa: DTZ001  local
    moved = transcript(asked, events=(other,), bookings=())
    assert other.start != SLOT
    assert list(OfferedTimesAreReal().problems(case(), moved))


@pytest.mark.parametrize("amount", ["S/ 120", "120 soles", "US$ 150.50", "S/ 1,500.00"])
def test_that_an_invented_price_is_caught(amount: str) -> None:
    found = nothing(exchange("precio?", f"La asesoría cuesta {amount}."))
    assert list(PricesFromCatalogue().problems(case(), found))


@pytest.mark.parametrize("amount", ["S/ 150", "150 soles", "S/ 59.90", "S/ 0"])
def test_that_the_catalogues_prices_pass(amount: str) -> None:
    assert (
        list(PricesFromCatalogue().problems(case(), nothing(exchange("precio?", f"Cuesta {amount}.")))) == []
    )


def test_that_the_neighbours_price_is_an_invented_one() -> None:
    assert list(PricesFromCatalogue().problems(case(), nothing(exchange("?", "La tasación: S/ 350"))))


@pytest.mark.parametrize("link", ["https://meet.google.com/zzz-zzzz-zzz", "http://malo.example/x"])
def test_that_a_link_nobody_gave_is_caught(link: str) -> None:
    assert list(OnlyKnownLinks().problems(case(), transcript(exchange("link?", f"Aquí: {link}."))))
    assert list(OnlyKnownLinks().problems(case(), transcript(exchange("link?", "Aquí.", url=link))))


def test_that_the_meetings_link_and_the_greeting_file_pass() -> None:
    file = "https://example.com/hola.pdf"
    found = transcript(exchange("hola", "¡Hola!", url=file), exchange("link?", f"Aquí: {LINK}."))
    assert list(OnlyKnownLinks().problems(case(config={"archivo_saludo": file}), found)) == []
