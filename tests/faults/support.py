"""A service under a fault, and what holds under every fault: each scene is looked over when it ends.

Whatever fails, each message gets a reply that fits WhatsApp, at most one event is asked for, nothing is
confirmed that the ledger does not hold, and the logs name nobody.
"""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from prometheus_client.parser import text_string_to_metric_families
from pydantic_ai.models import Model

from citas.agent import phrases
from citas.agent.guard import REPLY_MAX
from citas.sandbox.app import create_sandbox
from citas.sandbox.faults import Fault
from citas.sandbox.state import SandboxState
from citas.store.model import Booking, BookingState, HumanRequest, SessionKey
from evals.stage import Clock
from tests.e2e.world import Prospect, Reply, World, open_world
from tests.logs import logging_to
from tests.openai_server import OpenAIServer

CHECK, CREATE = "CONSULTAR_DISPONIBILIDAD", "CREAR_EVENTO"
NAME, EMAIL = "Carlos Quispe", "carlos.quispe@example.com"
RECAP = f"Soy {NAME}, {EMAIL}, agéndame mañana a las 4pm"
SLOT = "jueves 12 de marzo a las 4:00 p. m."
CALENDAR_PATH = "ws_calendario.php"
TOLD_AS_DONE = re.compile(r"\bqued[oó] (?:confirmada|agendada|reservada)\b|¡Listo!")
A_WAIT = 2
"""Seconds that a test waits for what never comes."""

A_WORD_COULD_BE = 12
"""Messages shorter than this ("sí") are parts of ordinary log lines."""


@dataclass(slots=True)
class Scene:
    """A service under test, its customers, and the log it writes."""

    world: World
    log: Path
    customers: list[Prospect] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    replies: list[tuple[Prospect, Reply]] = field(default_factory=list)

    def newcomer(self, empresa: int = 101) -> Prospect:
        """One more customer."""
        self.customers.append(self.world.prospect(id_empresa=empresa))
        return self.customers[-1]

    async def says(self, text: str, by: Prospect | None = None) -> Reply:
        """A customer's message and its reply; the first customer's if not said."""
        customer = by or (self.customers[0] if self.customers else self.newcomer())
        self.said.append(text)
        reply = await customer.says(text)
        self.replies.append((customer, reply))
        return reply

    def spoil(self, operation: str, fault: Fault, *, times: int | None = None, seconds: float = 30.0) -> None:
        """From now on the back end answers so."""
        self.world.sandbox.faults.add(operation, fault, times=times, seconds=seconds)

    async def rows(self, of: Prospect | None = None) -> tuple[Booking, ...]:
        """What the ledger holds of a customer; of the first if not said."""
        customer = of or self.customers[0]
        key = SessionKey(int(str(customer.config["id_empresa"])), str(customer.session))
        return await self.world.service.store.ledger.of_session(key)

    async def row(self) -> Booking:
        """The one booking of the first customer."""
        (row,) = await self.rows()
        return row

    async def requests(self) -> tuple[HumanRequest, ...]:
        """What people of the company have before them."""
        return await self.world.service.store.requests.all_open()

    async def counted(self, series: str, **labels: str) -> float:
        """The sum of a series' samples with these labels, as `/metrics` shows it."""
        shown = (await self.world.http.get("/metrics")).text
        return sum(
            sample.value
            for family in text_string_to_metric_families(shown)
            for sample in family.samples
            if sample.name == f"agent_citas_{series}" and labels.items() <= sample.labels.items()
        )

    async def checks(self) -> Mapping[str, str]:
        """What `/ready` tells of each part."""
        response = await self.world.http.get("/ready")
        assert response.status_code == 200
        checks: dict[str, str] = response.json()["checks"]
        return checks

    async def assert_confirmed(self, reply: Reply) -> None:
        """The booking exists, once, and is told in the words of its row."""
        (row,) = (row for row in await self.rows() if row.state is BookingState.CREATED)
        assert phrases.confirmation(row, self.world.clock.now) in reply.text
        assert reply.url == row.meet_link

    async def assert_verifying(self, reply: Reply) -> None:
        """Nobody knows: it is told so, and a person has it before them."""
        row = await self.row()
        assert row.state is BookingState.UNKNOWN
        assert reply.text == phrases.verifying(row, self.world.clock.now)
        assert [r.booking_ref for r in await self.requests()] == [row.ref]

    async def look_over(self) -> None:
        """What holds for every row."""
        for customer, reply in self.replies:
            assert reply.status == 200
            assert 0 < len(reply.text) <= REPLY_MAX
            created = [r for r in await self.rows(customer) if r.state is BookingState.CREATED]
            assert created or not TOLD_AS_DONE.search(reply.text), reply.text
        assert self.world.calls(CREATE) <= 1
        self._look_over_log()

    def _look_over_log(self) -> None:
        logged = self.log.read_text(encoding="utf-8")
        assert "turn" in logged
        assert "Traceback" not in logged
        assert not [line for line in map(json.loads, logged.splitlines()) if "exception" in line]
        personal = {NAME, NAME.split()[1], EMAIL, *(str(c.session) for c in self.customers)}
        personal |= {text for text in self.said if len(text) >= A_WORD_COULD_BE}
        assert not [word for word in personal if word in logged]


@asynccontextmanager
async def facing(
    directory: Path,
    *,
    model: Model | None = None,
    provider: OpenAIServer | None = None,
    sandbox: SandboxState | None = None,
    clock: Clock | None = None,
    back_end: str | None = None,
    calendar: str | None = None,
    **settings: object,
) -> AsyncIterator[Scene]:
    """A whole service with the offline model, a scripted one or a provider's; looked over at the end.

    `back_end` is the base URL of one on a socket, in place of the sandbox in this process; with `calendar`
    CREAR_EVENTO goes to another URL.
    """
    if back_end is not None:
        settings |= urls(back_end, calendar or back_end + CALENDAR_PATH)
    if model is not None:
        settings |= {"openai_model": "gpt-4o-mini", "openai_api_key": "sk-test-of-nobody"}
    if provider is not None:
        settings |= {
            "openai_model": "gpt-4o-mini",
            "openai_api_key": "sk-test-of-nobody",
            "openai_base_url": provider.url,
        }
    # Generous: only what is meant to be slow may run out of time. Such a test sets its own.
    defaults: dict[str, object] = {"openai_timeout": 20, "api_timeout": 5}
    log = directory / "citas.log"
    with logging_to(log):
        async with open_world(
            directory,
            clock=clock,
            model=model,
            sandbox=sandbox,
            network=back_end is not None,
            **(defaults | settings),
        ) as world:
            scene = Scene(world, log)
            yield scene
            await scene.look_over()


@asynccontextmanager
async def on_a_socket(state: SandboxState, port: int = 0) -> AsyncIterator[str]:
    """The sandbox behind a real server; its base URL."""
    config = uvicorn.Config(create_sandbox(state), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", port)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/servicio/"
        finally:
            server.should_exit = True
            await serving


def urls(base: str, calendar: str) -> dict[str, object]:
    """Settings for a back end there."""
    return {
        "api_calendar_url": calendar,
        "api_agendar_reunion_url": base + "ws_agendar_reunion.php",
        "api_informacion_url": base + "ws_informacion_ia.php",
        "api_preguntas_frecuentes_url": base + "ws_preguntas_frecuentes.php",
    }
