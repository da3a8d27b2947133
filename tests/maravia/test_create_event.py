"""CREAR_EVENTO: which answer proves what (rows A1, A5 to A9, A13, A15, A16)."""

import asyncio
import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citas.maravia.calls import Result
from citas.maravia.model import Created, CreateOutcome, NewEvent, NotSent, Rejected, Unknown
from citas.maravia.transport import Answer
from citas.maravia.verdict import judge, outcome_of
from tests.maravia.support import EVENT, SLOT, Observer, Scripted, answered, maravia, printed
from tests.maravia.test_decode import json_values

MEET = "https://meet.google.com/abc-defg-hij"
WARNING = b"<br />\n<b>Warning</b>: mail(): failed in <b>/a.php</b> on line <b>5</b><br />\n"


async def create(*script: httpx.Response | Exception) -> tuple[CreateOutcome, Scripted]:
    php = Scripted(*script)
    async with maravia(transport=php) as client:
        return await client.create_event(EVENT), php


async def test_that_the_event_is_posted_in_the_words_of_the_wire() -> None:
    _, php = await create(answered({"success": True}))
    assert php.urls == ["http://php.test/servicio/ws_calendario.php"]
    assert php.asked == [
        {
            "codOpe": "CREAR_EVENTO",
            "usuario_id": 3,
            "id_prospecto": 5198765432101,
            "titulo": "Reunión con Ana",
            "fecha_inicio": "2026-03-12 15:00:00",
            "fecha_fin": "2026-03-12 16:00:00",
            "correo_cliente": "ana@example.com",
            "correo_usuario": "ventas@example.com",
            "agendar_usuario": 1,
        }
    ]


async def test_that_a_session_that_is_no_number_goes_as_text() -> None:
    php = Scripted(answered({"success": True}))
    event = NewEvent(3, "PE.1502", "Cita \ud800", SLOT.start, SLOT.end, "a@b.pe", "")
    async with maravia(transport=php) as client:
        assert await client.create_event(event) == Created(None)
    assert php.asked[0]["id_prospecto"] == "PE.1502"


@pytest.mark.parametrize("success", [True, 1, "1", "true"])
async def test_that_a_true_success_is_created_a5(success: object) -> None:
    fields = {
        "success": success,
        "message": "Evento creado",
        "google_meet_link": MEET,
        "google_calendar_synced": "1",
    }
    outcome, php = await create(answered(fields))
    assert outcome == Created(MEET, "Evento creado", calendar_synced=True)
    assert len(php.asked) == 1


@pytest.mark.parametrize("success", [False, 0, "0", "false", "", None])
async def test_that_a_false_success_is_rejected_with_its_reason_a5_a13(success: object) -> None:
    outcome, php = await create(answered({"success": success, "mensaje": "Horario ocupado"}))
    assert outcome == Rejected("Horario ocupado")
    assert len(php.asked) == 1


async def test_that_an_explicit_no_counts_with_a_400_too() -> None:
    outcome, _ = await create(answered({"success": False}, status=400))
    assert outcome == Rejected("success is false")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"OK",
        b"null",
        b"[]",
        b"true",
        b"<!DOCTYPE html><html><body><form>Login</form></body></html>",
        b'<html><script>var r = {"success": true};</script></html>',
        b'{"success": true',
        b'{"success": false, "data": {"success": true}',
        b'{"success": true}{"success": true}',
        b'{"success": false}\n{"success": true}',
        b'{"message": "Evento creado"}',
        b'{"Success": true}',
        b'{"data": {"success": true}}',
        b'[{"success": true}]',
        b'{"success": "ok"}',
        b'{"success": 2}',
        b'{"success": 1.0}',
        b'{"success": 0.0}',
        b'{"success": "FALSE"}',
        b'{"success": []}',
        b'{"success": {}}',
        b'{"success": true, "n": NaN}',
        b'{"success": false, "success": true}',
        b'{"a":' * 100_000 + b'{"success": true}' + b"}" * 100_000,
        b'{"success": true, "pad": "' + b"x" * 1_100_000 + b'"}',
        WARNING,
    ],
)
async def test_that_an_unclear_200_is_unknown_a6_a15(body: bytes) -> None:
    outcome, php = await create(printed(body))
    assert isinstance(outcome, Unknown)
    assert len(php.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 401, 403, 404, 405, 413])
async def test_that_a_denial_is_rejected_and_marked_a7(status: int) -> None:
    outcome, php = await create(
        httpx.Response(status, headers={"location": "http://php.test/login"}, json={"success": True})
    )
    assert outcome == Rejected(f"HTTP {status}", auth=True)
    assert len(php.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 520])
