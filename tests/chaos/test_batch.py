"""The same prospects, twice: our service passes the checker, one that believes and repeats does not."""

from citas.sandbox.faults import Fault
from evals.case import WEDNESDAY
from tests.chaos.batch import run_batch
from tests.chaos.checker import Rule
from tests.chaos.naive import naive_over
from tests.chaos.plan import CREATE, OFTEN, READS, attempts

SEED = 20260311
PROSPECTS = 100


def test_that_our_service_breaks_no_rule_under_faults_restarts_and_impatience() -> None:
    tally = run_batch(SEED, 0, PROSPECTS)
    assert tally.violations == ()
    assert tally.states["created"] > PROSPECTS / 3, "enough was booked for the rules to mean something"
    assert tally.with_person == tally.states["unknown"] > 0


def test_that_a_naive_booker_is_caught_with_the_same_plan() -> None:
    tally = run_batch(SEED, 0, PROSPECTS, booker=naive_over)
    assert tally.broken[Rule.DUPLICATE] > 0
    assert tally.broken[Rule.FALSE_CONFIRMATION] > 0
    assert tally.broken[Rule.UNKNOWN_EVENT] > 0


def test_that_a_seed_is_a_plan() -> None:
    first, again = (attempts("7/3", 50, WEDNESDAY.date()) for _ in range(2))
    assert first == again
    assert first != attempts("8/3", 50, WEDNESDAY.date())


def test_that_every_operation_and_every_kind_of_fault_comes_up() -> None:
    planned = attempts("1/0", 6000, WEDNESDAY.date())
    spoilt = [fault for attempt in planned for fault in (*attempt.before, *attempt.at_yes)]
    assert {s.operation for s in spoilt} == {*READS, CREATE}
    created = {s.fault for s in spoilt if s.operation == CREATE}
    assert created == {*Fault, None}
    assert {s.fault for s in spoilt if s.operation in OFTEN} == {*Fault, None}
    assert {s.commits for s in spoilt if s.fault is Fault.STATUS_500 and s.operation == CREATE} == {
        True,
        False,
    }
