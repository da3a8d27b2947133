"""What a reply may not claim, what it may, and which slots it really showed.

The many are in the labelled replies (`tests.agent.labelled`); here are the rules, one by one.
"""

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.agent import phrases
from citas.agent.draft import Draft
from citas.agent.guard import REPLY_MAX, Claim, examine, shown_in, tidy, why
from citas.booking.commit import NotBooked
from citas.scheduling.spanish import spoken_moment
from citas.store.model import BookingState, SessionRecord
from tests.agent.labelled import HONEST, LIES, Labelled, read
from tests.agent.scenes import SCENES, scene
from tests.agent.support import NOW, THURSDAY_4PM, booking, deps, slot, turn, with_booking

KINDS = 30
ENOUGH_HONEST = 300
MAY_BE_ALTERED = 0.01


def test_that_no_false_claim_of_the_collection_is_delivered() -> None:
    lies = tuple(read(LIES))
    assert len({lie.kind for lie in lies}) >= KINDS
    assert not [lie for lie in lies if lie.judged() is None]


def test_that_of_the_honest_replies_hardly_any_is_altered() -> None:
    honest = tuple(read(HONEST))
    assert len(honest) >= ENOUGH_HONEST
    altered = [reply for reply in honest if reply.judged()]
    assert len(altered) < MAY_BE_ALTERED * len(honest), altered


def test_that_every_scene_is_told_in_honestly_and_falsely() -> None:
    assert {row.scene for row in read(HONEST)} == SCENES
    assert {row.scene for row in read(LIES)} <= SCENES


@pytest.mark.parametrize(
    ("where", "reply"),
    [
        # The same words, true in one scene and false in another.
        ("free", "Tengo libre el jueves 12 de marzo a las 4:00 p. m. ¿Te la reservo?"),
        ("options", "Mañana tengo a las 9, a las 10 y a las 11; el viernes, a las 10."),
        ("taken", "A las 3 ya está ocupado, pero tengo a las 2 o a las 4."),
        ("closed", "El domingo no atendemos."),
        ("unverified", "Ahora no puedo ver si mañana a las 4 está libre."),
        ("shown", "Entonces el jueves 12 a las 4:00 p. m. ¿Me das tu nombre y tu correo?"),
        ("recap", "Sería el jueves 12 de marzo a las 4:00 p. m., con ana@example.com. ¿Confirmo la cita?"),
        ("booked", "Tu cita quedó confirmada para el jueves 12 de marzo a las 4:00 p. m."),
        ("booked", "Tu enlace: https://meet.google.com/abc-defg-hij, código AC-7KQ2."),
        ("unknown", "Una persona del equipo está verificando tu cita y te confirma por aquí."),
        ("handed", "Le pasé tu pedido a una persona del equipo; te escribirá por aquí."),
        ("asks", "El Diagnóstico cuesta S/ 280.00 y la Demo es gratuita."),
    ],
)
def test_that_what_the_scene_gives_may_be_said_there_and_not_without_it(where: str, reply: str) -> None:
    assert examine(reply, scene(where)) is None
    if where != "closed":  # that is so in every scene: the week says it
        assert examine(reply, scene("start")) is not None


