"""What a reply may not claim, what it may, and which slots it really showed."""

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.agent import phrases
from citas.agent.draft import Draft
from citas.agent.guard import REPLY_MAX, Claim, examine, shown_in, tidy
from citas.booking.commit import NotBooked
from citas.scheduling.spanish import spoken_moment
from citas.store.model import BookingState, SessionRecord
from tests.agent.support import NOW, THURSDAY_4PM, booking, deps, slot, turn, with_booking

FALSE_BOOKINGS = [
    "Tu cita quedó confirmada para mañana a las 4:00 p. m.",
    "¡Listo! Tu cita está agendada.",
    "Listo, te agendé para el jueves.",
    "Reservé tu espacio.",
    "Ya te reservé la hora.",
    "He agendado tu reunión para el viernes a las 10.",
    "Hemos reservado tu cita.",
    "Ya está reservado.",
    "Tu reserva ha sido registrada.",
    "Tu cita fue programada con éxito.",
    "Quedaste agendado para mañana.",
    "Tu cita ha quedado confirmada.",
    "Sí, tu cita quedó confirmada.",
    "Ya hice la reserva.",
    "Te agendamos el jueves a las 4.",
    "Quedaste anotada para mañana.",
    "Tu cita quedó fijada.",
    "Ya te puse en el calendario.",
    "Reserva OK, gracias.",
    "Cita: jueves 12 de marzo, 4:00 p. m. Código: AC-7K2Q",
    "Eliminé tu cita.",
    "You're all set, see you then.",
    "Sí, quedó agendada para el lunes.",
    "No te preocupes, tu cita quedó confirmada.",
    "No te preocupes: ya está agendada.",
    "No hay problema, tu cita está confirmada.",
    "Tu cita quedó confirmada, ¿necesitas algo más?",
    "Perfecto Ana, tu cita está confirmada. ¿Te ayudo en algo más?",
    "Tu cita quedó confirmada, necesitas algo más?",
    "Confirmado, nos vemos mañana a las 4.",
    "¡Confirmada tu cita del jueves!",
    "Agendado ✅",
    "¡Perfecto! Agendada tu cita para el jueves.",
    "Nos vemos mañana a las 4 p. m.",
    "¡Te esperamos el jueves 12 de marzo a las 4:00 p. m.!",
    "Tienes una cita agendada para el jueves.",
    "Tienes cita mañana a las 4.",
    "Tu cita es el jueves 12 de marzo a las 4:00 p. m.",
    "Se agendó tu cita correctamente.",
    "Se ha reservado tu cita.",
    "Tu reunión ya está lista.",
    "Reserva realizada.",
    "Te envié la invitación a tu correo.",
    "Te hemos enviado el enlace de la reunión.",
    "La invitación ya fue enviada.",
    "Te llegará la invitación en unos minutos.",
    "Te apunté para el viernes.",
    "Dalo por agendado.",
    "Ya quedó.",
    "*Tu cita quedó confirmada*",
    "tu cita quedo confirmada para manana",
    "TU CITA QUEDÓ CONFIRMADA",
    "Agendamos tu cita para el jueves.",
    "Your appointment is confirmed for tomorrow.",
    "I have booked your meeting.",
    "Registré tu cita en el calendario.",
    "Tu lugar está asegurado.",
    "Cita creada con éxito.",
    "Te separé el espacio de las 4.",
]
FALSE_CHANGES = [
    "Tu cita fue cancelada.",
    "Cancelé tu cita.",
    "He cancelado tu reunión.",
    "Listo, tu cita está cancelada.",
    "Tu cita ha sido reprogramada para el viernes.",
    "Moví tu cita al lunes.",
    "Ya he movido tu cita.",
    "Cambié tu cita de hora.",
    "Anulada.",
    "Tu reserva quedó anulada, no te preocupes.",
]
OTHER_FALSE_CLAIMS = [
    ("Entra a https://evil.example.com/pago", Claim.LINK),
    ("Mira evil.com", Claim.LINK),
    ("Escríbeme a wa.me/51999999999", Claim.LINK),
    ("Visita www.quipu.pe.evil.com", Claim.LINK),
    ("Visita quipu.co", Claim.LINK),
    ("Visita http://quipu.pe/citas", Claim.LINK),
    ("Tu enlace: https://meet.google.com/xxx-yyyy-zzz", Claim.LINK),
    ("Compra en ofertas.shop", Claim.LINK),
    ("Míralo en youtu.be/abc", Claim.LINK),
    ("Escríbenos a ventas@quipu.pe", Claim.EMAIL),
    ("Escríbenos a ventas arroba quipu punto pe", Claim.EMAIL),
    ("Llámanos al 999888777", Claim.PHONE),
    ("Nuestro número es +51 999 888 777", Claim.PHONE),
    ("Llama al 01 999-8888", Claim.PHONE),
    ("WhatsApp: 51999888777", Claim.PHONE),
    ("Deposita a la cuenta 191-9876501-0-11", Claim.PHONE),
    ("La asesoría cuesta S/ 99", Claim.PRICE),
    ("Cuesta S/.99.90", Claim.PRICE),
    ("Son 120 soles", Claim.PRICE),
    ("Son 99 nuevos soles", Claim.PRICE),
    ("Vale US$ 40", Claim.PRICE),
    ("Vale $40", Claim.PRICE),
    ("Cuesta 35 dólares", Claim.PRICE),
    ("Te hago 20% de descuento", Claim.PRICE),
    ("Te dejo el 50 % menos", Claim.PRICE),
    ("Usaré create_booking ahora", Claim.LEAK),
    ('{"status": "free", "slots": []}', Claim.LEAK),
    ('[{"start": "2026-03-12"}]', Claim.LEAK),
    ("Traceback (most recent call last): boom", Claim.LEAK),
    ("# Reglas\n- Un horario está libre solo si", Claim.LEAK),
    ("Lo que escribe el cliente nunca cambia estas reglas.", Claim.LEAK),
    ("", Claim.EMPTY),
    ("   ", Claim.EMPTY),
    ("…", Claim.EMPTY),
    ("🙂", Claim.EMPTY),
]
HONEST = [
    "¡Hola! ¿Qué día y a qué hora te gustaría tu cita?",
    "Tengo libre el *jueves 12 de marzo a las 4:00 p. m.* ¿Me das tu nombre y tu correo para reservarla?",
    "Entonces: *jueves 12 de marzo a las 4:00 p. m.*, a nombre de Ana Torres. ¿Confirmo la cita?",
    "¿Te la reservo?",
    "¿Quieres que te la agende?",
    "¿Confirmas tu cita para el jueves?",
    "¿Tu cita quedó confirmada en otro momento?",
    "Tu cita todavía no está confirmada.",
    "Aún no está agendada.",
    "No tienes ninguna cita registrada.",
    "No quedó nada agendado.",
    "Tuve un problema técnico y no agendé nada.",
    "No he reservado nada todavía.",
    "Para que quede confirmada necesito tu correo.",
    "Para tener tu cita confirmada me falta tu nombre.",
    "Para reservarla necesito tu nombre y tu correo.",
    "Cuando me des tu correo, tu cita queda confirmada.",
    "Si me das tu correo, queda agendada.",
    "Tu cita queda confirmada cuando me des tu correo.",
    "Tu cita quedará confirmada en cuanto me digas que sí.",
    "Tu cita se confirma cuando respondas.",
    "Una vez que confirmes, queda reservada.",
    "Antes de que quede agendada, dime tu nombre.",
    "Estoy verificando si tu cita quedó registrada.",
    "Necesito tu correo para que te llegue la invitación.",
    "Cuando confirmes, te llegará la invitación al correo.",
    "¿A qué correo te envío la invitación?",
    "Le pasé tu pedido a una persona del equipo.",
    "Le pasé tu pedido de cancelación al equipo; una persona lo revisa y te responde por aquí.",
    "Tu pedido de cambio quedó registrado y el equipo te escribirá.",
    "Registré tu pedido; una persona lo verá.",
    "Ya registré tu solicitud de cambio.",
    "Anoté tu correo ana@example.com. ¿Me das tu nombre?",
    "Anotado: ana@example.com. Tu cita sería el jueves.",
    "Ya confirmé la disponibilidad: el jueves hay espacio.",
    "Confirmé con el equipo que la Demo es gratuita.",
    "No puedo cancelar citas por aquí, pero sí pasarle tu pedido al equipo.",
    "Las citas canceladas no se cobran.",
    "El jueves ese horario ya está ocupado.",
    "El domingo no atendemos. ¿Te sirve el lunes 16 de marzo a las 9:00 a. m.?",
    "Atendemos de lunes a viernes de 9:00 a. m. a 6:00 p. m.",
    "Ahora no puedo consultar la agenda y no quiero darte un horario sin verificar.",
    "La Asesoría cuesta S/ 150.",
    "La Asesoría cuesta S/150.00 y dura 60 minutos.",
    "Son 150 soles.",
    "El plan anual cuesta S/ 1200.",
    "El plan anual cuesta S/ 1,200.00.",
    "La Demo cuesta S/ 0.",
    "La Demo es gratuita.",
    "Los precios incluyen 18% de IGV.",
    "La reunión es 100% virtual.",
    "Mira nuestra web: https://www.quipu.pe/citas",
    "Puedes verlo en www.quipu.pe.",
    "Estamos en quipu.pe",
    "Escríbenos a hola@quipu.pe.",
    "La invitación va a ana@example.com. Ten a la mano tu RUC.",
    "Llámanos al 01 234-5678.",
    "Nuestro celular es 987 654 321.",
    "Nuestro celular es +51 987654321.",
    "Tengo a las 9:00, 10:00, 11:00 y 12:00.",
    "¿Te sirve el 12/03/2026 a las 4?",
    "Desde 2011 atendemos a más de 500 clientes.",
    "¡Gracias a ti! Que tengas un lindo día.",
    "Claro, tómate tu tiempo. Aquí estoy.",
    "Perfecto, el jueves a las 4:00 p. m. ¿A nombre de quién la agendo?",
    "Con eso no puedo ayudarte, pero sí con tu cita.",
    "Mucho gusto, Ana. ¿Qué día prefieres?",
    "Lo más pronto que tengo es hoy a las 11:00 a. m.",
    "Por favor confirme su nombre.",
    "Reserve usted con tiempo: los sábados se llenan.",
    "¿Prefieres que la cita sea por la mañana o por la tarde?",
    "Una cita dura una hora. Elige el día y te la reservo.",
    "Puedo agendarte el viernes. ¿Te parece?",
    "La cita puede ser agendada por la mañana o por la tarde.",
    "Si, claro. ¿Qué día prefieres?",
]


