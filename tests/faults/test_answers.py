"""The back end answers, but not as it should.

======  ===========================================================
A1, A2  dirty JSON and other encodings are read all the same
A3      numbers and booleans as text
A4      pieces missing from answers
A5      every spelling of `success`
A6, A8  answers of CREAR_EVENTO that prove nothing
A7      a login, a denial
A12     a calendar that cannot be asked
A13     a slot taken in the last moment
A15     answers made to hurt
A16     links of a meeting that are none
======  ===========================================================
"""

import tracemalloc
from datetime import datetime
from pathlib import Path

import pytest

from citas.agent import phrases
from citas.booking.commit import NotBooked
from citas.sandbox.faults import ANY, Fault
from citas.sandbox.state import Event, NewEvent, SandboxState
from citas.store.model import BookingState, RequestKind
from evals.stage import Clock
from tests.e2e.world import Reply
from tests.faults.support import CHECK, CREATE, RECAP, Scene, facing, on_a_socket

ASKS_PRICE = "¿cuánto cuesta la asesoría?"
SEARCH = "BUSCAR_PRODUCTOS_SERVICIOS_CITAS"
OF_THE_COMPANY = (
    "OBTENER_CONTEXTO_NEGOCIO",
    "OBTENER_PRODUCTOS_CITAS",
    "OBTENER_SERVICIOS_CITAS",
    "PREGUNTAS_FRECUENTES",
    SEARCH,
)
INCOMPLETE = (Fault.LIST_FOR_OBJECT, Fault.NULLS, Fault.MISSING_KEYS)
HURTFUL = (Fault.HUGE, Fault.DEEP, Fault.NAN, Fault.DUPLICATE_KEYS)
MEGABYTE = 1024 * 1024


async def booked_under(scene: Scene, fault: Fault, *, commits: bool | None = None) -> Reply:
    """The customer accepts a slot; the call that creates the event is answered so."""
    await scene.says(RECAP)
    scene.world.sandbox.faults.add(CREATE, fault, times=None, commits=commits)
    return await scene.says("sí")


@pytest.mark.parametrize(
    ("fault", "dirty"),
    [
        (Fault.WARNING_BEFORE, True),
        (Fault.NOTICE_AFTER, True),
        (Fault.BOM, True),
        (Fault.UTF16, True),
        (Fault.LATIN1, True),
        # PHP's own default, on clean JSON: nothing is cut away, so nothing is dirty.
        (Fault.HTML_CONTENT_TYPE, False),
    ],
)
async def test_a1_a2_that_a_dirty_answer_is_read_as_what_it_holds(
    tmp_path: Path, fault: Fault, *, dirty: bool
) -> None:
    async with facing(tmp_path) as scene:
        scene.spoil(ANY, fault)
        price = await scene.says(ASKS_PRICE)
        assert "Asesoría" in price.text
        assert "S/ 150" in price.text
        await scene.says(RECAP)
        await scene.assert_confirmed(await scene.says("sí"))
        assert scene.world.calls(CREATE) == 1
        assert (await scene.counted("php_dirty_json_total") > 0) is dirty
        assert await scene.counted("php_shape_total") == 0


@pytest.mark.parametrize("fault", [Fault.NUMBERS_AS_STRINGS, Fault.BOOLEANS_AS_STRINGS])
async def test_a3_that_numbers_and_booleans_as_text_are_read(tmp_path: Path, fault: Fault) -> None:
    async with facing(tmp_path) as scene:
        scene.spoil(ANY, fault)
        assert "S/ 150" in (await scene.says(ASKS_PRICE)).text
        await scene.says(RECAP)
        await scene.assert_confirmed(await scene.says("sí"))
        assert scene.world.calls(CREATE) == 1


@pytest.mark.parametrize("fault", INCOMPLETE)
@pytest.mark.parametrize("operation", OF_THE_COMPANY)
async def test_a4_that_a_missing_piece_of_the_company_is_gone_without(
    tmp_path: Path, operation: str, fault: Fault
) -> None:
    async with facing(tmp_path) as scene:
        scene.spoil(operation, fault)
        price = await scene.says(ASKS_PRICE)
        assert ("S/ 150" in price.text) is (operation != SEARCH)
        assert operation != SEARCH or "S/" not in price.text
        await scene.says(RECAP)
        await scene.assert_confirmed(await scene.says("sí"))
        assert await scene.counted("php_shape_total") > 0


