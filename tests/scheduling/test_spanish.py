"""Phrases: the golden file, which says what each means and why."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

import pytest

from citas.scheduling.spanish import Kind, understand
from citas.scheduling.spanish.tokens import MAX_SYMBOLS, read
from tests.scheduling.golden import COLUMNS, FILES, OFFICE, WEDNESDAY, Row, rows, shown

ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.where} {row.text}" for row in ROWS])
def test_that_a_phrase_means_what_the_golden_file_says(row: Row) -> None:
    found = shown(row.given.understand(row.text))
    assert dict(zip(COLUMNS[1:], found, strict=False)) == dict(
        zip(COLUMNS[1:], row.expected, strict=False)
    ), row.why


def test_that_the_golden_files_are_as_large_as_they_claim() -> None:
    assert all(len(rows(file)) >= 650 for file in FILES)
    assert len({(row.text, row.given) for row in ROWS}) == len(ROWS)


def test_that_a_flood_of_short_words_is_cut_like_a_long_message() -> None:
    assert len(read("mañana " + "y " * 400 + "a las 4pm")) <= MAX_SYMBOLS
    found = understand("mañana " + "y " * 400 + "a las 4pm", WEDNESDAY)
    assert (found.kind, found.time) == (Kind.RESOLVED, time_of_day(16))


def test_that_the_words_are_the_customers_own() -> None:
    found = understand("hola!! agéndame MAÑANA a las 3 xfa, gracias", WEDNESDAY, hours=OFFICE)
    assert found.words == "MAÑANA a las 3"


def test_that_a_long_message_is_read_at_both_ends() -> None:
    story = "y así fue todo el asunto con la empresa anterior, " * 100
    assert understand(f"mañana a las 4pm. {story}", WEDNESDAY).date == datetime(2026, 3, 12).date()  # noqa: DTZ001 - a date
    assert understand(f"{story} mañana a las 4pm", WEDNESDAY).date == datetime(2026, 3, 12).date()  # noqa: DTZ001 - a date


def test_that_the_second_of_two_equal_times_is_told_apart() -> None:
    now = datetime(2026, 4, 4, 23, 50, tzinfo=ZoneInfo("America/Santiago"))
    found = understand("en media hora", now)
    assert found.date is not None
    assert found.time is not None
    at = datetime.combine(found.date, found.time, tzinfo=now.tzinfo)
    assert at.astimezone(UTC) - now.astimezone(UTC) == timedelta(minutes=30)


def test_that_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        understand("mañana", datetime(2026, 3, 11, 10, 15))  # noqa: DTZ001 - what is tested


def test_that_composed_and_decomposed_accents_are_the_same() -> None:
    decomposed = "man\u0303ana a las 3"
    assert understand(decomposed, WEDNESDAY, hours=OFFICE).kind is Kind.RESOLVED


@pytest.fixture(params=["UTC", "Asia/Tokyo"])
def _server_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("_server_zone")
def test_that_the_servers_time_zone_changes_nothing() -> None:
    wrong = [row.text for row in ROWS if shown(row.given.understand(row.text)) != row.expected]
    assert wrong == []
