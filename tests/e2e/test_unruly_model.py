"""A model that lies, hurries or repairs by itself: what a customer and the calendar get all the same."""

import itertools
from pathlib import Path

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tests.e2e.world import open_world

RECAP = "Soy Carlos Quispe, carlos.quispe@example.com, agéndame mañana a las 4pm"


def says(*answers: str | ToolCallPart) -> FunctionModel:
    """A provider's model that gives these answers one after the other, then repeats the last."""
    left = itertools.chain(answers, itertools.repeat(answers[-1]))

    async def answer(_messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
        part = next(left)
        return ModelResponse(parts=[TextPart(part) if isinstance(part, str) else part])

    return FunctionModel(answer)


async def test_that_a_model_cannot_claim_a_booking(tmp_path: Path) -> None:
    lie = says("Sí, no te preocupes: tu cita quedó confirmada para mañana a las 4:00 p. m., ¿algo más?")
    async with open_world(tmp_path, model=lie, openai_model="gpt-4o-mini", openai_api_key="k") as world:
        reply = await world.prospect().says("mañana a las 4pm")
        assert "quedó confirmada" not in reply.text
        assert not world.events


async def test_that_a_model_cannot_book_what_was_never_shown(tmp_path: Path) -> None:
    call = ToolCallPart(
        "create_booking",
        {
            "date": "2026-03-12",
            "time": "16:00",
            "customer_name": "Carlos Quispe",
            "customer_contact": "carlos.quispe@example.com",
        },
    )
    model = says(call, "Tengo el jueves 12 de marzo a las 4:00 p. m. ¿Confirmas?")
    async with open_world(tmp_path, model=model, openai_model="gpt-4o-mini", openai_api_key="k") as world:
        reply = await world.prospect().says(RECAP)
        assert "¿Confirmas?" in reply.text
        assert not world.events


async def test_that_a_model_cannot_repair_an_address_by_itself(tmp_path: Path) -> None:
    def book(email: str) -> ToolCallPart:
        when = {"date": "2026-03-12", "time": "16:00"}
        return ToolCallPart("create_booking", {**when, "customer_name": "Ana", "customer_contact": email})

    check = ToolCallPart("check_availability", {"date": "2026-03-12", "time": "16:00"})
    offer = "Tengo el jueves 12 de marzo a las 4:00 p. m. ¿Me das tu nombre y tu correo?"
    model = says(check, offer, book("ana@gmail.com"), "¿Quisiste decir ana@gmail.com?")
    async with open_world(tmp_path, model=model, openai_model="gpt-4o-mini", openai_api_key="k") as world:
        customer = world.prospect()
        await customer.says("mañana a las 4pm")
        reply = await customer.says("soy Ana, ana@gmial.com")
        assert "ana@gmail.com?" in reply.text
        assert not world.events


async def test_that_an_offer_in_a_models_own_words_can_be_booked(tmp_path: Path) -> None:
    check = ToolCallPart("check_availability", {"date": "2026-03-12", "time": "16:00"})
    book = ToolCallPart(
        "create_booking",
        {
            "date": "2026-03-12",
            "time": "16:00",
            "customer_name": "Carlos Quispe",
            "customer_contact": "carlos.quispe@example.com",
        },
    )
    model = says(check, "Mañana a las 4 de la tarde está libre. ¿Te la reservo?", book, "x")
    async with open_world(tmp_path, model=model, openai_model="gpt-4o-mini", openai_api_key="k") as world:
        customer = world.prospect()
        await customer.says(RECAP)
        reply = await customer.says("sí")
        assert "confirmada" in reply.text
        assert len(world.events) == 1


@pytest.mark.parametrize(
    "words", ["no, mejor no", "olvídalo, no quiero la cita", "¿cuánto cuesta?", "te aviso", "gracias"]
)
async def test_that_a_model_cannot_book_a_shown_slot_that_was_not_accepted(
    tmp_path: Path, words: str
) -> None:
    offer = ToolCallPart("check_availability", {"date": "2026-03-12", "time": "16:00"})
    book = ToolCallPart(
        "create_booking",
        {
            "date": "2026-03-12",
            "time": "16:00",
            "customer_name": "Carlos Quispe",
            "customer_contact": "carlos.quispe@example.com",
        },
    )
    shows = "Tengo libre el jueves 12 de marzo a las 4:00 p. m. ¿Te la reservo?"
    model = says(offer, shows, book, "¿En qué más te ayudo?")
    async with open_world(tmp_path, model=model, openai_model="gpt-4o-mini", openai_api_key="k") as world:
        customer = world.prospect()
        reply = await customer.says(RECAP)
        assert "jueves 12 de marzo a las 4:00 p. m." in reply.text
        await customer.says(words)
        assert not world.events
