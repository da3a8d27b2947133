"""What an evaluation came to, as values: runs of cases, rates, gates. Saved as JSON, read as a baseline."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from evals.transcript import Transcript

VERSION = 1


class UnreadableResults(ValueError):
    """A file that does not hold the results of an evaluation."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one evaluator found. `gate`: whatever the pass rate, this must hold in every run."""

    name: str
    passed: bool
    reason: str = ""
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A case, played once. `number` counts its repeats from 1; `error` is why it could not be judged.

    `scores` are numbers by name: `turns`, `tool_calls`, `asked_again`, `latency` (seconds, the slowest
    reply), `input_tokens`, `output_tokens`, `cost` (US dollars), and what a judge gave. One that does not
    apply is not there.
    """

    case: str
    category: str
    number: int
    dialect: str = "pe"
    about: str = ""
    gap: str = ""
    checks: tuple[Check, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    transcript: Transcript | None = None
    error: str = ""
    simulated: bool = False
    """Whether its customer has a goal and no script."""

    @property
    def passed(self) -> bool:
        """Whether everything that was looked at is as it must be."""
        return not self.error and all(check.passed for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """What was not."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def unfair(self) -> bool:
        """Whether the simulated customer is to blame: such a run counts for nobody."""
        return self.transcript is not None and bool(self.transcript.unfair)


@dataclass(frozen=True, slots=True)
class Experiment:
    """What was evaluated, and how: enough to do it again. `prompt` is a hash of both templates."""

    model: str
    prompt: str
    prompt_file: str
    commit: str
    settings: Mapping[str, str]
    customers: str
    repeats: int
    started: datetime
    seconds: float
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Rate:
    """How many runs passed."""

    passed: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1; nothing that failed is 1."""
        return self.passed / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Results:
    """All runs of one evaluation."""

    experiment: Experiment
    runs: tuple[Run, ...]

    @property
    def counted(self) -> tuple[Run, ...]:
        """The runs that say something of the agent."""
        return tuple(run for run in self.runs if not run.unfair)

    @property
    def rate(self) -> Rate:
        """Of all runs."""
        return _rate(self.counted)

    def by_category(self) -> Mapping[str, Rate]:
        """The rate of each category, in the order they came."""
        categories = dict.fromkeys(run.category for run in self.counted)
        return {name: _rate([r for r in self.counted if r.category == name]) for name in categories}

    def by_case(self) -> Mapping[str, Sequence[Run]]:
        """The runs of each case."""
        grouped: dict[str, list[Run]] = {}
        for run in self.counted:
            grouped.setdefault(run.case, []).append(run)
        return grouped

    def pass_k(self, k: int) -> float | None:
        """The chance that a case passes `k` times in a row, over all cases: of n runs with c good ones,
        C(c, k) / C(n, k). A case that is the same each time was played once, which tells all. None while no
        case was played that often."""
        groups = [(len(runs), sum(r.passed for r in runs)) for runs in self.by_case().values()]
        if max((n for n, _ in groups), default=0) < k:
            return None
        shares = [math.comb(c, min(k, n)) / math.comb(n, min(k, n)) for n, c in groups]
        return sum(shares) / len(shares)

    def broken_gates(self) -> Mapping[str, Sequence[Run]]:
        """The absolute gates that do not hold, and the runs that broke them."""
        broken: dict[str, list[Run]] = {}
        for run in self.runs:
            for check in run.failures:
                if check.gate:
                    broken.setdefault(check.name, []).append(run)
        return broken

    def mean(self, score: str) -> float | None:
        """The mean of a score over the runs that have it."""
        found = [run.scores[score] for run in self.counted if score in run.scores]
        return sum(found) / len(found) if found else None

    def quantile(self, score: str, share: float) -> float | None:
        """The value that `share` of the runs stay at or below."""
        found = sorted(run.scores[score] for run in self.counted if score in run.scores)
        return found[max(0, math.ceil(share * len(found)) - 1)] if found else None

    def total(self, score: str) -> float:
        """The sum of a score."""
        return sum(run.scores.get(score, 0.0) for run in self.runs)

    def save(self, file: Path) -> None:
        """Write it as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_ADAPTER.dump_json(self, indent=1))


def load_results(file: Path) -> Results:
    """What `save` wrote. Raises `UnreadableResults`."""
    try:
        return _ADAPTER.validate_json(file.read_bytes())
    except OSError as error:
        raise UnreadableResults(f"{file}: {error.strerror}") from error
    except ValidationError as error:
        raise UnreadableResults(f"{file} does not hold the results of an evaluation") from error


def _rate(runs: Sequence[Run]) -> Rate:
    return Rate(sum(run.passed for run in runs), len(runs))


_ADAPTER = TypeAdapter(Results)
