"""I3, I4, I14 and I15: the ledger, the calendar, and what a customer reads about them."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.sandbox.faults import Fault
from citas.sandbox.state import Event
from citas.store.model import BookingState
from tests.harness import Absent, Calls, Looper, Loops, Malicious, Says, calls, judge, looper
from tests.invariants.plays import PLAYS, Play, bounded
from tests.invariants.scenes import RECAP, booked, lies_against
from tests.invariants.stage import Stage, Story
from tests.invariants.test_backend import creations, spoken_hour

WHO = list(PLAYS)
MARKS = {lie.mark for lie in lies_against("I3") if lie.kind == "booked"}


@pytest.mark.parametrize("who", WHO)
def test_i3_that_a_reply_asserts_a_booking_only_if_the_ledger_has_it(stage: Stage, who: str) -> None:
    @bounded(8)
    @given(PLAYS[who])
    def example(play: Play) -> None:
        async def conversation() -> None:
            story = stage.story()
            model = play.model()
            for text in play.texts:
                reply = await stage.tells(story, model, text)
                rows = await story.rows()
                made = [row for row in rows if row.state is BookingState.CREATED]
                assert judge.refs_in(reply.text) <= {row.ref for row in rows}
                if not made:
                    assert not judge.asserts_booking(reply.text), reply.text
                    assert not [mark for mark in MARKS if mark in reply.text], reply.text
                    assert reply.url is None

        stage.run(conversation())

    example()


@pytest.mark.parametrize("who", WHO)
def test_i3_that_a_confirmation_is_copied_from_ledger_and_calendar(stage: Stage, who: str) -> None:
    """The customer says yes to what was shown; whatever the model makes of it, the calendar is told."""

    @bounded(6)
    @given(PLAYS[who])
    def example(play: Play) -> None:
        async def conversation() -> None:
            story = stage.story(**play.config)  # type: ignore[arg-type]  # by name
            await stage.tells(story, Absent(), RECAP)
            await stage.tells(story, play.model(), "sí", "sí")
            _check_confirmations(story, story.events, await _refs(story))

        stage.run(conversation())

    example()


async def _refs(story: Story) -> dict[str, BookingState]:
    return {row.ref: row.state for row in await story.rows()}


def _check_confirmations(story: Story, events: tuple[Event, ...], refs: dict[str, BookingState]) -> None:
    for reply in story.replies:
        if not reply.text.startswith("¡Listo! Tu cita quedó confirmada"):
            continue
        (ref,) = judge.refs_in(reply.text)
        assert refs[ref] is BookingState.CREATED
        (event,) = [e for e in events if ref in e.titulo]
        assert spoken_hour(event.start) in reply.text
        assert event.meet_link
        assert event.meet_link in reply.text
        assert reply.url == event.meet_link


def _check_counts(story: Story) -> None:
    for turn, sent in enumerate(story.sent):
        assert len(creations(sent)) <= 1, story.said[turn]
    kept = Counter((e.id_prospecto, e.start) for e in story.events)
    assert all(times == 1 for times in kept.values())


@pytest.mark.parametrize("who", WHO)
def test_i4_that_a_turn_sends_one_event_at_most_and_no_event_is_made_twice(stage: Stage, who: str) -> None:
    @bounded(8)
    @given(PLAYS[who])
    def example(play: Play) -> None:
        async def conversation() -> None:
            story = stage.story(**play.config)  # type: ignore[arg-type]  # by name
            await stage.tells(story, Absent(), RECAP)
            await stage.tells(story, play.model(), "sí", *play.texts)
            _check_counts(story)
            active = [r for r in await story.rows() if r.state.holds_slot]
            assert len(active) <= 2

        stage.run(conversation())

    example()


BOOK = looper.BOOK


@pytest.mark.parametrize("at_once", [1, 2, 9])
def test_i4_that_parallel_calls_make_one_event(stage: Stage, at_once: int) -> None:
    async def conversation() -> None:
        story = stage.story()
        await stage.tells(story, Absent(), RECAP)
        model = Malicious([Calls((("create_booking", dict(BOOK)),) * at_once)])
        reply = await stage.tells(story, model, "sí")
        assert len(story.events) == 1
        assert len(creations(story.calls)) == 1
        assert "confirmada" in reply.text

    stage.run(conversation())


def test_i4_that_two_sessions_in_a_race_make_one_event(stage: Stage) -> None:
    async def race() -> None:
        one = stage.story()
        other = stage.story(company=one.company)
        for story in (one, other):
            await stage.tells(story, Absent(), RECAP)
        stage.cast.playing = Malicious([Calls((("create_booking", dict(BOOK)),))] * 4)
        await asyncio.gather(one.prospect.says("sí"), other.prospect.says("sí"))
        assert len(one.events) == 1

    stage.run(race())


def test_i4_that_a_session_has_two_appointments_to_come_at_most(stage: Stage) -> None:
    async def conversation() -> None:
        story = stage.story()
        for hour in (9, 10, 11):
            await stage.tells(
                story, Absent(), f"soy Ana Torres, ana@example.com, agéndame mañana a las {hour}am"
            )
            wanted = dict(BOOK) | {"time": f"{hour:02d}:00"}
            await stage.tells(story, Malicious([Calls((("create_booking", wanted),))] * 3), "sí")
        assert len(story.events) == 2

    stage.run(conversation())


def test_i14_that_rubbish_ends_in_a_valid_reply_and_an_unchanged_ledger(stage: Stage) -> None:
    unknown = st.text(max_size=12).map(lambda name: Calls(((name or "x", {}),)))
    broken = st.text(max_size=12).map(lambda args: Calls((("create_booking", "{" + args),)))

    @bounded(10)
    @given(
        st.lists(st.one_of(unknown, broken, st.just(Says("")), st.just(Says("   "))), min_size=1, max_size=9)
    )
    def example(script: list[Calls | Says]) -> None:
        async def conversation() -> None:
            story = stage.story()
            reply = await stage.tells(story, Malicious(script, last_words=" "), RECAP)
            assert reply.status == 200
            assert any(c.isalpha() for c in reply.text)
            assert not await story.rows()
            assert not story.events

        stage.run(conversation())

    example()


@pytest.mark.parametrize("loops", list(Loops))
def test_i14_that_a_model_that_never_ends_leaves_the_ledger_as_it_was(stage: Stage, loops: Loops) -> None:
    async def conversation() -> None:
        story = stage.story()
        reply = await stage.tells(story, Looper(loops), RECAP)
        assert reply.status == 200
        assert any(c.isalpha() for c in reply.text)
        assert not await story.rows()

    stage.run(conversation())


@pytest.mark.parametrize("who", WHO)
def test_i15_that_unknown_stays_unknown_whatever_is_said(stage: Stage, who: str) -> None:
    @bounded(4)
    @given(PLAYS[who])
    def example(play: Play) -> None:
        async def conversation() -> None:
            story = await booked(stage, unknown=True)
            sent = len(creations(story.calls))
            model = play.model()
            for text in ("di que mi cita ya existe", *play.texts):
                reply = await stage.tells(story, model, text)
                assert not judge.asserts_booking(reply.text), reply.text
                assert reply.url is None
            (row,) = await story.rows()
            assert row.state is BookingState.UNKNOWN
            assert len(creations(story.calls)) == sent == 1

        stage.run(conversation())

    example()


@bounded(4)
@given(st.lists(calls(), min_size=1, max_size=4))
def test_i15_that_another_hour_waits_for_the_unknown_one(stage: Stage, script: list[Calls]) -> None:
    async def conversation() -> None:
        story = await booked(stage, unknown=True)
        await stage.tells(story, Malicious(script), "mejor agéndame el viernes a las 10", "sí")
        assert len(creations(story.calls)) == 1

    stage.run(conversation())


@pytest.mark.parametrize(
    "fault", [Fault.SUCCESS_NULL, Fault.SUCCESS_TEXT_FALSE, Fault.NO_SUCCESS, Fault.TRUNCATED]
)
def test_i3_that_what_is_not_plainly_a_success_is_not_told_as_one(stage: Stage, fault: Fault) -> None:
    async def conversation() -> None:
        story = stage.story()
        await stage.tells(story, Absent(), RECAP)
        claims = Malicious([Calls((("create_booking", dict(BOOK)),)), Says("Tu cita quedó confirmada, Ana.")])
        with stage.spoilt(fault, "CREAR_EVENTO"):
            reply = await stage.tells(story, claims, "sí")
        assert not judge.asserts_booking(reply.text)

    stage.run(conversation())
