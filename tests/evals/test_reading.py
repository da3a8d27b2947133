"""How the evaluators read a reply, whoever wrote it."""

from datetime import datetime

import pytest

from evals.case import WEDNESDAY
from evals.reading import amounts_in, has, links_in, moments_in, sentences


@pytest.mark.parametrize(
    ("reply", "moments"),
    [
        ("el *jueves 12 de marzo a las 4:00 p. m.*", ["2026-03-12T16:00"]),
        ("El jueves 12 de marzo a las 16:00 hrs", ["2026-03-12T16:00"]),
        ("Jueves 12 de marzo: 9 a. m. y 11:30 a.m.", ["2026-03-12T09:00", "2026-03-12T11:30"]),
        ("12 de marzo a las 4pm o 13 de marzo a las 5pm", ["2026-03-12T16:00", "2026-03-13T17:00"]),
        ("el 5 de enero a las 10:00 a. m.", ["2027-01-05T10:00"]),
        ("el 5 de enero de 2026 a las 10:00 a. m.", ["2026-01-05T10:00"]),
        ("el jueves 12 de marzo a las 10:00 a. m. (4:00 p. m. en Madrid)", ["2026-03-12T10:00"]),
        ("el 12 de marzo, de 60 minutos", []),
        ("el 31 de febrero a las 10:00", []),
        ("a las 4:00 p. m.", []),
        ("mañana a las 4:00 p. m.", ["2026-03-12T16:00"]),
        ("el 12/03 a las 16:00", ["2026-03-12T16:00"]),
        ("a las 4:00 p. m. del 12 de marzo", ["2026-03-12T16:00"]),
        ("por la mañana atendemos de 9:00 a. m. a 1:00 p. m.", []),
        ("el jueves 12 de marzo, código AC-NU3H", []),
        ("el 12 de marzo a las 12:00 p. m. y a las 12:30 a. m.", ["2026-03-12T12:00", "2026-03-12T00:30"]),
    ],
)  # fmt: skip
def test_that_moments_are_read(reply: str, moments: list[str]) -> None:
    assert list(moments_in(reply, WEDNESDAY)) == [datetime.fromisoformat(moment) for moment in moments]


def test_that_the_half_of_the_day_ends_no_sentence() -> None:
    reply = "El 12 de marzo a las 4:00 p. m. está libre. ¿Te sirve? Dime.\nOtra línea"
    assert sentences(reply) == [
        "El 12 de marzo a las 4:00 p. m. está libre.",
        "¿Te sirve?",
        "Dime.",
        "Otra línea",
    ]


@pytest.mark.parametrize(
    ("reply", "amounts"),
    [
        ("S/ 150 y S/59.90", {150, 59.9}),
        ("S/ 485,000.00", {485000}),
        ("1.500 soles", {1500}),
        ("cuesta 280,50 soles.", {280.5}),
        ("US$ 20 o 30 dólares", {20, 30}),
        ("a las 10, el 12 de marzo", set()),
    ],
)
def test_that_amounts_are_read(reply: str, amounts: set[float]) -> None:
    assert amounts_in(reply) == amounts


def test_that_links_end_where_the_sentence_does() -> None:
    assert links_in("Mira (https://a.example/x), o https://b.example/y.") == {
        "https://a.example/x",
        "https://b.example/y",
    }


def test_that_either_of_two_texts_will_do() -> None:
    assert has("Mañana *SÍ* hay", "no hay | si hay")
    assert not has("Mañana hay", "no hay | si hay")


def test_that_a_part_of_a_number_is_not_the_number() -> None:
    assert has("a las 2:00 p. m.", "2:00")
    assert not has("a las 12:00 p. m.", "2:00")
    assert not has("S/ 1150", "150")
    assert not has("S/ 1500", "150")
