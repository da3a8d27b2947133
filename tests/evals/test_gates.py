"""When an evaluation is good enough, and the numbers that say so."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.gates import reasons_against
from evals.results import Check, Experiment, Results, Run, UnreadableResults, load_results
from tests.evals.transcripts import transcript

GOOD, BAD = Check("end_state", True), Check("end_state", False, "no event")
LIE = Check("no_false_confirmation", False, "confirmed without an event", gate=True)
EXPERIMENT = Experiment("offline", "abc", "", "def", {}, "rules", 1, datetime(2026, 3, 11, tzinfo=UTC), 1.0)


def run(case: str, *checks: Check, number: int = 1, gap: str = "", error: str = "") -> Run:
    """A run with these checks, or a good one."""
    return Run(case, "booking", number, gap=gap, checks=checks or (GOOD,), error=error)


def results(*runs: Run) -> Results:
    """An evaluation of these runs."""
    return Results(EXPERIMENT, runs)


def against(found: Results, min_pass: float = 1.0, baseline: Results | None = None) -> list[str]:
    """The reasons, as a list."""
    return list(reasons_against(found, min_pass=min_pass, baseline=baseline))


def test_that_nothing_is_against_good_results() -> None:
    assert against(results(run("a"), run("b"))) == []


def test_that_one_lie_is_too_many_whatever_the_pass_rate() -> None:
    (why,) = against(results(*(run(f"c{n}") for n in range(99)), run("liar", LIE)), min_pass=0.5)
    assert why == "no_false_confirmation is broken in liar"


def test_that_a_lie_in_a_known_gap_is_one_all_the_same() -> None:
    assert against(results(run("liar", LIE, gap="known")))


def test_that_the_pass_rate_must_be_reached() -> None:
    found = results(run("a"), run("b"), run("c"), run("d", BAD))
    assert against(found, min_pass=0.75) == []
    (why,) = against(found, min_pass=0.76)
    assert "75.0%" in why
    assert "d" in why


def test_that_a_known_gap_counts_for_nothing_and_must_go_once_it_passes() -> None:
    assert against(results(run("a"), run("b", BAD, gap="known"))) == []
    assert against(results(run("a"), run("b", gap="known"))) == ["b passes: take its gap out"]


def test_that_what_could_not_be_judged_is_no_pass() -> None:
    (why, rate) = against(results(run("a", error="could not be played: boom")))
    assert "could not be played or judged: a" in why
    assert "0.0%" in rate


def test_that_what_passed_in_the_baseline_must_pass() -> None:
    before = results(run("a"), run("b", BAD))
    (why,) = against(results(run("a", BAD), run("b")), min_pass=0.5, baseline=before)
    assert why == "passed in the baseline and not now: a"


def test_that_too_many_unfair_customers_make_results_worthless() -> None:
    unfair = replace(
        run("u"), simulated=True, transcript=replace(transcript(), unfair="wrote as the assistant")
    )
    assert results(run("a"), unfair).rate.total == 1
    assert any("simulated customers" in why for why in against(results(run("a"), unfair)))
    fair = [replace(run(f"c{n}"), simulated=True) for n in range(9)]
    assert against(results(*fair, unfair)) == []
    assert against(results(*(run(f"s{n}") for n in range(9)), unfair)), "scripts are no customers"


@pytest.mark.parametrize(
    ("k", "share"),
    [(1, (2 / 4 + 1 + 1) / 3), (2, (1 / 6 + 1 + 1) / 3), (4, (0 + 1 + 1) / 3), (5, None)],
)
def test_that_pass_k_is_the_chance_of_k_good_runs_in_a_row(k: int, share: float | None) -> None:
    flaky = [run("flaky", GOOD if n < 2 else BAD, number=n + 1) for n in range(4)]
    steady = [run("steady", number=n + 1) for n in range(4)]
    found = results(*flaky, *steady, run("script"))
    assert found.pass_k(k) == (pytest.approx(share) if share is not None else None)


def test_that_results_come_back_as_they_were_saved(tmp_path: Path) -> None:
    found = results(replace(run("a", LIE), transcript=transcript(), scores={"turns": 2.0}))
    found.save(tmp_path / "deep" / "results.json")
    assert load_results(tmp_path / "deep" / "results.json") == found


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"experiment": 1, "runs": []}'])
def test_that_another_file_is_no_baseline(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(UnreadableResults, match=r"x\.json"):
        load_results(tmp_path / "x.json")
    with pytest.raises(UnreadableResults, match="No such file"):
        load_results(tmp_path / "none.json")
