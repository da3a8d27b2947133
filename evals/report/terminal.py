"""The report in a terminal: 80 columns are enough, and no colour says what the words do not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evals.report.comparison import Comparison, compare
from evals.report.figures import counted, figures, gates, grouped, percent, plain, seconds, sections, streaks
from evals.results import Experiment, Rate, Results, Run

BAR = 20
REASON_LINES = 2
NAMED = 3
"""Runs that are named of those that broke a gate."""


def print_report(results: Results, console: Console, baseline: Results | None = None) -> None:
    """Print it all; what needs looking at comes last, where the eye is when the rest has scrolled by."""
    found = sections(results)
    _headline(results, console)
    _gates(results, console)
    _rates(results.by_category(), console)
    _figures(results, console)
    _named("Unfair customers (not counted)", "○", _unfair(found.unfair), console)
    _named("Known gaps", "~", _gaps(found.gaps), console)
    _failing(found.failing, results, console)
    if baseline:
        _comparison(compare(baseline, results), console)


def shown(text: str) -> str:
    """A customer's or a model's text on one line, with nothing in it that a terminal would obey."""
    words = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "�" for letter in words)


def _headline(results: Results, console: Console) -> None:
    rate, found, broken = results.rate, sections(results), results.broken_gates()
    style = "bold red" if broken else "bold yellow" if found.failing else "bold green"
    console.print(
        Text.assemble(
            (percent(rate.share), style), f"  {rate.passed} of {counted(rate.total, 'run')} passed"
        ),
        Text(
            f"failing {len(found.failing)} · known gaps {len(found.gaps)} · unfair {len(found.unfair)}", "dim"
        ),
        Text(" · ".join(map(shown, _setup(results.experiment))), style="dim"),
        sep="\n",
    )


def _setup(experiment: Experiment) -> Iterator[str]:
    yield experiment.model
    yield f"customers by {experiment.customers}"
    yield f"repeats {experiment.repeats}"
    if experiment.commit:
        yield f"commit {experiment.commit}"
    yield f"prompt {experiment.prompt}"
    yield f"{experiment.started:%Y-%m-%d %H:%M %Z}"
    yield seconds(experiment.seconds)


def _gates(results: Results, console: Console) -> None:
    _title("Absolute gates", console)
    rows = _grid()
    for gate in gates(results):
        if gate.broken:
            names = ", ".join(f"{run.case} ({run.number})" for run in gate.broken[:NAMED])
            more = len(gate.broken) - NAMED
            told = f"broken in {len(gate.broken)} of {counted(gate.checked, 'run')}: {shown(names)}"
            told += f" and {more} more" if more > 0 else ""
            rows.add_row(Text("✗", "red"), Text(shown(plain(gate.name))), Text(told, "red"))
        else:
            held = f"held in {counted(gate.checked, 'run')}"
            rows.add_row(Text("✓", "green"), Text(shown(plain(gate.name))), Text(held))
    console.print(rows if rows.row_count else Text("  none was looked at", "yellow"))


def _rates(rates: Mapping[str, Rate], console: Console) -> None:
    _title("By category", console)
    rows = _grid("left", "left", "right", "right")
    for category, rate in rates.items():
        style = "green" if rate.passed == rate.total else "yellow"
        counted = f"{rate.passed}/{rate.total}"
        rows.add_row(
            Text(shown(category)), Text(_bar(rate), style), Text(percent(rate.share)), Text(counted, "dim")
        )
    console.print(rows)


def _bar(rate: Rate) -> str:
    """Full only when all passed."""
    full = int(BAR * rate.share)
    return "█" * full + "░" * (BAR - full)


def _figures(results: Results, console: Console) -> None:
    if found := streaks(results):
        _title("pass^k: the chance that a case passes k times in a row", console)
        told = "   ".join(f"pass^{k} {percent(share)}" for k, share in found)
        console.print(Padding(Text(told), (0, 0, 0, 2), expand=False))
    if measured := figures(results):
        _title("Figures", console)
        rows = _grid("left", "right")
        for figure in measured:
            rows.add_row(Text(shown(figure.name)), Text(figure.value, "bold"), Text(figure.detail, "dim"))
        console.print(rows)


def _unfair(runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    for run in runs:
        yield f"{run.case} ({run.number})", run.transcript.unfair if run.transcript else ""


def _gaps(runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    for case, played in grouped(runs).items():
        passes = all(run.passed for run in played)
        yield case, ("passes now: take the gap out. " if passes else "") + played[0].gap


def _named(title: str, mark: str, lines: Iterable[tuple[str, str]], console: Console) -> None:
    """A line each, cut where the terminal ends."""
    told = [Text(f"  {mark} {shown(name)}: {shown(why)}") for name, why in lines]
    if told:
        _title(title, console)
    for line in told:
        line.truncate(console.width, overflow="ellipsis")
        console.print(line)


def _failing(runs: Sequence[Run], results: Results, console: Console) -> None:
    if not runs:
        return
    _title("Failing", console)
    times = {case: len(played) for case, played in results.by_case().items()}
    for case, failed in grouped(runs).items():
        of = failed[0].category + (f", {len(failed)} of {times[case]} runs" if times[case] > 1 else "")
        console.print(Text.assemble(("  ✗ ", "red"), (shown(case), "bold"), (f"  {shown(of)}", "dim")))
        for reason in dict.fromkeys(_reasons(failed)):
            console.print(Padding(_cut(reason, console), (0, 0, 0, 6), expand=False))


def _reasons(runs: Sequence[Run]) -> Iterator[str]:
    """What failed, each check once however many runs it failed in."""
    seen: set[str] = set()
    for run in runs:
        if run.error:
            yield shown(run.error)
        for check in run.failures:
            if check.name not in seen:
                seen.add(check.name)
                name = plain(check.name) + (" (absolute gate)" if check.gate else "")
                yield shown(f"{name}: {check.reason}" if check.reason else name)


def _cut(reason: str, console: Console) -> Text:
    """As many lines as a reason may have, and an ellipsis for the rest."""
    width = console.width - 6
    lines = Text(reason).wrap(console, width)
    if len(lines) <= REASON_LINES:
        return Text(reason)
    kept = list(lines[:REASON_LINES])
    kept[-1].rstrip()
    if cell_len(kept[-1].plain) >= width:
        kept[-1].truncate(width - 1)
    return Text("\n").join([*kept[:-1], kept[-1] + "…"])


def _comparison(found: Comparison, console: Console) -> None:
    _title(f"Against {found.baseline.model} of {found.baseline.started:%Y-%m-%d %H:%M}", console)
    cases = _grid()
    for name, style, named in (
        ("✗ broke", "red", found.broke),
        ("✓ mended", "green", found.mended),
        ("~ known gap now", "yellow", found.conceded),
        ("+ new", "", found.new),
        ("- gone", "", found.gone),
    ):
        if named:
            cases.add_row(Text(f"{name} ({len(named)})", style), Text(shown(", ".join(named))))
    console.print(Text("  no case came, went, broke or was mended") if found.same_cases else cases)
    rows = _grid()
    for change in found.rates:
        then = percent(change.before.share) if change.before else "–"
        here = percent(change.now.share) if change.now else "–"
        gain = f" ({100 * change.gain:+.1f})" if change.gain else ""
        rows.add_row(Text(shown(change.category)), Text(f"{then} → {here}{gain}"))
    for other in (*found.figures, *found.setup):
        told = f"{shown(other.before) or '–'} → {shown(other.now) or '–'}"
        rows.add_row(Text(shown(plain(other.name))), Text(told))
    if rows.row_count:
        console.print(rows)


def _title(text: str, console: Console) -> None:
    console.print(Text(f"\n{shown(text)}", "bold"))


def _grid(*justify: Literal["left", "right"]) -> Table:
    """Columns without lines, a little in from the left; those that are not named are flush left."""
    grid = Table(box=None, show_header=False, padding=(0, 0, 0, 2))
    for side in justify:
        grid.add_column(justify=side)
    return grid
