"""Many prospects of one company write at once, and the back end is asked for its data once."""

import asyncio
from collections import Counter

from tests.e2e.world import World

PIECES = (
    "OBTENER_HORARIO_REUNIONES",
    "OBTENER_CONTEXTO_NEGOCIO",
    "OBTENER_PRODUCTOS_CITAS",
    "OBTENER_SERVICIOS_CITAS",
    "PREGUNTAS_FRECUENTES",
)


async def test_that_fifty_first_messages_fetch_each_piece_of_the_company_once(world: World) -> None:
    replies = await asyncio.gather(*(world.prospect().says("Hola") for _ in range(50)))
    assert all(reply.status == 200 for reply in replies)
    asked = Counter(call.operation for call in world.sandbox.calls)
    assert {piece: asked[piece] for piece in PIECES} == dict.fromkeys(PIECES, 1)


async def test_that_each_company_is_asked_for_its_own_data(world: World) -> None:
    await asyncio.gather(
        *(world.prospect(id_empresa=empresa).says("Hola") for empresa in (101, 102, 103) for _ in range(5))
    )
    asked = Counter(
        call.payload["id_empresa"]
        for call in world.sandbox.calls
        if call.operation == "OBTENER_CONTEXTO_NEGOCIO"
    )
    assert asked == {101: 1, 102: 1, 103: 1}
