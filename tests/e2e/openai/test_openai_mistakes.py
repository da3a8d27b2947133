"""What a model can do wrong must reach neither the calendar nor the customer as a fact."""

import pytest

from citas.agent import phrases
from citas.agent.build import LIMITS
from citas.store.model import RequestKind
from tests.e2e.openai.support import (
    ASKS_WHEN,
    BOOK,
    BOOKING,
    CHECK,
    DATA,
    DONE,
    EMAIL,
    NAME,
    SLOT,
    WISH,
    assert_booked,
    offered,
)
from tests.e2e.world import World
from tests.openai_server import (
    Call,
    OpenAIServer,
    Says,
    Uses,
    call,
    uses,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    "claim",
    [
        "¡Listo! Tu cita quedó confirmada para mañana a las 4:00 p. m.",
        "Tu cita está agendada: https://meet.google.com/abc-defg-hij",
        "Te agendé para el jueves 12 de marzo a las 4:00 p. m.",
    ],
)
async def test_that_a_booking_nobody_made_is_not_claimed(
    shared: World, provider: OpenAIServer, claim: str
) -> None:
    customer = await offered(shared, provider)
    provider.script(Says(claim), Says(claim))  # it is asked once more, and lies again
    reply = await customer.says("sí, esa")
    assert SLOT in reply.text
    assert "¿Me das tu nombre" in reply.text
    assert reply.url is None
    assert not shared.events
    provider.script(Says("¿A nombre de quién?"))
    await customer.says("ok")
    assert claim not in [m.text for m in provider.last.messages]


@pytest.mark.parametrize(
    "lie",
    [
        "La asesoría cuesta S/ 49.90. ¿Te agendo?",
        "Te la dejo en 49 soles. ¿Te agendo?",
        "Reserva en https://citas-gratis.example.net/quipu",
        "Escríbenos a ventas@quipu-falso.com",
    ],
)
async def test_that_an_invented_price_or_link_is_withheld(
    shared: World, provider: OpenAIServer, lie: str
) -> None:
    customer = shared.prospect()
    provider.script(Says(lie), Says(lie))
    reply = await customer.says("Hola, quiero una cita")
    assert reply.text == ASKS_WHEN


async def test_that_a_price_does_not_become_true_by_a_tool_call_that_was_rejected(
    shared: World, provider: OpenAIServer
) -> None:
    lie = Says("La asesoría cuesta S/ 49.90. ¿Te agendo?")
    provider.script(uses("search_productos_servicios", busqueda="asesoría", limite="S/ 49.90"), lie, lie)
    reply = await shared.prospect().says("Hola, cuánto cuesta la asesoría?")
    assert "49.90" not in reply.text
    assert "S/ 150" in reply.text


async def test_that_a_price_of_the_catalogue_is_told(shared: World, provider: OpenAIServer) -> None:
    provider.script(
        uses("search_productos_servicios", busqueda="asesoría"),
        Says("La asesoría cuesta S/ 150. ¿Te agendo?"),
    )
    reply = await shared.prospect().says("Hola, cuánto cuesta la asesoría?")
    assert reply.text == "La asesoría cuesta S/ 150. ¿Te agendo?"


@pytest.mark.parametrize("times", [2, LIMITS.tool_calls_limit])
async def test_that_parallel_bookings_make_one_event(
    world: World, provider: OpenAIServer, times: int
) -> None:
    customer = await offered(world, provider)
    provider.script(Uses((BOOKING,) * times), DONE)
    assert_booked(world, await customer.says(DATA))


async def test_that_parallel_bookings_of_two_slots_make_one_event(
    world: World, provider: OpenAIServer
) -> None:
    customer = world.prospect()
    later = "jueves 12 de marzo a las 5:00 p. m."
    provider.script(
        Uses((*CHECK.calls, call("check_availability", date="2026-03-12", time="17:00"))),
        Says(f"Tengo libre el *{SLOT}* y el *{later}* ¿Cuál prefieres?"),
    )
    await customer.says("Hola, qué tienes mañana por la tarde?")
    other = call(
        "create_booking", date="2026-03-12", time="17:00", customer_name=NAME, customer_contact=EMAIL
    )
    provider.script(Uses((BOOKING, other)), DONE)
    assert_booked(world, await customer.says(f"A las 4. Soy {NAME}, {EMAIL}"))


