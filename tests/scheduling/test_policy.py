"""Every reason for which the rules refuse a slot, and their order."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.scheduling.model import Block, OpeningHours, Slot, Window
from citas.scheduling.policy import Fits, Reason, Refusal, check
from tests.scheduling.weeks import weeks

LIMA = ZoneInfo("America/Lima")
SANTIAGO = ZoneInfo("America/Santiago")
NOW = datetime(2026, 3, 11, 10, 15, tzinfo=LIMA)
WORKDAY = (Window(9 * 60, 18 * 60),)
HOURS = OpeningHours(
    (WORKDAY, WORKDAY, WORKDAY, WORKDAY, None, (Window(9 * 60, 13 * 60),), ()),
    (
        Block(None, Window(13 * 60, 14 * 60)),
        Block(date(2026, 3, 17), Window(0, 24 * 60)),
    ),
)
AROUND_LUNCH = (Window(9 * 60, 13 * 60), Window(14 * 60, 18 * 60))


def lima(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=LIMA)


@pytest.mark.parametrize(
    ("start", "reason", "windows"),
    [
        (lima(11, 10, 15), Reason.PAST, ()),
        (lima(11, 10), Reason.PAST, ()),
        (lima(10, 16), Reason.PAST, ()),
        (lima(13, 10), Reason.HOURS_UNKNOWN, ()),
        (lima(15, 10), Reason.CLOSED, ()),
        (lima(12, 8), Reason.OUTSIDE_HOURS, WORKDAY),
        (lima(12, 18), Reason.OUTSIDE_HOURS, WORKDAY),
        (lima(12, 0), Reason.OUTSIDE_HOURS, WORKDAY),
        (lima(14, 13), Reason.OUTSIDE_HOURS, (Window(9 * 60, 13 * 60),)),
        (lima(12, 17, 1), Reason.PASSES_CLOSING, WORKDAY),
        (lima(12, 17, 59), Reason.PASSES_CLOSING, WORKDAY),
        (lima(14, 12, 30), Reason.PASSES_CLOSING, (Window(9 * 60, 13 * 60),)),
        (lima(12, 13), Reason.BLOCKED, AROUND_LUNCH),
        (lima(12, 12, 30), Reason.BLOCKED, AROUND_LUNCH),
        (lima(12, 13, 59), Reason.BLOCKED, AROUND_LUNCH),
        (lima(17, 10), Reason.BLOCKED, ()),
        (lima(12, 9, 30), Reason.OFF_GRID, WORKDAY),
        (lima(12, 9).replace(second=1), Reason.OFF_GRID, WORKDAY),
        (lima(12, 9).replace(microsecond=1), Reason.OFF_GRID, WORKDAY),
    ],
)
def test_that_a_refusal_has_its_reason(start: datetime, reason: Reason, windows: tuple[Window, ...]) -> None:
    assert check(start, 60, HOURS, NOW) == Refusal(reason, start.date(), windows)


@pytest.mark.parametrize(
    ("start", "duration"),
    [
        (lima(11, 11), 60),
        (lima(12, 9), 60),
        (lima(12, 17), 60),
        (lima(12, 12), 60),
        (lima(12, 14), 60),
        (lima(12, 17, 30), 30),
        (lima(12, 14), 240),
        (lima(14, 12), 60),
    ],
)
def test_that_a_slot_within_the_rules_fits(start: datetime, duration: int) -> None:
    assert check(start, duration, HOURS, NOW) == Fits(Slot(start, start + timedelta(minutes=duration)))


def test_that_a_slot_may_end_at_midnight() -> None:
    open_late = OpeningHours(((Window(22 * 60, 24 * 60),),) * 7)
    assert isinstance(check(lima(12, 23), 60, open_late, NOW), Fits)
    assert check(lima(12, 23, 30), 60, open_late, NOW) == Refusal(
        Reason.PASSES_CLOSING, date(2026, 3, 12), (Window(22 * 60, 24 * 60),)
    )


def test_that_an_hour_left_out_by_summer_time_is_told_as_such() -> None:
    always = OpeningHours(((Window(0, 24 * 60),),) * 7)
    now = datetime(2026, 9, 5, 12, 0, tzinfo=SANTIAGO)
    gone = datetime(2026, 9, 6, 0, 0, tzinfo=SANTIAGO)
    assert check(gone, 60, always, now) == Refusal(Reason.NONEXISTENT, date(2026, 9, 6))
    after = datetime(2026, 9, 6, 1, 0, tzinfo=SANTIAGO)
    assert isinstance(check(after, 60, always, now), Fits)


def test_that_a_slot_across_the_change_lasts_as_long_as_any() -> None:
    always = OpeningHours(((Window(0, 24 * 60),),) * 7)
    eve = datetime(2026, 9, 5, 23, 0, tzinfo=SANTIAGO)
    verdict = check(eve, 60, always, datetime(2026, 9, 1, tzinfo=SANTIAGO))
    assert isinstance(verdict, Fits)
    assert verdict.slot.end.astimezone(UTC) - eve.astimezone(UTC) == timedelta(hours=1)
    assert verdict.slot.end.hour == 1


def test_that_the_past_is_a_matter_of_instants() -> None:
    always = OpeningHours(((Window(0, 24 * 60),),) * 7)
    second_half_past = datetime(2026, 4, 4, 23, 30, tzinfo=SANTIAGO, fold=1)
    first_eleven = datetime(2026, 4, 4, 23, 0, tzinfo=SANTIAGO)
    verdict = check(first_eleven, 30, always, second_half_past)
    assert verdict == Refusal(Reason.PAST, date(2026, 4, 4))


def test_that_overlapping_windows_are_as_good_as_the_longest() -> None:
    overlapping = OpeningHours(((Window(9 * 60, 12 * 60), Window(11 * 60, 18 * 60)),) * 7)
    assert isinstance(check(lima(12, 11), 90, overlapping, NOW), Fits)


@given(weeks(), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(1, 600))  # noqa: DTZ001  zoned below
def test_that_every_moment_gets_a_verdict_and_what_fits_is_open(
    week: OpeningHours, naive: datetime, duration: int
) -> None:
    start = naive.replace(tzinfo=LIMA)
    verdict = check(start, duration, week, NOW)
    if isinstance(verdict, Refusal):
        assert verdict.day == start.date()
        return
    begin = start.hour * 60 + start.minute
    assert start > NOW
    assert any(w.start <= begin and begin + duration <= w.end for w in week.on(start.date()) or ())