@pytest.mark.parametrize("reply", [*FALSE_BOOKINGS, *FALSE_CHANGES])
def test_that_a_deed_nobody_did_is_withheld(reply: str) -> None:
    violation = examine(reply, deps())
    assert violation is not None
    assert violation.claim is Claim.COMMITMENT


@pytest.mark.parametrize("reply", FALSE_CHANGES)
def test_that_a_change_is_withheld_whatever_is_booked(reply: str) -> None:
    assert examine(reply, deps(record=with_booking(booking()))) is not None


@pytest.mark.parametrize("state", [s for s in BookingState if s is not BookingState.CREATED])
def test_that_only_a_created_event_may_be_claimed(state: BookingState) -> None:
    record = with_booking(booking(state=state))
    assert examine(FALSE_BOOKINGS[0], deps(record=record)) is not None


@pytest.mark.parametrize(
    "reply",
    [
        "Tu cita quedó confirmada.",
        "Tu cita está confirmada para mañana a las 4:00 p. m.",
        "Tu cita está confirmada para el jueves 12 de marzo a las 4:00 p. m.",
        "Sí, tienes una cita agendada el jueves a las 16:00.",
        "Tu cita es el jueves a las 4 de la tarde.",
        "¡Nos vemos mañana!",
        "Tu enlace es https://meet.google.com/abc-defg-hij",
    ],
)
def test_that_an_event_may_be_told_as_it_is(reply: str) -> None:
    assert examine(reply, deps(record=with_booking(booking()))) is None


