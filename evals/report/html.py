"""The report as one HTML page that asks nothing of anybody: no script, no network, and all text escaped."""

import json
from collections import Counter
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from evals.report.comparison import compare
from evals.report.figures import (
    counted,
    figures,
    gates,
    grouped,
    percent,
    plain,
    score,
    seconds,
    sections,
    streaks,
)
from evals.results import Results

CHATS_UP_TO = 150
"""With more runs than this, those that passed are named only: nobody reads them, and the page stays small."""


def write_html(results: Results, file: Path, baseline: Results | None = None) -> None:
    """Write the page, and the directory it is in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # A model's text may hold half a surrogate pair, which no file can.
    file.write_text(render(results, baseline), encoding="utf-8", errors="replace")


def render(results: Results, baseline: Results | None = None) -> str:
    """The page."""
    found = sections(results)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            experiment=results.experiment,
            rate=results.rate,
            categories=results.by_category(),
            gaps=Counter(run.category for run in found.gaps if not run.passed),
            times={case: len(runs) for case, runs in grouped(results.runs).items()},
            gates=gates(results),
            streaks=streaks(results),
            figures=figures(results),
            comparison=compare(baseline, results) if baseline else None,
            sections=found,
            failing=grouped(found.failing),
            chats=len(results.runs) <= CHATS_UP_TO,
            chats_up_to=CHATS_UP_TO,
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evals", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for text in (counted, indented, percent, plain, score, seconds):
        environment.filters[text.__name__] = text
    return environment


def indented(text: str) -> str:
    """JSON with a line for each value; what is none stays as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
