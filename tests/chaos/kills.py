"""SIGKILL at every point of the write protocol: the back end itself kills the service when its call comes."""

import asyncio
import json
import random
import socket
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citas.sandbox.app import create_sandbox
from citas.sandbox.state import SandboxState
from tests.chaos.batch import Tally, tally_of
from tests.chaos.checker import ZONE, Rule, Violation, check
from tests.chaos.evidence import Evidence, Row, Said, asked_of, ledger_of
from tests.chaos.plan import CHECK, CREATE, Attempt, attempts, companies
from tests.chaos.serving import KillableService
from tests.chaos.world import body_of

DYING_SECONDS = 0.03
FLUSH_SECONDS = 0.005
ANSWER_SECONDS = 60


class Point(StrEnum):
    """When the service dies."""

    BEFORE_CLAIM = "before the claim"
    NEVER_MADE = "claimed but never made"
    MADE_AFTER_DEATH = "claimed and made after the death"
    NO_ANSWER = "made but not answered"
    MID_ANSWER = "amid the answer"
    ANSWERED = "just after the answer"


_EXPECTED: dict[Point, tuple[frozenset[str], int]] = {
    Point.BEFORE_CLAIM: (frozenset({"created"}), 1),
    Point.NEVER_MADE: (frozenset({"unknown"}), 0),
    Point.MADE_AFTER_DEATH: (frozenset({"unknown"}), 1),
    Point.NO_ANSWER: (frozenset({"unknown"}), 1),
    Point.MID_ANSWER: (frozenset({"unknown"}), 1),
    Point.ANSWERED: (frozenset({"unknown", "created"}), 1),
}
"""What the ledger must say of the booking, and how many events there must be."""


