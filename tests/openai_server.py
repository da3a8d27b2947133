"""A stand-in for a provider's chat completions over a real socket: it answers what a test scripted, step by
step, and keeps every request it was sent."""

import asyncio
import itertools
import json
import socket
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from pydantic import BaseModel, JsonValue
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

_call_ids = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call as the model writes it: `arguments` is JSON text, or something that should have been."""

    tool: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Says:
    """A text. None is what a reply without any content has; `finish` is the wire's `finish_reason`."""

    text: str | None
    finish: str = "stop"


@dataclass(frozen=True, slots=True)
class Uses:
    """Tool calls, all in one response."""

    calls: tuple[Call, ...]
    finish: str = "tool_calls"


@dataclass(frozen=True, slots=True)
class Refuses:
    """A refusal in place of a text."""

    why: str


@dataclass(frozen=True, slots=True)
class Fails:
    """An HTTP error in the provider's format."""

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Garbage:
    """Status 200 and a body that is no completion."""

    body: str = "<html><body>Bad gateway</body></html>"
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Hangs:
    """No answer until the caller gives up."""


@dataclass(frozen=True, slots=True)
class Drops:
    """The connection is closed in the middle of the body."""


@dataclass(frozen=True, slots=True)
class Trickles:
    """A body that comes byte by byte and never ends: no single read is slow."""


Step = Says | Uses | Refuses | Fails | Garbage | Hangs | Drops | Trickles


def uses(tool: str, **arguments: JsonValue) -> Uses:
    """One well-formed tool call."""
    return Uses((call(tool, **arguments),))


def call(tool: str, **arguments: JsonValue) -> Call:
    """A well-formed tool call, to be put beside others in one response."""
    return Call(tool, json.dumps(arguments, ensure_ascii=False))


class ImageLink(BaseModel):
    """An image as the model is given it."""

    url: str
    detail: str | None = None


class Part(BaseModel):
    """A piece of a message with several: text or an image."""

    type: str
    text: str | None = None
    image_url: ImageLink | None = None


class Function(BaseModel):
    """The function of a tool call in a message."""

    name: str
    arguments: str


class ToolCall(BaseModel):
    """A tool call of an earlier response."""

    id: str
    function: Function


class Message(BaseModel):
    """One message of a request."""

    role: str
    content: str | list[Part] | None = None
    tool_calls: list[ToolCall] = []
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """Its text, the parts of it joined."""
        if isinstance(self.content, list):
            return "\n".join(p.text for p in self.content if p.text is not None)
        return self.content or ""

    @property
    def images(self) -> list[ImageLink]:
        """The images it carries."""
        parts = self.content if isinstance(self.content, list) else []
        return [p.image_url for p in parts if p.image_url is not None]


class FunctionSpec(BaseModel):
    """A tool as the model is told of it."""

    name: str
    description: str
    parameters: dict[str, JsonValue]
    strict: bool | None = None


class ToolSpec(BaseModel):
    """A tool on offer."""

    type: str
    function: FunctionSpec


class ChatRequest(BaseModel):
    """The body of a request, as far as tests look at it."""

    model: str
    messages: list[Message]
    tools: list[ToolSpec] = []
    temperature: float | None = None
    max_completion_tokens: int | None = None
    parallel_tool_calls: bool | None = None

    def of(self, role: str) -> list[Message]:
        """The messages of a role, in order."""
        return [m for m in self.messages if m.role == role]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came: its body parsed and raw, and the key it was sent with."""

    chat: ChatRequest
    raw: bytes
    authorization: str


@dataclass(slots=True)
class OpenAIServer:
    """The scripted provider. `always` answers when the script is over; without it that is an error."""

    url: str
    steps: deque[Step] = field(default_factory=deque)
    always: Step | None = None
    received: list[Received] = field(default_factory=list)
    unscripted: int = 0

    def script(self, *steps: Step) -> None:
        """Answer the next requests with these, in order."""
        self.steps.extend(steps)

    def assert_played_out(self) -> None:
        """Fail if a step was never asked for, or something was asked that is not in the script."""
        assert not self.steps, f"never asked for: {list(self.steps)}"
        assert not self.unscripted, f"{self.unscripted} requests more than scripted"

    def forget(self) -> None:
        """Begin anew, for the next test."""
        self.steps.clear()
        self.received.clear()
        self.always, self.unscripted = None, 0

    @property
    def requests(self) -> list[ChatRequest]:
        """The bodies of all requests so far."""
        return [r.chat for r in self.received]

    @property
    def last(self) -> ChatRequest:
        """The latest request's body."""
        return self.requests[-1]

    async def complete(self, request: Request) -> Response:
        """The endpoint: record the request, play the next step."""
        raw = await request.body()
        key = request.headers.get("authorization", "")
        self.received.append(Received(ChatRequest.model_validate_json(raw), raw, key))
        step = self.steps.popleft() if self.steps else self.always
        if step is None:
            self.unscripted += 1
            return _failure(Fails(400, "unscripted"))
        return _played(step)


def _played(step: Step) -> Response:
    match step:
        case Says(text, finish):
            return _completion({"content": text}, finish)
        case Refuses(why):
            return _completion({"content": None, "refusal": why}, "stop")
        case Uses(calls, finish):
            return _completion({"content": None, "tool_calls": [_wire_call(c) for c in calls]}, finish)
        case Fails():
            return _failure(step)
        case Garbage(body, content_type):
            return Response(body, media_type=content_type)
        case Hangs():
            return _Silence()
        case Drops():
            return _CutOff()
        case Trickles():
            return StreamingResponse(_drops_of_water(), headers={"content-type": "application/json"})


async def _drops_of_water() -> AsyncIterator[bytes]:
    """Space by space, which JSON may begin with."""
    while True:
        yield b" "
        await asyncio.sleep(0.05)


def _wire_call(made: Call) -> dict[str, JsonValue]:
    function: dict[str, JsonValue] = {"name": made.tool, "arguments": made.arguments}
    return {"id": f"call_{next(_call_ids)}", "type": "function", "function": function}


def _completion(message: Mapping[str, object], finish: str) -> Response:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    return JSONResponse(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1773242100,
            "model": "gpt-4o-mini-2024-07-18",
            "choices": [choice],
            "usage": usage,
        }
    )


def _failure(step: Fails) -> Response:
    error = {"message": f"scripted: {step.code}", "type": "error", "param": None, "code": step.code}
    return JSONResponse({"error": error}, step.status, step.headers)


class _Silence(Response):
    """Waits for the caller to hang up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


class _CutOff(Response):
    """Promises a body and ends in the middle of it, upon which the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"id": "chatcmpl', "more_body": True})


@asynccontextmanager
async def serve_openai() -> AsyncIterator[OpenAIServer]:
    """A provider on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        provider = OpenAIServer(f"http://127.0.0.1:{listening.getsockname()[1]}/v1")
        app = Starlette(routes=[Route("/v1/chat/completions", provider.complete, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield provider
        finally:
            server.should_exit = True
            await serving