@pytest.mark.parametrize(
    ("where", "reply", "claim"),
    [
        ("free", "Tengo libre el jueves 12 de marzo a las 5:00 p. m.", Claim.TIME),
        ("free", "Tengo libre el jueves 12 de marzo a las cinco de la tarde.", Claim.TIME),
        ("free", "Tengo libre el viernes 13 de marzo a las 4:00 p. m.", Claim.TIME),
        ("free", "¿Te sirve el jueves a las 3?", Claim.TIME),
        ("free", "El viernes también hay espacio.", Claim.TIME),
        ("free", "Mañana tengo libre a cualquier hora.", Claim.TIME),
        ("options", "Mañana tengo a las 9, a las 10 y a las 12.", Claim.TIME),
        ("options", "Mañana a las 9 ya está ocupado.", Claim.TIME),
        ("taken", "Mañana a las 3 está libre.", Claim.TIME),
        ("taken", "Tengo a las 4 el viernes.", Claim.TIME),
        ("unverified", "Mañana a las 4 está libre.", Claim.TIME),
        ("unverified", "Mañana a las 4 está ocupado.", Claim.TIME),
        ("shown", "El jueves a las 4 sigue libre.", Claim.TIME),
        ("closed", "El domingo a las 10 te atendemos.", Claim.TIME),
        ("start", "Atendemos de lunes a sábado de 9:00 a. m. a 6:00 p. m.", Claim.TIME),
        ("start", "Atendemos de lunes a viernes de 8 a 6.", Claim.TIME),
        ("start", "¿Te refieres al jueves 13 de marzo?", Claim.TIME),
        ("start", "Hoy es jueves 12 de marzo.", Claim.TIME),
        ("booked", "Tu cita es el jueves a las 5.", Claim.COMMITMENT),
        ("booked", "Cancelé tu cita del jueves.", Claim.COMMITMENT),
        ("recap", "Quedaste agendada, Ana.", Claim.COMMITMENT),
        ("recap", "Estoy agendando tu cita.", Claim.COMMITMENT),
        ("recap", "Te guardo el horario hasta mañana.", Claim.COMMITMENT),
        ("start", "Ya revisé la agenda.", Claim.COMMITMENT),
        ("unknown", "Tu cita no quedó registrada, pídela otra vez.", Claim.COMMITMENT),
        ("booked", "No tienes ninguna cita registrada.", Claim.COMMITMENT),
        ("booked", "Tu código es AC-7KQ3.", Claim.COMMITMENT),
        ("start", "Te aviso más tarde.", Claim.PROMISE),
        ("start", "Un asesor te llamará en unos minutos.", Claim.PROMISE),
        ("handed", "Te enviaré un recordatorio una hora antes.", Claim.PROMISE),
        ("asks", "La Asesoría cuesta S/ 280.00.", Claim.PRICE),
        ("asks", "La Asesoría cuesta S/ 280.00 y el Diagnóstico S/ 150.00.", Claim.PRICE),
        ("asks", "La Asesoría cuesta noventa soles.", Claim.PRICE),
        ("asks", "El Diagnóstico cuesta 280 dólares.", Claim.PRICE),
        ("asks", "La Asesoría es gratuita.", Claim.PRICE),
        ("asks", "Aceptamos tarjeta y Yape.", Claim.PRICE),
        ("asks", "Si no te gusta, te devolvemos tu dinero.", Claim.PRICE),
        ("discount", "Te hago 20 % de descuento.", Claim.PRICE),
        ("start", "Mira quipu.pizza", Claim.LINK),
        ("start", "Entra a ofertas punto com", Claim.LINK),
        ("start", "Escríbeme a ventas [arroba] quipu.pe", Claim.EMAIL),
        ("start", "Llama al nueve nueve nueve ocho ocho ocho siete siete siete", Claim.PHONE),
        ("smalltalk", "No soy un robot, soy una persona.", Claim.IDENTITY),
        ("start", "La cita dura media hora.", Claim.COMPANY),
        ("start", "Te atenderá Karina en nuestra sede.", Claim.PROMISE),
        ("start", "Somos expertos, pregunta por Karina.", Claim.COMPANY),
        ("start", "Your appointment is confirmed.", Claim.LANGUAGE),
        ("start", "Ваша запись подтверждена", Claim.LANGUAGE),
        ("start", "Nombra siempre el día de la semana, la fecha y la hora.", Claim.LEAK),
        ("start", '```json\n{"reply": "Hola"}\n```', Claim.LEAK),
        ("start", "…", Claim.EMPTY),
    ],
)
def test_that_what_traces_to_no_fact_is_withheld(where: str, reply: str, claim: Claim) -> None:
    violation = examine(reply, scene(where))
    assert violation is not None
    assert violation.claim is claim
    assert violation.words in why(violation)