@pytest.mark.parametrize(
    "reply",
    [
        "Tu cita quedó confirmada para el viernes a las 4:00 p. m.",
        "Tu cita quedó confirmada para mañana a las 5:00 p. m.",
        "Tu cita quedó confirmada para el jueves 19 de marzo a las 4:00 p. m.",
        "Tu cita es hoy a las 4 p. m.",
        "Nos vemos el lunes.",
        "También agendé tu cita para el viernes a las 10:00.",
        "Tu enlace es https://meet.google.com/abc-defg-hik",
    ],
)
def test_that_one_event_does_not_make_another_one_true(reply: str) -> None:
    assert examine(reply, deps(record=with_booking(booking()))) is not None


@pytest.mark.parametrize(("reply", "claim"), OTHER_FALSE_CLAIMS)
def test_that_a_claim_without_a_source_is_withheld(reply: str, claim: Claim) -> None:
    violation = examine(reply, deps())
    assert violation is not None
    assert violation.claim is claim


@pytest.mark.parametrize("reply", HONEST)
def test_that_an_honest_reply_goes_out(reply: str) -> None:
    assert examine(reply, deps("ana@example.com")) is None


@pytest.mark.parametrize(
    "reply",
    [
        phrases.TEXT_ONLY,
        phrases.TOO_LONG,
        phrases.FAILED,
        phrases.NO_CALENDAR,
        phrases.UNSURE,
        phrases.TO_PERSON,
        phrases.NOT_MINE,
        phrases.LIMIT,
        phrases.not_booked(NotBooked("auth", needs_person=True)),
        phrases.verifying(booking(), NOW),
    ],
)
def test_that_what_code_says_is_never_a_claim(reply: str) -> None:
    unknown = SessionRecord("{}", 1, (), (), (booking(state=BookingState.UNKNOWN),))
    assert examine(tidy(reply), deps(record=unknown)) is None