@pytest.mark.parametrize("fault", INCOMPLETE)
@pytest.mark.parametrize("operation", ["OBTENER_HORARIO_REUNIONES", CHECK])
async def test_a4_that_without_hours_or_slots_no_slot_is_given(
    tmp_path: Path, operation: str, fault: Fault
) -> None:
    async with facing(tmp_path) as scene:
        scene.spoil(operation, fault)
        reply = await scene.says(RECAP)
        assert phrases.NO_CALENDAR in reply.text
        assert await scene.rows() == ()
        assert scene.world.calls(CREATE) == 0
        assert await scene.counted("php_shape_total") > 0


@pytest.mark.parametrize("fault", [None, Fault.SUCCESS_INT_1, Fault.SUCCESS_TEXT_1, Fault.SUCCESS_TEXT_TRUE])
async def test_a5_that_every_spelling_of_yes_is_a_booking(tmp_path: Path, fault: Fault | None) -> None:
    async with facing(tmp_path) as scene:
        await scene.says(RECAP)
        if fault is not None:
            scene.spoil(CREATE, fault)
        await scene.assert_confirmed(await scene.says("sí"))
        assert scene.world.calls(CREATE) == 1
        assert await scene.requests() == ()
        assert await scene.counted("booking_success_total") == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault.REFUSED,
        Fault.SUCCESS_INT_0,
        Fault.SUCCESS_TEXT_0,
        Fault.SUCCESS_TEXT_FALSE,
        Fault.SUCCESS_TEXT_EMPTY,
        Fault.SUCCESS_NULL,
    ],
)
async def test_a5_that_no_spelling_of_no_is_a_booking(tmp_path: Path, fault: Fault) -> None:
    async with facing(tmp_path) as scene:
        reply = await booked_under(scene, fault)
        assert reply.text == phrases.not_booked(NotBooked("rejected", needs_person=True))
        row = await scene.row()
        assert row.state is BookingState.REJECTED
        assert not row.state.holds_slot
        assert [r.kind for r in await scene.requests()] == [RequestKind.HANDOFF]
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("booking_failed_total") == 1
        assert await scene.counted("booking_success_total") == 0


@pytest.mark.parametrize("commits", [True, False])
@pytest.mark.parametrize(
    "fault", [Fault.EMPTY, Fault.HTML_LOGIN, Fault.TRUNCATED, Fault.TWO_DOCUMENTS, Fault.NO_SUCCESS]
)
async def test_a6_that_an_answer_without_a_clear_success_is_told_as_unknown(
    tmp_path: Path, fault: Fault, *, commits: bool
) -> None:
    async with facing(tmp_path) as scene:
        reply = await booked_under(scene, fault, commits=commits)
        await scene.assert_verifying(reply)
        assert len(scene.world.events) == commits
        await scene.says("sí")  # and it is not sent again
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("php_shape_total") == 1
        assert await scene.counted("booking_unknown_total") == 1


@pytest.mark.parametrize("fault", [Fault.STATUS_302, Fault.STATUS_401, Fault.STATUS_403, Fault.STATUS_404])
async def test_a7_that_a_denied_booking_is_put_before_a_person(tmp_path: Path, fault: Fault) -> None:
    async with facing(tmp_path) as scene:
        reply = await booked_under(scene, fault)
        assert phrases.TO_PERSON in reply.text
        assert (await scene.row()).state is BookingState.REJECTED
        assert [r.kind for r in await scene.requests()] == [RequestKind.HANDOFF]
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("php_auth_total") == 1


