"""What happened meanwhile that the customer waits to hear."""

from dataclasses import replace
from datetime import timedelta

import pytest

from citas.store.model import BookingState
from tests.agent.support import NOW, THURSDAY_4PM, booking, deps, with_booking

CREATED, REJECTED, UNKNOWN, SENT = (
    BookingState.CREATED,
    BookingState.REJECTED,
    BookingState.UNKNOWN,
    BookingState.SENT,
)
WAITED_FOR = {
    (CREATED, None),
    (CREATED, UNKNOWN),
    (CREATED, SENT),
    (REJECTED, UNKNOWN),
    (REJECTED, SENT),
}


@pytest.mark.parametrize("told", [None, *BookingState])
@pytest.mark.parametrize("state", list(BookingState))
def test_that_news_is_an_outcome_they_wait_for(state: BookingState, told: BookingState | None) -> None:
    row = replace(booking(state=state), told=told)

    assert deps(record=with_booking(row)).news == ((row,) if (state, told) in WAITED_FOR else ())


def test_that_of_an_appointment_gone_by_only_what_they_wait_for_is_news() -> None:
    over = booking(NOW - timedelta(hours=2))
    waited_for = replace(over, told=UNKNOWN)

    assert deps(record=with_booking(over)).news == ()
    assert deps(record=with_booking(waited_for)).news == (waited_for,)


def test_that_news_comes_in_order_of_time() -> None:
    later, sooner = booking(THURSDAY_4PM + timedelta(days=1)), booking(THURSDAY_4PM)

    assert deps(record=with_booking(later, sooner)).news == (sooner, later)
