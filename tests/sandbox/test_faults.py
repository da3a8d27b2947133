"""Each fault on the wire, and whether the event behind it exists."""

import asyncio
import json
import math
from datetime import datetime

import httpx
import pytest

from citas.sandbox.faults import Fault, Faults
from citas.sandbox.responses import DEEP_LEVELS, FOREIGN_MEET_LINK, HUGE_BYTES, ConnectionDropped
from citas.sandbox.state import Event, SandboxState
from tests.sandbox.conftest import (
    AGENDAR,
    CALENDARIO,
    INFORMACION,
    Caller,
    availability,
    thursday_at_four,
    until,
)

CREAR = "CREAR_EVENTO"
NEVER = 3600.0


@pytest.fixture
def sent(caller: Caller, state: SandboxState) -> "Sent":
    return Sent(caller, state)


class Sent:
    """CREAR_EVENTO under one fault."""

    def __init__(self, caller: Caller, state: SandboxState) -> None:
        self.caller = caller
        self.state = state

    async def under(self, fault: Fault, *, commits: bool | None = None) -> httpx.Response:
        """The raw response; also checks that the log and the calendar agree on what happened."""
        self.state.faults.add(CREAR, fault, seconds=0, commits=commits)
        response = await self.caller.http.post(CALENDARIO, json=thursday_at_four())
        (call,) = self.state.calls
        assert call.fault == fault
        assert (call.created is not None) == bool(self.state.events())
        return response


async def hang_up_on(caller: Caller, state: SandboxState) -> tuple[Event, ...]:
    """Give CREAR_EVENTO up once it has been received; returns the events there were by then."""
    request = asyncio.create_task(caller.create("2026-03-12 16:00", "2026-03-12 17:00"))
    await until(lambda: state.calls)
    before = state.events()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    return before


FAULTS_OF_AN_ANSWER = sorted(set(Fault) - {Fault.RESET_MID_BODY, Fault.HUGE})


@pytest.mark.parametrize("fault", FAULTS_OF_AN_ANSWER)
async def test_that_a_fault_says_truly_whether_the_event_was_made(sent: Sent, fault: Fault) -> None:
    await sent.under(fault)

    assert bool(sent.state.events()) is fault.commits


@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.TRUNCATED, Fault.STATUS_503, Fault.SLOW])
@pytest.mark.parametrize("commits", [True, False])
async def test_that_what_a_fault_commits_can_be_overruled(sent: Sent, fault: Fault, commits: bool) -> None:
    await sent.under(fault, commits=commits)

    assert bool(sent.state.events()) is commits


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.COMMIT_THEN_500, 500),
        (Fault.STATUS_401, 401),
        (Fault.STATUS_403, 403),
        (Fault.STATUS_404, 404),
        (Fault.STATUS_429, 429),
        (Fault.STATUS_500, 500),
        (Fault.STATUS_502, 502),
        (Fault.STATUS_503, 503),
        (Fault.STATUS_504, 504),
    ],
)
async def test_that_a_status_comes_with_an_html_page(sent: Sent, fault: Fault, status: int) -> None:
    response = await sent.under(fault)

    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")


async def test_that_a_lost_session_is_redirected_to_the_login_page(sent: Sent) -> None:
    response = await sent.under(Fault.STATUS_302)
    followed = await sent.caller.http.get(response.headers["location"])

    assert response.status_code == 302
    assert followed.status_code == 200
    assert "Iniciar sesión" in followed.text


async def test_that_a_login_page_may_come_with_status_200(sent: Sent) -> None:
    response = await sent.under(Fault.HTML_LOGIN)

    assert response.status_code == 200
    assert "<form" in response.text


async def test_that_a_refusal_carries_the_words_it_was_given(caller: Caller, state: SandboxState) -> None:
    state.faults.add(CREAR, Fault.REFUSED, message="Vendedor de vacaciones")

    document = await caller.say(CALENDARIO, **thursday_at_four())

    assert document == {"success": False, "message": "Vendedor de vacaciones"}
    assert state.events() == ()


async def test_that_an_empty_answer_is_empty(sent: Sent) -> None:
    response = await sent.under(Fault.EMPTY)

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    "fault", [Fault.TRUNCATED, Fault.TWO_DOCUMENTS, Fault.WARNING_BEFORE, Fault.NOTICE_AFTER]
)
async def test_that_these_bodies_are_no_json_as_they_stand(sent: Sent, fault: Fault) -> None:
    response = await sent.under(fault)

    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.content.decode())


