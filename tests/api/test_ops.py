"""What operators see, and what every answer carries."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import Receive, Scope, Send

from citas.api.gate import Gate
from citas.api.limits import Turns
from citas.api.metrics import ApiMetrics
from citas.api.middleware import Envelope
from citas.api.ops import Operations
from citas.api.refusals import Refusals
from citas.api.runtime import Lifetime
from tests.api.support import (
    ScriptedService,
    assert_problem,
    build,
    chat,
    client_of,
    lifespan_of,
    running,
)


class SilentService(ScriptedService):
    """A service whose store never answers when asked for its state."""

    async def readiness(self) -> Mapping[str, str]:
        """Never."""
        await asyncio.Event().wait()
        return {}


async def test_that_health_names_the_agent() -> None:
    async with running(ScriptedService(checks={"store": "down: locked"})) as client:
        response = await client.get("/health")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "agent": "citas", "version": "3.0.0"}


@pytest.mark.parametrize(
    ("checks", "status"),
    [
        ({"store": "ok", "maravia": "ok", "model": "offline"}, 200),
        ({"store": "ok", "maravia": "down: breaker open", "model": "degraded"}, 200),
        ({"store": "down: locked", "maravia": "ok", "model": "ok"}, 503),
        ({"store": "ok", "service": "draining"}, 503),
        ({}, 503),
    ],
)
async def test_that_only_the_store_and_the_drain_cost_readiness(checks: dict[str, str], status: int) -> None:
    async with running(ScriptedService(checks=checks)) as client:
        response = await client.get("/ready")

    assert response.status_code == status
    assert response.json()["checks"] == checks
    assert response.json()["status"] == ("ready" if status == 200 else "not ready")


async def test_that_a_store_that_does_not_answer_is_not_ready() -> None:
    turns = Turns(1)
    lifetime = Lifetime(SilentService().open, turns, drain_seconds=1)
    operations = Operations(lifetime, Gate((), turns), CollectorRegistry(), patience=0.01)
    app = FastAPI(lifespan=lifetime.span)
    app.include_router(operations.router())
    async with lifespan_of(app), client_of(app) as client:
        response = await client.get("/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["store"].startswith("down: no answer")


async def test_that_metrics_show_what_happened() -> None:
    async with running(ScriptedService()) as client:
        await client.post("/api/chat", json=chat())
        await client.post("/api/chat", json=chat(session_id="x"))
        response = await client.get("/metrics")

    assert response.headers["content-type"].startswith("text/plain; version=")
    assert "agent_citas_chat_seconds_count 1.0" in response.text
    assert 'agent_citas_bad_request_total{code="unprocessable"} 1.0' in response.text
    assert "agent_citas_turns_running 0.0" in response.text


async def test_that_metrics_take_the_token_when_there_is_one() -> None:
    async with running(ScriptedService(), internal_api_token="sola") as client:
        without = await client.get("/metrics")
        with_token = await client.get("/metrics", headers={"Authorization": "Bearer sola"})
        health = await client.get("/health")

    assert_problem(without, 401)
    assert with_token.status_code == 200
    assert health.status_code == 200


@pytest.mark.parametrize("given", ["gw-1.a_b", "A" * 64])
async def test_that_a_good_request_id_is_kept(given: str) -> None:
    async with running(ScriptedService()) as client:
        response = await client.get("/health", headers={"X-Request-ID": given})

    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", [b"", b"A" * 65, b"a b", b"a\xf1", b"<script>", b"a;b"])
async def test_that_a_bad_request_id_is_replaced(given: bytes) -> None:
    async with running(ScriptedService()) as client:
        first = await client.get("/health", headers=[(b"X-Request-ID", given)])
        second = await client.get("/health", headers=[(b"X-Request-ID", given)])

    ids = {first.headers["x-request-id"], second.headers["x-request-id"]}
    assert len(ids) == 2
    assert all(len(one) == 32 for one in ids)


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/nada", "/api/chat", "/docs"])
async def test_that_every_answer_carries_the_safety_headers(path: str) -> None:
    async with running(ScriptedService()) as client:
        response = await client.get(path)

    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert "server" not in response.headers


def resolve(app: FastAPI, reference: str) -> object:
    """What a `$ref` of the application's OpenAPI document points at."""
    found: object = app.openapi()
    for part in reference.removeprefix("#/").split("/"):
        assert isinstance(found, dict)
        found = found[part]
    return found


async def test_that_the_openapi_examples_are_requests_that_work() -> None:
    service = ScriptedService()
    app = build(service)
    operation = app.openapi()["paths"]["/api/chat"]["post"]
    body = operation["requestBody"]["content"]["application/json"]
    async with lifespan_of(app), client_of(app) as client:
        answers = [
            await client.post("/api/chat", json=example["value"]) for example in body["examples"].values()
        ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert service.conversation.heard[1].empresa.nombre_bot == "Sofía"
    assert {"400", "401", "413", "422", "429", "500", "503"} <= set(operation["responses"])
    assert resolve(app, body["schema"]["$ref"])


@pytest.mark.parametrize(("enabled", "status"), [(True, 200), (False, 404)])
async def test_that_the_docs_can_be_turned_off(enabled: bool, status: int) -> None:
    async with running(ScriptedService(), docs_enabled=enabled) as client:
        docs = await client.get("/docs")
        openapi = await client.get("/openapi.json")

    assert (docs.status_code, openapi.status_code) == (status, status)


async def test_that_an_application_that_was_not_started_says_500_with_a_reply() -> None:
    with structlog.testing.capture_logs() as logs:
        async with client_of(build(ScriptedService())) as client:
            response = await client.post("/api/chat", json=chat())

    assert_problem(response, 500, "unexpected")
    assert [entry["event"] for entry in logs] == ["unexpected error"]


async def test_that_an_answer_that_breaks_halfway_is_logged_and_not_answered_twice() -> None:
    async def breaks(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("broken")

    refusals = Refusals(ApiMetrics(CollectorRegistry(), Turns(1)))
    with structlog.testing.capture_logs() as logs:
        transport = httpx.ASGITransport(app=Envelope(breaks, refusals))
        async with httpx.AsyncClient(transport=transport, base_url="http://citas.test") as client:
            with pytest.raises(AssertionError):  # the transport's: the answer never completed
                await client.get("/")

    assert [entry["event"] for entry in logs] == ["unexpected error"]
