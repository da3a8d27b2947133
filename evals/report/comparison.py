"""Two evaluations beside each other, as values: what got better, what broke, and what was different."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evals.report.figures import figures
from evals.results import Experiment, Rate, Results


@dataclass(frozen=True, slots=True)
class Change:
    """Something named that was one thing and is another now; empty where it is not there."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class RateChange:
    """The rate of a category, then and now; None where there was no such category."""

    category: str
    before: Rate | None
    now: Rate | None

    @property
    def gain(self) -> float:
        """How much larger the share is now, from -1 to 1; 0 where there is nothing to compare."""
        return self.now.share - self.before.share if self.now and self.before else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a baseline and the present do not share. Cases are named; one passes if each of its runs does.

    `broke` passed and now fail; those of them that are declared a known gap are `conceded` instead. A case
    of which only unfair customers were seen, then or now, is in none of these.
    """

    baseline: Experiment
    broke: tuple[str, ...]
    mended: tuple[str, ...]
    conceded: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    rates: tuple[RateChange, ...]
    figures: tuple[Change, ...]
    setup: tuple[Change, ...]
    """What was evaluated otherwise: the model, the prompt, a setting."""

    @property
    def same_cases(self) -> bool:
        """Whether no case came, went, broke or was mended."""
        return not (self.broke or self.mended or self.conceded or self.new or self.gone)


def compare(baseline: Results, now: Results) -> Comparison:
    """What changed from the baseline."""
    then, present = _passing(baseline), _passing(now)
    # Unfair runs too: their cases are neither new nor gone.
    there, here = (dict.fromkeys(run.case for run in results.runs) for results in (baseline, now))
    gaps = {run.case for run in now.runs if run.gap}
    fell = tuple(case for case, passes in present.items() if not passes and then.get(case))
    return Comparison(
        baseline.experiment,
        broke=tuple(case for case in fell if case not in gaps),
        mended=tuple(case for case, passes in present.items() if passes and then.get(case) is False),
        conceded=tuple(case for case in fell if case in gaps),
        new=tuple(case for case in here if case not in there),
        gone=tuple(case for case in there if case not in here),
        rates=tuple(_rate_changes(baseline.by_category(), now.by_category())),
        figures=tuple(_changes(_figures(baseline), _figures(now))),
        setup=tuple(_changes(_setup(baseline.experiment), _setup(now.experiment))),
    )


def _passing(results: Results) -> Mapping[str, bool]:
    return {case: all(run.passed for run in runs) for case, runs in results.by_case().items()}


def _rate_changes(before: Mapping[str, Rate], now: Mapping[str, Rate]) -> Iterator[RateChange]:
    for category in dict.fromkeys((*now, *before)):
        change = RateChange(category, before.get(category), now.get(category))
        if change.before is None or change.now is None or change.gain:
            yield change


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*now, *before)):
        change = Change(name, before.get(name, ""), now.get(name, ""))
        if change.before != change.now:
            yield change


def _figures(results: Results) -> Mapping[str, str]:
    return {figure.name: figure.value for figure in figures(results)}


def _setup(experiment: Experiment) -> Mapping[str, str]:
    return {
        "model": experiment.model,
        "prompt": experiment.prompt,
        "commit": experiment.commit,
        "customers": experiment.customers,
        "repeats": str(experiment.repeats),
        **experiment.settings,
    }