async def test_that_a_warning_stands_before_the_json(sent: Sent) -> None:
    response = await sent.under(Fault.WARNING_BEFORE)

    warning, brace, rest = response.text.partition("{")
    assert "<b>Warning</b>" in warning
    assert json.loads(brace + rest)["success"] is True


async def test_that_a_notice_stands_after_the_json(sent: Sent) -> None:
    response = await sent.under(Fault.NOTICE_AFTER)

    document, end = json.JSONDecoder().raw_decode(response.text)
    assert document["success"] is True
    assert "<b>Notice</b>" in response.text[end:]


async def test_that_the_second_of_two_documents_contradicts_the_first(sent: Sent) -> None:
    response = await sent.under(Fault.TWO_DOCUMENTS)

    first, second = response.text.splitlines()
    assert (json.loads(first)["success"], json.loads(second)["success"]) == (True, False)


@pytest.mark.parametrize(
    ("fault", "encoding", "mark"),
    [
        (Fault.BOM, "utf-8-sig", b"\xef\xbb\xbf"),
        (Fault.UTF16, "utf-16", b"\xff\xfe"),
        (Fault.LATIN1, "latin-1", b"{"),
    ],
)
async def test_that_the_json_comes_in_another_encoding(
    sent: Sent, fault: Fault, encoding: str, mark: bytes
) -> None:
    response = await sent.under(fault)

    assert response.content.startswith(mark)
    assert "Reunión".encode() not in response.content.replace(mark, b"", 1) or fault is Fault.BOM
    assert json.loads(response.content.decode(encoding))["message"] == "Reunión agendada con éxito"


async def test_that_sound_json_may_call_itself_html(sent: Sent) -> None:
    response = await sent.under(Fault.HTML_CONTENT_TYPE)

    assert response.headers["content-type"].startswith("text/html")
    assert response.json()["success"] is True


async def test_that_a_huge_body_is_huge_and_still_json(sent: Sent) -> None:
    response = await sent.under(Fault.HUGE)

    assert len(response.content) > HUGE_BYTES
    assert response.json()["success"] is True
    assert len(sent.state.events()) == 1


async def test_that_a_deep_body_is_deep_and_balanced(sent: Sent) -> None:
    text = (await sent.under(Fault.DEEP)).text

    assert text.count("[") == text.count("]") == DEEP_LEVELS


async def test_that_duplicate_keys_contradict_each_other(sent: Sent) -> None:
    text = (await sent.under(Fault.DUPLICATE_KEYS)).text

    pairs = json.loads(text, object_pairs_hook=list)
    assert [value for key, value in pairs if key == "success"] == [False, True]


async def test_that_numbers_may_be_nan(caller: Caller, state: SandboxState) -> None:
    state.faults.add("SUGERIR_HORARIOS", Fault.NAN)

    document = await caller.suggest()

    assert math.isnan(document["total"])
    assert document["success"] is True


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        (Fault.SUCCESS_TEXT_1, "1"),
        (Fault.SUCCESS_INT_1, 1),
        (Fault.SUCCESS_TEXT_TRUE, "true"),
        (Fault.SUCCESS_TEXT_0, "0"),
        (Fault.SUCCESS_INT_0, 0),
        (Fault.SUCCESS_TEXT_FALSE, "false"),
        (Fault.SUCCESS_TEXT_EMPTY, ""),
        (Fault.SUCCESS_NULL, None),
    ],
)
async def test_that_success_takes_every_form_php_gives_it(sent: Sent, fault: Fault, value: object) -> None:
    success = (await sent.under(fault)).json()["success"]

    assert success == value
    assert type(success) is type(value)


async def test_that_success_may_be_missing(sent: Sent) -> None:
    document = (await sent.under(Fault.NO_SUCCESS)).json()

    assert "success" not in document
    assert document["message"]


async def test_that_numbers_come_as_strings(caller: Caller, state: SandboxState) -> None:
    state.faults.add("*", Fault.NUMBERS_AS_STRINGS, times=2)

    search = await caller.informacion("BUSCAR_PRODUCTOS_SERVICIOS_CITAS", busqueda="Asesoría", limite=1)
    suggestions = await caller.suggest()

    assert search["productos"][0]["precio_unitario"] == "150.00"
    assert suggestions["total"] == "14"
    assert suggestions["success"] is True


async def test_that_booleans_come_as_strings(caller: Caller, state: SandboxState) -> None:
    state.faults.add("CONSULTAR_DISPONIBILIDAD", Fault.BOOLEANS_AS_STRINGS)

    document = await caller.say(AGENDAR, **availability("2026-03-12 15:00", "2026-03-12 16:00"))

    assert document == {"success": "1", "disponible": "0"}