async def test_that_too_many_parallel_bookings_make_none(shared: World, provider: OpenAIServer) -> None:
    customer = await offered(shared, provider)
    provider.script(Uses((BOOKING,) * 20))
    reply = await customer.says(DATA)
    assert reply.text == phrases.TO_PERSON
    assert not shared.events


async def test_that_a_slot_never_shown_is_offered_and_not_booked(
    world: World, provider: OpenAIServer
) -> None:
    customer = world.prospect()
    provider.script(BOOK, Says(f"Tengo el *{SLOT}* a nombre de {NAME}, {EMAIL}. ¿La confirmo?"))
    reply = await customer.says(f"Soy {NAME}, {EMAIL}, agéndame mañana a las 4pm")
    assert not world.events
    assert SLOT in reply.text
    assert '"status":"confirm_first"' in provider.last.of("tool")[-1].text
    provider.script(BOOK, DONE)
    assert_booked(world, await customer.says("sí"))


async def test_that_a_model_cannot_talk_a_slot_never_shown_into_a_booking(
    shared: World, provider: OpenAIServer
) -> None:
    lie = Says("¡Listo! Tu cita quedó agendada.")
    provider.script(BOOK, lie, lie)
    reply = await shared.prospect().says(f"Soy {NAME}, {EMAIL}, agéndame mañana a las 4pm")
    assert not shared.events
    assert "agendada" not in reply.text
    assert f"{SLOT}*, a nombre de {NAME}, correo {EMAIL}. ¿Confirmo la cita?" in reply.text


@pytest.mark.parametrize(
    ("name", "email", "missing"),
    [
        (NAME, "cliente@example.com", "email"),
        (NAME, "carlos.quispe@gmail.com", "email"),
        ("Carla Ramos", EMAIL, "name"),
        ("Cliente", EMAIL, "name"),
        ("", EMAIL, "name"),
    ],
)
async def test_that_data_the_customer_did_not_write_book_nothing(
    shared: World, provider: OpenAIServer, name: str, email: str, missing: str
) -> None:
    customer = await offered(shared, provider)
    invented = uses(
        "create_booking", date="2026-03-12", time="16:00", customer_name=name, customer_contact=email
    )
    provider.script(invented, Says("¿Me confirmas tus datos?"))
    reply = await customer.says(DATA)
    assert not shared.events
    assert reply.text == "¿Me confirmas tus datos?"
    told = provider.last.of("tool")[-1].text
    assert '"status":"needs"' in told
    assert f'"reason":"{missing}"' in told


async def test_that_a_tool_loop_ends_with_a_person(shared: World, provider: OpenAIServer) -> None:
    provider.always = CHECK
    customer = shared.prospect()
    reply = await customer.says(WISH)
    assert reply.text == phrases.TO_PERSON
    assert len(provider.requests) == LIMITS.request_limit
    assert not shared.events
    requests = await shared.service.store.requests.all_open()
    assert [r.kind for r in requests if r.session.session == str(customer.session)] == [RequestKind.HANDOFF]


@pytest.mark.parametrize(
    "mistake",
    [
        Call("create_booking", '{"date": "2026-03-12", "time": '),
        Call("create_booking", '["2026-03-12", "16:00"]'),
        Call("create_booking", "{}"),
        call(
            "create_booking",
            date="2026-03-12",
            time="16:00",
            customer_name=NAME,
            customer_contact=EMAIL,
            id_empresa=999,
        ),
        call("crear_evento", fecha="2026-03-12"),
    ],
    ids=["broken JSON", "a list", "no arguments", "an argument too many", "no such tool"],
)
async def test_that_a_mistaken_call_books_nothing(
    shared: World, provider: OpenAIServer, mistake: Call
) -> None:
    customer = await offered(shared, provider)
    provider.script(Uses((mistake,)), Says("¿Me confirmas tus datos?"))
    reply = await customer.says(DATA)
    assert reply.text == "¿Me confirmas tus datos?"
    assert not shared.events
    assert provider.last.of("tool")[-1].text


async def test_that_a_mistaken_call_may_be_corrected(world: World, provider: OpenAIServer) -> None:
    customer = await offered(world, provider)
    provider.script(Uses((Call("create_booking", '{"date": '),)), BOOK, DONE)
    assert_booked(world, await customer.says(DATA))


async def test_that_a_runaway_reply_fits_one_message(shared: World, provider: OpenAIServer) -> None:
    provider.script(Says("Te cuento sobre la empresa. " * 7000))
    reply = await shared.prospect().says("hola")
    assert reply.text.startswith("Te cuento sobre la empresa.")
    assert len(reply.text) <= 4096
