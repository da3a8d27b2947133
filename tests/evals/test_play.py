"""Playing a case: each step does what it says, and all that came of it is in the transcript."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.usage import RequestUsage

from citas.store.model import BookingState, SessionKey
from evals import play as playing
from evals.case import MAIN, Say
from evals.customers import simulated
from evals.models import Metered
from evals.play import Subject, play
from evals.stage import Stage, empty_database
from evals.transcript import Exchange, Transcript, Usage
from tests.evals.playing import ANA, SLOT, comparable, kept, made, played

ROOT = Path(__file__).parents[2]
REPEATED = "dialogue-17-yes-delivered-twice"


@pytest.fixture(scope="module", autouse=True)
def database() -> bytes:
    """Made before a loop runs, in which it could not be."""
    return empty_database()


def at(day: int, hour: int) -> datetime:
    """A moment of that March, as a reply names it."""
    return datetime(2026, 3, day, hour)  # noqa: DTZ001  local


def moments(exchange: Exchange) -> dict[datetime, bool]:
    """What a reply names, and whether it was free."""
    return {named.moment: named.free for named in exchange.named}


def tools(found: Transcript) -> list[list[str]]:
    """The tools used for each message."""
    return [[call.tool for call in exchange.tools] for exchange in found.exchanges]


async def test_that_an_exchange_carries_its_own_tools_outcome_and_moments() -> None:
    found = await played("hola", ANA, "sí")
    assert [e.text for e in found.exchanges] == ["hola", ANA, "sí"]
    assert [e.status for e in found.exchanges] == [200, 200, 200]
    assert tools(found) == [[], ["check_availability"], ["create_booking"]]
    assert [e.outcome for e in found.exchanges] == ["answered", "answered", "booked"]
    assert [e.events for e in found.exchanges] == [0, 0, 1]
    (looked,), (created,) = found.exchanges[1].tools, found.exchanges[2].tools
    assert json.loads(looked.arguments) == {"date": "2026-03-12", "time": "16:00"}
    assert json.loads(looked.result)["status"] == "free"
    assert json.loads(created.arguments)["customer_contact"] == "ana.ejemplo@example.com"
    assert json.loads(created.result)["status"] == "booked"
    assert [moments(e) for e in found.exchanges] == [{}, {at(12, 16): True}, {at(12, 16): True}]
    (event,), (row,) = found.events, found.bookings
    assert found.exchanges[2].url == event.meet_link == row.meet_link
    assert (len(found.posted), found.withheld, found.requests, found.usage) == (1, 0, (), Usage())
    assert all(e.seconds > 0 for e in found.exchanges)


async def test_that_the_same_id_is_the_same_message_delivered_again() -> None:
    found = await played(ANA, {"say": "sí", "id": "m-1"}, {"say": "sí", "id": "m-1"}, {"say": "sí"})
    assert [e.again for e in found.exchanges] == [False, False, True, False]
    _, first, again, other = found.exchanges
    assert (again.reply, again.url) == (first.reply, first.url)
    assert (again.tools, again.outcome) == ((), "")
    assert other.reply != first.reply
    assert other.outcome != ""
    assert len(found.events) == len(found.posted) == 1


async def test_that_the_same_id_of_somebody_else_is_another_message() -> None:
    script = ({"say": "hola", "id": "m-1"}, {"say": "hola", "id": "m-1", "by": "otro"})
    found = await played(*script, customers={"otro": {}})
    assert [e.again for e in found.exchanges] == [False, False]


@pytest.mark.parametrize(("script", "most"), [(({"together": ["hola", ANA]},), 2), (("hola", ANA), 1)])
async def test_that_messages_sent_together_are_all_on_their_way_at_once(
    monkeypatch: pytest.MonkeyPatch, script: Sequence[object], most: int
) -> None:
    under_way, seen, send = [0], [0], playing._Played._send

    async def counted(self: playing._Played, message: Say) -> Exchange:
        under_way[0] += 1
        seen[0] = max(seen[0], under_way[0])
        answered = await send(self, message)
        under_way[0] -= 1
        return answered

    monkeypatch.setattr(playing._Played, "_send", counted)
    found = await played(*script)
    assert seen[0] == most
    assert [e.text for e in found.exchanges] == ["hola", ANA]
    assert all(e.status == 200 and e.reply for e in found.exchanges)


async def test_that_a_wait_moves_the_clock_for_transcript_and_service() -> None:
    found = await played("hola", {"wait": "25h"}, "¿tienen libre mañana a las 10am?")
    first, second = found.exchanges
    assert second.at - first.at == timedelta(hours=25)
    assert list(moments(second)) == [at(13, 10)]


async def test_that_a_restart_is_one_and_keeps_the_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    starts, start = [0], Stage.start

    async def counted(self: Stage) -> None:
        starts[0] += 1
        await start(self)

    monkeypatch.setattr(Stage, "start", counted)
    found = await played(ANA, {"restart": True}, "sí")
    assert starts == [2]
    assert [e.outcome for e in found.exchanges] == ["answered", "booked"]
    assert found.events[0].start == at(12, 16)


@pytest.mark.parametrize("fault", ["status_500", "unreachable"])
@pytest.mark.parametrize("on", ["CONSULTAR_DISPONIBILIDAD", "*"])
async def test_that_what_breaks_is_broken_until_it_is_mended(fault: str, on: str) -> None:
    broken = {"fault": fault, "on": on, "times": None}
    found = await played(broken, ANA, {"mend": True}, {"wait": "2m"}, ANA)
    silent, offered = found.exchanges
    assert '"status":"free"' not in "".join(call.result for call in silent.tools)
    assert "¿Confirmo la cita?" not in silent.reply
    assert '"status":"free"' in offered.tools[-1].result
    assert SLOT in offered.reply


async def test_that_what_is_broken_from_the_start_needs_no_step() -> None:
    broken = {"fault": "unreachable", "on": "CONSULTAR_DISPONIBILIDAD", "times": None}
    found = await played(ANA, faults=[broken])
    assert '"status":"free"' not in "".join(call.result for call in found.exchanges[0].tools)


@pytest.mark.parametrize(
    ("fault", "commits", "events", "posted"),
    [
        # Nothing was sent that could be heard: the service may try again, and it went through.
        ("unreachable", None, 1, 1),
        # Heard and not carried out, heard and carried out: either way it is unknown, and not sent again.
        ("status_500", False, 0, 1),
        ("status_500", True, 1, 1),
    ],
)
async def test_that_a_fault_acts_or_not_as_the_case_says(
    fault: str, commits: bool | None, events: int, posted: int
) -> None:
    found = await played(ANA, {"fault": fault, "on": "CREAR_EVENTO", "commits": commits}, "sí")
    assert (len(found.events), len(found.posted)) == (events, posted)


async def test_that_a_fault_is_over_after_as_many_calls_as_it_says() -> None:
    fault = {"fault": "status_500", "on": "CREAR_EVENTO", "commits": False}
    found = await played(ANA, fault, "sí", customers={"otro": {}})
    assert [row.state for row in found.bookings] == [BookingState.UNKNOWN]
    other = "soy Eva Prueba, eva.prueba@example.com, quiero una cita el viernes a las 10am"
    script = (ANA, fault, "sí", {"say": other, "by": "otro"}, {"say": "sí", "by": "otro"})
    found = await played(*script, customers={"otro": {}})
    assert [event.correo_cliente for event in found.events] == ["eva.prueba@example.com"]


async def test_that_a_slot_is_taken_from_then_on() -> None:
    found = await played(ANA, {"take": "2026-03-12T16:00"}, "sí")
    offered, refused = found.exchanges
    assert moments(offered) == {at(12, 16): True}
    # It was taken before the message was sent: whoever names it as free now is wrong.
    assert moments(refused).pop(at(12, 16), False) is False
    assert found.events == ()
    assert found.posted == ()


async def test_that_a_slot_is_taken_for_as_long_as_the_case_says() -> None:
    asked = "¿tienen libre mañana a las 5pm?"
    alone = await played({"take": "2026-03-12T16:00"}, asked)
    long = await played({"take": "2026-03-12T16:00", "minutes": 120}, asked)
    assert moments(alone.exchanges[0])[at(12, 17)]
    assert not moments(long.exchanges[0]).get(at(12, 17), False)


async def test_that_what_is_taken_before_is_not_free() -> None:
    found = await played(ANA, taken=["2026-03-12T16:00"])
    (reply,) = found.exchanges
    named = moments(reply)
    assert not named.pop(at(12, 16), False)
    assert named
    assert all(named.values())


async def test_that_a_moment_that_was_free_when_it_was_asked_for_was_free_enough() -> None:
    found = await played(ANA, {"say": "sí", "id": "m-1"}, {"say": "sí", "id": "m-1"})
    assert [moments(e) for e in found.exchanges[1:]] == [{at(12, 16): True}, {at(12, 16): False}]


async def test_that_others_write_from_sessions_and_to_empresas_of_their_own() -> None:
    customers = {"otro": {}, "vecina": {"empresa": 102}, "doble": {"empresa": 102, "session": 51900000001}}
    script = [{"say": "hola, ¿qué servicios tienen?", "by": name} for name in (MAIN, *customers)]
    found = await played(*script, customers=customers)
    assert found.sessions == {
        MAIN: SessionKey(101, "51900000001"),
        "otro": SessionKey(101, "51900000002"),
        "vecina": SessionKey(102, "51900000003"),
        "doble": SessionKey(102, "51900000001"),
    }
    replies = {name: exchanges[0].reply for name, exchanges in found.customers()}
    assert "Asesoría" in replies[MAIN]
    assert "Asesoría" in replies["otro"]
    assert "Asesoría" not in replies["vecina"]
    assert replies["vecina"] == replies["doble"] != replies[MAIN]


async def test_that_each_customer_has_events_of_their_own() -> None:
    other = "soy Eva Prueba, eva.prueba@example.com, quiero una cita el viernes a las 10am"
    script = (ANA, {"say": other, "by": "otro"}, {"say": "sí", "by": "otro"})
    found = await played(*script, customers={"otro": {}})
    assert found.events_of(MAIN) == ()
    assert [event.start for event in found.events_of("otro")] == [at(13, 10)]
    assert [row.customer_name for row in found.bookings] == ["Eva Prueba"]


async def test_that_the_whole_case_may_be_another_empresas() -> None:
    found = await played(ANA.replace("4pm", "2:30pm"), "sí", empresa=102)
    assert [event.empresa for event in found.events] == [102]


async def test_that_the_config_is_the_gateways() -> None:
    found = await played("hola", config={"nombre_bot": "Lola"})
    assert "Lola" in found.exchanges[0].reply
    assert "Sofía" not in found.exchanges[0].reply


async def test_that_the_service_has_the_settings_of_the_case() -> None:
    none_left = await played("hola", "hola", "hola", settings={"session_rate_per_minute": 1})
    enough = await played("hola", "hola", "hola")
    assert {e.outcome for e in enough.exchanges} == {"answered"}
    assert {e.outcome for e in none_left.exchanges} != {"answered"}


@pytest.mark.parametrize(("careless", "events"), [(False, 0), (True, 1)])
async def test_that_a_careless_calendar_does_not_look_for_overlaps(careless: bool, events: int) -> None:
    """What is not verified is booked all the same, as `booking_on_unverified` has it, so only the calendar
    is left to refuse what is taken."""
    silence = {"fault": "unreachable", "on": "CONSULTAR_DISPONIBILIDAD", "times": None}
    script = (ANA, {"take": "2026-03-12T16:00"}, silence)
    settings = {"booking_on_unverified": "accept"}
    found = await played(*script, "sí", careless=careless, settings=settings)
    assert len(found.posted) == 1
    assert len(found.events) == events


async def test_that_a_simulated_customer_who_plays_unfair_is_told_of() -> None:
    class Cheat:
        unfair = "the customer lied"

        async def writes(self, reply: str | None) -> str | None:
            return "hola" if reply is None else None

    met = kept("pe-brief")
    found = await play(met, Subject(), lambda *_: Cheat())
    assert found.unfair == "the customer lied"
    assert [e.text for e in found.exchanges] == ["hola"]


async def test_that_a_slip_is_made_at_its_message_and_nowhere_else() -> None:
    slips = [{"at": 2, "says": "¿En qué más te ayudo, che?"}]
    found = await played("hola", "hola de nuevo", "hola", model=slips)
    assert ["che" in e.reply for e in found.exchanges] == [False, True, False]
    assert [e.outcome for e in found.exchanges][1] == "answered"


async def test_that_only_the_main_customers_messages_count_for_slips() -> None:
    slips = [{"at": 2, "says": "¿En qué más te ayudo, che?"}]
    script = ("hola", {"say": "hola", "by": "otro"}, "hola de nuevo")
    found = await played(*script, model=slips, customers={"otro": {}})
    assert "che" in found.exchanges[2].reply
    assert "che" not in found.exchanges[0].reply


async def test_that_a_slip_calls_its_tools_one_after_the_other_before_it_speaks() -> None:
    calls = [
        {"tool": "check_availability", "arguments": {"date": "2026-03-12", "time": hour}}
        for hour in ("16:00", "17:00")
    ]
    slips = [{"at": 1, "calls": calls, "says": "Tengo libre el jueves 12 de marzo a las 5:00 p. m., che."}]
    found = await played("hola", model=slips)
    (reply,) = found.exchanges
    assert [json.loads(call.arguments)["time"] for call in reply.tools] == ["16:00", "17:00"]
    assert reply.reply.endswith("che.")
    assert moments(reply) == {at(12, 17): True}


async def test_that_a_slip_without_words_leaves_the_answer_to_the_offline_model() -> None:
    call = {"tool": "check_availability", "arguments": {"date": "2026-03-12", "time": "16:00"}}
    found = await played("hola", model=[{"at": 1, "calls": [call]}])
    (reply,) = found.exchanges
    assert reply.status == 200
    assert reply.reply


@pytest.mark.parametrize(("day", "spoken"), [("11", "miércoles 11 de marzo"), ("12", "jueves 12 de marzo")])
async def test_that_a_slip_names_the_day_its_instructions_name(day: str, spoken: str) -> None:
    found = await played(
        "hola", model=[{"at": 1, "says": "Hoy es {today}, che."}], now=f"2026-03-{day}T10:15"
    )
    assert found.exchanges[0].reply.endswith(f"Hoy es {spoken}, che.")


async def test_that_a_withheld_reply_is_counted_across_a_restart() -> None:
    lie = "¡Listo! Tu cita quedó confirmada para mañana a las 4:00 p. m."
    slips = [{"at": 1, "says": lie}, {"at": 2, "says": lie}]
    once = await played("hola", model=slips[:1])
    twice = await played("hola", {"restart": True}, "hola", model=slips)
    assert once.withheld > 0
    assert twice.withheld == 2 * once.withheld
    assert all("confirmada" not in e.reply for e in twice.exchanges)


def test_that_a_script_is_the_same_when_it_is_played_again_and_on_a_database_made_before(
    database: bytes,
) -> None:
    case = kept(REPEATED)
    plays = [
        asyncio.run(play(case, Subject(), simulated, database=db)) for db in (b"", b"", database, database)
    ]
    assert len({found.bookings[0].ref for found in plays}) == len(plays)
    assert len({comparable(found) for found in plays}) == 1


def test_that_what_one_play_books_is_not_in_the_next_ones_database(database: bytes) -> None:
    for _ in range(2):
        found = asyncio.run(play(made(ANA, "sí"), Subject(), simulated, database=database))
        assert len(found.bookings) == 1


_WITHOUT_A_THREAD = f"""
import asyncio, structlog, threading
import aiosqlite.core
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
from evals.customers import simulated
from evals.play import Subject, play
from evals.sqlite import run_in_the_loops_thread
from evals.stage import empty_database
from tests.evals.playing import comparable, kept

