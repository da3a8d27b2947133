"""A reply that claims what is no fact is asked for once more, with the reason; then code answers."""

import itertools
from pathlib import Path

from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    RetryFeedbackPart,
    TextPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel

from citas.store.model import SessionKey
from tests.e2e.world import World, open_world

LIE = "¡Listo! Tu cita quedó confirmada para mañana a las 4:00 p. m."
HONEST = "¿Qué día y a qué hora te gustaría tu cita?"


class Answers:
    """Gives these answers in turn, then the last for ever, and remembers what it was asked."""

    def __init__(self, *answers: str) -> None:
        self._left = itertools.chain(answers, itertools.repeat(answers[-1]))
        self.asked: list[list[ModelMessage]] = []
        self.model = FunctionModel(self._answer)

    async def _answer(self, messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
        self.asked.append(list(messages))
        return ModelResponse(parts=[TextPart(next(self._left))])


async def stored(world: World, session: int | str) -> str:
    """The model's memory of the session's last turn, as JSON."""
    record = await world.service.store.sessions.load(SessionKey(101, str(session)), last=1)
    messages = ModelMessagesTypeAdapter.validate_json(record.turns[-1].messages)
    return ModelMessagesTypeAdapter.dump_json(messages).decode()


async def test_that_a_false_draft_is_asked_for_again_with_the_reason(tmp_path: Path) -> None:
    answers = Answers(LIE, HONEST)
    async with open_world(
        tmp_path, model=answers.model, openai_model="gpt-4o-mini", openai_api_key="k"
    ) as world:
        customer = world.prospect()
        assert (await customer.says("hola")).text == HONEST
        assert len(answers.asked) == 2
        told = str(answers.asked[1][-1])
        assert "no se puede enviar" in told
        assert "sin el sistema no hay cita" in told


async def test_that_the_false_draft_and_our_remark_are_no_part_of_the_history(tmp_path: Path) -> None:
    answers = Answers(LIE, HONEST)
    async with open_world(
        tmp_path, model=answers.model, openai_model="gpt-4o-mini", openai_api_key="k"
    ) as world:
        customer = world.prospect()
        await customer.says("hola")
        memory = await stored(world, customer.session)
        assert HONEST in memory
        assert "confirmada" not in memory
        assert "no se puede enviar" not in memory
        await customer.says("¿y mañana?")
        assert not [
            part
            for message in answers.asked[2]
            if isinstance(message, ModelRequest)
            for part in message.parts
            if isinstance(part, RetryFeedbackPart)
        ]


async def test_that_a_model_that_goes_on_lying_is_asked_twice_and_no_more(tmp_path: Path) -> None:
    answers = Answers(LIE)
    async with open_world(
        tmp_path, model=answers.model, openai_model="gpt-4o-mini", openai_api_key="k"
    ) as world:
        customer = world.prospect()
        reply = await customer.says("hola")
        assert "confirmada" not in reply.text
        assert "¿Qué día" in reply.text  # the offline model's answer
        assert len(answers.asked) == 2
        assert "confirmada" not in await stored(world, customer.session)


async def test_that_there_is_no_second_draft_when_the_turn_has_no_time_for_it(tmp_path: Path) -> None:
    answers = Answers(LIE, HONEST)
    # 30 seconds of patience leave a turn 20: less than the offline model and another draft may need.
    async with open_world(
        tmp_path,
        model=answers.model,
        chat_timeout=30,
        openai_timeout=5,
        api_timeout=5,
        openai_model="gpt-4o-mini",
        openai_api_key="k",
    ) as world:
        reply = await world.prospect().says("hola")
        assert "confirmada" not in reply.text
        assert len(answers.asked) == 1


async def test_that_a_session_costs_the_provider_only_so_many_turns_a_day(tmp_path: Path) -> None:
    answers = Answers(HONEST)
    async with open_world(
        tmp_path,
        model=answers.model,
        model_turns_per_session_day=3,
        openai_model="gpt-4o-mini",
        openai_api_key="k",
    ) as world:
        customer = world.prospect()
        for _ in range(5):
            assert (await customer.says("hola")).status == 200
        assert len(answers.asked) == 3
        await world.prospect().says("hola")
        assert len(answers.asked) == 4
        world.clock.advance(days=1)
        await customer.says("hola")
        assert len(answers.asked) == 5