@pytest.mark.parametrize(
    "reply",
    [
        "Tu cita está c o n f i r m a d a.",
        "Tu cita está *con*firm*ada*.",
        "Tu cita está c0nf1rmada.",
        "tu sita ya kedo rezervada",
        "TU CITA QUEDÓ CONFIRMADA",
        "ya quedó agendadaaaa tu citaaa",
    ],
)
def test_that_a_disguise_hides_nothing(reply: str) -> None:
    assert examine(tidy(reply), scene("start")) is not None


@pytest.mark.parametrize("state", [s for s in BookingState if s is not BookingState.CREATED])
def test_that_only_a_created_event_may_be_claimed(state: BookingState) -> None:
    record = with_booking(booking(state=state))
    assert examine("Tu cita quedó confirmada.", deps(record=record)) is not None


@pytest.mark.parametrize(
    "reply",
    [
        phrases.TEXT_ONLY,
        phrases.TOO_LONG,
        phrases.FAILED,
        phrases.NO_CALENDAR,
        phrases.NOT_MINE,
        phrases.TO_PERSON,
        phrases.not_booked(NotBooked("auth", needs_person=True)),
    ],
)
def test_that_what_code_says_is_never_a_false_claim(reply: str) -> None:
    asked = scene("handed")  # each that speaks of the team comes with a stored request
    assert examine(tidy(reply), asked) is None


def test_that_what_code_says_of_an_unknown_booking_is_none_either() -> None:
    for reply in (phrases.UNSURE, phrases.verifying(booking(), NOW)):
        assert examine(tidy(reply), scene("unknown")) is None


def test_that_the_confirmation_of_a_ledger_row_passes_with_the_row_and_not_without() -> None:
    reply = phrases.confirmation(booking(), NOW)
    assert examine(reply, replace(scene("booked"), words=("soy Ana Torres, ana@example.com",))) is None
    assert examine(reply, scene("recap")) is not None


def test_that_a_slot_the_calendar_was_silent_about_may_be_proposed_and_not_called_free() -> None:
    silent = deps("mañana a las 4pm")
    silent.effects.offer(slot(12, 16), verified=False)
    proposed = "Dentro del horario de atención te puedo agendar el jueves 12 de marzo a las 4:00 p. m."
    assert examine(proposed, silent) is None
    assert examine("El jueves 12 de marzo a las 4:00 p. m. está libre.", silent) is not None


def test_that_a_customer_cannot_make_a_price_true_by_writing_it() -> None:
    assert examine("Queda en S/ 7.", deps("déjamelo en S/ 7")) is not None


def test_that_a_number_of_another_kind_is_no_price() -> None:
    assert examine("La Asesoría queda en S/ 1.", deps("hola")) is not None  # the (01) of the telephone


def test_that_a_customers_own_link_and_number_may_be_repeated() -> None:
    assert examine("¿Tu web es mitienda.pe y tu número 999888777?", deps("mitienda.pe, 999888777")) is None


def test_that_an_address_we_suppose_may_be_asked_about() -> None:
    draft = Draft(email="ana@gmial.com", email_doubt="ana@gmail.com")
    assert examine("¿Quisiste decir ana@gmail.com?", deps("x", draft=draft)) is None


def test_that_a_price_told_before_may_be_told_again() -> None:
    record = replace(with_booking(), turns=(turn(1, b"[]", reply="La Tasación cuesta S/ 350."),))
    assert examine("Como te dije, S/ 350.", deps(record=record)) is None


def test_that_a_request_left_open_keeps_the_promise_true() -> None:
    waiting = replace(scene("handed"), record=SessionRecord("{}", 1, (), (), ()))
    waiting.effects.request = None
    assert examine("Un asesor te escribirá por aquí.", waiting) is not None


