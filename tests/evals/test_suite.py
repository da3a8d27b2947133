"""Running cases: real worker processes, all that came of it as runs, in the order of the cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pytest
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from citas.agent import guard
from evals.case import Case
from evals.customers import simulated
from evals.evaluators import GATES, evaluators
from evals.play import Subject, play
from evals.results import Run
from evals.suite import Plan, run_cases
from evals.transcript import Transcript
from tests.evals.playing import ANA, comparable, kept, made

SCRIPT, PROSPECT, LIE = "dialogue-17-yes-delivered-twice", "pe-brief", "confirms-without-booking"
FAILS = made(ANA, name="nobody-confirms", expect={"events": [{"start": "2026-03-12T16:00"}]}, gap="made up")
NOT_PLAYED = made("hola", name="bad-settings", settings={"chat_timeout": "mañana"})
UNKNOWN_SETTING = made("hola", name="unknown-setting", settings={"no_such_setting": 1})


async def runs_of(*cases: Case, **plan: object) -> Sequence[Run]:
    """The runs of these cases, two at once."""
    return await run_cases(cases, replace(Plan(Subject()), **plan))  # type: ignore[arg-type]  # by name


def test_that_what_cannot_differ_is_played_once() -> None:
    script, prospect = kept(SCRIPT), kept(PROSPECT)
    wayward = made("hola", model=[{"at": 1, "says": "ya"}])
    offline, model = Plan(Subject(), 3), Plan(Subject("openai:gpt-4o-mini"), 3)
    assert [offline.times(case) for case in (script, wayward, prospect)] == [1, 1, 3]
    assert [model.times(case) for case in (script, wayward, prospect)] == [3, 1, 3]


async def test_that_each_case_is_played_and_judged_and_one_that_cannot_be_stops_nobody(
    capfd: pytest.CaptureFixture[str],
) -> None:
    cases = (NOT_PLAYED, kept(PROSPECT), FAILS, UNKNOWN_SETTING, kept(SCRIPT))
    runs = await runs_of(*cases, repeats=2)
    assert capfd.readouterr() == ("", "")

    told = [(run.case, run.number) for run in runs]
    assert told == [
        (NOT_PLAYED.name, 1),
        (PROSPECT, 1),
        (PROSPECT, 2),
        (FAILS.name, 1),
        (UNKNOWN_SETTING.name, 1),
        (SCRIPT, 1),
    ]
    bad, first, second, failed, unknown, script = runs
    assert [run.passed for run in runs] == [False, True, True, False, False, True]

    assert bad.error.startswith("could not be played: ")
    assert "CHAT_TIMEOUT" in bad.error
    assert "NO_SUCH_SETTING" in unknown.error
    assert (bad.transcript, bad.checks) == (None, ())

    (why,) = failed.failures
    assert (why.name, why.gate) == ("end_state", False)
    assert why.reason == "no event for main at 2026-03-12 16:00"
    assert (failed.error, failed.gap) == ("", "made up")

    assert {check.name for check in script.checks if check.gate} == GATES
    assert {check.name for check in script.checks} <= {e.get_default_evaluation_name() for e in evaluators()}
    assert script.scores["turns"] == 2
    assert script.scores["tool_calls"] == 2
    assert (script.category, script.dialect, script.about) == ("delivery", "pe", kept(SCRIPT).about)

    here = [await play(kept(PROSPECT), Subject(), simulated, seed) for seed in (1, 2)]
    there = [run.transcript for run in (first, second)]
    assert {comparable(found) for found in there if found} == {comparable(found) for found in here}


async def test_that_what_is_broken_on_purpose_is_broken_in_the_workers_alone() -> None:
    whole = guard.examine
    (run,) = await runs_of(kept(LIE), mutation="guard-off")
    assert "no_false_confirmation" in {check.name for check in run.failures if check.gate}
    (run,) = await runs_of(kept(LIE))
    assert run.passed
    assert guard.examine is whole


@dataclass
class Stern(Evaluator[Case, Transcript, Mapping[str, str]]):
    """A judge who gives half a mark, or loses the papers."""

    loses: str = ""

    def evaluate(
        self, ctx: EvaluatorContext[Case, Transcript, Mapping[str, str]]
    ) -> Mapping[str, EvaluationReason]:
        if ctx.inputs.name == self.loses:
            raise LookupError("the papers are lost")
        return {"tone": EvaluationReason(0.5, "so so")}


async def test_that_a_judge_gives_marks_and_one_who_fails_is_told_of() -> None:
    cases = (kept(SCRIPT), made("hola", name="lost"))
    marked, lost = await runs_of(*cases, judge=Stern("lost"))
    assert marked.scores["tone"] == 0.5
    assert marked.passed
    assert lost.error.startswith("could not be judged: ")
    assert "the papers are lost" in lost.error
    assert lost.transcript is not None
    assert not lost.passed


async def test_that_no_cases_are_no_runs() -> None:
    assert await runs_of() == ()
