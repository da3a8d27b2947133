"""The service with a provider's model, the real client over a real socket: what is sent, and what comes of
every way in which a provider can fail."""

from pathlib import Path

import pytest
from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelRequest

from citas.agent import phrases
from citas.store.model import SessionKey
from tests.e2e.openai.support import (
    ASKS_WHEN,
    BOOK,
    CHECK,
    DATA,
    DONE,
    EMAIL,
    KEY,
    LONG_ENOUGH,
    NAME,
    OFFER,
    SLOT,
    WISH,
    assert_booked,
    connected,
    offered,
)
from tests.e2e.world import World
from tests.openai_server import (
    Call,
    Drops,
    Fails,
    Garbage,
    Hangs,
    OpenAIServer,
    Refuses,
    Says,
    Step,
    Uses,
    uses,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Every way in which a provider can leave a turn without an answer: by keeping us waiting, or at once.
WAITS: dict[str, Step] = {
    "it asks to wait longer than we can": Fails(429, "rate_limit_exceeded", {"Retry-After": "7"}),
    "it says nothing in time": Hangs(),
}
FAULTS: dict[str, Step] = {
    "the key is invalid": Fails(401, "invalid_api_key"),
    "the model is gone": Fails(404, "model_not_found"),
    "it broke": Fails(500, "server_error"),
    "the connection is dropped": Drops(),
    "the body is no JSON": Garbage(),
    "the body is a page": Garbage(content_type="text/html"),
    "the body is no completion": Garbage('{"ok": true}'),
    "the reply is empty": Says(""),
    "the reply has no content": Says(None),
    "the reply was filtered": Says(None, "content_filter"),
    "the reply was filtered half way": Says("Claro, tu cita", "content_filter"),
    "it refuses": Refuses("I can't help with that."),
    "the reply was cut": Says("Tengo libre el jueves 12 de marzo a las 1", "length"),
    "a tool call was cut": Uses((Call("check_availability", '{"date": "2026-'),), "length"),
    "it only writes broken tool calls": Uses((Call("check_availability", '{"date": '),)),
    "it only calls a tool that is not there": uses("borrar_agenda"),
}


async def test_that_four_messages_make_one_event(world: World, provider: OpenAIServer) -> None:
    customer = await offered(world, provider)
    provider.script(
        Says("¿A nombre de quién?"), Says("Gracias, Carlos. ¿A qué correo te escribo?"), BOOK, DONE
    )
    await customer.writes("sí, esa", NAME)
    assert not world.events
    reply = await customer.says(EMAIL)
    assert_booked(world, reply)
    assert {r.authorization for r in provider.received} == {f"Bearer {KEY}"}


async def test_that_the_model_is_offered_four_closed_tools(shared: World, provider: OpenAIServer) -> None:
    provider.script(Says("Hola, ¿en qué te ayudo?"))
    await shared.prospect().says("hola")
    tools = {t.function.name: t.function for t in provider.last.tools}
    assert tools.keys() == {"check_availability", "create_booking", "search_productos_servicios", "hand_off"}
    for tool in tools.values():
        assert tool.description
        assert tool.parameters["type"] == "object"
        assert tool.parameters["additionalProperties"] is False
        properties = tool.parameters["properties"]
        assert isinstance(properties, dict)
        assert all(isinstance(p, dict) and p.get("description") for p in properties.values())
    booking = tools["create_booking"]
    assert booking.strict is True
    assert booking.parameters["required"] == ["date", "time", "customer_name", "customer_contact"]


async def test_that_the_settings_reach_the_provider(tmp_path: Path, provider: OpenAIServer) -> None:
    async with connected(tmp_path, provider, temperature=0.2, max_tokens=321) as world:
        provider.script(Says("Hola, ¿en qué te ayudo?"))
        await world.prospect().says("hola")
    sent = provider.last
    assert (sent.model, sent.temperature, sent.max_completion_tokens) == ("gpt-4o-mini", 0.2, 321)
    assert sent.parallel_tool_calls is False


async def test_that_the_prompt_begins_with_the_company_and_the_day_comes_last(
    world: World, provider: OpenAIServer
) -> None:
    provider.always = Says("Hola, ¿en qué te ayudo?")
    customer = world.prospect()
    await customer.says("hola")
    world.clock.advance(minutes=7)
    await customer.says(f"soy {NAME}")
    await world.prospect().says("hola")
    world.clock.advance(days=1)
    await customer.says("hola de nuevo")
    systems = [[m.text for m in r.of("system")] for r in provider.requests]
    assert {len(texts) for texts in systems} == {2}
    assert len({texts[0] for texts in systems}) == 1
    assert systems[0][0].startswith("Eres Sofía")
    assert "Hoy es" not in systems[0][0]
    days = [texts[1].splitlines()[1] for texts in systems]
    assert days == ["Hoy es miércoles 11 de marzo de 2026."] * 3 + ["Hoy es jueves 12 de marzo de 2026."]
    assert not [t for texts in systems for t in texts if "10:15" in t or "10:22" in t]
    assert all([m.role for m in r.messages[:3]] == ["system", "system", "user"] for r in provider.requests)


async def test_that_earlier_turns_are_sent_and_instructions_are_not_stored(
    shared: World, provider: OpenAIServer
) -> None:
    customer = await offered(shared, provider)
    provider.script(Says("¿A nombre de quién?"))
    await customer.says("sí, esa")
    said = provider.last.messages[2:]
    assert [m.role for m in said] == ["user", "assistant", "tool", "assistant", "user"]
    assert said[0].text == WISH
    (called,) = said[1].tool_calls
    assert (called.function.name, called.id) == ("check_availability", said[2].tool_call_id)
    assert SLOT in said[2].text
    assert [said[3].text, said[4].text] == [OFFER.text, "sí, esa"]
    record = await shared.service.store.sessions.load(SessionKey(101, str(customer.session)), last=20)
    stored = [m for t in record.turns for m in ModelMessagesTypeAdapter.validate_json(t.messages)]
    assert [m.instructions for m in stored if isinstance(m, ModelRequest)] == [None] * 3
    assert not [t for t in record.turns if b"Eres Sof" in t.messages]


async def test_that_public_images_are_shown_once_and_others_never(
    shared: World, provider: OpenAIServer
) -> None:
    public = [f"https://cdn.example.com/foto{n}.jpg" for n in range(12)]
    blocked = [
        "https://127.0.0.1/a.jpg",
        "https://169.254.169.254/a.png",
        "https://[::ffff:10.0.0.1]/a.png",
        "https://2130706433/a.jpg",
        "https://user@cdn.example.com/a.jpg",
        "http://cdn.example.com/a.jpg",
        "file:///etc/a.jpg",
        "https://cdn.example.com/ver?foto=a.jpg",
        "https://cdn.example.com:8443/a.jpg",
    ]
    provider.script(Says("Gracias por las fotos."), Says("De nada."))
    customer = shared.prospect()
    await customer.says(" ".join(["mira", *blocked, *public]))
    shown = provider.last.of("user")[-1]
    assert [i.url for i in shown.images] == public[:10]
    assert {i.detail for i in shown.images} == {"low"}
    assert "2 imágenes más" in shown.text
    await customer.says("gracias")
    earlier, now = provider.last.of("user")
    assert not earlier.images
    assert not now.images
    assert earlier.text.count("[imagen]") == 10


@pytest.mark.parametrize("fault", [*WAITS.values(), *FAULTS.values()], ids=[*WAITS, *FAULTS])
async def test_that_the_offline_model_answers_for_a_provider_that_does_not(
    shared: World, provider: OpenAIServer, fault: Step
) -> None:
    provider.always = fault
    customer = shared.prospect()
    reply = await customer.says("Hola, quiero una cita")
    assert reply.text == ASKS_WHEN
    provider.always = None
    shared.seconds.advance(LONG_ENOUGH)
    provider.script(CHECK, OFFER)
    reply = await customer.says("mañana a las 4pm")
    assert SLOT in reply.text
    assert [m.text for m in provider.last.of("user")] == ["Hola, quiero una cita", "mañana a las 4pm"]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_that_without_the_offline_model_the_failure_is_told(
    alone: World, provider: OpenAIServer, fault: Step
) -> None:
    provider.always = fault
    customer = alone.prospect()
    reply = await customer.says(WISH)
    assert (reply.status, reply.text) == (200, phrases.FAILED)
    assert not alone.events
    provider.always = None
    alone.seconds.advance(LONG_ENOUGH)
    provider.script(Says("Hola, Carlos."))
    await customer.says(f"soy {NAME}")
    assert [m.text for m in provider.last.of("user")] == [WISH, f"soy {NAME}"]


@pytest.mark.parametrize("fault", WAITS.values(), ids=WAITS)
async def test_that_a_provider_that_keeps_us_waiting_is_asked_once(
    alone: World, provider: OpenAIServer, fault: Step
) -> None:
    provider.script(fault)
    reply = await alone.prospect().says(WISH)
    assert reply.text == phrases.FAILED
    assert len(provider.requests) == 1


@pytest.mark.parametrize("fault", [FAULTS["the model is gone"], FAULTS["it refuses"]])
async def test_that_a_whole_booking_goes_through_without_the_provider(
    world: World, provider: OpenAIServer, fault: Step
) -> None:
    provider.always = fault
    customer = world.prospect()
    offer = await customer.says(WISH)
    assert SLOT in offer.text
    reply = await customer.writes("sí", NAME, EMAIL)
    assert_booked(world, reply)


async def test_that_a_slot_the_offline_model_showed_is_booked_by_the_provider(
    world: World, provider: OpenAIServer
) -> None:
    provider.script(Fails(401, "invalid_api_key"))  # and in this turn it is not asked again
    customer = world.prospect()
    await customer.says(WISH)
    world.seconds.advance(LONG_ENOUGH)
    provider.script(BOOK, DONE)
    assert_booked(world, await customer.says(DATA))


async def test_that_a_short_wait_is_waited_and_the_request_sent_again(
    tmp_path: Path, provider: OpenAIServer
) -> None:
    async with connected(tmp_path, provider, timeout=10) as world:
        provider.script(Fails(429, "rate_limit_exceeded", {"Retry-After-Ms": "20"}), Says("Hola, dime."))
        reply = await world.prospect().says("hola")
    assert reply.text == "Hola, dime."


@pytest.mark.parametrize(
    ("fault", "fallback"),
    [
        (FAULTS["the key is invalid"], True),
        (FAULTS["the key is invalid"], False),
        (FAULTS["the reply was cut"], True),
        (FAULTS["it refuses"], False),
    ],
)
async def test_that_a_booking_is_confirmed_although_the_provider_fails_after_it(
    tmp_path: Path, provider: OpenAIServer, fault: Step, *, fallback: bool
) -> None:
    async with connected(tmp_path, provider, fallback=fallback) as world:
        customer = await offered(world, provider)
        provider.script(BOOK, fault)
        assert_booked(world, await customer.says(DATA))
        world.seconds.advance(LONG_ENOUGH)
        provider.script(Says("De nada."))
        await customer.says("gracias")
        assert len(world.events) == 1
        assert "confirmada" in provider.last.of("assistant")[-1].text
