"""The sandbox as an ASGI application: the back end's four paths, and some of its own.

GET    /sandbox/events    what the calendars hold; ?empresa= and ?usuario_id= narrow it
GET    /sandbox/calls     every request received, and whether it made an event
POST   /sandbox/faults    {"operation", "fault", "times"?, "seconds"?, "message"?, "commits"?}
DELETE /sandbox/faults    ?operation= narrows it
POST   /sandbox/reset     back to the seed
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from citas.sandbox.faults import PREGUNTAS_FRECUENTES, Fault, Planned
from citas.sandbox.operations import (
    AGENDAR_REUNION,
    CALENDARIO,
    INFORMACION,
    PREGUNTAS,
    Document,
    Operation,
    carry_out,
    refusal,
)
from citas.sandbox.responses import LOGIN_PATH, login_page, respond
from citas.sandbox.state import Call, Event, SandboxState

INFORMACION_PATH = "/servicio/ws_informacion_ia.php"
AGENDAR_REUNION_PATH = "/servicio/ws_agendar_reunion.php"
CALENDARIO_PATH = "/servicio/ws_calendario.php"
PREGUNTAS_PATH = "/servicio/ws_preguntas_frecuentes.php"

Operations = Mapping[str, type[Operation]]
_EVENTS = TypeAdapter(tuple[Event, ...])
_CALLS = TypeAdapter(tuple[Call, ...])
_PLANNED = TypeAdapter(tuple[Planned, ...])


def create_sandbox(state: SandboxState) -> Starlette:
    """The application over that state; several may live side by side."""
    backend, control = _Backend(state), _Control(state)
    endpoints: dict[str, Operations] = {
        INFORMACION_PATH: INFORMACION,
        AGENDAR_REUNION_PATH: AGENDAR_REUNION,
        CALENDARIO_PATH: CALENDARIO,
        PREGUNTAS_PATH: PREGUNTAS,
    }
    return Starlette(
        routes=[
            *(
                Route(path, partial(backend.serve, known), methods=["POST"])
                for path, known in endpoints.items()
            ),
            Route(LOGIN_PATH, backend.login, methods=["GET", "POST"]),
            Route("/sandbox/events", control.events),
            Route("/sandbox/calls", control.calls),
            Route("/sandbox/faults", control.add_fault, methods=["POST"]),
            Route("/sandbox/faults", control.clear_faults, methods=["DELETE"]),
            Route("/sandbox/reset", control.reset, methods=["POST"]),
        ]
    )


class _Backend:
    """The paths of the company's back end."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state

    async def serve(self, known: Operations, request: Request) -> Response:
        """One operation, as sound as its fault leaves it."""
        payload = _object(await request.body())
        named = PREGUNTAS_FRECUENTES if known is PREGUNTAS else str(payload.get("codOpe", ""))
        planned = self._state.faults.take(named)
        call = self._state.receive(named, payload, planned.fault if planned else None)
        act = partial(self._act, known.get(named), call)
        document = await _delayed(act, planned) if planned else act()
        return respond(document, planned)

    async def login(self, _request: Request) -> Response:
        """Where a redirect of a lost session leads."""
        return login_page()

    def _act(self, kind: type[Operation] | None, call: Call) -> Document:
        """Carry the operation out and note whether that made an event; nothing can come between."""
        before = len(self._state.events())
        document = carry_out(kind, call.payload, self._state)
        made = self._state.events()[before:]
        call.created = made[0].id if made else None
        return document


async def _delayed(act: Callable[[], Document], planned: Planned) -> Document:
    """The operation under a fault: late, or early with a late answer, or not at all."""
    if not planned.commits:
        act = partial(refusal, planned.message or "No se pudo completar la operación")
    if planned.fault is Fault.SLOW:
        try:
            await asyncio.sleep(planned.seconds)
        finally:
            # A PHP script goes on when its caller has hung up, so what was asked for still lands.
            document = act()
        return document
    document = act()
    if planned.fault is Fault.HANG_AFTER_COMMIT:
        await asyncio.sleep(planned.seconds)
    return document


class FaultOrder(BaseModel):
    """The body of `POST /sandbox/faults`; see `Faults.add`."""

    operation: str
    fault: Fault
    times: int | None = 1
    seconds: float = 30.0
    message: str = ""
    commits: bool | None = None


class _Control:
    """The handles of a running sandbox."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state

    async def events(self, request: Request) -> Response:
        """The calendars' events."""
        try:
            empresa, usuario_id = (_number(request, name) for name in ("empresa", "usuario_id"))
        except ValueError as error:
            return _wrong(error)
        found = self._state.events(empresa, usuario_id=usuario_id)
        return JSONResponse({"events": _EVENTS.dump_python(found, mode="json")})

    async def calls(self, _request: Request) -> Response:
        """The requests received."""
        return JSONResponse({"calls": _CALLS.dump_python(self._state.calls, mode="json")})

    async def add_fault(self, request: Request) -> Response:
        """Put a fault in the line."""
        try:
            order = FaultOrder.model_validate_json(await request.body())
            self._state.faults.add(**order.model_dump())
        except ValueError as error:
            return _wrong(error)
        return self._planned()

    async def clear_faults(self, request: Request) -> Response:
        """Drop faults that wait."""
        self._state.faults.clear(request.query_params.get("operation"))
        return self._planned()

    async def reset(self, _request: Request) -> Response:
        """Forget everything but the seed."""
        self._state.reset()
        return JSONResponse({"reset": True})

    def _planned(self) -> Response:
        planned = self._state.faults.planned
        return JSONResponse({"faults": _PLANNED.dump_python(planned, mode="json")})


def _object(body: bytes) -> Document:
    """The JSON object of a request; PHP takes anything else for an empty one."""
    try:
        return TypeAdapter(dict[str, JsonValue]).validate_json(body)
    except ValidationError:
        return {}


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    return None if text is None else int(text)


def _wrong(error: ValueError) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)
