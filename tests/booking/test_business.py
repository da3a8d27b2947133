"""The company's data: asked once, kept apart, served old rather than not at all."""

import asyncio
from dataclasses import replace

import pytest

from citas.errors import MaraviaError
from citas.sandbox.faults import ANY, Fault
from tests.booking.support import COSTA_VERDE, HOURS, QUIPU, Bench

PIECES = {
    "context": "OBTENER_CONTEXTO_NEGOCIO",
    "hours": HOURS,
    "products": "OBTENER_PRODUCTOS_CITAS",
    "services": "OBTENER_SERVICIOS_CITAS",
    "faqs": "PREGUNTAS_FRECUENTES",
}
SEARCH = "BUSCAR_PRODUCTOS_SERVICIOS_CITAS"
WEEK_OF_SECONDS = 7 * 24 * 3600.0


async def test_that_fifty_first_turns_at_once_fetch_each_piece_once(bench: Bench) -> None:
    profiles = await asyncio.gather(*(bench.business.profile(QUIPU) for _ in range(50)))
    assert {piece: bench.calls(operation) for piece, operation in PIECES.items()} == dict.fromkeys(PIECES, 1)
    assert all(profile == profiles[0] for profile in profiles)
    assert profiles[0].context is not None
    assert "Quipu" in profiles[0].context


async def test_that_companies_never_see_each_other(bench: Bench) -> None:
    asked = [QUIPU, COSTA_VERDE] * 25
    profiles = await asyncio.gather(*(bench.business.profile(empresa) for empresa in asked))
    for empresa, profile in zip(asked, profiles, strict=True):
        mine, other = ("Quipu", "Costa Verde") if empresa is QUIPU else ("Costa Verde", "Quipu")
        assert mine in str(profile)
        assert other not in str(profile)
    assert bench.calls(HOURS) == 2


async def test_that_nothing_of_one_request_is_part_of_the_cache(bench: Bench) -> None:
    other_seller = replace(QUIPU, usuario_id=1, duracion_cita_minutos=30, personalidad="seca", slots=30)
    first = await bench.business.profile(QUIPU)
    assert await bench.business.profile(other_seller) == first
    assert bench.calls(HOURS) == 1
    assert bench.business.sizes()["schedule"] == 1


async def test_that_old_data_is_served_and_named_while_the_back_end_is_down(bench: Bench) -> None:
    fresh = await bench.business.profile(QUIPU)
    bench.sandbox.faults.add(ANY, Fault.STATUS_503, times=None)
    bench.seconds.now += WEEK_OF_SECONDS
    old = await bench.business.profile(QUIPU)
    assert old == replace(fresh, stale=frozenset(PIECES))
    bench.sandbox.faults.clear()
    bench.seconds.now += 3600
    assert await bench.business.profile(QUIPU) == fresh


async def test_that_a_company_nobody_asked_about_has_no_data_while_the_back_end_is_down(bench: Bench) -> None:
    await bench.business.profile(COSTA_VERDE)
    bench.sandbox.faults.add(ANY, Fault.STATUS_503, times=None)
    profile = await bench.business.profile(QUIPU)
    assert profile.context is None
    assert profile.hours is None
    assert profile.stale == frozenset()


@pytest.mark.parametrize("piece", PIECES)
async def test_that_one_missing_piece_leaves_the_others(bench: Bench, piece: str) -> None:
    bench.sandbox.faults.add(PIECES[piece], Fault.HTML_LOGIN, times=None)
    profile = await bench.business.profile(QUIPU)
    known = {name for name in PIECES if getattr(profile, name) is not None}
    assert known == PIECES.keys() - {piece}


async def test_that_without_a_chatbot_no_faqs_are_asked_for(bench: Bench) -> None:
    profile = await bench.business.profile(replace(QUIPU, id_chatbot=None))
    assert profile.faqs is None
    assert bench.calls("PREGUNTAS_FRECUENTES") == 0


async def test_that_a_booking_reads_the_hours_afresh(bench: Bench) -> None:
    await bench.business.profile(QUIPU)
    assert await bench.business.fresh_hours(101) is not None
    assert bench.calls(HOURS) == 2


async def test_that_a_booking_does_not_rely_on_old_hours(bench: Bench) -> None:
    profile = await bench.business.profile(QUIPU)
    assert profile.hours is not None
    bench.sandbox.faults.add(HOURS, Fault.STATUS_500, times=None)
    assert await bench.business.fresh_hours(101) is None


async def test_that_a_search_is_one_however_it_is_typed(bench: Bench) -> None:
    first = await bench.business.search(101, "Asesoría", 5)
    assert await bench.business.search(101, "  ASESORÍA ", 5) == first
    assert [item.name for item in first.value] == ["Asesoría"]
    assert bench.calls(SEARCH) == 1


@pytest.mark.parametrize(("asked", "sent"), [(-3, 1), (0, 1), (5, 5), (20, 20), (10**9, 20)])
async def test_that_a_search_is_bounded_whatever_a_model_asks_for(
    bench: Bench, asked: int, sent: int
) -> None:
    await bench.business.search(101, "a", asked)
    (call,) = [c for c in bench.sandbox.calls if c.operation == SEARCH]
    assert call.payload["limite"] == sent


async def test_that_a_search_belongs_to_its_company(bench: Bench) -> None:
    await bench.business.search(101, "tasación", 5)
    mine = await bench.business.search(102, "tasación", 5)
    assert [item.name for item in mine.value] == ["Tasación"]


async def test_that_a_search_without_an_answer_is_an_error_not_an_empty_catalogue(bench: Bench) -> None:
    bench.sandbox.faults.add(SEARCH, Fault.EMPTY, times=None)
    with pytest.raises(MaraviaError):
        await bench.business.search(101, "asesoría", 5)
    assert bench.business.sizes()["search"] == 0
