"""The sandbox on the reference day of the dialogues, spoken to over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from citas.sandbox.app import create_sandbox
from citas.sandbox.state import SandboxState

LIMA = ZoneInfo("America/Lima")
NOW = datetime(2026, 3, 11, 10, 15, tzinfo=LIMA)

INFORMACION = "/servicio/ws_informacion_ia.php"
AGENDAR = "/servicio/ws_agendar_reunion.php"
CALENDARIO = "/servicio/ws_calendario.php"
PREGUNTAS = "/servicio/ws_preguntas_frecuentes.php"


def wednesday_morning() -> datetime:
    """Wednesday 2026-03-11, 10:15 in Lima."""
    return NOW


@dataclass
class Caller:
    """A plain HTTP client with the requests of a careful caller."""

    http: httpx.AsyncClient

    async def say(self, path: str, **fields: object) -> dict[str, Any]:  # Any: the wire's JSON
        """POST the fields and read the JSON object that comes back with status 200."""
        response = await self.http.post(path, json=fields)
        assert response.status_code == 200
        document = response.json()
        assert isinstance(document, dict)
        return document

    async def informacion(self, operation: str, **fields: object) -> dict[str, Any]:
        """An operation of the information path, for empresa 101 unless said otherwise."""
        return await self.say(INFORMACION, codOpe=operation, **{"id_empresa": 101, **fields})

    async def is_free(self, start: str, end: str, id_empresa: int = 101) -> bool:
        """CONSULTAR_DISPONIBILIDAD; times like `2026-03-12 15:00`."""
        document = await self.say(AGENDAR, **availability(start, end, id_empresa))
        assert document["success"] is True
        free = document["disponible"]
        assert isinstance(free, bool)
        return free

    async def suggest(self, id_empresa: int = 101, duracion_minutos: int = 60) -> dict[str, Any]:
        """SUGERIR_HORARIOS."""
        return await self.say(
            AGENDAR,
            codOpe="SUGERIR_HORARIOS",
            id_empresa=id_empresa,
            duracion_minutos=duracion_minutos,
            slots=60,
            agendar_usuario=1,
            agendar_sucursal=0,
        )

    async def create(self, start: str, end: str, **fields: object) -> dict[str, Any]:
        """CREAR_EVENTO."""
        return await self.say(CALENDARIO, **event(start, end, **fields))


def availability(start: str, end: str, id_empresa: int = 101) -> dict[str, object]:
    """The body of CONSULTAR_DISPONIBILIDAD; times without seconds."""
    return {
        "codOpe": "CONSULTAR_DISPONIBILIDAD",
        "id_empresa": id_empresa,
        "fecha_inicio": f"{start}:00",
        "fecha_fin": f"{end}:00",
        "slots": 60,
        "agendar_usuario": 1,
        "agendar_sucursal": 0,
    }


def event(start: str, end: str, **fields: object) -> dict[str, object]:
    """The body of CREAR_EVENTO; times without seconds."""
    return {
        "codOpe": "CREAR_EVENTO",
        "usuario_id": 1,
        "id_prospecto": "5198765432101",
        "titulo": "Reunión con Carlos Quispe",
        "fecha_inicio": f"{start}:00",
        "fecha_fin": f"{end}:00",
        "correo_cliente": "carlos.quispe@gmail.com",
        "correo_usuario": "ventas@quipu.example",
        "agendar_usuario": 1,
        **fields,
    }


def thursday_at_four(**fields: object) -> dict[str, object]:
    """CREAR_EVENTO for a slot that is free in the seed."""
    return event("2026-03-12 16:00", "2026-03-12 17:00", **fields)


async def until(condition: Callable[[], object]) -> None:
    """Give way until the condition holds, ten seconds at most."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  a state gives no signal to wait for
            await asyncio.sleep(0.01)


@pytest.fixture
def state() -> SandboxState:
    """In memory, as seeded, on the reference day."""
    return SandboxState(now=wednesday_morning)


@pytest.fixture
async def caller(state: SandboxState) -> AsyncIterator[Caller]:
    """Speaks to the sandbox in process."""
    transport = httpx.ASGITransport(create_sandbox(state))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
        yield Caller(http)
