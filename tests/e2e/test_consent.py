"""No event without consent: what customers say instead of yes, and what must not come of it."""

import pytest

from tests.e2e.world import World

WISH = "mañana a las 10"
RECAP = "Soy Ana Torres, ana@example.com, quiero una cita mañana a las 10"
DATA = "Ana Torres, ana@example.com"


@pytest.mark.parametrize(
    "words",
    [
        "te confirmo mañana",
        "quiero confirmar con mi jefe primero",
        "ok lo hablo con mi esposo",
        "ya veré",
        "ok, deja reviso mi agenda",
        "creo que sí, dame un minuto",
        "ya, estoy ocupada a esa hora",
        "ok pues imposible ir",
        "sí quiero cita, esa hora es muy temprano",
        "sí, claro, como si tuviera tiempo",
        "ya casi, estoy manejando",
        "si llego a tiempo sí",
        "sí, con copia a luis@example.com",
        "sí, pero a nombre de mi hermana Rosa Torres",
    ],
)
async def test_that_only_a_plain_yes_to_the_recap_books(world: World, words: str) -> None:
    customer = world.prospect()
    await customer.writes(RECAP, words)
    assert not world.events


@pytest.mark.parametrize(
    "words",
    [
        "no",
        "mañana no puedo",
        "mejor otro día",
        "ese día no, qué otro día tienes",
        "no puedo a las 10",
        "no, a esa hora no puedo",
        "es muy temprano",
        "imposible a esa hora",
    ],
)
async def test_that_a_slot_turned_down_is_not_booked_when_the_data_come(world: World, words: str) -> None:
    customer = world.prospect()
    await customer.says(WISH)
    reply = await customer.says(words)
    assert "jueves 12 de marzo a las 10:00" not in reply.text
    await customer.writes(DATA, "Ana Torres", "ana@example.com")
    assert not world.events


@pytest.mark.parametrize("words", ["cualquiera menos la de las 9", "a las 9 es muy temprano"])
async def test_that_naming_a_slot_to_turn_it_down_does_not_choose_it(world: World, words: str) -> None:
    customer = world.prospect()
    await customer.writes("mañana por la mañana", words, DATA)
    assert not world.events


async def test_that_offers_left_over_from_a_booking_are_off_the_table(world: World) -> None:
    customer = world.prospect()
    await customer.writes("mañana a las 3", "la primera", "Juan Pérez, juan@example.com")
    assert len(world.events) == 1
    await customer.writes("si", "si", "dale")
    assert len(world.events) == 1


async def test_that_booking_the_same_slot_again_ends_in_being_told_that_it_is_booked(world: World) -> None:
    customer = world.prospect()
    await customer.writes(RECAP, "sí")
    reply = await customer.says(RECAP)
    assert "Tu cita es" in reply.text
    assert len(world.events) == 1


async def test_that_a_slot_gone_by_is_not_asked_about_for_ever(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    world.clock.advance(days=1)
    replies = [(await customer.says("sí")).text for _ in range(3)]
    assert not world.events
    assert not any("jueves 12 de marzo a las 10:00" in text for text in replies)


async def test_that_an_old_recap_is_shown_again_before_a_yes_books_it(world: World) -> None:
    customer = world.prospect()
    await customer.says("Soy Ana Torres, ana@example.com, quiero una cita el 20 de marzo a las 10")
    world.clock.advance(days=2)
    reply = await customer.says("sí")
    assert not world.events
    assert "¿Confirmo la cita?" in reply.text
    await customer.says("sí")
    assert len(world.events) == 1


async def test_that_a_correction_to_another_slot_on_the_table_chooses_that_one(world: World) -> None:
    customer = world.prospect()
    await customer.writes("tienen horario el sábado?", "a las 11")
    reply = await customer.says("no, mejor a las 10")
    assert "sábado 14 de marzo a las 10:00 a. m." in reply.text
    await customer.writes("dale", "Rosa Ejemplo", "rosa@example.com")
    assert [event.start.hour for event in world.events] == [10]


async def test_that_another_day_after_a_no_is_looked_up(world: World) -> None:
    customer = world.prospect()
    await customer.says(WISH)
    reply = await customer.says("no, mejor el lunes")
    assert "lunes 16 de marzo" in reply.text


async def test_that_as_soon_as_possible_looks_beyond_a_closed_day(world: World) -> None:
    world.clock.advance(days=4)  # Sunday
    reply = await world.prospect().says("Hola, quiero una cita lo antes posible")
    assert "Lo más pronto que tengo es el *lunes 16 de marzo a las 9:00 a. m.*" in reply.text


@pytest.mark.parametrize(
    "words",
    [
        "ana@example.com solo si es gratis",
        "ana@example.com es para que me mandes información nada más",
        "mi correo es ana@example.com y el de mi socio beto@example.com",
    ],
)
async def test_that_an_address_with_something_beside_it_is_recapped_or_asked_about(
    world: World, words: str
) -> None:
    customer = world.prospect()
    reply = await customer.writes("Hola, una cita mañana a las 10", "sí", "Ana Ejemplo", words)
    assert not world.events
    assert reply.text.endswith("?")


async def test_that_the_later_of_two_addresses_counts_where_it_corrects_the_first(world: World) -> None:
    customer = world.prospect()
    await customer.writes("Hola, una cita mañana a las 10", "sí", "Ana Ejemplo")
    await customer.writes("ana@example.org, perdón, ana@example.com", "sí")
    assert [event.correo_cliente for event in world.events] == ["ana@example.com"]


async def test_that_a_slot_turned_down_and_then_wanted_can_be_booked(world: World) -> None:
    reply = await world.prospect().writes(RECAP, "no", "mejor sí, mañana a las 10", "sí")
    assert "quedó confirmada" in reply.text
    assert len(world.events) == 1


async def test_that_another_of_the_slots_shown_can_be_booked_after_the_first(world: World) -> None:
    customer = world.prospect()
    await customer.writes("Soy Ana Ejemplo, ana@example.com, qué horarios tienes mañana?", "a las 9", "sí")
    await customer.writes("quiero otra cita mañana a las 10", "sí")
    assert len(world.events) == 2


async def test_that_limits_met_again_and_again_ask_one_person_once(world: World) -> None:
    customer = world.prospect()
    for hour in (9, 10, 11, 12, 14):
        await customer.writes(f"Soy Ana Ejemplo, ana@example.com, una cita mañana a las {hour}", "sí")
    assert len(world.events) == 2
    assert len(await world.service.store.requests.all_open()) == 1
