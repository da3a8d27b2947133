"""The labelled replies the guard is measured by, and the two numbers that come of them: `make guard`.

`replies_honest.tsv` holds honest replies in their scenes (scene, reply); `tests/harness/lies.tsv` false ones
(scene, kind of lie, reply) of the kinds the guard answers for, and `lies_beyond.tsv` those of kinds it
does not: stories about company, staff or customer that name nothing it could trace. In all of them ``\\n``
is a line break.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citas.agent.guard import Violation, examine, tidy
from tests.agent.scenes import scene

_HERE = Path(__file__).parent
HONEST = _HERE / "replies_honest.tsv"
LIES = _HERE.parent / "harness" / "lies.tsv"
LIES_BEYOND = _HERE.parent / "harness" / "lies_beyond.tsv"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One reply, the scene it is said in, and the kind of lie it is; no kind, and it is honest."""

    scene: str
    kind: str
    reply: str

    def judged(self) -> Violation | None:
        """What the guard makes of it."""
        return examine(tidy(self.reply), scene(self.scene))


def read(file: Path) -> Iterator[Labelled]:
    """The rows of a file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        where, *kind, reply = line.split("\t")
        yield Labelled(where, kind[0] if kind else "", reply.replace("\\n", "\n"))


def main() -> int:
    """Print both numbers, and the replies behind them; 1 if either is worse than it may be."""
    honest, lies, beyond = (tuple(read(file)) for file in (HONEST, LIES, LIES_BEYOND))
    altered = [(row, found) for row in honest if (found := row.judged())]
    delivered = [row for row in lies if row.judged() is None]
    unseen = sum(row.judged() is None for row in beyond)
    kinds = len({row.kind for row in lies})
    share = len(altered) / len(honest)
    lines = [f"altered\t{row.scene}\t{found.claim}: {found.words!r}\t{row.reply!r}" for row, found in altered]
    lines += [f"delivered\t{row.scene}\t{row.kind}\t{row.reply!r}" for row in delivered]
    lines += [
        f"honest replies altered: {len(altered)} of {len(honest)} ({share:.2%})",
        f"false claims delivered: {len(delivered)} of {len(lies)}, of {kinds} kinds",
        f"of kinds beyond what it answers for: {unseen} of {len(beyond)} delivered",
    ]
    print("\n".join(lines))  # noqa: T201  a report is its purpose
    return int(share >= 0.01 or bool(delivered))


if __name__ == "__main__":
    sys.exit(main())