@pytest.mark.parametrize("commits", [True, False])
@pytest.mark.parametrize(
    "fault",
    [Fault.STATUS_429, Fault.STATUS_500, Fault.STATUS_502, Fault.STATUS_503, Fault.STATUS_504],
)
async def test_a8_that_a_server_error_on_a_booking_is_told_as_unknown(
    tmp_path: Path, fault: Fault, *, commits: bool
) -> None:
    async with facing(tmp_path) as scene:
        reply = await booked_under(scene, fault, commits=commits)
        await scene.assert_verifying(reply)
        await scene.says("sí")
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("booking_unknown_total") == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault.SLOW,
        Fault.STATUS_401,
        Fault.STATUS_429,
        Fault.STATUS_500,
        Fault.STATUS_503,
        Fault.EMPTY,
        Fault.HTML_LOGIN,
        Fault.TRUNCATED,
        Fault.NO_SUCCESS,
        Fault.REFUSED,
    ],
)
@pytest.mark.parametrize("shown", [False, True], ids=["when asked", "at the last check"])
async def test_a12_that_without_the_calendar_nothing_is_offered_or_booked(
    tmp_path: Path, fault: Fault, *, shown: bool
) -> None:
    async with facing(tmp_path, api_timeout=1 if fault is Fault.SLOW else 5) as scene:
        if shown:
            await scene.says(RECAP)
        scene.spoil(CHECK, fault)
        reply = await scene.says("sí" if shown else RECAP)
        assert phrases.NO_CALENDAR in reply.text
        assert await scene.rows() == ()
        assert await scene.requests() == ()
        assert scene.world.calls(CREATE) == 0
        assert await scene.counted("availability_errors_total") > 0


class Overtaken(SandboxState):
    """A calendar in which somebody else takes the slot after it was found free, before it is booked."""

    def create(self, new: NewEvent) -> Event | None:
        self.take(101, datetime(2026, 3, 12, 16, 0))  # noqa: DTZ001  the sandbox takes local times
        return super().create(new)


async def test_a13_that_a_slot_taken_in_the_last_moment_is_told_with_others(tmp_path: Path) -> None:
    clock = Clock()
    async with facing(tmp_path, clock=clock, sandbox=Overtaken(None, clock)) as scene:
        await scene.says(RECAP)
        reply = await scene.says("sí")
        assert "ocupado" in reply.text
        assert "¿Te sirve el *" in reply.text
        assert (await scene.row()).state is BookingState.REJECTED
        assert await scene.requests() == ()
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("booking_race_total") == 1


@pytest.mark.parametrize("fault", HURTFUL)
async def test_a15_that_a_hurtful_answer_about_a_slot_is_no_answer(tmp_path: Path, fault: Fault) -> None:
    clock = Clock()
    calendar = SandboxState(None, clock)
    async with (
        on_a_socket(calendar) as base,
        facing(tmp_path, clock=clock, sandbox=calendar, back_end=base) as scene,
    ):
        await scene.says("hola")
        scene.spoil(CHECK, fault)
        tracemalloc.start()
        try:
            reply = await scene.says(RECAP)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert phrases.NO_CALENDAR in reply.text
        assert scene.world.calls(CREATE) == 0
        assert await scene.counted("php_shape_total") > 0
        assert peak < 20 * MEGABYTE


@pytest.mark.parametrize("fault", HURTFUL)
async def test_a15_that_a_hurtful_answer_to_a_booking_is_told_as_unknown(
    tmp_path: Path, fault: Fault
) -> None:
    clock = Clock()
    calendar = SandboxState(None, clock)
    async with (
        on_a_socket(calendar) as base,
        facing(tmp_path, clock=clock, sandbox=calendar, back_end=base) as scene,
    ):
        reply = await booked_under(scene, fault)
        await scene.assert_verifying(reply)
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("php_shape_total") == 1


@pytest.mark.parametrize("fault", [Fault.NO_MEET_LINK, Fault.FOREIGN_MEET_LINK])
async def test_a16_that_a_link_that_is_no_meeting_is_not_passed_on(tmp_path: Path, fault: Fault) -> None:
    async with facing(tmp_path) as scene:
        reply = await booked_under(scene, fault)
        await scene.assert_confirmed(reply)
        assert reply.url is None
        assert "http" not in reply.text
        assert (await scene.row()).meet_link is None
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("meet_link_total") == 1
        assert await scene.counted("meet_link_total", state="present") == 0
