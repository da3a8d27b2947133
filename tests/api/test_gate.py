"""E2, E4, E5, E13: what is turned away before anything of it is understood."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from citas.api.body import read_body
from citas.api.errors import Refused
from citas.api.schema import GatewayConfig
from tests.api.support import (
    ScriptedService,
    assert_problem,
    build,
    chat,
    client_of,
    config,
    lifespan_of,
    running,
)

JSON = {"Content-Type": "application/json"}
TOKENS = {"internal_api_token": "nueva-123", "internal_api_token_previous": "vieja-456"}


class UntouchedBody(httpx.AsyncByteStream):
    """A body that tells whether anyone read it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.read = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.read = True
        yield self.content


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Internal-Token": "nueva-123"},
        {"X-Internal-Token": "vieja-456"},
        {"Authorization": "Bearer nueva-123"},
        {"Authorization": "bearer vieja-456"},
    ],
)
async def test_that_either_token_opens_in_either_header(headers: dict[str, str]) -> None:
    async with running(ScriptedService(), **TOKENS) as client:
        response = await client.post("/api/chat", json=chat(), headers=headers)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Internal-Token", "")],
        [("X-Internal-Token", "nueva-12")],
        [("X-Internal-Token", "nueva-1234")],
        [("X-Internal-Token", b"nueva-\xff\xfe")],
        [("Authorization", "Basic nueva-123")],
        [("Authorization", "Bearer")],
        [("Authorization", b"Bearer \xc3\xb1")],
        [("X-Internal-Token", "nueva-123"), ("X-Internal-Token", "nueva-123")],
        [("X-Internal-Token", "nueva-123"), ("Authorization", "Bearer otra")],
    ],
)
async def test_that_anything_else_is_unauthorized(
    headers: list[tuple[str, str | bytes]],
) -> None:  # E13
    service = ScriptedService()
    raw = [(name.encode(), v if isinstance(v, bytes) else v.encode()) for name, v in headers]
    async with running(service, **TOKENS) as client:
        response = await client.post(
            "/api/chat", content=b"{broken", headers=[*raw, (b"Content-Type", b"application/json")]
        )
        metrics = await client.get("/metrics", headers={"X-Internal-Token": "nueva-123"})

    assert_problem(response, 401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"
    assert service.conversation.heard == []
    assert "agent_citas_auth_failed_total 1.0" in metrics.text


@pytest.mark.parametrize("path", ["/api/chat", "/api/chat%0A", "/api/%63hat"])
async def test_that_no_spelling_of_the_path_avoids_the_token(path: str) -> None:
    service = ScriptedService()
    async with running(service, **TOKENS) as client:
        response = await client.post(path, json=chat())

    assert response.status_code in {401, 404}
    assert service.conversation.heard == []


async def test_that_one_token_alone_is_compared_too() -> None:
    async with running(ScriptedService(), internal_api_token="sola") as client:
        wrong = await client.post("/api/chat", json=chat(), headers={"X-Internal-Token": "otra"})
        right = await client.post("/api/chat", json=chat(), headers={"X-Internal-Token": "sola"})

    assert (wrong.status_code, right.status_code) == (401, 200)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"],
)
async def test_that_json_may_name_its_charset(content_type: str) -> None:
    async with running(ScriptedService()) as client:
        response = await client.post(
            "/api/chat", content=json.dumps(chat()), headers={"Content-Type": content_type}
        )

    assert response.status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
async def test_that_another_content_type_is_refused(content_type: str) -> None:  # E13
    async with running(ScriptedService()) as client:
        response = await client.post(
            "/api/chat", content=json.dumps(chat()), headers={"Content-Type": content_type}
        )
        unnamed = await client.post("/api/chat", content=json.dumps(chat()))

    assert_problem(response, 415, "not_json")
    assert_problem(unnamed, 415, "not_json")


async def test_that_a_declared_large_body_is_not_even_read() -> None:  # E2
    body = UntouchedBody(b" " * 70_000)
    async with running(ScriptedService()) as client:
        response = await client.post("/api/chat", content=body, headers=JSON | {"Content-Length": "70000"})

    assert_problem(response, 413, "too_large")
    assert not body.read


async def test_that_the_limit_is_64_kib_to_the_byte() -> None:
    head, tail = json.dumps(chat("{}")).encode().split(b"{}")
    room = 64 * 1024 - len(head) - len(tail)
    async with running(ScriptedService()) as client:
        full = await client.post("/api/chat", content=head + b"a" * room + tail, headers=JSON)
        over = await client.post("/api/chat", content=head + b"a" * (room + 1) + tail, headers=JSON)

    assert full.status_code == 200
    assert_problem(over, 413)


async def test_that_oversize_headers_are_refused() -> None:  # E13
    async with running(ScriptedService()) as client:
        response = await client.post("/api/chat", json=chat(), headers={"X-Long": "a" * 20_000})

    assert_problem(response, 431, "headers_too_large")


