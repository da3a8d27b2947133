"""`make chaos`: ten thousand bookings under faults and restarts, a hundred deaths, and what must not be."""

import argparse
import os
import secrets
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import reduce
from operator import add

from tests.chaos.batch import Tally, run_batch
from tests.chaos.kills import run_kills
from tests.chaos.report import report
from tests.chaos.serving import forks

BATCH = 250
KILLS_BETWEEN_LINES = 20


def main() -> int:
    """Run what the arguments say; 0 if no rule was broken."""
    asked = _arguments()
    began = time.monotonic()
    _say(f"chaos: seed {asked.seed}, {asked.attempts} attempts, {asked.kills} kills, {asked.jobs} jobs")
    batches = _batches(asked.attempts, asked.batch)
    with ProcessPoolExecutor(asked.jobs, mp_context=forks) as pool:
        running = [pool.submit(run_batch, asked.seed, number, size) for number, size in batches]
        for future in running:
            future.add_done_callback(lambda done: _progress(done, began))
        killed = run_kills(asked.seed, asked.kills, _progress_of_kills) if asked.kills else None
        tally = reduce(add, (done.result() for done in as_completed(running)), Tally())
    _say(report(asked.seed, tally, killed, time.monotonic() - began))
    broken = tally.broken + (killed.tally.broken if killed else Tally().broken)
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--attempts", type=int, default=10_000, help="prospects who want a booking")
    parser.add_argument("--kills", type=int, default=102, help="deaths of the service process")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**8), help="what the plan is drawn from"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--batch", type=int, help="this batch alone, to see it again")
    return parser.parse_args()


def _batches(attempts: int, only: int | None) -> list[tuple[int, int]]:
    """Number and size of each batch. One that is seen `only` is as big as `attempts`, up to a whole one."""
    if only is not None:
        return [(only, min(attempts, BATCH))]
    full, rest = divmod(attempts, BATCH)
    return [(number, BATCH) for number in range(full)] + ([(full, rest)] if rest else [])


def _progress(done: Future[Tally], began: float) -> None:
    if done.cancelled() or done.exception():
        return
    tally = done.result()
    wrong = f", {tally.broken.total()} WRONG" if tally.broken else ""
    done_of = f"batch {tally.batches[0]}: {tally.attempts} attempts"
    told = f"{done_of}, {tally.events} events, {tally.faults.total()} faults{wrong}"
    _say(f"{time.monotonic() - began:6.0f} s  {told}")


def _progress_of_kills(number: int) -> None:
    if number % KILLS_BETWEEN_LINES == 0:
        _say(f"          {number} kills")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  a command's output


if __name__ == "__main__":
    sys.exit(main())
