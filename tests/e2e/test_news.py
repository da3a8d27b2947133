"""What became of an unknown booking is told: once, first thing, from the ledger, whatever the model."""

from pathlib import Path

import pytest
from pydantic_ai.exceptions import ModelAPIError
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models.function import AgentInfo, FunctionModel

from citas.agent import phrases
from citas.sandbox.faults import Fault
from citas.store.model import Actor, BookingState
from tests.e2e.test_unruly_model import says
from tests.e2e.world import Prospect, World, open_world

CREATE = "CREAR_EVENTO"
RECAP = "Soy Carlos Quispe, carlos.quispe@example.com, agéndame mañana a las 4pm"
LINK = "https://meet.google.com/abc-defg-hij"


async def unknown_booking(world: World) -> Prospect:
    """A customer who was told that the booking is being verified."""
    world.sandbox.faults.add(CREATE, Fault.EMPTY)
    customer = world.prospect()
    reply = await customer.writes(RECAP, "sí")
    assert "verificando" in reply.text
    return customer


async def settle(world: World, state: BookingState, *, link: str | None = None) -> str:
    """What an operator found in the calendar."""
    (booking,) = await world.service.store.ledger.unresolved()
    now = world.clock()
    row = await world.service.store.ledger.record(
        booking.id, state, now, meet_link=link, detail="", actor=Actor.OPERATOR
    )
    return row.ref


@pytest.mark.parametrize("message", ["hola", "¿ya quedó mi cita?", "¿cuánto cuesta la asesoría?", "gracias"])
async def test_that_a_booking_found_in_the_calendar_is_confirmed_in_the_next_reply(
    tmp_path: Path, message: str
) -> None:
    async with open_world(tmp_path) as world:
        customer = await unknown_booking(world)
        ref = await settle(world, BookingState.CREATED, link=LINK)
        reply = await customer.says(message)
        assert reply.text.startswith("¡Listo! Tu cita quedó confirmada para el *jueves 12 de marzo")
        assert ref in reply.text
        assert reply.url == LINK
        again = await customer.says("ok, gracias")
        assert "quedó confirmada" not in again.text
        assert again.url is None


async def test_that_a_booking_that_is_not_in_the_calendar_is_told_and_can_be_made_again(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        customer = await unknown_booking(world)
        world.sandbox.reset()
        await settle(world, BookingState.REJECTED)
        reply = await customer.says("¿ya quedó mi cita?")
        assert "no quedó registrada" in reply.text
        await customer.says("mañana a las 4pm")
        reply = await customer.says("sí")
        assert "quedó confirmada" in reply.text
        assert len(world.events) == 1


async def test_that_the_news_comes_whatever_the_model_says(tmp_path: Path) -> None:
    lie = says("Tu cita no quedó registrada, pídela otra vez.")
    async with open_world(tmp_path) as world:
        customer = await unknown_booking(world)
        await settle(world, BookingState.CREATED, link=LINK)
    async with open_world(
        tmp_path, model=lie, sandbox=world.sandbox, openai_model="gpt-4o-mini", openai_api_key="k"
    ) as again:
        back = again.prospect(session=customer.session)
        reply = await back.says("¿ya quedó mi cita?")
        assert "quedó confirmada" in reply.text
        assert "pídela otra vez" not in reply.text


async def test_that_a_confirmation_whose_turn_was_lost_is_told_later(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        customer = world.prospect()
        await customer.says(RECAP)
        async with world.service.store.database.transaction() as connection:
            await connection.exec_driver_sql(
                "CREATE TRIGGER no_turns BEFORE INSERT ON turns BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        assert "quedó confirmada" in (await customer.says("sí")).text  # true, though nobody may have read it
        async with world.service.store.database.transaction() as connection:
            await connection.exec_driver_sql("DROP TRIGGER no_turns")
        assert "quedó confirmada" in (await customer.says("hola?")).text
        assert "quedó confirmada" not in (await customer.says("ok")).text
        assert len(world.events) == 1


async def test_that_another_customer_hears_nothing_of_it(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await unknown_booking(world)
        await settle(world, BookingState.CREATED, link=LINK)
        other = await world.prospect().says("hola")
        assert "confirmada" not in other.text
        assert other.url is None


async def test_that_no_failure_of_this_turn_is_read_of_the_booking_just_told(tmp_path: Path) -> None:
    async def breaks(_messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
        raise ModelAPIError("gpt-4o-mini", "down")

    async with open_world(tmp_path) as world:
        customer = await unknown_booking(world)
        await settle(world, BookingState.CREATED, link=LINK)
    async with open_world(
        tmp_path,
        model=FunctionModel(breaks),
        sandbox=world.sandbox,
        openai_model="gpt-4o-mini",
        openai_api_key="k",
        offline_fallback=False,
    ) as again:
        reply = await again.prospect(session=customer.session).says("hola")
        assert "quedó confirmada" in reply.text
        assert "no agendé nada" not in reply.text
        assert phrases.FAILED_BESIDE_NEWS in reply.text
