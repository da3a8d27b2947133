"""The suite before a provider's model: a real client, a real socket, a server that answers from a script."""

import json
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from evals.case import Case
from evals.evaluators.judge import RUBRICS, Judge
from evals.play import Subject
from evals.results import Run
from evals.suite import Plan, run_cases
from tests.e2e.openai.support import BOOK, CHECK, DATA, DONE, EMAIL, KEY, NAME, SLOT, WISH
from tests.evals.playing import kept, made
from tests.openai_server import (
    Call,
    Drops,
    Fails,
    Garbage,
    Hangs,
    OpenAIServer,
    Says,
    Step,
    Uses,
    serve_openai,
)

MODEL = "openai:gpt-4o-mini"
EVENT = {"start": "2026-03-12T16:00", "name": NAME, "email": EMAIL}
BOOKED = made(WISH, DATA, "sí, confirma", name="booked-by-a-model", expect={"events": [EVENT]})
OFFER = Says(f"Tengo libre el *{SLOT}* ¿Me das tu nombre y tu correo?")
RECAP = Says(f"Entonces: *{SLOT}*, a nombre de {NAME}, correo {EMAIL}. ¿Confirmo la cita?")
CONVERSATION = (CHECK, OFFER, RECAP, BOOK, DONE)
# What the server bills for each request, and a price list's dollars for it.
TOKENS_IN, TOKENS_OUT = 100, 10
DOLLARS = TOKENS_IN * 0.15e-6 + TOKENS_OUT * 0.6e-6


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[OpenAIServer]:
    """The provider, with nothing to say yet."""
    async with serve_openai() as served:
        yield served


def subject(provider: OpenAIServer, model: str = MODEL, *, seconds: int = 20) -> Subject:
    """A model of the provider's, waited for so long."""
    return Subject(model, KEY, provider.url, timeout=seconds, temperature=0.25, max_tokens=777)


def patience(step: Step) -> int:
    """Seconds enough for an answer, if there will be one."""
    return 1 if isinstance(step, Hangs) else 20


async def runs_of(plan: Plan, *cases: Case) -> Sequence[Run]:
    """The runs of cases, one after the other, as a script for the provider needs it."""
    return await run_cases(cases, plan)


async def test_that_a_providers_model_is_evaluated_and_what_it_cost_is_told(provider: OpenAIServer) -> None:
    provider.script(*CONVERSATION)
    (run,) = await runs_of(Plan(subject(provider), concurrency=1), BOOKED)
    provider.assert_played_out()
    assert (run.error, run.failures) == ("", ())
    assert run.transcript is not None
    assert [[c.tool for c in e.tools] for e in run.transcript.exchanges] == [
        ["check_availability"],
        [],
        ["create_booking"],
    ]
    assert run.transcript.exchanges[1].reply.endswith("¿Confirmo la cita?")
    requests = len(provider.requests)
    assert run.transcript.usage.requests == requests
    assert run.scores["input_tokens"] == requests * TOKENS_IN
    assert run.scores["output_tokens"] == requests * TOKENS_OUT
    assert run.scores["cost"] == pytest.approx(requests * DOLLARS)
    assert run.scores["turns"] == 3

    assert {received.authorization for received in provider.received} == {f"Bearer {KEY}"}
    assert {request.model for request in provider.requests} == {"gpt-4o-mini"}
    assert {request.temperature for request in provider.requests} == {0.25}
    assert {request.max_completion_tokens for request in provider.requests} == {777}


async def test_that_a_script_before_a_model_is_played_as_often_as_it_was_asked_for(
    provider: OpenAIServer,
) -> None:
    provider.always = Says("¿Qué día te gustaría tu cita?")
    runs = await runs_of(Plan(subject(provider), repeats=3), made("hola"))
    assert [run.number for run in runs] == [1, 2, 3]
    assert len(provider.requests) == 3


@pytest.mark.parametrize(
    "step",
    [Hangs(), Fails(500, "server_error"), Fails(401, "invalid_api_key"), Drops(), Garbage()],
    ids=["hangs", "500", "401", "drops", "garbage"],
)
async def test_that_a_provider_in_trouble_fails_the_case_and_ends_the_run(
    provider: OpenAIServer, step: Step
) -> None:
    """What our own model would say in its place says nothing about it, so nobody answers for it."""
    provider.always = step
    plan = Plan(subject(provider, seconds=patience(step)), concurrency=1)
    (run,) = await runs_of(plan, BOOKED)
    assert provider.requests
    assert run.error == ""
    assert [check.name for check in run.failures] == ["end_state"]
    assert run.transcript is not None
    assert [(e.status, e.outcome) for e in run.transcript.exchanges] == [(200, "failed")] * 3
    assert all("no agendé nada" in e.reply for e in run.transcript.exchanges)
    assert run.transcript.events == ()
    assert not {"cost", "input_tokens", "output_tokens"} & run.scores.keys()


async def test_that_a_lie_of_the_model_is_withheld_and_counted(provider: OpenAIServer) -> None:
    provider.always = Says(f"¡Listo! Tu cita quedó confirmada para el *{SLOT}*")
    case = made(WISH, name="a-liar", expect={"withheld": True})
    (run,) = await runs_of(Plan(subject(provider), concurrency=1), case)
    assert (run.error, run.failures) == ("", ())
    assert run.transcript is not None
    assert run.transcript.withheld