async def test_that_a_body_that_never_ends_is_given_up_on() -> None:
    async def receive() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.request"}

    request = Request({"type": "http", "headers": []}, receive)
    with pytest.raises(Refused) as refused:
        await read_body(request, seconds=0.01)

    assert refused.value.status_code == 408


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"message": "hola"',
        b"{}{}",
        b"\xff\xfe{}",
        b'{"message": "ma\xf1ana"}',
        b"[" * 30_000,
        b'{"a":' * 10_000,
        b'{"message": "a", "message": "b"}',
        json.dumps(chat()).encode("utf-16"),
    ],
)
async def test_that_what_is_not_one_json_document_is_malformed(content: bytes) -> None:  # E4
    async with running(ScriptedService()) as client:
        response = await client.post("/api/chat", content=content, headers=JSON)

    assert_problem(response, 422 if content == b"" else 400)


NUMBERS = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5000]
PLACES = [
    '{"message":%s,"session_id":1,"context":{"config":{"id_empresa":1}}}',
    '{"message":"a","session_id":%s,"context":{"config":{"id_empresa":1}}}',
    '{"message":"a","session_id":1,"context":{"config":{"id_empresa":%s}}}',
    '{"message":"a","session_id":1,"context":{"config":{"id_empresa":1,"slots":%s}}}',
    '{"message":"a","session_id":1,"context":{"config":{"id_empresa":1}},"extra":[%s]}',
    "%s",
]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("place", PLACES)
async def test_that_no_number_breaks_the_answer(place: str, number: str) -> None:  # E4, E5
    async with running(ScriptedService()) as client:
        response = await client.post("/api/chat", content=place % number, headers=JSON)

    assert_problem(response, 422)


async def test_that_a_lone_surrogate_is_cleaned_from_text_and_refused_elsewhere() -> None:  # E3, E5
    service = ScriptedService()
    async with running(service) as client:
        text, other = [
            await client.post("/api/chat", content=json.dumps(body), headers=JSON)
            for body in (chat("ho\ud800la"), chat(message_id="\ud800"))
        ]

    assert text.status_code == 200
    assert service.conversation.heard[0].text == "hola"
    assert_problem(other, 422)


async def test_that_problems_never_repeat_what_was_sent() -> None:  # I12
    canary = "canario-51987"
    bodies = [
        chat(session_id=canary),
        chat(message={canary: canary}),
        chat(context=canary),
        chat(context={"config": {"id_empresa": canary, canary: canary}}),
        chat(message_id=canary + " "),
    ]
    async with running(ScriptedService()) as client:
        answers = [await client.post("/api/chat", json=body) for body in bodies]
        answers.append(await client.post("/api/chat", content=f'{{"{canary}": tru}}', headers=JSON))

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 422, 400]
    assert not any(canary in answer.text for answer in answers)


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(codec=None)))
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(st.characters(codec=None)), inner, max_size=4),
    ),
    max_leaves=12,
)
FIELDS = sorted(set(GatewayConfig.model_fields) - {"id_empresa"})
NEARLY_RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "message": DOCUMENTS,
        "session_id": st.one_of(st.integers(1, 9), DOCUMENTS),
        "message_id": DOCUMENTS,
        "context": st.one_of(
            DOCUMENTS,
            st.dictionaries(st.sampled_from(FIELDS), DOCUMENTS).map(lambda f: config(**f)),
        ),
    },
)


def post_all(contents: st.SearchStrategy[bytes], allowed: set[int]) -> None:
    """Post each body to one application; the status is allowed and the answer is whole."""
    app = build(ScriptedService())

    async def post(content: bytes) -> None:
        async with lifespan_of(app), client_of(app) as client:
            response = await client.post("/api/chat", content=content, headers=JSON)
        assert response.status_code in allowed, response.text
        if response.status_code == 200:
            assert response.json()["reply"]
        else:
            assert_problem(response, response.status_code)

    @examples(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(contents)
    def check(content: bytes) -> None:
        asyncio.run(post(content))

    check()


def test_that_any_json_document_gets_a_reply() -> None:
    documents = DOCUMENTS.map(lambda document: json.dumps(document).encode())
    post_all(documents, {400, 413, 422})


def test_that_any_nearly_right_document_gets_a_reply() -> None:
    documents = NEARLY_RIGHT.map(lambda fields: json.dumps(chat() | fields).encode())
    post_all(documents, {200, 400, 413, 422})


def test_that_any_bytes_get_a_reply() -> None:
    post_all(st.binary(max_size=200), {400, 422})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/chat", 405),
        ("PUT", "/api/chat", 405),
        ("POST", "/api/chats", 404),
        ("POST", "/api/chat/", 404),
        ("GET", "/nada", 404),
    ],
)
async def test_that_a_wrong_method_or_path_gets_a_reply_too(
    method: str, path: str, status: int
) -> None:  # E13
    async with running(ScriptedService()) as client:
        response = await client.request(method, path)

    assert_problem(response, status)
    assert response.headers.get("allow") == ("POST" if status == 405 else None)
