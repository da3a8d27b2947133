"""The handles of a running sandbox."""

import pytest

from citas.sandbox.faults import Fault
from citas.sandbox.state import SandboxState
from tests.sandbox.conftest import CALENDARIO, NOW, Caller, thursday_at_four


async def test_that_events_can_be_read_and_narrowed(caller: Caller) -> None:
    await caller.create("2026-03-12 16:00", "2026-03-12 17:00", usuario_id=7)
    await caller.create("2026-03-12 10:00", "2026-03-12 10:30", usuario_id=20)

    everything = (await caller.http.get("/sandbox/events")).json()["events"]
    by_company = (await caller.http.get("/sandbox/events?empresa=101")).json()["events"]
    by_seller = (await caller.http.get("/sandbox/events?usuario_id=20")).json()["events"]

    assert [e["id"] for e in everything] == [1, 2]
    assert [(e["id"], e["start"]) for e in by_company] == [(1, "2026-03-12T16:00:00")]
    assert [e["id"] for e in by_seller] == [2]


async def test_that_calls_can_be_read(caller: Caller) -> None:
    await caller.create("2026-03-12 16:00", "2026-03-12 17:00")

    (call,) = (await caller.http.get("/sandbox/calls")).json()["calls"]

    assert call == {
        "operation": "CREAR_EVENTO",
        "payload": thursday_at_four(),
        "at": NOW.isoformat(),
        "fault": None,
        "created": 1,
    }


async def test_that_faults_are_ordered_and_cleared(caller: Caller, state: SandboxState) -> None:
    order = {"operation": "CREAR_EVENTO", "fault": "status_503", "times": None, "commits": True}

    added = await caller.http.post("/sandbox/faults", json=order)
    spoilt = await caller.http.post(CALENDARIO, json=thursday_at_four())
    spared = await caller.http.delete("/sandbox/faults?operation=SUGERIR_HORARIOS")
    cleared = await caller.http.delete("/sandbox/faults")

    assert added.json()["faults"][0]["fault"] == Fault.STATUS_503
    assert spoilt.status_code == 503
    assert len(state.events()) == 1
    assert len(spared.json()["faults"]) == 1
    assert cleared.json() == {"faults": []}
    assert state.faults.planned == ()


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"operation": "CREAR_EVENTO", "fault": "sloow"}, "'slow'"),
        ({"operation": "CREAR", "fault": "slow"}, "no such operation: CREAR"),
        ({"operation": "*", "fault": "slow", "times": 0}, "times must be at least 1"),
        ({"fault": "slow"}, "operation"),
        ([], "object"),
    ],
)
async def test_that_a_wrong_order_is_told_what_is_wrong(
    caller: Caller, state: SandboxState, order: object, told: str
) -> None:
    response = await caller.http.post("/sandbox/faults", json=order)

    assert response.status_code == 400
    assert told in response.json()["error"]
    assert state.faults.planned == ()


async def test_that_a_filter_must_be_a_number(caller: Caller) -> None:
    response = await caller.http.get("/sandbox/events?empresa=todas")

    assert response.status_code == 400


async def test_that_a_reset_brings_the_seed_back(caller: Caller, state: SandboxState) -> None:
    await caller.create("2026-03-12 16:00", "2026-03-12 17:00")

    response = await caller.http.post("/sandbox/reset")

    assert response.status_code == 200
    assert (state.events(), state.calls) == ((), ())
