"""I10: what one turn may cost, whatever the model does: requests, tools, time. And I4 by the day."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic_ai.messages import ToolCallPart

from citas.sandbox.faults import Fault
from tests.harness import Absent, Calls, Looper, Loops, Malicious, Parrot, Seen, Slow
from tests.harness.looper import BOOK
from tests.harness.puppet import Part
from tests.harness.slow import NEVER
from tests.invariants.loops import HastyLoop
from tests.invariants.scenes import RECAP
from tests.invariants.stage import Stage, open_stage
from tests.invariants.test_backend import creations

REQUESTS, TOOLS, TURN = 8, 10, 20.0
SHORT = {"chat_timeout": 30, "openai_timeout": 1, "api_timeout": 2}
"""The least that the settings allow: a turn has 20 seconds, a model request one."""


@pytest.mark.parametrize("loops", list(Loops))
def test_i10_that_a_looping_model_is_stopped(stage: Stage, loops: Loops) -> None:
    async def conversation() -> None:
        story = stage.story()
        await stage.tells(story, Absent(), RECAP)
        looper = Looper(loops)
        reply = await stage.tells(story, looper, "sí")
        assert story.asked[-1] <= REQUESTS
        assert looper.answered <= TOOLS
        assert len(story.sent[-1]) <= 5 * TOOLS  # what one tool call may ask of the back end is bounded too
        assert len(creations(story.sent[-1])) <= 1
        assert len(story.events) <= 1
        assert reply.status == 200
        assert reply.text

    stage.run(conversation())


@pytest.mark.parametrize("seed", range(6))
def test_i10_that_a_model_that_calls_at_random_is_stopped(stage: Stage, seed: int) -> None:
    async def conversation() -> None:
        story = stage.story()
        await stage.tells(story, Malicious.seeded(seed, steps=100), RECAP, "sí", "sí")
        assert max(story.asked) <= REQUESTS

    stage.run(conversation())


class Late(Slow):
    """Books at once, then is silent for ever."""

    def __init__(self) -> None:
        super().__init__(0.0, heeds=False)

    def respond(self, seen: Seen) -> Sequence[Part]:
        """The booking."""
        self._seconds = NEVER
        return [ToolCallPart("create_booking", dict(BOOK))]


SLOW = {
    "never": Slow(NEVER),
    "never, and deaf": Slow(NEVER, heeds=False),
    "later than allowed": Slow(5.0),
    "late, and deaf": Slow(60.0, heeds=False),
    "trickling": Slow(0.9, trickles=50),
    "trickling, and deaf": Slow(6.0, trickles=50, heeds=False),
}


@pytest.mark.parametrize("how", list(SLOW))
def test_i10_that_a_slow_model_is_not_waited_for(tmp_path: Path, how: str) -> None:
    with open_stage(tmp_path, loop=HastyLoop, **SHORT) as own:

        async def conversation() -> tuple[str, float]:
            loop = asyncio.get_running_loop()
            began = loop.time()
            reply = await own.tells(own.story(), SLOW[how], RECAP)
            assert reply.status == 200
            return reply.text, loop.time() - began

        text, seconds = own.run(conversation())
        assert text
        assert seconds <= TURN + 8.0  # the gateway's patience is 30; the answer's own work counts too


def test_i10_that_a_model_slow_after_the_booking_changes_nothing_about_it(tmp_path: Path) -> None:
    with open_stage(tmp_path, loop=HastyLoop, **SHORT) as own:

        async def conversation() -> None:
            story = own.story()
            await own.tells(story, Absent(), RECAP)
            reply = await own.tells(story, Late(), "sí")
            assert "confirmada" in reply.text
            assert len(story.events) == 1

        own.run(conversation())


def test_i4_that_a_contact_gets_three_events_a_day_at_most(stage: Stage) -> None:
    async def conversation() -> None:
        first = stage.story()
        for hour in (9, 10, 11, 14, 16):
            story = stage.story(company=first.company)
            wish = f"soy Ana Torres, ana@example.com, agéndame mañana a las {hour}:00"
            await stage.tells(story, Absent(), wish, "sí")
        assert 1 <= len(first.events) <= 3

    stage.run(conversation())


def test_i4_that_a_company_gets_so_many_events_a_day_at_most(tmp_path: Path) -> None:
    with open_stage(tmp_path, bookings_per_empresa_day=2) as own:

        async def conversation() -> None:
            first = own.story()
            for n, hour in enumerate((9, 10, 11, 14)):
                story = own.story(company=first.company)
                name = ("Ana", "Eva", "Luz", "Sol")[n]
                wish = f"soy {name} Torres, {name.lower()}@example.com, agéndame mañana a las {hour}:00"
                await own.tells(story, Absent(), wish, "sí")
            assert len(first.events) == 2

        own.run(conversation())


def test_i4_that_a_session_gets_so_many_attempts_a_day_at_most(tmp_path: Path) -> None:
    with open_stage(tmp_path, booking_attempts_per_session_day=2) as own:

        async def conversation() -> None:
            story = own.story()
            for hour in (9, 10, 11, 14, 16):
                wanted = dict(BOOK) | {"time": f"{hour:02d}:00"}
                await own.tells(story, Absent(), f"soy Ana Torres, ana@example.com, mañana a las {hour}:00")
                with own.spoilt(Fault.REFUSED, "CREAR_EVENTO"):
                    await own.tells(story, Malicious([Calls((("create_booking", wanted),))]), "sí")
            assert len(creations(story.calls)) == 2

        own.run(conversation())


def test_i4_that_a_refused_attempt_is_an_attempt(stage: Stage) -> None:
    async def conversation() -> None:
        story = stage.story()
        await stage.tells(story, Absent(), RECAP)
        with stage.spoilt(Fault.REFUSED, "CREAR_EVENTO"):
            await stage.tells(story, Malicious([Calls((("create_booking", dict(BOOK)),))] * 8), "sí")
        assert len(creations(story.sent[-1])) == 1
        assert not story.events

    stage.run(conversation())


def test_i10_that_a_parrot_told_to_loop_is_stopped(stage: Stage) -> None:
    async def conversation() -> None:
        story = stage.story()
        orders = "\n".join(
            'llama check_availability {"date": "2026-03-12", "time": "16:00"}' for _ in range(60)
        )
        await stage.tells(story, Parrot(), orders)
        assert story.asked[-1] <= REQUESTS
        assert sum(c.operation == "CONSULTAR_DISPONIBILIDAD" for c in story.calls) <= TOOLS

    stage.run(conversation())
