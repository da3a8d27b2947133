"""The product, broken on purpose: the cases that each mutation names notice it, and nothing stays broken."""

import asyncio
from collections.abc import Sequence
from functools import cache

import pytest

from citas import conversation
from citas.agent import guard, phrases, tools
from citas.agent.deps import CitasDeps
from citas.agent.draft import Draft
from citas.agent.prompt import Prompt
from citas.api import chat
from citas.booking import cache as caches
from citas.booking import contact
from citas.booking.availability import AvailabilityDesk
from citas.booking.business import Business
from citas.conversation import Conversation
from citas.maravia import wire
from citas.maravia.client import Maravia
from citas.scheduling import openings
from citas.store import ledger
from citas.store.deliveries import Deliveries
from citas.store.requests import Requests
from evals.customers import simulated
from evals.mutations import MUTATIONS
from evals.mutations.base import replaced
from evals.play import Subject, play
from evals.stage import empty_database
from tests.evals.playing import kept, problems

PLACES = (
    *((owner, name) for owner in (Conversation, Maravia, CitasDeps, Draft, Prompt) for name in vars(owner)),
    *((owner, name) for owner in (AvailabilityDesk, Business, Deliveries, Requests) for name in vars(owner)),
    *((caches.SingleFlightCache, name) for name in vars(caches.SingleFlightCache)),
    *((owner, name) for owner in (conversation, guard, phrases, tools, chat) for name in vars(owner)),
    *((owner, name) for owner in (contact, wire, openings, ledger) for name in vars(owner)),
)
"""Every attribute of all that is ever broken."""
WATCHED = [(mutation.name, case) for mutation in MUTATIONS.values() for case in mutation.watch]


def product() -> Sequence[object]:
    """What the product is made of now; a function is told from another that does the same."""
    return [vars(owner).get(name) for owner, name in PLACES]


def differences(before: Sequence[object], after: Sequence[object]) -> list[str]:
    """The attributes that are no longer the same object."""
    return [
        f"{owner!r}.{name}"
        for (owner, name), was, is_now in zip(PLACES, before, after, strict=True)
        if was is not is_now
    ]


def found_in(name: str) -> Sequence[str]:
    """What the evaluators have against a case as it is played now, the product being as it is."""
    case, database = kept(name), empty_database()
    return problems(case, asyncio.run(play(case, Subject(), simulated, database=database)))


@cache
def found_unbroken(name: str) -> Sequence[str]:
    """The same, once and for all, before the product as it should be."""
    return found_in(name)


@pytest.mark.parametrize("name", MUTATIONS)
def test_that_each_mutation_names_cases_that_exist_and_are_no_gaps(name: str) -> None:
    mutation = MUTATIONS[name]
    assert mutation.watch
    assert len(set(mutation.watch)) == len(mutation.watch)
    assert [kept(case).name for case in mutation.watch if kept(case).gap] == []


@pytest.mark.parametrize(("mutation", "case"), WATCHED)
def test_that_a_watched_case_fails_under_its_mutation_and_passes_without_it(mutation: str, case: str) -> None:
    assert found_unbroken(case) == []
    with MUTATIONS[mutation].applied():
        assert found_in(case)


@pytest.mark.parametrize("name", MUTATIONS)
def test_that_a_mutation_breaks_something_and_leaves_nothing_broken(name: str) -> None:
    before = product()
    with MUTATIONS[name].applied():
        assert differences(before, product())
    assert differences(before, product()) == []


def test_that_nothing_stays_broken_when_the_case_goes_wrong() -> None:
    before = product()
    with pytest.raises(ZeroDivisionError), MUTATIONS["guard-off"].applied():
        raise ZeroDivisionError
    assert differences(before, product()) == []


def test_that_what_is_not_there_cannot_be_replaced() -> None:
    before = guard.examine
    with pytest.raises(AttributeError), replaced((guard, "examine", None), (guard, "no_such_thing", None)):
        pytest.fail("it was replaced")
    assert guard.examine is before


def test_that_each_mutation_goes_by_its_name() -> None:
    assert {name: mutation.name for name, mutation in MUTATIONS.items()} == {name: name for name in MUTATIONS}
    assert len({mutation.about for mutation in MUTATIONS.values()}) == len(MUTATIONS)
