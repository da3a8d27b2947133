"""Runs the service: as configured, or with everything it needs embedded (the demo), and the sandbox alone."""

import asyncio
import secrets
import signal
from contextlib import nullcontext
from pathlib import Path
from types import FrameType

import httpx
import structlog
import typer
import uvicorn
from prometheus_client import CollectorRegistry

from citas import telemetry
from citas.api.app import create_app
from citas.api.server import server_config, start_up_notices
from citas.booking.empresa import Empresa
from citas.bootstrap import Outside, make_clock, runtime
from citas.conversation import Incoming
from citas.sandbox.app import create_sandbox
from citas.sandbox.state import SandboxState
from citas.settings import Settings, load
from citas.store.model import SessionKey

log = structlog.get_logger(__name__)

DEMO_EMPRESA = Empresa(id_empresa=101, usuario_id=7, nombre_bot="Sofía", id_chatbot=501)
SANDBOX_ORIGIN = "http://sandbox.invalid"


def serve() -> None:
    """Serve with the configured model and back end, until a signal ends it."""
    _run_server(load(), Outside(), notice=None)


def demo(var: Path) -> None:
    """Serve with the embedded sandbox and the offline model; the demo's two files are in `var`."""
    settings = _demo_settings(var)
    _run_server(settings, _demo_world(settings, var), notice=_demo_text(settings))


def chat(var: Path) -> None:
    """Talk with the demo in the terminal."""
    settings = _demo_settings(var)
    telemetry.configure_logs("ERROR", None)
    asyncio.run(_talk(settings, _demo_world(settings, var)))


def sandbox(host: str, port: int, var: Path) -> None:
    """Serve the stand-in for the back end alone; its file is in `var`."""
    state = SandboxState(var / "sandbox.json", make_clock(load(openai_model="offline")))
    base = f"http://{host}:{port}/servicio/"
    typer.echo(f"The sandbox speaks the back end's operations under {base}")
    typer.echo(f"Its events: curl -s http://{host}:{port}/sandbox/events")
    uvicorn.run(create_sandbox(state), host=host, port=port, log_level="warning")


def _run_server(settings: Settings, outside: Outside, *, notice: str | None) -> None:
    telemetry.configure_logs(settings.log_level, settings.log_file)
    telemetry.configure_traces()
    for warning in start_up_notices(settings):
        log.warning(warning)
    if settings.frozen_now:
        log.warning("THE CLOCK STANDS STILL: CITAS_NOW is set", now=settings.frozen_now.isoformat())
    # uvicorn hands the signal on once it has shut down in order; that is a clean end, not a death.
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, _end_cleanly)
    asyncio.run(_serve(settings, outside, notice))


async def _serve(settings: Settings, outside: Outside, notice: str | None) -> None:
    """Open everything, then the port: what cannot be opened ends the start with its one line."""
    registry = CollectorRegistry()
    async with runtime(settings, registry, outside) as service:
        app = create_app(lambda: nullcontext(service), settings, registry)
        log.info("serving", host=settings.server_host, port=settings.server_port, model=settings.openai_model)
        if notice:
            typer.echo(notice)
        await uvicorn.Server(server_config(app, settings)).serve()


def _end_cleanly(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _demo_settings(var: Path) -> Settings:
    base = f"{SANDBOX_ORIGIN}/servicio/"
    return load(
        openai_model="offline",
        server_host="127.0.0.1",
        database_url=f"sqlite+aiosqlite:///{var / 'demo.sqlite'}",
        api_calendar_url=base + "ws_calendario.php",
        api_agendar_reunion_url=base + "ws_agendar_reunion.php",
        api_informacion_url=base + "ws_informacion_ia.php",
        api_preguntas_frecuentes_url=base + "ws_preguntas_frecuentes.php",
    )


def _demo_world(settings: Settings, var: Path) -> Outside:
    var.mkdir(parents=True, exist_ok=True)
    state = SandboxState(var / "demo-sandbox.json", make_clock(settings))
    return Outside(backend=httpx.ASGITransport(create_sandbox(state)))


def _demo_text(settings: Settings) -> str:
    body = (
        '{"message": "Hola, quiero una cita lo antes posible", "session_id": 51900000001, '
        '"context": {"config": {"id_empresa": 101, "usuario_id": 7, "id_chatbot": 501}}}'
    )
    url = f"http://127.0.0.1:{settings.server_port}"
    return (
        f"\nThe demo answers on {url} (offline model, embedded sandbox). Try in another terminal:\n\n"
        f"  curl -s {url}/api/chat -H 'Content-Type: application/json' -d '{body}'\n\n"
        'Then go on in the same session: "sí", a name, an e-mail. `make chat` talks in the terminal.\n'
        "Ctrl+C stops it; the conversation goes on after a restart.\n"
    )


async def _talk(settings: Settings, outside: Outside) -> None:
    key = SessionKey(DEMO_EMPRESA.id_empresa, f"51{secrets.randbelow(10**9):09d}")
    async with runtime(settings, CollectorRegistry(), outside) as service:
        typer.echo("Write as a customer would; an empty line ends it.")
        while text := await asyncio.to_thread(_prompt):
            incoming = Incoming(key, DEMO_EMPRESA, text, None, secrets.token_hex(8))
            answer = await service.conversation.answer(incoming)
            typer.echo(f"\n{answer.reply}\n")


def _prompt() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""
