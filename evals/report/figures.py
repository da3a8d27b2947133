"""What both reports tell of an evaluation, computed once: gates, sections, figures, and numbers as text."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.results import Results, Run

_MEASURED = frozenset(
    {"turns", "tool_calls", "asked_again", "latency", "input_tokens", "output_tokens", "cost"}
)
"""The scores that the suite counts itself; whatever else a run has is a judge's mark."""


@dataclass(frozen=True, slots=True)
class Gate:
    """An absolute gate: in how many runs it was looked at, and which of them broke it."""

    name: str
    checked: int
    broken: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """Every run, once: a run is unfair before it is a known gap, and that before it fails or passes."""

    failing: tuple[Run, ...]
    gaps: tuple[Run, ...]
    unfair: tuple[Run, ...]
    passing: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the evaluation, as text, and what it is a number of."""

    name: str
    value: str
    detail: str


def gates(results: Results) -> tuple[Gate, ...]:
    """The gates that were looked at, the first seen first."""
    broken = results.broken_gates()
    checked: dict[str, int] = {}
    for run in results.runs:
        for check in run.checks:
            if check.gate:
                checked[check.name] = checked.get(check.name, 0) + 1
    return tuple(Gate(name, count, tuple(broken.get(name, ()))) for name, count in checked.items())


def sections(results: Results) -> Sections:
    """The runs, apart."""
    counted = [run for run in results.counted if not run.gap]
    return Sections(
        failing=tuple(run for run in counted if not run.passed),
        gaps=tuple(run for run in results.counted if run.gap),
        unfair=tuple(run for run in results.runs if run.unfair),
        passing=tuple(run for run in counted if run.passed),
    )


def grouped(runs: Sequence[Run]) -> Mapping[str, Sequence[Run]]:
    """By case, in their order."""
    cases: dict[str, list[Run]] = {}
    for run in runs:
        cases.setdefault(run.case, []).append(run)
    return cases


def streaks(results: Results) -> tuple[tuple[int, float], ...]:
    """pass^k for each k that some case was played often enough for."""
    found = ((k, results.pass_k(k)) for k in range(1, results.experiment.repeats + 1))
    return tuple((k, share) for k, share in found if share is not None)


def figures(results: Results) -> tuple[Figure, ...]:
    """The figures that these results have."""
    return tuple(_figures(results))


def _figures(results: Results) -> Iterator[Figure]:
    turns, middle = results.mean("turns"), results.quantile("turns", 0.5)
    if turns is not None and middle is not None:
        yield Figure("Turns per booking", f"{turns:.1f}", f"mean; median {middle:g}")
    calls = results.mean("tool_calls")
    if calls is not None:
        yield Figure("Tool calls", f"{calls:.1f}", "per conversation")
    asked = [run.scores["asked_again"] for run in results.counted if "asked_again" in run.scores]
    if asked:
        share = sum(questions > 0 for questions in asked) / len(asked)
        yield Figure("Asked again", percent(share), f"of the conversations; {sum(asked):g} questions in all")
    slowest, late = results.quantile("latency", 0.5), results.quantile("latency", 0.95)
    if slowest is not None and late is not None:
        yield Figure("Slowest reply", seconds(slowest), f"median; p95 {seconds(late)}")
    yield from _paid(results)
    for mark in dict.fromkeys(name for run in results.counted for name in run.scores):
        mean = results.mean(mark)
        if mark not in _MEASURED and mean is not None:
            yield Figure(mark.replace("_", " ").capitalize(), f"{mean:.2f}", "a judge's mean mark")


def _paid(results: Results) -> Iterator[Figure]:
    read, written = results.mean("input_tokens"), results.mean("output_tokens")
    if read is not None or written is not None:
        read, written = read or 0.0, written or 0.0
        total = results.total("input_tokens") + results.total("output_tokens")
        detail = f"per conversation: {large(read)} in, {large(written)} out; {large(total)} in total"
        yield Figure("Tokens", large(read + written), detail)
    cost = results.mean("cost")
    if cost is not None:
        yield Figure("Cost", dollars(cost), f"per conversation; {dollars(results.total('cost'))} in total")


def percent(share: float) -> str:
    """Rounded down, so that only all of it is 100%."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:g}%"


def seconds(span: float) -> str:
    """`840 ms`, `2.3 s`, `12 s`, `3 min 5 s`, `1 h 2 min`."""
    if span < 0.9995:
        return f"{span * 1000:.0f} ms"
    if span < 9.95:
        return f"{span:.1f} s"
    whole = round(span)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def large(number: float) -> str:
    """`950`, `12.3k`, `1.2M`."""
    if number < 1000:
        return f"{number:.0f}"
    return f"{number / 1000:.1f}k" if number < 1_000_000 else f"{number / 1_000_000:.1f}M"


def dollars(amount: float) -> str:
    """To the cent; less than a dollar, to a hundredth of one."""
    return f"${amount:.2f}" if amount >= 1 or not amount else f"${amount:.4f}"


def plain(name: str) -> str:
    """A check's name, as words."""
    return name.replace("_", " ")


def counted(number: int, what: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def score(value: float, name: str) -> str:
    """A run's score, in its unit."""
    if name == "latency":
        return seconds(value)
    if name == "cost":
        return dollars(value)
    return large(value) if value >= 1000 else f"{value:.4g}"