class Executioner:
    """The sandbox as an ASGI application that kills its caller once, at the point it is armed for."""

    def __init__(self, app: ASGIApp, kill: Callable[[], None]) -> None:
        self._app = app
        self._kill = kill
        self._armed: tuple[Point, float] | None = None
        self.done = asyncio.Event()

    def arm(self, point: Point, delay: float) -> None:
        """Kill at that point of the next booking; `delay` is how many seconds after an answer."""
        self._armed = (point, delay)
        self.done.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or end its caller."""
        if self._armed is None or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        point, delay = self._armed
        body = await _body(receive)
        called = json.loads(body or b"{}").get("codOpe") if scope["method"] == "POST" else None
        replayed = _replay(body)
        if called != (CHECK if point is Point.BEFORE_CLAIM else CREATE):
            await self._app(scope, replayed, send)
            return
        self._armed = None
        await self._execute(point, delay, scope, replayed, send)
        self.done.set()

    async def _execute(self, point: Point, delay: float, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Kept()
        if point in {Point.BEFORE_CLAIM, Point.NEVER_MADE}:
            self._kill()
        elif point is Point.MADE_AFTER_DEATH:
            self._kill()
            await asyncio.sleep(DYING_SECONDS)
            await self._app(scope, receive, answer)
        else:
            await self._app(scope, receive, answer)
            if point is Point.MID_ANSWER:
                await answer.send_half(send)
                await asyncio.sleep(FLUSH_SECONDS)
            elif point is Point.ANSWERED:
                await answer.send_all(send)
                await asyncio.sleep(delay)
            self._kill()


class _Kept:
    """An answer held back, to be sent whole, in half or never."""

    def __init__(self) -> None:
        self._messages: list[MutableMapping[str, Any]] = []

    async def __call__(self, message: Message) -> None:
        self._messages.append(message)

    async def send_all(self, send: Send) -> None:
        for message in self._messages:
            await send(message)

    async def send_half(self, send: Send) -> None:
        start, *rest = self._messages
        body = b"".join(message.get("body", b"") for message in rest)
        await send(start)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


@dataclass(slots=True)
class Scene:
    """A sandbox on a port, the service it may kill, and what was said to it."""

    sandbox: SandboxState
    executioner: Executioner
    service: KillableService
    directory: Path
    http: httpx.AsyncClient
    said: list[Said] = field(default_factory=list)

    async def say(self, attempt: Attempt, words: str, message_id: str | None = None) -> str | None:
        """One message and its reply, noted as evidence; None if the service died meanwhile."""
        try:
            response = await self.http.post("/api/chat", json=body_of(attempt, words, message_id))
        except httpx.TransportError:
            return None
        heard = response.json()
        events, now = len(self.sandbox.events()), datetime.now(ZONE)
        status, reply, url = response.status_code, heard["reply"], heard["url"]
        self.said.append(Said(attempt.who, words, status, reply, url, now, events, message_id))
        return str(reply)

    def evidence(self, planned: tuple[Attempt, ...]) -> Evidence:
        """What it all came to; only after the service has ended."""
        file = self.directory / "citas.sqlite"
        orders = {attempt.who: attempt.order for attempt in planned}
        calls, events = self.sandbox.calls, self.sandbox.events()
        return Evidence(orders, tuple(self.said), events, calls, ledger_of(file), asked_of(file))


@dataclass(frozen=True, slots=True)
class Killed:
    """What the kills came to. `answered` splits the last point by what the ledger had stored by then."""

    tally: Tally
    points: Counter[Point]
    answered: Counter[str]


def run_kills(seed: int, count: int, progress: Callable[[int], None] = lambda _: None) -> Killed:
    """`count` kills, each point in turn, all in one world: every start finds what the deaths before left."""
    return asyncio.run(kills(seed, count, progress))


async def kills(seed: int, count: int, progress: Callable[[int], None] = lambda _: None) -> Killed:
    """See `run_kills`."""
    began, rng = time.monotonic(), random.Random(f"{seed}/kills")
    today = (datetime.now(ZONE) + timedelta(days=1)).date()
    planned = attempts(f"{seed}/kills", count, today, first_session=51_700_000_001, rivals=0)
    points = [list(Point)[number % len(Point)] for number in range(count)]
    wrong: list[Violation] = []
    with tempfile.TemporaryDirectory(prefix="citas-kills-") as directory:
        async with open_scene(Path(directory)) as scene:
            for number, (attempt, point) in enumerate(zip(planned, points, strict=True)):
                wrong += await _one(scene, attempt, point, rng)
                progress(number + 1)
            await _restart(scene)
        evidence = scene.evidence(planned)
    wrong += _unexpected(evidence, dict(zip((a.who.session for a in planned), points, strict=True)))
    where = f"--seed {seed} --attempts 0 --kills {count}"
    tally = tally_of(evidence, (*wrong, *check(evidence)), where)
    last = {a.who for a, point in zip(planned, points, strict=True) if point is Point.ANSWERED}
    answered = Counter(row.state for row in evidence.rows if row.who in last)
    tally = replace(tally, restarts=scene.service.starts - 1, seconds=time.monotonic() - began)
    return Killed(tally, Counter(points), answered)


@asynccontextmanager
async def open_scene(directory: Path) -> AsyncIterator[Scene]:
    """Sandbox and service on ports of this machine; both are gone afterwards."""
    sandbox = SandboxState(None, lambda: datetime.now(ZONE), allow_overlap=True, companies=companies())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        backend = f"http://127.0.0.1:{listening.getsockname()[1]}"
        service = KillableService(directory, _free_port(), backend)
        executioner = Executioner(create_sandbox(sandbox), service.kill)
        config = uvicorn.Config(
            executioner, log_config=None, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await service.start()
            # A connection of its own for each message: one from before a death would only tell of the death.
            limits = httpx.Limits(max_keepalive_connections=0)
            async with httpx.AsyncClient(base_url=service.url, timeout=ANSWER_SECONDS, limits=limits) as http:
                yield Scene(sandbox, executioner, service, directory, http)
        finally:
            await asyncio.to_thread(service.end)
            server.should_exit = True
            await serving


async def _one(scene: Scene, attempt: Attempt, point: Point, rng: random.Random) -> list[Violation]:
    """A booking that is killed at the point, the restart, the same message again, then the nudges."""
    reply = await scene.say(attempt, attempt.opening)
    if reply is None or "onfirm" not in reply:
        return [Violation(Rule.BAD_ANSWER, attempt.who, f"no recap: {reply!r}")]
    message_id = f"wamid.{attempt.who.session}" if rng.random() < 0.5 else None
    scene.executioner.arm(point, rng.uniform(0.0, 0.03))
    await scene.say(attempt, attempt.accept, message_id)
    async with asyncio.timeout(ANSWER_SECONDS):
        await scene.executioner.done.wait()
    await _restart(scene)
    await scene.say(attempt, attempt.accept, message_id)
    for nudge in attempt.nudges:
        await scene.say(attempt, nudge.text, message_id if nudge.again else None)
    return []


async def _restart(scene: Scene) -> None:
    await asyncio.to_thread(scene.service.end)
    await scene.service.start()


def _unexpected(evidence: Evidence, points: dict[str, Point]) -> list[Violation]:
    """Where the ledger or the calendar do not hold what the point of death calls for."""
    rows: dict[str, list[Row]] = {}
    for row in evidence.rows:
        rows.setdefault(row.who.session, []).append(row)
    events = Counter(event.id_prospecto for event in evidence.events)
    found = []
    for session, point in points.items():
        states, made = _EXPECTED[point]
        said = [row.state for row in rows.get(session, [])]
        if len(said) != 1 or said[0] not in states or events[session] != made:
            text = f"{session}, killed {point}: rows {said}, {events[session]} events"
            found.append(Violation(Rule.UNRESOLVED, None, text))
    return found


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _replay(body: bytes) -> Receive:
    """A `receive` that gives the body, and then nothing any more."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            await asyncio.Event().wait()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