@pytest.mark.parametrize("success", [True, False])
async def test_that_an_overloaded_server_proves_nothing_a8(status: int, success: bool) -> None:
    outcome, php = await create(answered({"success": success}, status=status))
    assert outcome == Unknown(f"HTTP {status}")
    assert len(php.asked) == 1


@pytest.mark.parametrize("status", [400, 408, 409, 418, 422])
async def test_that_other_errors_without_a_no_prove_nothing(status: int) -> None:
    outcome, _ = await create(answered({"success": True}, status=status))
    assert isinstance(outcome, Unknown)
    outcome, _ = await create(printed(b"Bad Request", status=status))
    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_that_every_2xx_may_confirm(status: int) -> None:
    outcome, _ = await create(answered({"success": True}, status=status))
    assert outcome == Created(None)


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("Name or service not known"),
        httpx.ConnectTimeout("slow"),
        httpx.PoolTimeout("full"),
        httpx.UnsupportedProtocol("ftp"),
    ],
)
async def test_that_what_never_left_is_not_sent_a9(fault: Exception) -> None:
    outcome, php = await create(fault)
    assert outcome == NotSent(type(fault).__name__)
    assert len(php.asked) == 1


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadTimeout("slow"),
        httpx.WriteTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("gone"),
        httpx.LocalProtocolError("odd"),
        httpx.DecodingError("odd"),
        httpx.TooManyRedirects("odd"),
        TimeoutError(),
    ],
)
async def test_that_a_fault_after_leaving_is_unknown_a10(fault: Exception) -> None:
    outcome, php = await create(fault)
    assert isinstance(outcome, Unknown)
    assert len(php.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        WARNING + b'{"success": true, "message": "ok"}',
        b'{"success": true, "message": "ok"}' + WARNING,
        b'\xef\xbb\xbf{"success": 1, "message": "ok"}',
        '{"success": "1", "message": "ok"}'.encode("utf-16"),
    ],
)
async def test_that_php_noise_around_a_true_success_is_still_created_a1(body: bytes) -> None:
    outcome, _ = await create(printed(body))
    assert outcome == Created(None, "ok")


@pytest.mark.parametrize("link", [None, "", "https://evil.pe/abc", "http://meet.google.com/abc", 5, ["x"]])
async def test_that_a_strange_meet_link_is_dropped_and_the_event_stays_created_a16(
    link: object,
) -> None:
    outcome, _ = await create(answered({"success": True, "google_meet_link": link}))
    assert outcome == Created(None)


@given(json_values, st.dictionaries(st.text(), json_values, max_size=3))
@settings(max_examples=300, deadline=None)
def test_that_nothing_but_a_true_success_is_ever_created(success: object, others: dict[str, object]) -> None:
    body = json.dumps(others | {"success": success}).encode()
    outcome = outcome_of(judge(Answer(200, body)))
    allowed = success is True or success in ("1", "true") or (type(success) is int and success == 1)
    assert isinstance(outcome, Created) == allowed


@given(
    json_values,
    st.sampled_from(["message", "mensaje", "google_meet_link", "google_calendar_synced"]),
)
@settings(max_examples=200, deadline=None)
def test_that_no_value_beside_success_undoes_a_created_event(value: object, key: str) -> None:
    body = json.dumps({"success": True, key: value}).encode()
    assert isinstance(outcome_of(judge(Answer(200, body))), Created)


@given(st.integers(100, 599), st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_that_every_answer_has_an_outcome(status: int, body: bytes) -> None:
    assert isinstance(outcome_of(judge(Answer(status, body))), Created | Rejected | Unknown)


@pytest.mark.parametrize(
    ("step", "result"),
    [
        (answered({"success": True}), Result.CREATED),
        (answered({"success": False}), Result.REJECTED),
        (httpx.Response(403), Result.DENIED),
        (httpx.Response(500), Result.UNKNOWN),
        (httpx.ConnectError("refused"), Result.NOT_SENT),
    ],
)
async def test_that_each_outcome_is_reported_once(step: httpx.Response | Exception, result: Result) -> None:
    observer = Observer()
    async with maravia(transport=Scripted(step), observer=observer) as client:
        await client.create_event(EVENT)
    assert observer.results == [result]


async def test_that_a_cancelled_creation_says_so_and_is_not_swallowed() -> None:
    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    observer = Observer()
    async with maravia(transport=httpx.MockTransport(hang), observer=observer) as client:
        task = asyncio.create_task(client.create_event(EVENT))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert client.breakers()["CREAR_EVENTO"] == "closed"
    assert observer.results == [Result.CANCELLED]
