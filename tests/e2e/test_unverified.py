"""`BOOKING_ON_UNVERIFIED`: what a silent calendar means to an owner, and what a customer hears of it."""

import json
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from citas.sandbox.faults import Fault
from citas.store.model import BookingState, SessionKey
from tests.e2e.world import World, open_world

RECAP = "Soy Carlos Quispe, carlos.quispe@example.com, agéndame mañana a las 4pm"


async def counted(world: World, series: str) -> float:
    """A series as `/metrics` shows it."""
    shown = (await world.http.get("/metrics")).text
    families = text_string_to_metric_families(shown)
    return sum(s.value for family in families for s in family.samples if s.name == series)


async def test_that_by_default_a_silent_calendar_offers_and_books_nothing(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        world.sandbox.faults.add("CONSULTAR_DISPONIBILIDAD", Fault.EMPTY, times=None)
        customer = world.prospect()
        reply = await customer.says(RECAP)
        assert "no puedo consultar la agenda" in reply.text
        await customer.says("sí")
        assert not world.events


async def test_that_an_owner_may_have_it_booked_all_the_same_and_sees_which(tmp_path: Path) -> None:
    async with open_world(tmp_path, booking_on_unverified="accept") as world:
        world.sandbox.faults.add("CONSULTAR_DISPONIBILIDAD", Fault.EMPTY, times=None)
        customer = world.prospect()
        reply = await customer.says("mañana a las 4pm")
        assert "no puedo ver la agenda" in reply.text
        assert "jueves 12 de marzo a las 4:00 p. m." in reply.text
        assert "libre" not in reply.text
        await customer.says("soy Carlos Quispe, carlos.quispe@example.com")
        reply = await customer.says("sí")
        assert "quedó confirmada" in customer.heard[-1] + customer.heard[-2]
        assert len(world.events) == 1
        key = SessionKey(101, str(customer.session))
        (row,) = await world.service.store.ledger.of_session(key)
        assert row.state is BookingState.CREATED
        assert json.loads(row.evidence)["availability"] == "unknown"
        assert await counted(world, "agent_citas_booking_unverified_total") == 1


async def test_that_what_our_own_ledger_holds_is_not_offered_even_then(tmp_path: Path) -> None:
    async with open_world(tmp_path, booking_on_unverified="accept") as world:
        first = world.prospect()
        await first.writes(RECAP, "sí")
        world.sandbox.faults.add("CONSULTAR_DISPONIBILIDAD", Fault.EMPTY, times=None)
        reply = await world.prospect().says("mañana a las 4pm")
        assert "ocupado" in reply.text


async def test_that_a_list_of_slots_is_not_called_free_either(tmp_path: Path) -> None:
    async with open_world(tmp_path, booking_on_unverified="accept") as world:
        world.sandbox.faults.add("CONSULTAR_DISPONIBILIDAD", Fault.EMPTY, times=None)
        reply = await world.prospect().says("mañana por la mañana")
        assert "dentro del horario de atención te puedo agendar" in reply.text
        assert "9:00 a. m." in reply.text
        assert "libre" not in reply.text
