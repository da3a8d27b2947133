"""Which cases notice which mutation, as a table."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from evals.mutations import Mutation
from evals.results import Results

CASES_NAMED = 6


def print_mutations(mutations: Sequence[Mutation], found: Mapping[str, Results], console: Console) -> None:
    """Each mutation with the cases that fail because of it: those it must be noticed by come first."""
    table = Table("Mutation", "Cases", "Noticed by", title="The product, broken on purpose", pad_edge=False)
    for mutation in mutations:
        results = found[mutation.name]
        failed = caught_by(results)
        first = [case for case in mutation.watch if case in failed]
        named = [*first, *(case for case in failed if case not in first)]
        more = len(named) - CASES_NAMED
        told = ", ".join(named[:CASES_NAMED]) + (f" and {more} more" if more > 0 else "")
        count = f"{len(failed)}/{len(results.by_case())}"
        table.add_row(f"[bold]{mutation.name}[/]\n{mutation.about}", count, told or "[bold red]nobody[/]")
    console.print(table)


def caught_by(results: Results) -> tuple[str, ...]:
    """The cases in which a check failed. Known gaps are left out, since those fail anyway, and so is what
    could not be played: a mutation that breaks the stage proves nothing."""
    return tuple(
        case
        for case, runs in results.by_case().items()
        if not runs[0].gap and any(run.failures and not run.error for run in runs)
    )
