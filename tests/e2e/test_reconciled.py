"""A booking of unknown outcome: looked into at the next turn, settled by a person, never sent twice."""

import asyncio
from datetime import timedelta
from pathlib import Path

from citas.sandbox.faults import Fault
from citas.store.model import Booking, BookingState, SessionKey
from citas.store.review import Resolution
from tests.e2e.world import Prospect, World, open_world

CREATE = "CREAR_EVENTO"
WISH = ("Hola, una cita mañana a las 10", "sí", "Ana Ejemplo", "ana@example.com")


async def unsure(world: World) -> tuple[Prospect, Booking]:
    """A customer who was told that their booking is being verified."""
    world.sandbox.faults.add(CREATE, Fault.COMMIT_THEN_500, times=1)
    ana = world.prospect(51900000077)
    reply = await ana.writes(*WISH)
    assert "verificando" in reply.text
    return ana, await row(world)


async def row(world: World) -> Booking:
    (found,) = await world.service.store.ledger.of_session(SessionKey(101, "51900000077"))
    return found


async def looks(world: World, booking: Booking) -> list[str]:
    trail = (await world.service.store.ledger.trails([booking.id]))[booking.id]
    return [step.look for step in trail if step.look]


async def test_that_the_next_turn_looks_and_neither_tells_nor_books_what_it_cannot_know(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        ana, booking = await unsure(world)
        world.clock.advance(minutes=3)

        reply = await ana.says("¿ya quedó mi cita?")

        assert await looks(world, booking) == ["busy"]
        assert (await row(world)).state is BookingState.UNKNOWN
        assert "confirmada" not in reply.text
        assert world.calls(CREATE) == 1


async def test_that_the_service_looks_by_itself_when_it_starts(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        _, booking = await unsure(world)
        clock, sandbox = world.clock, world.sandbox
    clock.advance(minutes=3)
    async with open_world(tmp_path, clock=clock, sandbox=sandbox) as world:
        async with asyncio.timeout(10):
            while await looks(world, booking) != ["busy"]:  # noqa: ASYNC110  a row gives no signal
                await asyncio.sleep(0.01)
        assert world.calls(CREATE) == 1


async def test_that_the_evidence_has_the_words_the_slot_and_the_yes(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await world.prospect(51900000077).writes(*WISH)
        kept = (await row(world)).evidence

    assert '"phrase":"Hola, una cita mañana a las 10"' in kept
    assert '"accepted_with":"ana@example.com"' in kept


async def test_that_what_a_person_found_stands_and_their_request_is_done(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        _, booking = await unsure(world)
        now = world.clock.now
        found = Resolution(booking.ref, BookingState.CREATED, now, now - timedelta(minutes=1))

        resolved = await world.service.store.review.resolve(found)

        assert resolved.state is BookingState.CREATED
        assert not await world.service.store.requests.all_open()


async def test_that_over_the_days_bound_of_a_contact_a_person_is_asked(tmp_path: Path) -> None:
    async with open_world(tmp_path, bookings_per_contact_day=1) as world:
        await world.prospect().writes(*WISH)
        other = ("Hola, una cita mañana a las 11", "sí", "Ana Ejemplo", "ana@example.com")

        reply = await world.prospect().writes(*other)

        assert "persona del equipo" in reply.text
        assert len(world.events) == 1
        assert len(await world.service.store.requests.all_open()) == 1
