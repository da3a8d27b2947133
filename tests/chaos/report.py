"""What a run prints at its end."""

from collections import Counter
from typing import Any

from tests.chaos.batch import Tally
from tests.chaos.checker import Rule
from tests.chaos.kills import Killed

TOLD = 10


def report(seed: int, tally: Tally, killed: Killed | None, seconds: float) -> str:
    """The figures of a run, then the first violations in full and how to see them again."""
    broken = tally.broken + (killed.tally.broken if killed else Counter())
    violations = tally.violations + (killed.tally.violations if killed else ())
    left = tally.states["sent"] + tally.states["unknown"] - tally.with_person
    heard = f"{tally.turns} messages answered, {tally.given_up} hung up and came again"
    lines = [
        "",
        _line("seed", seed),
        _line("attempts", f"{tally.attempts} ({heard}, {tally.restarts} restarts)"),
        _line("faults", f"{tally.faults.total()} of {len(tally.kinds)} kinds: {_counted(tally.faults)}"),
        _line("store faults", f"{tally.store_faults.total()}: {_counted(tally.store_faults)}"),
        _line("ledger", _counted(tally.states)),
        _line("CREAR_EVENTO", f"{tally.calls} received, {tally.events} events"),
        _line("unknown", f"{tally.with_person} with a person, {left} left"),
        *_killed(killed),
        *(_line(rule, broken[rule]) for rule in Rule),
        _line("seconds", f"{seconds:.0f}"),
        "",
    ]
    if not violations:
        return "\n".join([*lines, f"All is well. Seed {seed}."])
    told = (f"  {violation}" for violation in violations[:TOLD])
    count = f"BROKEN: {broken.total()}. The first ones, each with the command that shows it again:"
    return "\n".join([*lines, count, *told])


def _killed(killed: Killed | None) -> list[str]:
    if killed is None:
        return []
    tally = killed.tally
    ends = f"{tally.events} events, {tally.with_person} unknown with a person"
    return [
        _line("kills", f"{killed.points.total()} in {tally.seconds:.0f} s: {_counted(killed.points)}"),
        _line("  just after it", _counted(killed.answered)),
        _line("  ledger", f"{_counted(tally.states)}; {ends}, {tally.restarts} restarts"),
    ]


def _line(name: str, value: object) -> str:
    return f"{name:<28}{value}"


def _counted(counter: Counter[Any]) -> str:
    return (
        ", ".join(f"{number} {name}" for name, number in sorted(counter.items(), key=lambda i: -i[1]))
        or "none"
    )
