"""Weeks and blocks for property tests, overlapping windows included: not every back end merges them."""

from datetime import date

from hypothesis import strategies as st

from citas.scheduling.model import Block, OpeningHours, Window

_MINUTES = st.integers(0, 24 * 60).map(lambda minute: minute // 15 * 15)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Some stretch of a day, on the quarter hour."""
    start, end = sorted(draw(st.lists(_MINUTES, min_size=2, max_size=2, unique=True)))
    return Window(start, end)


def weeks() -> st.SearchStrategy[OpeningHours]:
    """Any week: closed and unreadable days too."""
    day = st.none() | st.lists(windows(), max_size=3).map(lambda found: tuple(sorted(found)))
    return st.tuples(*[day] * 7).map(OpeningHours)


def blocks() -> st.SearchStrategy[Block]:
    """A daily block, or one of a date around the tests' days."""
    days = st.none() | st.dates(date(2026, 3, 8), date(2026, 3, 10))
    return st.builds(Block, days, windows())
