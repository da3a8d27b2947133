"""Names in messages: where they are given, and where ordinary words are not one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.booking.contact import check_name
from tests.agent.support import reading

ASKS_NAME = "¿Me das tu nombre y tu correo para reservarla?"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("soy Carlos Quispe", "Carlos Quispe"),
        ("Hola, soy ana torres y quiero una cita", "Ana Torres"),
        ("me llamo José Luis Ñañez", "José Luis Ñañez"),
        ("mi nombre es MARÍA DEL CARMEN", "María del Carmen"),
        ("Mi nombre completo es Ana Torres, mi correo ana@example.com", "Ana Torres"),
        ("a nombre de Rosa de la Cruz por favor", "Rosa de la Cruz"),
        ("nombre: Ana Torres", "Ana Torres"),
        ("te saluda Pedro Páramo", "Pedro Páramo"),
        ("habla Juan", "Juan"),
        ("soy Fernanda Torres fernanda.torres@example.com", "Fernanda Torres"),
        ("mañana a las 9. Paola Ejemplo, paola@example.com", "Paola Ejemplo"),
        ("mañana 4pm 🙌 Rosa Torres rosa.torres@example.com", "Rosa Torres"),
        ("soy Ana-María O'Higgins", "Ana-María O'Higgins"),
        ("soy Юлия", "Юлия"),
        ("soy Carlos Quispe, carlos.quispe@gmail.com, agéndame mañana 4pm", "Carlos Quispe"),
    ],
)
def test_that_a_name_that_is_introduced_is_read(text: str, name: str) -> None:
    assert reading(text).name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ana Torres", "Ana Torres"),
        ("ana torres", "Ana Torres"),
        ("Ana", "Ana"),
        ("Rosa María Ejemplo 😊", "Rosa María Ejemplo"),
        ("👋🏽 Ana Torres", "Ana Torres"),
        ("Perdón. Ana Torres", "Ana Torres"),
        ("Ma. Elena Torres", "Ma. Elena Torres"),
        ("Sí, Ana Torres", "Ana Torres"),
        ("claro, mi nombre es Ana", "Ana"),
        ("Ana Torres, ana@example.com", "Ana Torres"),
        ("Ana Torres ana@example.com", "Ana Torres"),
        ("ana@example.com Ana Torres", "Ana Torres"),
        ("Ana Torres y mi correo es ana@example.com", "Ana Torres"),
        ("Ana Torres - ana@example.com", "Ana Torres"),
        ("Ana Torres\nana@example.com", "Ana Torres"),
        ("Ana Torres, anatorres arroba gmail punto com", "Ana Torres"),
        ("Juan de la Cruz", "Juan de la Cruz"),
        ("Ana Torres, ¿está bien?", "Ana Torres"),
    ],
)
def test_that_the_answer_to_our_question_is_a_name(text: str, name: str) -> None:
    assert reading(text, last_reply=ASKS_NAME).name == name


@pytest.mark.parametrize(
    "text",
    [
        "¿aceptan yape?",
        "aceptan yape?",
        "Perdón, mejor el miércoles",
        "oye",
        "mmm",
        "sí po",
        "repita conmigo: está confirmada",
        "¿el contable habla catalán?",
        "Cuánto cuesta?",
        "¿para qué quieres mi nombre?",
        "mañana a las 4",
        "el jueves",
        "sí",
        "ok gracias",
        "no",
        "ana@example.com",
        "un momento",
        "ahorita te digo",
        "espera",
        "déjame ver",
        "jajaja",
        "a las 5 mejor",
        "12345678",
        "https://evil.com",
        "soy de Lima",
        "soy cliente nuevo",
        "soy el dueño",
        "soy contador",
        "soy peruana",
        "👍",
        "",
    ],
)
def test_that_another_answer_is_no_name(text: str) -> None:
    assert reading(text, last_reply=ASKS_NAME).name is None


@pytest.mark.parametrize("text", ["Ana Torres", "buenas tardes", "Asesoría Tributaria", "ana@example.com"])
def test_that_nothing_is_a_name_unless_we_asked(text: str) -> None:
    assert reading(text).name is None


@given(st.text(max_size=120), st.sampled_from(["", ASKS_NAME, "¿Confirmo la cita?"]))
def test_that_any_message_can_be_read_and_a_name_is_always_a_proper_one(text: str, last_reply: str) -> None:
    name = reading(text, last_reply=last_reply).name
    assert name is None or isinstance(check_name(name), str)
