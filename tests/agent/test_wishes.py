"""What tool arguments mean beside the customer's own words."""

from datetime import date, datetime

import pytest

from citas.agent.wishes import Question, resolve
from citas.booking.availability import Wish
from tests.agent.support import LIMA, THURSDAY_4PM, deps


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=LIMA)


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        ("2026-03-12", "16:00"),
        ("mañana", "4 de la tarde"),
        ("jueves", "16:00"),
        ("2026-03-12", "a las 4"),
        ("jueves 12 de marzo", "4pm"),
    ],
)
def test_that_arguments_may_be_iso_or_spanish(day: str, hour: str) -> None:
    assert resolve(day, hour, deps("una cita")) == THURSDAY_4PM


@pytest.mark.parametrize(
    "day", ["2026-03-13", "viernes", "el próximo viernes", "2023-03-09", "el 30 de febrero"]
)
def test_that_the_customers_day_wins_over_the_models(day: str) -> None:
    assert resolve(day, "16:00", deps("mañana a las 4")) == THURSDAY_4PM


def test_that_the_models_hour_is_kept_on_the_customers_day() -> None:
    assert resolve("2026-03-13", "17:00", deps("mañana a las 4")) == at(12, 17)


def test_that_a_day_outside_the_stretch_the_customer_named_is_not_looked_up() -> None:
    wish = resolve("2026-03-12", "16:00", deps("la próxima semana en la tarde"))
    assert wish == Wish(date(2026, 3, 16), 7, 12 * 60, 19 * 60)


def test_that_a_day_inside_the_stretch_is_the_models_to_choose() -> None:
    assert resolve("2026-03-17", "16:00", deps("la próxima semana en la tarde")) == at(17, 16)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("el próximo viernes a las 10", "ambiguous"),
        ("jueves 13 a las 11", "contradictory"),
        ("el 30 de febrero a las 10", "impossible"),
    ],
)
def test_that_what_the_customer_left_open_is_asked_whatever_the_model_chose(text: str, cause: str) -> None:
    question = resolve("2026-03-13", "10:00", deps(text))
    assert isinstance(question, Question)
    assert question.cause == cause


def test_that_a_question_names_both_days() -> None:
    question = resolve("2026-03-13", "10:00", deps("el próximo viernes a las 10"))
    assert isinstance(question, Question)
    assert "al viernes 13 de marzo o al viernes 20 de marzo, a las 10:00 a. m." in question.text


def test_that_one_of_the_days_the_customer_named_may_be_looked_up() -> None:
    assert resolve("2026-03-12", "10:00", deps("jueves o viernes a las 10")) == at(12, 10)
