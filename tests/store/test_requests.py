from citas.store.model import HumanRequest, RequestKind
from citas.store.store import Store
from tests.store.samples import ANA, MINUTE, NOW, OTHER_EMPRESA


async def test_that_a_request_is_stored_whole(store: Store) -> None:
    request = await store.requests.add(ANA, RequestKind.CANCEL, "Cancelar", NOW, "AC-7KQ2")

    assert request == HumanRequest(request.id, ANA, RequestKind.CANCEL, "Cancelar", NOW, "AC-7KQ2")
    assert await store.requests.open_of(ANA) == (request,)


async def test_that_requests_are_kept_apart_by_empresa(store: Store) -> None:
    mine = await store.requests.add(ANA, RequestKind.HANDOFF, "Un asesor", NOW)
    theirs = await store.requests.add(OTHER_EMPRESA, RequestKind.MOVE, "Mover", NOW)

    assert await store.requests.open_of(ANA) == (mine,)
    assert await store.requests.open_of(OTHER_EMPRESA) == (theirs,)
    assert await store.requests.all_open() == (mine, theirs)


async def test_that_a_closed_request_is_no_longer_open(store: Store) -> None:
    done = await store.requests.add(ANA, RequestKind.HANDOFF, "Un asesor", NOW)
    left = await store.requests.add(ANA, RequestKind.UNKNOWN_BOOKING, "Revisar", NOW)

    assert await store.requests.close(done.id, NOW + MINUTE)

    assert not await store.requests.close(done.id, NOW + MINUTE)
    assert await store.requests.open_of(ANA) == (left,)
    assert await store.requests.all_open() == (left,)
