"""One batch: a fresh world, its prospects, two restarts, the look at what came of it."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import structlog

from citas.booking.commit import Booker
from evals.case import WEDNESDAY
from evals.wire import Wire
from tests.chaos.checker import Rule, Violation, check
from tests.chaos.evidence import Evidence
from tests.chaos.plan import attempts
from tests.chaos.world import UNREACHABLE, World

PATIENCE = timedelta(minutes=10)
"""Longer than any call may take: what has no outcome by then will never have one."""
BookerOver = Callable[[Wire], Callable[..., Booker]]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run came to, counted; two are added with `+`."""

    batches: tuple[int, ...] = ()
    attempts: int = 0
    turns: int = 0
    events: int = 0
    calls: int = 0
    given_up: int = 0
    restarts: int = 0
    seconds: float = 0.0
    states: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    store_faults: Counter[str] = field(default_factory=Counter)
    with_person: int = 0
    broken: Counter[Rule] = field(default_factory=Counter)
    violations: tuple[str, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def run_batch(seed: int, number: int, count: int, *, booker: BookerOver | None = None) -> Tally:
    """Batch `number` of the plan of `seed`, in a directory of its own. Every second calendar is careless.

    `booker` makes another booker than ours from the network it is to post over.
    """
    began = time.monotonic()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(prefix="citas-chaos-") as directory:
        world = World.new(Path(directory), careless=number % 2 == 0)
        if booker is not None:
            world.outside = replace(world.outside, booker=booker(world.wire))
        evidence = asyncio.run(_run(world, seed, number, count))
    tally = tally_of(
        evidence, check(evidence), f"--seed {seed} --batch {number} --attempts {count} --kills 0"
    )
    refused = Counter(world.wire.refused)
    return replace(
        tally,
        batches=(number,),
        attempts=count,
        given_up=world.given_up,
        restarts=2,
        seconds=time.monotonic() - began,
        faults=tally.faults + refused,
        kinds=tally.kinds + Counter({UNREACHABLE: refused.total()}),
        store_faults=world.store_faults,
    )


async def _run(world: World, seed: int, number: int, count: int) -> Evidence:
    planned = attempts(f"{seed}/{number}", count, WEDNESDAY.date())
    half = count // 2
    for part in (planned[:half], planned[half:]):
        async with world.open() as service:
            await service.serve(part)
    world.sandbox.faults.clear()
    world.wire.unreachable.clear()
    world.clock.now += PATIENCE
    # The start, then the service's own rounds look at what has no outcome; those who come back hear of it.
    async with world.open() as service:
        await service.runtime.services.reconciler.settle()
        await service.runtime.services.reconciler.look()
        for attempt in planned:
            if attempt.returns:
                await service.say(attempt, "¿ya quedó mi cita?")
                await service.say(attempt, "sí")
    return world.evidence(planned)


def tally_of(evidence: Evidence, violations: tuple[Violation, ...], where: str) -> Tally:
    """The evidence and what is wrong with it, counted; `where` says how to see it again."""
    spoilt = [call for call in evidence.calls if call.fault is not None]
    asked = set(evidence.asked)
    return Tally(
        turns=len(evidence.said),
        events=len(evidence.events),
        calls=sum(call.operation == "CREAR_EVENTO" for call in evidence.calls),
        states=Counter(row.state for row in evidence.rows),
        faults=Counter(call.operation for call in spoilt),
        kinds=Counter(str(call.fault) for call in spoilt),
        with_person=sum(row.state == "unknown" and row.ref in asked for row in evidence.rows),
        broken=Counter(violation.rule for violation in violations),
        violations=tuple(
            f"{v.rule} [python -m tests.chaos {where}] {v.who}: {v.text}" for v in violations[:20]
        ),
    )
