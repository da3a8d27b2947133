"""`POST /api/chat`: what reaches the conversation, and what the gateway gets back."""

import asyncio

import pytest
import structlog
from fastapi import FastAPI

from citas.booking.empresa import Empresa
from citas.errors import (
    AdmissionError,
    DeliveryConflict,
    DeliveryRunning,
    Draining,
    SessionBusy,
    StoreError,
    StoreLocked,
)
from citas.store.model import SessionKey
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


async def test_that_a_reply_comes_back_with_its_url() -> None:
    service = ScriptedService()
    service.conversation.url = "https://meet.google.com/abc-defg-hij"
    async with running(service) as client:
        response = await client.post("/api/chat", json=chat("Hola"))

    assert response.status_code == 200
    assert response.json() == {
        "reply": "¡Hola! ¿Qué día te gustaría?",
        "url": "https://meet.google.com/abc-defg-hij",
    }


async def test_that_the_conversation_gets_everything_the_gateway_said() -> None:
    service = ScriptedService()
    context = config(
        usuario_id="7",
        correo_usuario="ana@example.com",
        personalidad="cercana",
        duracion_cita_minutos=30.0,
        slots="2",
        agendar_usuario=False,
        agendar_sucursal="si",
        nombre_bot="Sofía",
        archivo_saludo="https://example.com/hola.pdf",
        id_chatbot=3,
        desconocido={"x": [1]},
    )
    async with running(service) as client:
        await client.post(
            "/api/chat",
            json=chat("Ho\u202ela", message_id="wamid.1", context=context),
            headers={"X-Request-ID": "gw-1"},
        )

    [heard] = service.conversation.heard
    assert heard.key == SessionKey(101, "51900000001")
    assert (heard.text, heard.message_id, heard.request_id) == ("Hola", "wamid.1", "gw-1")
    assert heard.empresa == Empresa(
        id_empresa=101,
        usuario_id=7,
        correo_usuario="ana@example.com",
        personalidad="cercana",
        duracion_cita_minutos=30,
        slots=2,
        agendar_usuario=0,
        agendar_sucursal=1,
        nombre_bot="Sofía",
        archivo_saludo="https://example.com/hola.pdf",
        id_chatbot=3,
    )


async def test_that_the_least_a_gateway_can_send_gets_all_defaults() -> None:
    service = ScriptedService()
    async with running(service) as client:
        await client.post("/api/chat", json=chat())

    assert service.conversation.heard[0].empresa == Empresa(id_empresa=101)
    assert service.conversation.heard[0].message_id is None


@pytest.mark.parametrize("session", ["5.1987654321e10", "51987654321.0", '"51987654321"'])
async def test_that_every_spelling_of_a_number_is_one_session(session: str) -> None:  # E6
    service = ScriptedService()
    body = '{"message":"hola","session_id":%s,"context":{"config":{"id_empresa":"101"}}}'
    async with running(service) as client:
        response = await client.post(
            "/api/chat",
            content=body % session,
            headers={"Content-Type": "application/json; charset=utf-8"},
        )

    assert response.status_code == 200
    assert service.conversation.heard[0].key == SessionKey(101, "51987654321")


BAD_IDS = ["true", "-1", "0", "1.5", '"5.19e+10"', str(2**63), "null", "[]", '"abc"', '"\\ud800"']


@pytest.mark.parametrize("value", BAD_IDS)
@pytest.mark.parametrize("field", ["session_id", "id_empresa"])
async def test_that_a_bad_identity_is_refused(field: str, value: str) -> None:  # E7, E8
    service = ScriptedService()
    ids = {"session_id": "51900000001", "id_empresa": "101"} | {field: value}
    body = (
        f'{{"message":"hola","session_id":{ids["session_id"]},'
        f'"context":{{"config":{{"id_empresa":{ids["id_empresa"]}}}}}}}'
    )
    async with running(service) as client:
        response = await client.post("/api/chat", content=body, headers={"Content-Type": "application/json"})

    assert_problem(response, 422, "unprocessable")
    assert field in response.json()["error"]["message"]
    assert service.conversation.heard == []


@pytest.mark.parametrize(
    "changes",
    [
        {"context": None},
        {"context": []},
        {"context": "x"},
        {"context": {}},
        {"context": {"config": None}},
        {"context": {"config": []}},
        {"context": {"config": "x"}},
        {"context": {"config": {}}},
        {"message": None},
        {"message": 5},
        {"message": ["hola"]},
        {"message_id": 1.5},
        {"message_id": "con espacio"},
        {"message_id": "x" * 257},
        {"message_id": True},
    ],
)
async def test_that_wrong_types_are_refused(changes: dict[str, object]) -> None:  # E8
    async with running(ScriptedService()) as client:
        response = await client.post("/api/chat", json=chat() | changes)

    assert_problem(response, 422, "unprocessable")


@pytest.mark.parametrize("missing", ["message", "session_id", "context"])
async def test_that_a_missing_part_is_named(missing: str) -> None:  # E1
    body = chat()
    del body[missing]
    async with running(ScriptedService()) as client:
        response = await client.post("/api/chat", json=body)

    assert_problem(response, 422)
    assert missing in response.json()["error"]["message"]


@pytest.mark.parametrize("message", ["", "   ", "👍🏽", "a" * 8001, "日本語", "'; DROP TABLE x;--"])
async def test_that_strange_content_is_the_conversations_business(message: str) -> None:  # E1, E2
    service = ScriptedService()
    async with running(service) as client:
        response = await client.post("/api/chat", json=chat(message))

    assert response.status_code == 200
    assert service.conversation.heard[0].text == message


