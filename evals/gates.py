"""When an evaluation is good enough: the absolute gates, the pass rate, and what a baseline had."""

from collections.abc import Iterator

from evals.report.comparison import compare
from evals.results import Results

UNFAIR_SHARE = 0.2
"""With more conversations than this spoilt by simulated customers, the rest says too little."""


def reasons_against(results: Results, *, min_pass: float, baseline: Results | None = None) -> Iterator[str]:
    """Why these results do not do. Known gaps count for nothing, and may not pass unnoticed."""
    for gate, runs in results.broken_gates().items():
        yield f"{gate} is broken in {_named(run.case for run in runs)}"
    if errors := [run for run in results.runs if run.error]:
        yield f"could not be played or judged: {_named(run.case for run in errors)}"
    counted = [run for run in results.counted if not run.gap]
    failed = [run for run in counted if not run.passed]
    if counted and 1 - len(failed) / len(counted) < min_pass:
        share = 1 - len(failed) / len(counted)
        names = _named(run.case for run in failed)
        yield f"{share:.1%} of the runs passed, not {min_pass:.1%}; failed: {names}"
    for case, runs in results.by_case().items():
        if runs[0].gap and all(run.passed for run in runs):
            yield f"{case} passes: take its gap out"
    if baseline and (broke := compare(baseline, results).broke):
        yield f"passed in the baseline and not now: {_named(broke)}"
    unfair, simulated = len(results.runs) - len(results.counted), sum(r.simulated for r in results.runs)
    if unfair > UNFAIR_SHARE * simulated:
        yield f"{unfair} of {simulated} simulated customers broke their own rules"


def _named(cases: Iterator[str] | tuple[str, ...]) -> str:
    names = list(dict.fromkeys(cases))
    more = len(names) - 8
    return ", ".join(names[:8]) + (f" and {more} more" if more > 0 else "")
