"""What holds for any text: never the past, never an exception, and our own phrasing understood."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from citas.scheduling.model import OpeningHours
from citas.scheduling.spanish import Kind, understand
from citas.scheduling.spanish.calendar import easter
from citas.scheduling.spanish.phrasing import (
    country_of,
    spoken_choice,
    spoken_date,
    spoken_moment,
    spoken_time,
)
from tests.scheduling.golden import OFFICE, WEDNESDAY, rows

ZONES = [
    ZoneInfo(name)
    for name in (
        "America/Lima",
        "America/Santiago",
        "America/Mexico_City",
        "America/Argentina/Buenos_Aires",
        "Europe/Madrid",
    )
]
TEXTS = [row.text for row in rows()]
OPEN = [row.text for row in rows() if row.expected[0] == "ambiguous" and ":" in row.expected[3]]
SETTLED = [
    row.text for row in rows() if row.expected[0] == "resolved" and row.expected[1] and row.expected[2]
]
WORDS = sorted({word for text in TEXTS for word in text.split()})

untimed = settings(deadline=None)
"""No example is judged by the clock of a busy machine."""
moments = st.builds(
    lambda at, zone: at.replace(tzinfo=UTC).astimezone(zone),
    st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)),  # noqa: DTZ001 - made aware above
    st.sampled_from(ZONES),
)
phrases = st.one_of(
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join),
    st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3).map(", ".join),
)
any_text = st.text(st.characters(exclude_categories=()), max_size=300)
hours = st.sampled_from([OFFICE, None])


def _is_past(on: date | None, at: time | None, now: datetime) -> bool:
    if on is None:
        return False
    if at is None or on != now.date():
        return on < now.date()
    last = datetime.combine(on, at, tzinfo=now.tzinfo).replace(fold=1)
    return last.astimezone(UTC) < now.astimezone(UTC).replace(second=0, microsecond=0)


@untimed
@given(phrases, moments, hours)
def test_that_no_reading_to_act_on_lies_in_the_past(
    text: str, now: datetime, open_hours: OpeningHours | None
) -> None:
    found = understand(text, now, hours=open_hours)
    if found.kind in (Kind.RESOLVED, Kind.RANGE):
        assert not _is_past(found.date, found.time, now)
    for candidate in found.candidates:
        assert not _is_past(candidate.date, candidate.time, now)
    if found.span is not None and found.span.first_day is not None:
        assert found.span.first_day >= now.date()


@untimed
@given(phrases, moments, hours)
def test_that_every_kind_carries_what_it_promises(
    text: str, now: datetime, open_hours: OpeningHours | None
) -> None:
    found = understand(text, now, hours=open_hours)
    match found.kind:
        case Kind.RESOLVED:
            assert found.date is not None or found.time is not None
            assert found.candidates == ()
        case Kind.AMBIGUOUS | Kind.CONTRADICTORY:
            assert found.candidates
        case Kind.RANGE:
            assert found.span is not None
            assert 0 <= found.span.from_minute < found.span.to_minute <= 24 * 60
        case Kind.NOTHING:
            assert (found.date, found.time, found.span, found.words) == (None, None, None, "")
        case _:
            pass
    assert found.words in text
    assert found.stated is None or found.stated.tzinfo is not None


@untimed
@given(any_text, moments)
def test_that_any_string_is_answered(text: str, now: datetime) -> None:
    assert understand(text, now, hours=OFFICE, offers=[now + timedelta(days=1)]).kind in Kind


@untimed
@given(st.text("0123456789:/-.,+TZ apm", max_size=60), moments)
def test_that_any_row_of_digits_and_signs_is_answered(text: str, now: datetime) -> None:
    assert understand(f"mañana {text}", now).kind in Kind


@untimed
@given(st.sampled_from(SETTLED), moments)
def test_that_the_words_mean_the_same_when_read_again(text: str, now: datetime) -> None:
    found = understand(text, now, hours=OFFICE)
    assume(found.kind is Kind.RESOLVED and not found.correction)
    if found.date is None or found.time is None:
        reject()
    again = understand(spoken_moment(datetime.combine(found.date, found.time), now), now)
    assert (again.kind, again.date, again.time) == (Kind.RESOLVED, found.date, found.time)


@untimed
@given(st.sampled_from(OPEN), moments)
def test_that_the_readings_we_name_are_understood_as_the_same_readings(text: str, now: datetime) -> None:
    found = understand(text, now, hours=OFFICE)
    whole = all(c.date is not None and c.time is not None for c in found.candidates)
    assume(found.kind is Kind.AMBIGUOUS and whole and 2 <= len(found.candidates) <= 4)
    again = understand(spoken_choice(found.candidates, now), now)
    assert (again.kind, set(again.candidates)) == (Kind.AMBIGUOUS, set(found.candidates))


@untimed
@given(
    st.integers(0, 700), st.integers(0, 24 * 60 - 1), st.sampled_from(["PE", "MX", "AR", "CL", "ES"]), hours
)
def test_that_our_own_phrasing_is_understood(
    days: int, minute: int, country: str, open_hours: OpeningHours | None
) -> None:
    day = WEDNESDAY.date() + timedelta(days=days)
    at = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=WEDNESDAY.tzinfo)
    if at < WEDNESDAY or (open_hours and country in ("AR", "CL", "ES") and not _open(at)):
        return
    found = understand(spoken_moment(at, WEDNESDAY, country), WEDNESDAY, hours=open_hours)
    assert (found.kind, found.date, found.time) == (Kind.RESOLVED, day, at.time())


def _open(at: datetime) -> bool:
    minute = at.hour * 60 + at.minute
    return any(window.start <= minute < window.end for window in OFFICE.on(at.date()) or ())


@untimed
@given(st.integers(0, 700))
def test_that_our_own_dates_are_understood(days: int) -> None:
    day = WEDNESDAY.date() + timedelta(days=days)
    found = understand(spoken_date(day, WEDNESDAY), WEDNESDAY)
    assert (found.kind, found.date, found.time) == (Kind.RESOLVED, day, None)


@pytest.mark.parametrize(
    ("at", "country", "expected"),
    [
        (time(15), "PE", "3:00 p. m."),
        (time(9, 5), "CO", "9:05 a. m."),
        (time(0, 30), "MX", "12:30 a. m."),
        (time(12), "PE", "12:00 p. m."),
        (time(15), "AR", "15:00"),
        (time(9), "CL", "09:00"),
        (time(13, 30), "es", "13:30"),
    ],
)
def test_that_times_are_said_as_the_country_says_them(at: time, country: str, expected: str) -> None:
    assert spoken_time(at, country) == expected


@pytest.mark.parametrize(
    ("at", "country", "expected"),
    [
        (datetime(2026, 3, 13, 15, tzinfo=UTC), "PE", "viernes 13 de marzo a las 3:00 p. m."),
        (datetime(2026, 3, 13, 13, tzinfo=UTC), "PE", "viernes 13 de marzo a la 1:00 p. m."),
        (datetime(2026, 3, 13, 13, tzinfo=UTC), "AR", "viernes 13 de marzo a las 13:00"),
        (datetime(2027, 1, 4, 10, tzinfo=UTC), "PE", "lunes 4 de enero de 2027 a las 10:00 a. m."),
    ],
)
def test_that_moments_are_said_in_natural_spanish(at: datetime, country: str, expected: str) -> None:
    assert spoken_moment(at, WEDNESDAY, country) == expected


@pytest.mark.parametrize(
    ("zone", "country", "hour"),
    [
        ("America/Lima", "PE", "3:00 p. m."),
        ("America/Santiago", "CL", "15:00"),
        ("America/Argentina/Cordoba", "AR", "15:00"),
        ("Europe/Madrid", "ES", "15:00"),
        ("America/Mexico_City", "MX", "3:00 p. m."),
        ("UTC", "", "3:00 p. m."),
    ],
)
def test_that_the_zone_says_whose_habit_it_is(zone: str, country: str, hour: str) -> None:
    at = datetime(2026, 3, 13, 15, tzinfo=ZoneInfo(zone))
    assert country_of(at) == country
    assert spoken_moment(at).endswith(f"a las {hour}")


def test_that_easter_is_where_the_church_puts_it() -> None:
    known = {2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2038: (4, 25)}
    assert {year: (easter(year).month, easter(year).day) for year in known} == known