async def test_that_a_list_stands_for_an_object(caller: Caller, state: SandboxState) -> None:
    state.faults.add("OBTENER_HORARIO_REUNIONES", Fault.LIST_FOR_OBJECT)
    state.faults.add("OBTENER_CONTEXTO_NEGOCIO", Fault.LIST_FOR_OBJECT)

    timetable = await caller.informacion("OBTENER_HORARIO_REUNIONES")
    context = await caller.http.post(
        INFORMACION, json={"codOpe": "OBTENER_CONTEXTO_NEGOCIO", "id_empresa": 101}
    )

    assert timetable == {"success": True, "horario_reuniones": []}
    assert context.json() == []


async def test_that_the_meet_link_may_be_missing_or_lead_elsewhere(sent: Sent) -> None:
    without = (await sent.under(Fault.NO_MEET_LINK)).json()
    sent.state.reset()
    elsewhere = (await sent.under(Fault.FOREIGN_MEET_LINK)).json()

    assert without["success"] is True
    assert "google_meet_link" not in without
    assert elsewhere["google_meet_link"] == FOREIGN_MEET_LINK


async def test_that_a_refused_event_gets_no_foreign_link(sent: Sent) -> None:
    sent.state.take(101, datetime.fromisoformat("2026-03-12 16:00"))

    document = (await sent.under(Fault.FOREIGN_MEET_LINK)).json()

    assert document["success"] is False
    assert "google_meet_link" not in document


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.HANG_AFTER_COMMIT, Fault.DRIP])
async def test_that_an_event_lands_although_its_caller_hung_up(
    caller: Caller, state: SandboxState, fault: Fault
) -> None:
    state.faults.add(CREAR, fault, seconds=NEVER)

    await hang_up_on(caller, state)

    assert len(state.events()) == 1


async def test_that_a_slow_event_is_not_there_before_its_time(caller: Caller, state: SandboxState) -> None:
    state.faults.add(CREAR, Fault.SLOW, seconds=NEVER)

    before = await hang_up_on(caller, state)

    assert before == ()


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.HANG_AFTER_COMMIT, Fault.DRIP])
async def test_that_a_late_answer_is_a_sound_one(sent: Sent, fault: Fault) -> None:
    response = await sent.under(fault)

    assert response.json()["success"] is True


async def test_that_a_dropped_connection_drops_amid_the_body(caller: Caller, state: SandboxState) -> None:
    state.faults.add(CREAR, Fault.RESET_MID_BODY)

    with pytest.raises(ConnectionDropped):
        await caller.create("2026-03-12 16:00", "2026-03-12 17:00")

    assert len(state.events()) == 1


async def test_that_a_fault_concerns_its_operation_and_its_calls_only(
    caller: Caller, state: SandboxState
) -> None:
    state.faults.add("CONSULTAR_DISPONIBILIDAD", Fault.STATUS_500, times=2)
    body = availability("2026-03-12 16:00", "2026-03-12 17:00")

    await caller.informacion("OBTENER_CONTEXTO_NEGOCIO")
    statuses = [(await caller.http.post(AGENDAR, json=body)).status_code for _ in range(3)]

    assert statuses == [500, 500, 200]


def test_that_faults_wait_in_line() -> None:
    faults = Faults()
    faults.add(CREAR, Fault.EMPTY)
    faults.add("*", Fault.SLOW)
    faults.add(CREAR, Fault.NAN, times=None)

    taken = [faults.take(CREAR) for _ in range(4)]

    assert [t.fault if t else None for t in taken] == [
        Fault.EMPTY,
        Fault.SLOW,
        Fault.NAN,
        Fault.NAN,
    ]
    assert faults.take("SUGERIR_HORARIOS") is None


def test_that_clearing_may_spare_the_other_operations() -> None:
    faults = Faults()
    faults.add(CREAR, Fault.EMPTY)
    faults.add("SUGERIR_HORARIOS", Fault.NAN, times=None)

    faults.clear(CREAR)
    left = [p.fault for p in faults.planned]
    faults.clear()

    assert left == [Fault.NAN]
    assert faults.planned == ()


def test_that_a_fault_for_an_operation_nobody_speaks_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such operation: CREAR_EVENTOS"):
        Faults().add("CREAR_EVENTOS", Fault.EMPTY)


@pytest.mark.parametrize(("times", "seconds"), [(0, 1.0), (-1, 1.0), (1, -0.1)])
def test_that_senseless_counts_are_an_error(times: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="times must be at least 1"):
        Faults().add(CREAR, Fault.SLOW, times=times, seconds=seconds)