@pytest.mark.parametrize(("sent", "heard"), [(5, "5"), ("", None), (None, None)])
async def test_that_message_ids_are_read(sent: object, heard: str | None) -> None:
    service = ScriptedService()
    async with running(service) as client:
        await client.post("/api/chat", json=chat(message_id=sent))

    assert service.conversation.heard[0].message_id == heard


async def test_that_options_nobody_understands_are_defaulted_and_counted() -> None:  # E9
    service = ScriptedService()
    context = config(slots="sesenta", agendar_usuario=2, correo_usuario="basura", usuario_id=None)
    async with running(service) as client:
        response = await client.post("/api/chat", json=chat(context=context))
        metrics = (await client.get("/metrics")).text

    assert response.status_code == 200
    assert service.conversation.heard[0].empresa == Empresa(id_empresa=101)
    for field in ("slots", "agendar_usuario", "correo_usuario"):
        assert f'agent_citas_config_defaulted_total{{field="{field}"}} 1.0' in metrics
    assert 'field="usuario_id"' not in metrics


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (SessionBusy(), 429, "session_busy"),
        (DeliveryConflict(), 422, "delivery_conflict"),
        (DeliveryRunning(), 409, "delivery_running"),
        (Draining(), 503, "draining"),
        (StoreError(), 503, "store_down"),
        (StoreLocked(), 503, "store_down"),
        (AdmissionError(), 503, "not_admitted"),
    ],
)
async def test_that_a_message_that_is_not_taken_says_so(
    error: AdmissionError | StoreError, status: int, code: str
) -> None:
    service = ScriptedService()
    service.conversation.error = error
    async with running(service) as client:
        response = await client.post("/api/chat", json=chat())

    assert_problem(response, status, code)
    assert ("retry-after" in response.headers) == (status != 422)


async def test_that_an_unexpected_error_is_logged_once_and_not_shown() -> None:
    service = ScriptedService()
    service.conversation.error = ValueError("secreto 51900000001")
    with structlog.testing.capture_logs() as logs:
        async with running(service) as client:
            response = await client.post("/api/chat", json=chat())

    assert_problem(response, 500, "unexpected")
    assert "secreto" not in response.text
    assert "Traceback" not in response.text
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["unexpected error"]


async def test_that_a_session_beyond_its_rate_is_told_when_to_come_back() -> None:
    service = ScriptedService()
    async with running(service, session_rate_per_minute=2) as client:
        answers = [await client.post("/api/chat", json=chat()) for _ in range(3)]
        other = await client.post("/api/chat", json=chat(session_id=51900000002))

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_problem(answers[2], 429, "session_rate")
    assert answers[2].headers["retry-after"] == "30"
    assert other.status_code == 200


async def test_that_a_full_house_sheds_before_the_body_is_read() -> None:  # D9
    service = ScriptedService()
    service.conversation.gate.clear()
    async with running(service, max_in_flight=2) as client:
        inside = [
            asyncio.create_task(client.post("/api/chat", json=chat(session_id=n)))
            for n in (51900000001, 51900000002)
        ]
        await service.conversation.heard_some(2)
        shed = await client.post(
            "/api/chat", content=b"{never parsed", headers={"Content-Type": "application/json"}
        )
        service.conversation.gate.set()
        answers = await asyncio.gather(*inside)
        after = await client.post("/api/chat", json=chat())

    assert_problem(shed, 503, "overloaded")
    assert shed.headers["retry-after"] == "2"
    assert [a.status_code for a in (*answers, after)] == [200, 200, 200]


async def test_that_a_gateway_that_hangs_up_does_not_stop_the_turn() -> None:  # D7
    service = ScriptedService()
    service.conversation.gate.clear()
    async with running(service) as client:
        request = asyncio.create_task(client.post("/api/chat", json=chat()))
        await service.conversation.heard_some(1)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert service.conversation.finished == 0
        service.conversation.gate.set()

    assert service.drained
    assert service.finished_when_closed == 1


async def call(app: FastAPI, body: bytes, *, then_leave: bool) -> list[dict[str, object]]:
    """One bare ASGI call whose client, after its body, either stays or is gone."""
    sent: list[dict[str, object]] = []
    asked = 0

    async def receive() -> dict[str, object]:
        nonlocal asked
        asked += 1
        if asked == 1 and body:
            return {"type": "http.request", "body": body, "more_body": False}
        if not then_leave:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/chat",
        "raw_path": b"/api/chat",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "http_version": "1.1",
        "scheme": "http",
    }
    await app(scope, receive, send)
    return sent


BODY = b'{"message":"hola","session_id":51900000001,"context":{"config":{"id_empresa":101}}}'


@pytest.mark.parametrize("then_leave", [True, False])
async def test_that_a_reply_nobody_takes_is_counted(then_leave: bool) -> None:  # D7
    app = build(ScriptedService())
    async with lifespan_of(app), client_of(app) as client:
        await call(app, BODY, then_leave=then_leave)
        metrics = (await client.get("/metrics")).text

    assert f"agent_citas_undelivered_replies_total {float(then_leave)}" in metrics


async def test_that_a_client_that_leaves_within_its_body_is_no_error() -> None:
    service = ScriptedService()
    app = build(service)
    with structlog.testing.capture_logs() as logs:
        async with lifespan_of(app):
            sent = await call(app, b"", then_leave=True)

    assert sent == []
    assert service.conversation.heard == []
    assert [entry["log_level"] for entry in logs] == ["info"]
