"""Many want one slot: one gets it, and everybody is told the truth."""

import asyncio
from pathlib import Path

from tests.e2e.world import open_world

MANY = 50


async def test_that_of_fifty_who_confirm_one_slot_at_once_one_has_it_and_the_others_get_alternatives(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        names = [f"Ana {chr(ord('A') + n // 26)}{chr(ord('a') + n % 26)}mar" for n in range(MANY)]
        customers = [world.prospect() for _ in names]
        recaps = await asyncio.gather(
            *(
                customer.says(f"Soy {name}, cliente{n}@example.com, agéndame mañana a las 4pm")
                for n, (customer, name) in enumerate(zip(customers, names, strict=True))
            )
        )
        assert all("jueves 12 de marzo a las 4:00 p. m." in recap.text for recap in recaps)
        replies = await asyncio.gather(*(customer.says("sí") for customer in customers))
        assert {reply.status for reply in replies} == {200}
        won = [reply for reply in replies if "quedó confirmada" in reply.text]
        lost = [reply for reply in replies if "quedó confirmada" not in reply.text]
        assert (len(won), len(lost)) == (1, MANY - 1)
        assert len(world.events) == 1
        assert world.calls("CREAR_EVENTO") == 1
        assert won[0].url == world.events[0].meet_link
        for reply in lost:
            assert "Ese horario ya está ocupado." in reply.text
            assert "¿Te sirve el *" in reply.text
            assert reply.url is None