def told(name, database):
    return comparable(asyncio.run(play(kept(name), Subject(), simulated, database=database)))

names = ({REPEATED!r}, "yes-again-across-a-restart")
before = [told(name, b"") for name in names]
run_in_the_loops_thread()
threads = set()
connected = aiosqlite.core.Connection._execute

async def noted(self, work, *args, **named):
    def working(*args, **named):
        threads.add(threading.current_thread())
        return work(*args, **named)
    return await connected(self, working, *args, **named)

aiosqlite.core.Connection._execute = noted
for database in (b"", empty_database()):
    assert [told(name, database) for name in names] == before
assert threads == {{threading.main_thread()}}, threads
print("the same")
"""


def test_that_a_script_is_the_same_without_a_thread_for_the_database() -> None:
    """In a process of its own: what it does to SQLite cannot be undone. Who wins a race may differ."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _WITHOUT_A_THREAD],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
    )
    assert (done.returncode, done.stdout) == (0, "the same\n"), done.stderr


def spender(model: str, usage: RequestUsage) -> FunctionModel:
    """A model that says so many tokens were spent."""

    async def respond(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        return ModelResponse(parts=[TextPart("ya")], usage=usage, model_name=model)

    return FunctionModel(respond, model_name=model)


async def asked(model: Metered, times: int) -> Usage:
    """What a model's requests came to."""
    for _ in range(times):
        await model.request([], None, ModelRequestParameters())
    return model.usage


async def test_that_requests_tokens_and_dollars_are_counted() -> None:
    model = Metered(spender("gpt-4o-mini", RequestUsage(input_tokens=1_000_000, output_tokens=500_000)))
    assert await asked(model, 0) == Usage()
    used = await asked(model, 3)
    assert (used.requests, used.input_tokens, used.output_tokens) == (3, 3_000_000, 1_500_000)
    assert used.cost == pytest.approx(3 * (0.15 + 0.30))


async def test_that_the_cost_of_a_model_that_no_list_has_stays_unknown() -> None:
    model = Metered(spender("una-de-casa", RequestUsage(input_tokens=10, output_tokens=5)))
    assert await asked(model, 2) == Usage(2, 20, 10, None)


async def test_that_a_request_that_failed_cost_nothing() -> None:
    async def refuse(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        raise ModelHTTPError(500, "gpt-4o-mini")

    model = Metered(FunctionModel(refuse))
    with pytest.raises(ModelHTTPError):
        await asked(model, 1)
    assert model.usage == Usage()
