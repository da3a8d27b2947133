"""Opening hours and blocks as people type them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citas.maravia.hours import day_hours, opening_hours
from citas.scheduling.model import Block, Window
from tests.maravia.test_decode import json_values

DAY = date(2026, 3, 12)
DAYS = ["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"]


def hm(start: str, end: str) -> Window:
    (h1, m1), (h2, m2) = (map(int, t.split(":")) for t in (start, end))
    return Window(h1 * 60 + m1, h2 * 60 + m2)


def week(**stated: object) -> dict[str, object]:
    return {"horario_reuniones": {f"reunion_{d}": "09:00-18:00" for d in DAYS} | stated}


@pytest.mark.parametrize(
    "typed",
    [
        "09:00-18:00",
        " 9:00 - 18:00 ",
        "09:00:00-18:00:00",
        "9:00 AM - 6:00 PM",
        "9am a 6pm",
        "9 a. m. a 6 p. m.",
        "9:00 a.m. – 6:00 p.m.",
        "09:00 – 18:00",
        "09:00 — 18:00",
        "09:00\u00a0-\u00a018:00",
        "de 9 a 18",
        "De 9:00 hasta las 18:00 hrs.",
        "9h - 18h",
        "9h00 - 18h00",
        "09.00-18.00",
        "9-18",
        "9 - 6 PM",
        "9 am - 6",
        "9:00 AM - 18:00 PM",
        "09:00-18:00,",
        "09:00-13:00, 13:00-18:00",
        "14:00-18:00; 09:00-15:00",
    ],
)
def test_that_nine_to_six_is_read_however_it_is_typed(typed: str) -> None:
    assert day_hours(typed) == (hm("9:00", "18:00"),)


@pytest.mark.parametrize(
    "typed",
    [
        "09:00 – 13:00, 14:00-18:00",
        "09:00-13:00 / 14:00-18:00",
        "9am a 1pm y 2pm a 6pm",
        "14:00-18:00|09:00-13:00",
        "09:00-13:00\n14:00-18:00",
    ],
)
def test_that_a_day_may_have_several_windows(typed: str) -> None:
    assert day_hours(typed) == (hm("9:00", "13:00"), hm("14:00", "18:00"))


@pytest.mark.parametrize(
    "typed",
    ["24 horas", "24h", "24/7", "Las 24 Horas", "Todo el día", "00:00-24:00", "0:00 - 0:00 "],
)
def test_that_round_the_clock_is_read_only_when_said(typed: str) -> None:
    expected = None if typed.startswith("0:00") else (Window(0, 1440),)
    assert day_hours(typed) == expected


def test_that_midnight_may_end_a_day() -> None:
    assert day_hours("6:00 PM - 12:00 AM") == (hm("18:00", "24:00"),)
    assert day_hours("18:00-00:00") == (hm("18:00", "24:00"),)
    assert day_hours("12:00 am - 12:30 pm") == (hm("0:00", "12:30"),)


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "  ",
        "-",
        "–",
        "NO DISPONIBLE",
        "No disponible",
        "CERRADO",
        "cerrado.",
        "NO ATIENDE",
        "N/A",
        "n/a",
        "null",
    ],
)
def test_that_closed_is_read_however_it_is_typed(typed: str | None) -> None:
    assert day_hours(typed) == ()


@pytest.mark.parametrize(
    "typed",
    [
        "18:00-09:00",
        "9-6",
        "22:00-02:00",
        "25:00-26:00",
        "09:60-18:00",
        "09:00",
        "a partir de las 9",
        "09:00-18:00 aprox",
        "1 - 6 PM",
        "13 am - 6 pm",
        "0 pm - 6 pm",
        "24:30-25:00",
        "09:00-09:00",
        "09:00-13:00, luego vemos",
        "09:00-18:00-20:00",
        "１２",
        9,
        True,
        [],
        {},
        ["09:00-18:00"],
    ],
)
def test_that_the_unreadable_and_the_ambiguous_are_none(typed: object) -> None:
    assert day_hours(typed) is None


def test_that_a_whole_week_is_read_without_problems() -> None:
    hours = opening_hours(week(reunion_domingo=None, horarios_bloqueados=""))
    assert hours.week == ((hm("9:00", "18:00"),),) * 6 + ((),)
    assert hours.blocks == ()
    assert hours.problems == ()


def test_that_an_unreadable_day_is_unknown_and_told() -> None:
    hours = opening_hours(week(reunion_martes="9-6"))
    assert hours.week[1] is None
    assert hours.week[0] == (hm("9:00", "18:00"),)
    assert hours.problems == ("reunion_martes: unreadable '9-6'",)


def test_that_a_missing_day_is_unknown_not_closed_a4() -> None:
    stated = week()["horario_reuniones"]
    assert isinstance(stated, dict)
    del stated["reunion_sabado"]
    hours = opening_hours({"horario_reuniones": stated})
    assert hours.week[5] is None
    assert hours.problems == ("reunion_sabado: missing",)


@pytest.mark.parametrize("stated", [[], {}, None, "", "09:00-18:00"])
def test_that_a_missing_week_is_unknown_as_a_whole_a4(stated: object) -> None:
    hours = opening_hours({"horario_reuniones": stated})
    assert hours.week == (None,) * 7
    assert hours.problems == ("horario_reuniones: missing",)
    assert opening_hours({}).week == (None,) * 7


def test_that_day_names_may_have_accents_and_capitals() -> None:
    hours = opening_hours({"horario_reuniones": {"Reunion_Miércoles": "9-18"}})
    assert hours.week[2] == (hm("9:00", "18:00"),)


ONE = Block(DAY, hm("13:00", "14:00"))
DAILY = Block(None, hm("13:00", "14:00"))


@pytest.mark.parametrize(
    ("value", "blocks"),
    [
        (None, ()),
        ("", ()),
        ("-", ()),
        ("[]", ()),
        ([], ()),
        ({}, ()),
        ('[{"fecha": "2026-03-12", "inicio": "13:00", "fin": "14:00"}]', (ONE,)),
        ('{"fecha": "2026-03-12", "inicio": "13:00:00", "fin": "14:00:00"}', (ONE,)),
        ({"fecha": "12/03/2026", "inicio": "1:00 PM", "fin": "2:00 PM"}, (ONE,)),
        ([{"fecha": "2026-03-12", "inicio": "13:00", "fin": "14:00"}, "13:00-14:00"], (ONE, DAILY)),
        ({"0": "13:00-14:00", "2": "2026-03-12 13:00-14:00"}, (DAILY, ONE)),
        ('["2026-03-12 13:00-14:00", "13:00 - 14:00"]', (ONE, DAILY)),
        ("2026-03-12 13:00-14:00", (ONE,)),
        ("2026-03-12T13:00 – 14:00", (ONE,)),
        ("12/03/2026 1pm a 2pm", (ONE,)),
        ("12-03-2026: 13:00-14:00", (ONE,)),
        ("2026-03-12 13:00-14:00, 13:00-14:00", (ONE, DAILY)),
        ("2026-03-12", (Block(DAY, Window(0, 1440)),)),
        ("12/3/2026, 13:00-14:00", (Block(DAY, Window(0, 1440)), DAILY)),
        ("2026-03-12 todo el día", (Block(DAY, Window(0, 1440)),)),
        ({"fecha": "2026-03-12", "inicio": None, "fin": ""}, (Block(DAY, Window(0, 1440)),)),
        ({"fecha": None, "inicio": "13:00", "fin": "14:00"}, (DAILY,)),
    ],
)
def test_that_every_form_of_blocks_is_read(value: object, blocks: tuple[Block, ...]) -> None:
    hours = opening_hours(week(horarios_bloqueados=value))
    assert hours.blocks == blocks
    assert hours.problems == ()


def test_that_blocks_beside_the_week_are_read_too() -> None:
    assert opening_hours(week() | {"horarios_bloqueados": "13:00-14:00"}).blocks == (DAILY,)


@pytest.mark.parametrize(
    "value",
    [
        "almuerzo",
        "14:00-13:00",
        "2026-02-31 13:00-14:00",
        "2026-03-12 13:00",
        '["13:00-14:00"',
        5,
        {"fecha": "2026-03-12", "inicio": "13:00", "fin": None},
        {"fecha": ""},
        [None],
        [["x"]],
        "2026-03-12-13:00-14:00",
        {"inicio": "13:00", "fin": {"x": 1}},
    ],
)
def test_that_an_unreadable_block_is_told(value: object) -> None:
    hours = opening_hours(week(horarios_bloqueados=value))
    assert hours.blocks == ()
    assert len(hours.problems) == 1
    assert hours.problems[0].startswith("horarios_bloqueados: unreadable ")


def test_that_readable_blocks_survive_an_unreadable_neighbour() -> None:
    hours = opening_hours(week(horarios_bloqueados="13:00-14:00, almuerzo"))
    assert hours.blocks == (DAILY,)
    assert hours.problems == ("horarios_bloqueados: unreadable 'almuerzo'",)


@given(st.integers(0, 1439), st.integers(1, 1440), st.sampled_from(["-", " - ", " a ", "–"]))
def test_that_what_the_24_hour_clock_says_is_read_back(start: int, end: int, sep: str) -> None:
    typed = f"{start // 60:02}:{start % 60:02}{sep}{end // 60:02}:{end % 60:02}"
    assert day_hours(typed) == ((Window(start, end),) if start < end else None)


@given(json_values | st.text(alphabet='0123456789:-/ apm.,[]{}"y|h\n', max_size=40))
@settings(max_examples=400, deadline=None)
def test_that_no_value_makes_the_reading_fail(value: object) -> None:
    hours = opening_hours(week(reunion_lunes=value, horarios_bloqueados=value))
    assert len(hours.week) == 7
    assert len(opening_hours({"horario_reuniones": value}).week) == 7
