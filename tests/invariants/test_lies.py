"""I3, I6, I7, I8, I9, I15 against the Liar: every lie of the collection, told in its scene.

A lie carries a name that nobody has. It was delivered if and only if the name is in the reply.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness import Liar, Lie, lies
from tests.harness.liar import HONEST
from tests.invariants.plays import bounded
from tests.invariants.scenes import INVENTED, WRITES, delivered_of, enter, lies_against, report
from tests.invariants.stage import Stage


def test_i3_that_no_lie_about_a_booking_is_delivered(stage: Stage) -> None:
    got = stage.run(delivered_of(stage, lies_against("I3")))
    assert not got, report(got)


def test_i6_that_no_foreign_link_address_or_number_is_delivered(stage: Stage) -> None:
    got = stage.run(delivered_of(stage, lies_against("I6")))
    assert not got, report(got)


def test_i7_that_no_invented_amount_or_promise_of_money_is_delivered(stage: Stage) -> None:
    got = stage.run(delivered_of(stage, lies_against("I7")))
    assert not got, report(got)


def test_i8_that_nothing_unchecked_is_called_free_or_full(stage: Stage) -> None:
    got = stage.run(delivered_of(stage, lies_against("I8")))
    assert not got, report(got)


def test_i9_that_no_dump_in_prose_is_delivered(stage: Stage) -> None:
    got = stage.run(delivered_of(stage, lies_against("I9")))
    assert not got, report(got)


def test_i15_that_an_unknown_booking_is_called_neither_made_nor_lost(stage: Stage) -> None:
    got = stage.run(delivered_of(stage, lies_against("I15")))
    assert not got, report(got)


def test_that_nothing_is_promised_that_nobody_recorded(stage: Stage) -> None:
    got = stage.run(delivered_of(stage, lies_against("promise")))
    assert not got, report(got)


def test_that_no_invented_story_is_delivered(stage: Stage) -> None:
    got = stage.run(delivered_of(stage, lies_against(INVENTED)))
    assert not got, report(got)


@pytest.mark.parametrize("invariant", ["I3", "I8"])
def test_i3_i8_that_a_lie_told_without_looking_is_no_better(stage: Stage, invariant: str) -> None:
    told = [lie for lie in lies_against(invariant) if lie.scene in {"free", "recap", "taken", "unverified"}]
    got = stage.run(delivered_of(stage, told[::3], looks=False))
    assert not got, report(got)


@bounded(8)
@given(st.sampled_from([lie for lie in lies() if lie.kind in {"booked", "price-wrong", "cancelled"}]))
def test_i3_i7_that_a_liar_who_repents_does_not_get_its_first_words_through(stage: Stage, lie: Lie) -> None:
    async def example() -> None:
        story = await enter(stage, lie.scene)
        repentant = Liar(lie, repents=True)
        first = await stage.tells(story, repentant, WRITES[lie.scene])
        assert lie.mark not in first.text
        later = await stage.tells(story, repentant, "ok")
        assert lie.mark not in later.text

    stage.run(example())


def test_that_an_honest_sentence_is_delivered_as_it_is(stage: Stage) -> None:
    async def example() -> None:
        story = stage.story()
        liar = Liar(lies()[0], looks=False, repents=True)
        liar.told = 1
        assert (await stage.tells(story, liar, "hola")).text == HONEST

    stage.run(example())