async def test_that_a_wayward_model_takes_the_place_of_the_providers(provider: OpenAIServer) -> None:
    (run,) = await runs_of(Plan(subject(provider), concurrency=1), kept("confirms-without-booking"))
    assert run.passed
    assert provider.requests == []


async def test_that_another_prompt_is_what_the_model_reads(
    provider: OpenAIServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    prompt = tmp_path_factory.mktemp("prompt") / "ours.j2"
    prompt.write_text("Eres {{ nombre_bot }}, y hablas en verso.", encoding="utf-8")
    provider.always = Says("¿Qué día te gustaría tu cita?")
    asked = Subject(MODEL, KEY, provider.url, timeout=20, prompt=prompt)
    await runs_of(Plan(asked, concurrency=1), made("hola"))
    assert "hablas en verso" in "\n".join(m.text for m in provider.last.messages)
    await runs_of(Plan(subject(provider), concurrency=1), made("hola"))
    assert "hablas en verso" not in "\n".join(m.text for m in provider.last.messages)


def prospect(**changes: object) -> Case:
    """A prospect for Thursday at four."""
    wants = {"days": ["2026-03-12"], "begin": "16:00", "end": "16:00"}
    told = {"name": NAME, "email": EMAIL, "wants": wants, "says": "una cita mañana a las 4pm"}
    return Case.model_validate({"name": "a-prospect", "prospect": told | changes})


async def test_that_the_server_may_play_the_prospect_against_the_offline_model(
    provider: OpenAIServer,
) -> None:
    provider.script(Says(WISH), Says(DATA), Says("sí, confirma"), Says("FIN"))
    plan = Plan(subject(provider, "offline"), concurrency=1, customers=MODEL)
    (run,) = await runs_of(plan, prospect())
    provider.assert_played_out()
    assert (run.error, run.failures, run.unfair) == ("", (), False)
    assert run.transcript is not None
    assert [e.text for e in run.transcript.exchanges] == [WISH, DATA, "sí, confirma"]
    assert "Haces de cliente" in "\n".join(m.text for m in provider.requests[0].messages)
    # What the customer's model costs is nobody's figure but its own.
    assert "cost" not in run.scores


async def test_that_one_server_may_play_both(provider: OpenAIServer) -> None:
    provider.script(
        Says(WISH), CHECK, OFFER, Says(DATA), RECAP, Says("sí, confirma"), BOOK, DONE, Says("FIN")
    )
    (run,) = await runs_of(Plan(subject(provider), concurrency=1, customers=MODEL), prospect())
    provider.assert_played_out()
    assert (run.error, run.failures, run.unfair) == ("", (), False)
    assert run.scores["input_tokens"] == len(CONVERSATION) * TOKENS_IN


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (Says("¡Hola! Soy la asistente. ¿En qué te puedo ayudar?"), "as if they were the company"),
        (Fails(401, "invalid_api_key"), "the customer's model did not answer"),
        (Hangs(), "the customer's model did not answer"),
    ],
    ids=["as the assistant", "401", "hangs"],
)
async def test_that_an_unfair_or_absent_player_is_not_the_agents_fault(
    provider: OpenAIServer, step: Step, why: str
) -> None:
    provider.always = step
    plan = Plan(subject(provider, "offline", seconds=patience(step)), concurrency=1, customers=MODEL)
    (run,) = await runs_of(plan, prospect())
    assert run.unfair
    assert run.transcript is not None
    assert why in run.transcript.unfair
    assert run.transcript.exchanges == ()


def marked(score: float, reason: str) -> Uses:
    """A judge's mark, as the client asks for it."""
    mark = {"reason": reason, "pass": score > 0.5, "score": score}
    return Uses((Call("final_result", json.dumps(mark)),))


async def test_that_a_judge_gives_its_marks(provider: OpenAIServer) -> None:
    provider.script(marked(0.75, "cálido"), marked(0.25, "pregunta de más"))
    judge = Judge(MODEL, subject(provider, "offline"))
    (run,) = await runs_of(Plan(Subject(), concurrency=1, judge=judge), made("hola"))
    provider.assert_played_out()
    assert run.error == ""
    assert {name: run.scores[name] for name in RUBRICS} == {"tone": 0.75, "helpfulness": 0.25}
    # A bad mark fails nobody.
    assert run.passed
    read = "\n".join(m.text for m in provider.requests[0].messages)
    assert "Cliente: hola" in read
    assert "Asistente: ¡Hola!" in read
    assert "warm, brief and natural" in read


async def test_that_a_judge_who_does_not_answer_is_told_of(provider: OpenAIServer) -> None:
    provider.always = Fails(401, "invalid_api_key")
    judge = Judge(MODEL, subject(provider, "offline"))
    (run,) = await runs_of(Plan(Subject(), concurrency=1, judge=judge), made("hola"))
    assert run.error.startswith("could not be judged: ")
    assert "invalid_api_key" in run.error
    assert run.transcript is not None
    assert not run.passed