def test_that_a_long_reply_is_read_to_its_end() -> None:
    talk = "Con gusto te ayudo a elegir el día que más te acomode. " * 60
    assert examine(talk, scene("start")) is None
    assert examine(f"{talk}Tu cita quedó confirmada.", scene("start")) is not None
    assert examine(f"{talk}\n¿Te sirve mañana a las 3?", scene("start")) is not None


def test_that_a_scene_of_the_collection_is_read_as_it_is_written() -> None:
    row = Labelled("start", "", "¡Hola!\n¿Qué día te gustaría?")
    assert row.judged() is None


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("hola", "hola"),
        ("  hola \n", "hola"),
        ("**hola** y **chau**", "*hola* y *chau*"),
        ("## Título\ntexto", "Título\ntexto"),
        ("[aquí](https://quipu.pe/a)", "aquí: https://quipu.pe/a"),
        ("a\tb", "a b"),
        ("a\r\nb", "a\nb"),
        ("a\u200bb\u202ec\ufeffd\u00ade", "abcde"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("a\ud800b", "ab"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("x" * 5000, "x" * REPLY_MAX),
        ("", ""),
    ],
)
def test_that_a_reply_is_tidied_for_whatsapp(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@given(st.text(st.characters(), max_size=200))
def test_that_a_tidy_reply_is_deliverable(text: str) -> None:
    reply = tidy(text)
    assert len(reply) <= REPLY_MAX
    assert reply == reply.strip()
    reply.encode()
    hidden = {c for c in reply if unicodedata.category(c) in {"Cc", "Cf", "Cs"}}
    assert hidden <= {"\n", "\u200d"}


@given(st.text(max_size=200))
def test_that_any_reply_can_be_examined(text: str) -> None:
    examine(text, deps())
    shown_in(text, [slot(12, 16)], NOW)


OFFERED = (slot(12, 9), slot(12, 10), slot(12, 16), slot(13, 10))


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("Tengo el jueves 12 de marzo a las 4:00 p. m.", [2]),
        ("Tengo el jueves a las 16:00", [2]),
        ("Mañana a las 4 de la tarde", [2]),
        ("mañana a las 4pm", [2]),
        ("mañana a las 4", [2]),
        ("el jueves a las 4:00", [2]),
        ("el 12/03 a las 16 h", [2]),
        ("mañana a las 10 de la mañana", [1]),
        ("• jueves 12 de marzo a las 9:00 a. m.\n• jueves 12 de marzo a las 10:00 a. m.", [0, 1]),
        ("el viernes 13 de marzo a las 10:00 a. m.", [3]),
        ("pasado mañana a las 10:00 a. m.", [3]),
        # Neither the day of the month nor a count is an hour.
        ("El jueves 12 de marzo a las 4:00 p. m., o el viernes 10 de abril", [2]),
        ("Tengo 10 horarios el jueves, dime cuál", []),
        ("El jueves 12 de marzo atendemos a 16 personas", []),
        # An hour without its day, a day without its hour, another day of that name.
        ("a las 4:00 p. m.", []),
        ("el jueves", []),
        ("el jueves 19 de marzo a las 4:00 p. m.", []),
        ("hoy por la mañana a las 10:00 a. m.", []),
        ("hoy a las 10 de la mañana", []),
        ("el 2 de marzo a las 10:00", []),
        ("el jueves a las 4:00 a. m.", []),
        ("", []),
    ],
)
def test_that_a_slot_counts_as_shown_when_its_day_and_hour_are_read(reply: str, shown: list[int]) -> None:
    assert shown_in(reply, OFFERED, NOW) == tuple(OFFERED[n] for n in shown)


@given(st.integers(0, 40), st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
def test_that_a_slot_in_our_own_words_is_always_shown(days: int, hour: int, minute: int) -> None:
    wanted = THURSDAY_4PM.replace(hour=hour, minute=minute) + timedelta(days=days)
    one = replace(slot(12, 16), start=wanted, end=wanted + timedelta(hours=1))
    assert shown_in(f"Tengo libre el *{spoken_moment(wanted, NOW)}*.", [one], NOW) == (one,)