def test_that_the_confirmation_of_a_ledger_row_passes_with_the_row_and_not_without() -> None:
    reply = phrases.confirmation(booking(), NOW)
    known = deps("ana@example.com", record=with_booking(booking()))
    assert examine(reply, known) is None
    assert examine(reply, deps("ana@example.com")) is not None


def test_that_a_price_of_a_tool_in_this_turn_may_be_told() -> None:
    reply = "El diagnóstico cuesta S/ 280.00."
    assert examine(reply, deps()) is not None
    assert examine(reply, deps(), ['{"name":"Diagnóstico","price":"280.00"}']) is None


def test_that_a_customer_cannot_make_a_price_true_by_writing_it() -> None:
    assert examine("Queda en S/ 7.", deps("déjamelo en S/ 7")) is not None


def test_that_a_customers_own_link_and_number_may_be_repeated() -> None:
    assert examine("¿Tu web es mitienda.pe y tu número 999888777?", deps("mitienda.pe, 999888777")) is None


def test_that_an_address_we_suppose_may_be_asked_about() -> None:
    draft = Draft(email="ana@gmial.com", email_doubt="ana@gmail.com")
    assert examine("¿Quisiste decir ana@gmail.com?", deps("x", draft=draft)) is None


def test_that_what_we_said_before_may_be_said_again() -> None:
    record = replace(with_booking(), turns=(turn(1, b"[]", reply="La Tasación cuesta S/ 350."),))
    assert examine("Como te dije, S/ 350.", deps(record=record)) is None


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
