"""The grid of a day: where it begins, what a block takes out of it, what a clock change does to it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.scheduling import openings, policy
from citas.scheduling.model import Block, OpeningHours, Slot, Window
from citas.scheduling.policy import Fits
from tests.scheduling.weeks import blocks, weeks

LIMA = ZoneInfo("America/Lima")
SANTIAGO = ZoneInfo("America/Santiago")
MONDAY = date(2026, 3, 9)
LONG_AGO = datetime(2020, 1, 1, tzinfo=LIMA)
ZONES = [LIMA, SANTIAGO, ZoneInfo("America/Havana"), ZoneInfo("Europe/Madrid"), ZoneInfo("Africa/Cairo")]


def at(*times: str) -> list[int]:
    """Clock times as minutes after midnight."""
    return [int(t[:2]) * 60 + int(t[3:]) for t in times]


def window(text: str) -> Window:
    """``09:00-13:00`` as a window."""
    start, end = at(*text.split("-"))
    return Window(start, end)


def every_day(*windows: str, blocks: tuple[Block, ...] = ()) -> OpeningHours:
    """A week of equal days."""
    return OpeningHours((tuple(map(window, windows)),) * 7, blocks)


@pytest.mark.parametrize(
    ("windows", "duration", "expected"),
    [
        (["09:00-12:00"], 60, at("09:00", "10:00", "11:00")),
        (["09:00-12:00"], 30, at("09:00", "09:30", "10:00", "10:30", "11:00", "11:30")),
        (["09:00-12:00"], 45, at("09:00", "09:45", "10:30", "11:15")),
        (["09:00-12:00"], 90, at("09:00", "10:00")),
        (["09:00-12:00"], 180, at("09:00")),
        (["09:00-12:00"], 181, []),
        (["09:30-12:00"], 60, at("09:30", "10:30")),
        (["09:00-11:00", "15:30-17:30"], 60, at("09:00", "10:00", "15:30", "16:30")),
        (["00:00-24:00"], 720, [*range(0, 721, 60)]),
        ([], 60, []),
    ],
)
def test_that_starts_follow_the_grid(windows: list[str], duration: int, expected: list[int]) -> None:
    assert openings.starts_on(every_day(*windows), MONDAY, duration) == tuple(expected)


def test_that_a_daily_block_begins_the_grid_anew() -> None:
    lunch = Block(None, window("12:30-13:30"))
    starts = openings.starts_on(every_day("09:00-16:00", blocks=(lunch,)), MONDAY, 60)
    assert starts == tuple(at("09:00", "10:00", "11:00", "13:30", "14:30"))


def test_that_a_block_of_one_date_only_takes_starts_away() -> None:
    once = Block(MONDAY, window("10:15-10:30"))
    hours = every_day("09:00-13:00", blocks=(once,))
    assert openings.starts_on(hours, MONDAY, 60) == tuple(at("09:00", "11:00", "12:00"))
    assert openings.starts_on(hours, MONDAY + timedelta(days=1), 60) == tuple(
        at("09:00", "10:00", "11:00", "12:00")
    )


def test_that_a_day_that_cannot_be_read_is_unknown_not_closed() -> None:
    hours = OpeningHours((None, (), *[(window("09:00-10:00"),)] * 5))
    assert openings.starts_on(hours, MONDAY, 60) is None
    assert openings.slots_on(hours, MONDAY, 60, LONG_AGO) is None
    assert openings.open_windows(hours, MONDAY) is None
    assert openings.starts_on(hours, MONDAY + timedelta(days=1), 60) == ()


@pytest.mark.parametrize(
    ("hole", "left"),
    [
        ("08:00-09:00", ["09:00-13:00"]),
        ("13:00-14:00", ["09:00-13:00"]),
        ("08:00-10:00", ["10:00-13:00"]),
        ("12:00-20:00", ["09:00-12:00"]),
        ("10:00-11:00", ["09:00-10:00", "11:00-13:00"]),
        ("09:00-13:00", []),
        ("00:00-24:00", []),
    ],
)
def test_that_a_block_cuts_exactly_what_it_covers(hole: str, left: list[str]) -> None:
    hours = every_day("09:00-13:00", blocks=(Block(None, window(hole)),))
    assert openings.open_windows(hours, MONDAY) == tuple(map(window, left))


def test_that_only_slots_after_now_are_left() -> None:
    now = datetime(2026, 3, 9, 10, 0, tzinfo=LIMA)
    slots = openings.slots_on(every_day("09:00-13:00"), MONDAY, 60, now)
    assert slots is not None
    assert [s.start.hour for s in slots] == [11, 12]


def test_that_an_hour_left_out_by_summer_time_has_no_slot() -> None:
    day = date(2026, 9, 6)  # in Santiago the clocks go from 0:00 to 1:00
    slots = openings.slots_on(every_day("00:00-04:00"), day, 60, datetime(2026, 9, 1, tzinfo=SANTIAGO))
    assert slots is not None
    assert [s.start.hour for s in slots] == [1, 2, 3]
    assert {s.end.astimezone(UTC) - s.start.astimezone(UTC) for s in slots} == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (datetime(2026, 9, 6, 0, 0, tzinfo=SANTIAGO), False),
        (datetime(2026, 9, 6, 0, 59, tzinfo=SANTIAGO), False),
        (datetime(2026, 9, 6, 1, 0, tzinfo=SANTIAGO), True),
        (datetime(2026, 9, 5, 23, 59, tzinfo=SANTIAGO), True),
        (datetime(2026, 4, 4, 23, 30, tzinfo=SANTIAGO), True),
        (datetime(2026, 9, 6, 0, 0, tzinfo=LIMA), True),
        (datetime(2028, 2, 29, 9, 0, tzinfo=LIMA), True),
        (datetime(9999, 12, 31, 23, 0, tzinfo=LIMA), False),
    ],
)
def test_that_it_is_known_which_moments_exist(moment: datetime, *, there: bool) -> None:
    assert openings.exists(moment) == there


def test_that_instants_are_compared_not_clocks() -> None:
    first = datetime(2026, 4, 4, 23, 30, tzinfo=SANTIAGO)
    assert openings.is_after(first.replace(fold=1), first)
    assert not openings.is_after(first, first)


def test_that_the_nearest_slots_come_first_and_the_earlier_of_two() -> None:
    slots = openings.slots_on(every_day("09:00-13:00"), MONDAY, 60, LONG_AGO)
    assert slots is not None
    wanted = datetime(2026, 3, 9, 10, 30, tzinfo=LIMA)
    assert [s.start.hour for s in openings.nearest(slots, wanted)] == [10, 11, 9, 12]


@given(
    weeks(), st.lists(blocks(), max_size=4), st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    st.integers(5, 240), st.sampled_from(ZONES), st.integers(-3, 3),
)  # fmt: skip
def test_that_every_slot_of_the_day_passes_the_policy(
    week: OpeningHours, extra: list[Block], day: date, duration: int, zone: ZoneInfo, ahead: int
) -> None:
    hours = OpeningHours(week.week, tuple(extra))
    now = datetime.combine(day, datetime.min.time(), tzinfo=zone) + timedelta(days=ahead)
    slots = openings.slots_on(hours, day, duration, now) or ()
    assert len({slot.start for slot in slots}) == len(slots)
    for slot in slots:
        assert policy.check(slot.start, duration, hours, now) == Fits(slot)
        assert slot.end.astimezone(UTC) - slot.start.astimezone(UTC) == timedelta(minutes=duration)


@given(weeks(), st.lists(blocks(), max_size=4), st.integers(15, 240), st.integers(0, 24 * 60 - 1))
def test_that_what_passes_the_policy_is_a_slot_of_the_day(
    week: OpeningHours, extra: list[Block], duration: int, minute: int
) -> None:
    hours = OpeningHours(week.week, tuple(extra))
    start = datetime(2026, 3, 9, tzinfo=LIMA) + timedelta(minutes=minute)
    verdict = policy.check(start, duration, hours, LONG_AGO)
    slots = openings.slots_on(hours, MONDAY, duration, LONG_AGO) or ()
    assert isinstance(verdict, Fits) == (Slot.of(start, duration) in slots)
