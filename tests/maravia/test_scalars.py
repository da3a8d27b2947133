"""Single values of the wire (rows A3, A5, A16)."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citas.maravia import scalars
from tests.maravia.support import ZONE
from tests.maravia.test_decode import json_values

anything = json_values | st.decimals() | st.floats()


@pytest.mark.parametrize("value", [True, 1, "1", "true"])
def test_that_only_four_values_are_true_a5(value: object) -> None:
    assert scalars.truth(value) is True


@pytest.mark.parametrize("value", [False, 0, "0", "false"])
def test_that_only_four_values_are_false_a5(value: object) -> None:
    assert scalars.truth(value) is False


@pytest.mark.parametrize(
    "value",
    ["TRUE", " true", "yes", "ok", "", None, 2, -1, Decimal(1), Decimal(0), 1.0, [], [1], {}],
)
def test_that_python_truthiness_is_never_asked_a5(value: object) -> None:
    assert scalars.truth(value) is None


@given(anything)
def test_that_truth_is_true_for_nothing_else(value: object) -> None:
    allowed = value is True or value in ("1", "true") or (type(value) is int and value == 1)
    assert (scalars.truth(value) is True) == allowed


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("60.00", "60.00"),
        ("60", "60"),
        (60, "60"),
        (Decimal("60.10"), "60.10"),
        ("60.100000000000001", "60.10"),
        ("0.0350", "0.0350"),
        ("1,250.00", "1250.00"),
        ("1,250", "1250"),
        ("12,345,678.90", "12345678.90"),
        ("1.250,00", "1250.00"),
        ("60,5", "60.5"),
        (" S/ 60.00 ", "60.00"),
        ("S/.60", "60"),
        ("PEN 60", "60"),
    ],
)
def test_that_prices_are_read_exactly_a3(value: object, amount: str) -> None:
    assert scalars.price(value) == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "gratis",
        "$60",
        "USD 60",
        "-5",
        -5,
        "60.00.00",
        "1,25,0",
        "60 70",
        True,
        None,
        [],
        {},
        "1e5",
        "NaN",
        "Infinity",
        Decimal("1E+400"),
        "9999999999",
        "٦٠",
        "60\u00a0000",
    ],
)
def test_that_a_price_in_doubt_is_none_a3(value: object) -> None:
    assert scalars.price(value) is None


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("sin etiquetas, 5<6 y R&D", "sin etiquetas, 5<6 y R&D"),
        ("<p>Uno</p><p>Dos&nbsp;&amp; tres</p>", "Uno\nDos & tres"),
        ("<ul><li>A</li><li>B</li></ul>", "A\nB"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<b>muy</b> bueno", "muy bueno"),
        ("x<script>alert(1)</script><style>p {}</style>y", "xy"),
        ("x<!-- nota -->y", "xy"),
        ("Consultor&iacute;a", "Consultoría"),
        ("<b>antes</b> <![roto[ x]]> y", "antes"),
        ("<p>control\x07 y par\ud800</p>", "control y par?"),
        (12, "12"),
        (None, ""),
        (["x"], ""),
        (True, ""),
    ],
)
def test_that_html_becomes_the_text_a_reader_sees(html: object, seen: str) -> None:
    assert scalars.plain(html) == seen


@given(anything | st.text(alphabet="<>![-]&;/ap#x0 \n", max_size=60))
@settings(max_examples=300, deadline=None)
def test_that_every_value_gives_valid_text(value: object) -> None:
    read = scalars.plain(value)
    assert read.encode("utf-8").decode("utf-8") == read
    assert "\x00" not in read


@pytest.mark.parametrize("value", ["2026-03-12 15:00:00", "2026-03-12T15:00", "2026-03-12 20:00:00+00:00"])
def test_that_moments_are_read_on_the_companys_clocks(value: str) -> None:
    read = scalars.moment(value, ZONE)
    assert read == datetime(2026, 3, 12, 15, 0, tzinfo=ZONE)
    assert read is not None
    assert read.tzinfo is ZONE


@pytest.mark.parametrize(
    "value",
    ["2026-03-12", "2026-02-30 10:00:00", "mañana", "", None, 5, "0001-01-01T00:00:00+14:00"],
)
def test_that_what_is_no_moment_is_none(value: object) -> None:
    assert scalars.moment(value, ZONE) is None


@pytest.mark.parametrize(
    "link",
    ["https://meet.google.com/abc-defg-hij", "https://meet.google.com/lookup/x_1?authuser=0"],
)
def test_that_a_meet_room_is_kept_a16(link: str) -> None:
    assert scalars.meet_link(link) == link


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        [],
        "http://meet.google.com/abc-defg-hij",
        "https://meet.google.com",
        "https://meet.google.com/",
        "https://meet.google.com.evil.pe/abc",
        "https://evil.pe/meet.google.com/abc",
        "https://meet.google.com@evil.pe/abc",
        "https://user@meet.google.com/abc",
        "https://meet.google.com:8443/abc",
        "https://xmeet.google.com/abc",
        "https://meet.google.com/linkredirect?dest=https://evil.pe",
        "https://meet.google.com/linkredirect?dest=evil.pe",
        "https://meet.google.com/abc\nhttps://evil.pe",
        "https://meet.google.com/abc ",
        "https://meet.google.com/ábc",
    ],
)
def test_that_any_other_link_is_dropped_a16(link: object) -> None:
    assert scalars.meet_link(link) is None
