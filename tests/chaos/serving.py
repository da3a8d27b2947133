"""The service as a process that can be killed at once and is up again in a moment.

Its parent is a fork server that has everything imported, so a start costs a fork and what the service itself
does when it starts: the file's lock, the migrations, the look at what has no outcome.
"""

import asyncio
import multiprocessing
from contextlib import nullcontext
from pathlib import Path

import httpx
import structlog
import uvicorn
from prometheus_client import CollectorRegistry

from citas.api.app import create_app
from citas.api.server import server_config
from citas.bootstrap import Outside, runtime
from citas.settings import load

PATIENCE_SECONDS = 60
POLL_SECONDS = 0.01
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["tests.chaos.serving"])


class KillableService:
    """One service on a database file and a loopback port; only one process of it lives at a time."""

    def __init__(self, directory: Path, port: int, backend: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.starts = 0
        self._arguments = (str(directory), port, backend)
        self._process: multiprocessing.process.BaseProcess | None = None

    async def start(self) -> None:
        """Start it and wait until it answers. Raises `TimeoutError`."""
        self._process = forks.Process(target=serve, args=self._arguments, daemon=True)
        self._process.start()
        self.starts += 1
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as http:
            while True:
                try:
                    if (await http.get(f"{self.url}/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(POLL_SECONDS)

    def kill(self) -> None:
        """The end of it, without a word: SIGKILL to the one process that this object started."""
        if self._process is not None:
            self._process.kill()  # quiet about one that has ended in this very moment

    def end(self) -> None:
        """Kill it if it lives, and wait for its end."""
        self.kill()
        if self._process is not None:
            self._process.join(PATIENCE_SECONDS)


def serve(directory: str, port: int, backend: str) -> None:
    """The process: the real service on real uvicorn, with the offline model and the real clock."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    asyncio.run(_serve(directory, port, backend))


async def _serve(directory: str, port: int, backend: str) -> None:
    settings = load(
        openai_model="offline",
        server_host="127.0.0.1",
        server_port=port,
        database_url=f"sqlite+aiosqlite:///{directory}/citas.sqlite",
        api_calendar_url=f"{backend}/servicio/ws_calendario.php",
        api_agendar_reunion_url=f"{backend}/servicio/ws_agendar_reunion.php",
        api_informacion_url=f"{backend}/servicio/ws_informacion_ia.php",
        api_preguntas_frecuentes_url=f"{backend}/servicio/ws_preguntas_frecuentes.php",
        session_rate_per_minute=6000,
    )
    registry = CollectorRegistry()
    async with runtime(settings, registry, Outside()) as service:
        app = create_app(lambda: nullcontext(service), settings, registry)
        await uvicorn.Server(server_config(app, settings)).serve()
