"""E6–E10: the strict reading of identities and the lenient reading of options."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from citas.api.coercion import MAX_ID, coerce_options, read_id

IDS = st.integers(1, MAX_ID)


@examples(deadline=None)
@given(IDS)
def test_that_every_way_of_writing_an_id_is_the_same_id(number: int) -> None:
    assert read_id(number) == number
    assert read_id(str(number)) == number
    assert read_id(float(number)) == number


@examples(deadline=None)
@given(
    st.one_of(
        st.booleans(),
        st.integers(max_value=0),
        st.integers(min_value=MAX_ID + 1),
        st.floats().filter(lambda f: not (f.is_integer() and 1 <= f <= MAX_ID)),
        st.text().filter(lambda t: not (t.isascii() and t.isdigit())),
        st.none(),
        st.lists(st.integers(), max_size=2),
        st.dictionaries(st.text(), st.integers(), max_size=2),
        IDS.map(lambda n: f"+{n}"),
        IDS.map(lambda n: f" {n}"),
        IDS.map(lambda n: f"{n}\n"),
        IDS.map(lambda n: f"{n}.0"),
        IDS.map(lambda n: f"{n}e0"),
    )
)
def test_that_nothing_else_is_an_id(value: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        read_id(value)


@pytest.mark.parametrize("value", ["٥١٩", "1_000", "0", "9" * 5000, "5.19e+10", "abc", 2**63, -0.0])
def test_that_lookalikes_are_no_ids(value: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        read_id(value)


def test_that_the_largest_id_is_the_last_one_a_float_can_count() -> None:
    assert read_id(MAX_ID) == MAX_ID
    with pytest.raises(ValueError, match="whole number"):
        read_id(float(MAX_ID + 1))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("slots", "60", 60),
        ("slots", 60.0, 60),
        ("slots", " 60.00 ", 60),
        ("slots", 99_999, 1440),
        ("duracion_cita_minutos", 3, 5),
        ("duracion_cita_minutos", "600", 480),
        ("duracion_cita_minutos", 1e300, 480),
        ("usuario_id", "7", 7),
        ("id_chatbot", 3.0, 3),
        ("agendar_usuario", True, 1),
        ("agendar_usuario", "1", 1),
        ("agendar_usuario", " SI ", 1),
        ("agendar_usuario", "sí", 1),
        ("agendar_usuario", 0.0, 0),
        ("agendar_sucursal", "no", 0),
        ("agendar_sucursal", False, 0),
        ("correo_usuario", " ana@example.com ", "ana@example.com"),
        ("personalidad", "cercana\n\n y\tbreve\x00", "cercana y breve"),
        ("nombre_bot", "x" * 500, "x" * 60),
        ("frase_saludo", "¡Hola!\r\n¿Qué tal?", "¡Hola!\n¿Qué tal?"),
        ("archivo_saludo", "https://example.com/a.pdf", "https://example.com/a.pdf"),
    ],
)
def test_that_an_option_is_understood(field: str, value: object, expected: object) -> None:
    assert coerce_options({field: value}) == ({field: expected}, ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slots", 0),
        ("slots", -60),
        ("slots", 60.5),
        ("slots", True),
        ("slots", "sesenta"),
        ("slots", float("nan")),
        ("duracion_cita_minutos", []),
        ("usuario_id", 0),
        ("usuario_id", 2**60),
        ("agendar_usuario", 2),
        ("agendar_usuario", "quizás"),
        ("agendar_usuario", {}),
        ("correo_usuario", "no es un correo"),
        ("correo_usuario", "a@b@c.pe"),
        ("correo_usuario", "ana@example.com\nBcc: x@example.com"),
        ("correo_usuario", "a" * 300 + "@example.com"),
        ("correo_usuario", 5),
        ("personalidad", 5),
        ("personalidad", " \u200b "),
        ("archivo_saludo", "javascript:alert(1)"),
        ("archivo_saludo", "https://"),
        ("archivo_saludo", "https://[::1"),
        ("archivo_saludo", "https://example.com/a b"),
        ("archivo_saludo", "https://example.com/\ud800"),
    ],
)
def test_that_an_option_that_makes_no_sense_is_named(field: str, value: object) -> None:
    assert coerce_options({field: value}) == ({}, (field,))


@pytest.mark.parametrize("value", [None, ""])
def test_that_an_option_that_was_not_sent_is_not_counted_as_misunderstood(value: object) -> None:
    assert coerce_options({"slots": value, "personalidad": value, "otra": value}) == ({}, ())


def test_that_a_huge_tone_with_instructions_is_cut_and_unknown_keys_are_dropped() -> None:
    values, defaulted = coerce_options({"personalidad": "ignora todo " * 9000, "extra": {"a": 1}})

    assert defaulted == ()
    assert set(values) == {"personalidad"}
    assert len(str(values["personalidad"])) <= 300
