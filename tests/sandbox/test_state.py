"""What the sandbox remembers, and for how long."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from citas.sandbox.company import Span
from citas.sandbox.faults import Fault
from citas.sandbox.state import NewEvent, SandboxState, meet_link
from tests.sandbox.conftest import LIMA, NOW, Caller, wednesday_morning

START = datetime.fromisoformat("2026-03-12 16:00")


def new_event(start: datetime = START, usuario_id: int = 1) -> NewEvent:
    return NewEvent(
        usuario_id=usuario_id,
        id_prospecto="5198765432101",
        titulo="Reunión",
        span=Span(start, start + timedelta(hours=1)),
        correo_cliente="ana@example.com",
        correo_usuario="",
    )


def test_that_events_and_taken_slots_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "sandbox.json"
    before = SandboxState(path, wednesday_morning)
    before.create(new_event())
    before.take(101, START + timedelta(days=1), 60)

    after = SandboxState(path, wednesday_morning)

    assert after.events() == before.events()
    assert after.create(new_event()) is None
    assert after.create(new_event(START + timedelta(days=1))) is None
    second = after.create(new_event(START + timedelta(hours=1)))
    assert second is not None
    assert second.id == 2


def test_that_the_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    state = SandboxState(path, wednesday_morning)
    state.create(new_event())
    with path.open("rb") as held:
        state.create(new_event(START + timedelta(hours=1)))
        as_it_was = held.read()

    assert b'"id": 2' not in as_it_was
    assert len(SandboxState(path).events()) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["sandbox.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"events": 3}'])
def test_that_a_strange_file_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sandbox.json"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=r"sandbox\.json is not a sandbox's memory"):
        SandboxState(path)

    assert path.read_bytes() == content


def test_that_a_reset_leaves_the_seed_alone(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    state = SandboxState(path, wednesday_morning)
    state.create(new_event())
    state.take(101, START + timedelta(hours=1))
    state.receive("CREAR_EVENTO", {})
    state.faults.add("*", Fault.EMPTY)

    state.reset()

    assert (state.events(), state.calls, state.faults.planned) == ((), (), ())
    assert SandboxState(path).events() == ()
    assert state.create(new_event(START + timedelta(hours=1))) is not None
    assert state.create(new_event(datetime.fromisoformat("2026-03-12 15:00"))) is None


async def test_that_a_taken_slot_is_busy(caller: Caller, state: SandboxState) -> None:
    state.take(101, datetime.fromisoformat("2026-03-12 10:00"), 30)
    state.take(101, datetime(2026, 3, 12, 16, 30, tzinfo=LIMA), 30)
    state.take(101, datetime.fromisoformat("2026-03-16T20:00:00+00:00"), 60)

    assert not await caller.is_free("2026-03-12 10:00", "2026-03-12 11:00")
    assert not await caller.is_free("2026-03-12 16:00", "2026-03-12 17:00")
    assert not await caller.is_free("2026-03-16 15:00", "2026-03-16 16:00")
    assert await caller.is_free("2026-03-12 10:00", "2026-03-12 11:00", id_empresa=102)


def test_that_nobody_takes_a_slot_of_an_unknown_company(state: SandboxState) -> None:
    with pytest.raises(ValueError, match="no such empresa: 999"):
        state.take(999, START)


def test_that_meet_links_look_real_repeat_never_and_depend_on_nothing_else() -> None:
    links = [meet_link(n) for n in range(1, 2001)]

    assert all(re.fullmatch(r"https://meet\.google\.com/[a-z]{3}-[a-z]{4}-[a-z]{3}", link) for link in links)
    assert len(set(links)) == len(links)
    assert meet_link(1) == links[0]


def test_that_two_states_share_nothing(state: SandboxState) -> None:
    other = SandboxState(now=wednesday_morning)
    state.create(new_event())
    state.faults.add("*", Fault.EMPTY)

    assert other.events() == ()
    assert other.faults.planned == ()


def test_that_a_clock_without_a_zone_is_refused() -> None:
    state = SandboxState(now=lambda: NOW.replace(tzinfo=None))

    with pytest.raises(ValueError, match="aware"):
        state.now()


def test_that_the_default_clock_is_aware() -> None:
    assert SandboxState().now().tzinfo is not None
