"""The day and hour that the customer meant, through the whole service."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from evals.stage import Clock
from tests.e2e.world import World, open_world

RECAP = "Soy Ana Torres, ana@example.com, "


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("una cita este sábado no, el otro a las 10", "sábado 21 de marzo a las 10:00 a. m."),
        ("en 3 días hábiles tipo 10", "lunes 16 de marzo a las 10:00 a. m."),
        ("puedes mañana 12 m?", "jueves 12 de marzo a las 12:00 p. m."),
        ("el lunes tengo médico, el martes a las 9 sí", "martes 17 de marzo a las 9:00 a. m."),
        ("miércoles 18 no 17, a las 11", "miércoles 18 de marzo a las 11:00 a. m."),
        ("el 17 del 3 a las 10", "martes 17 de marzo a las 10:00 a. m."),
        ("mañana 4pm hora chilena", "jueves 12 de marzo a las 2:00 p. m."),
    ],
)
async def test_that_the_slot_they_meant_is_offered(world: World, text: str, shown: str) -> None:
    assert shown in (await world.prospect().says(text)).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "cita el jueves o viernes a las 10 u 11",
            "el jueves 12 de marzo o el viernes 13 de marzo, a las 10:00",
        ),
        ("el 31 de abril a las 10", "no existe"),
        ("hoy a las 9am", "ya pasó"),
        ("cita el 20 de febrero a las 10", "al sábado 20 de febrero de 2027"),
    ],
)
async def test_that_what_is_open_is_asked_by_name(world: World, text: str, shown: str) -> None:
    assert shown in (await world.prospect().says(text)).text
    assert not world.events


async def test_that_a_limit_is_kept_whichever_way_it_is_said(world: World) -> None:
    reply = await world.prospect().says("quiero una cita, mañana no puedo antes de las 4")
    assert "jueves 12 de marzo a las 4:00 p. m." in reply.text
    assert "jueves 12 de marzo a las 9" not in reply.text


@pytest.mark.parametrize("text", ["que no sea lunes", "los lunes nunca puedo", "es la primera vez que voy"])
async def test_that_what_is_ruled_out_is_never_taken_for_a_wish(world: World, text: str) -> None:
    customer = world.prospect()
    await customer.says("quiero una cita la próxima semana en la mañana")
    reply = await customer.says(text)
    await customer.writes("Ana Torres, ana@example.com")
    assert "Entonces: *lunes" not in reply.text
    assert not world.events


async def test_that_a_moved_wish_books_the_new_time_only(world: World) -> None:
    customer = world.prospect()
    await customer.writes(RECAP + "quiero cita el viernes a las 10", "en vez de a las 10 a las 11", "sí")
    assert [event.start.strftime("%d %H:%M") for event in world.events] == ["13 11:00"]


@pytest.mark.parametrize(
    ("words", "booked"),
    [
        ("sí, pero una hora más tarde", "12 11:00"),
        ("mejor media hora después, a las 11", "12 11:00"),
        ("mejor al día siguiente", "13 10:00"),
        ("mejor una semana después", "19 10:00"),
        ("no, el viernes", "13 10:00"),
    ],
)
async def test_that_a_time_told_by_the_one_offered_is_what_gets_booked(
    world: World, words: str, booked: str
) -> None:
    customer = world.prospect()
    await customer.writes("mañana a las 10", words, "Ana Torres, ana@example.com", "sí")
    assert [event.start.strftime("%d %H:%M") for event in world.events] == [booked]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a las 3 no llego, a las 5 sí", "viernes 13 de marzo a las 5:00 p. m."),
        ("el primero no, el otro", "viernes 13 de marzo a las 5:00 p. m."),
        ("esa hora no me acomoda, algo en la mañana?", "viernes 13 de marzo a las 9:00 a. m."),
    ],
)
async def test_that_turning_one_offer_down_leaves_the_other(world: World, words: str, shown: str) -> None:
    customer = world.prospect()
    await customer.says("el viernes a las 4")  # taken: 3 and 5 are offered
    assert shown in (await customer.says(words)).text


async def test_that_a_day_that_was_ruled_out_is_not_offered_again(world: World) -> None:
    customer = world.prospect()
    await customer.says("mañana a las 10")
    assert "jueves 12" not in (await customer.says("no, el jueves no puedo, otro día")).text


async def test_that_today_is_not_offered_to_who_ruled_it_out(world: World) -> None:
    reply = await world.prospect().says("una cita lo antes posible pero no hoy")
    assert "jueves 12 de marzo a las 9:00" in reply.text


async def test_that_the_hour_is_kept_while_the_day_is_asked(world: World) -> None:
    reply = await world.prospect().writes("el viernes o sábado a las 10", "el sábado")
    assert "sábado 14 de marzo a las 10:00" in reply.text


async def test_that_a_later_hour_may_still_be_on_the_clock_they_spoke_of(world: World) -> None:
    customer = world.prospect()
    await customer.says("mañana a las 9 hora de México")
    reply = await customer.says("mejor a las 11")
    assert "a las 12:00 p. m. o a las 11:00 a. m., hora de Lima" in reply.text
    reply = await customer.says("a las 11 hora de Lima")
    assert "11:00 a. m.* (10:00 a. m. en Ciudad de México)" in reply.text
    assert not world.events


async def test_that_hours_are_written_as_the_companys_country_writes_them(tmp_path: Path) -> None:
    clock = Clock(datetime(2026, 3, 11, 10, 15, tzinfo=ZoneInfo("America/Santiago")))
    async with open_world(tmp_path, clock=clock, timezone="America/Santiago") as world:
        reply = await world.prospect().says("mañana a las 4 de la tarde")
    assert "a las 16:00" in reply.text
    assert "p. m." not in reply.text
