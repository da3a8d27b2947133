"""The read operations over a scripted transport: requests sent, shapes read, dirt survived."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal

import httpx
import pytest

from citas.errors import MaraviaRefused, MaraviaUnavailable
from citas.maravia.calls import Result
from citas.maravia.model import Calendar, CatalogueItem, Faq, Suggestion
from citas.scheduling.model import Availability, Slot
from tests.maravia.support import (
    CALENDAR,
    SLOT,
    ZONE,
    Observer,
    Scripted,
    answered,
    maravia,
    printed,
)

WARNING = b"<br />\n<b>Notice</b>: Undefined index in <b>/a.php</b> on line <b>5</b><br />\n"


async def test_that_each_operation_asks_in_the_words_of_the_wire() -> None:
    php = Scripted(answered({"success": True, "sugerencias": []}))
    calendar = Calendar(id_empresa=7, slots=2, agendar_usuario=0, agendar_sucursal=1)
    shared = {"id_empresa": 7, "slots": 2, "agendar_usuario": 0, "agendar_sucursal": 1}
    async with maravia(transport=php) as client:
        await client.opening_hours(7)
        await client.business_context(7)
        await client.product_names(7)
        await client.service_names(7)
        await client.search_catalogue(7, "lógica", 5)
        await client.faqs(9)
        await client.suggestions(calendar, 45)
        await client.availability(calendar, SLOT)
    assert php.asked == [
        {"codOpe": "OBTENER_HORARIO_REUNIONES", "id_empresa": 7},
        {"codOpe": "OBTENER_CONTEXTO_NEGOCIO", "id_empresa": 7},
        {"codOpe": "OBTENER_PRODUCTOS_CITAS", "id_empresa": 7},
        {"codOpe": "OBTENER_SERVICIOS_CITAS", "id_empresa": 7},
        {
            "codOpe": "BUSCAR_PRODUCTOS_SERVICIOS_CITAS",
            "id_empresa": 7,
            "busqueda": "lógica",
            "limite": 5,
        },
        {"id_chatbot": 9},
        {"codOpe": "SUGERIR_HORARIOS", **shared, "duracion_minutos": 45},
        {
            "codOpe": "CONSULTAR_DISPONIBILIDAD",
            **shared,
            "fecha_inicio": "2026-03-12 15:00:00",
            "fecha_fin": "2026-03-12 16:00:00",
        },
    ]
    files = [url.removeprefix("http://php.test/servicio/ws_") for url in php.urls]
    assert files == ["informacion_ia.php"] * 5 + ["preguntas_frecuentes.php"] + ["agendar_reunion.php"] * 2


async def test_that_slots_in_another_zone_are_asked_on_the_companys_clocks() -> None:
    php = Scripted(answered({"success": True, "disponible": True}))
    utc = Slot.of(datetime.fromisoformat("2026-03-12T20:00:00+00:00"), 30)
    async with maravia(transport=php) as client:
        await client.availability(CALENDAR, utc)
    assert php.asked[0]["fecha_inicio"] == "2026-03-12 15:00:00"


async def test_that_the_catalogue_is_read_with_strings_for_numbers_and_html_a3() -> None:
    item = {
        "nombre": "Consultor&iacute;a",
        "precio_unitario": "1,250.00",
        "nombre_categoria": "Servicios",
        "descripcion": "<p>Una hora</p><p>con un experto</p>",
        "nombre_tipo_producto": "Servicio",
        "nombre_unidad": None,
    }
    php = Scripted(answered({"success": "1", "productos": [item, {"nombre": "B"}, {"nombre": "C"}]}))
    async with maravia(transport=php) as client:
        found = await client.search_catalogue(7, "consultoría", 2)
    assert found == (
        CatalogueItem(
            name="Consultoría",
            price=Decimal("1250.00"),
            category="Servicios",
            description="Una hora\ncon un experto",
            kind="Servicio",
        ),
        CatalogueItem(name="B", price=None),
    )


@pytest.mark.parametrize(
    "products", [[], {}, None, "", 0, [None, 5, "x", {"nombre": ""}, {"nombre": []}, {}]]
)
async def test_that_a_catalogue_without_data_is_empty_a4(products: object) -> None:
    php = Scripted(answered({"success": True, "productos": products}))
    async with maravia(transport=php) as client:
        assert await client.search_catalogue(7, "x", 5) == ()
        assert await client.product_names(7) == ()
        assert await client.service_names(7) == ()


async def test_that_missing_keys_leave_the_rest_readable_a4() -> None:
    async with maravia(transport=Scripted(answered({"success": 1}))) as client:
        assert await client.business_context(7) == ""
        assert await client.faqs(9) == ()
        assert await client.product_names(7) == ()
        assert (await client.opening_hours(7)).week == (None,) * 7


async def test_that_a_php_list_with_gaps_is_read() -> None:
    gaps = {"0": {"nombre": "A"}, "2": {"nombre": "B"}}
    php = Scripted(answered({"success": True, "productos": gaps}))
    async with maravia(transport=php) as client:
        assert await client.product_names(7) == ("A", "B")


async def test_that_opening_hours_come_out_of_the_answer() -> None:
    stated = {"reunion_lunes": "9am a 6pm", "horarios_bloqueados": '["13:00-14:00"]'}
    php = Scripted(answered({"success": True, "horario_reuniones": stated}))
    async with maravia(transport=php) as client:
        hours = await client.opening_hours(7)
    assert hours.week[0] is not None
    assert len(hours.blocks) == 1
    assert len(hours.problems) == 6


async def test_that_faqs_without_an_answer_are_left_out() -> None:
    asked = [{"pregunta": "¿Dónde?", "respuesta": "<p>En Lima</p>"}, {"pregunta": "¿Y?"}]
    php = Scripted(answered({"success": True, "preguntas_frecuentes": asked}))
    async with maravia(transport=php) as client:
        assert await client.faqs(9) == (Faq("¿Dónde?", "En Lima"),)


async def test_that_suggestions_are_aware_and_the_unclear_ones_left_out() -> None:
    suggested = [
        {"dia": "hoy", "fecha_inicio": "2026-03-12 15:00:00", "disponible": "1"},
        {"dia": "hoy", "fecha_inicio": "2026-03-12 16:00:00", "disponible": False},
        {"dia": "hoy", "fecha_inicio": "2026-03-12 17:00:00"},
        {"dia": "hoy", "fecha_inicio": "5 PM", "disponible": True},
    ]
    php = Scripted(answered({"success": True, "sugerencias": suggested}))
    async with maravia(transport=php) as client:
        found = await client.suggestions(CALENDAR, 60)
    assert found == (
        Suggestion(datetime(2026, 3, 12, 15, tzinfo=ZONE), available=True),
        Suggestion(datetime(2026, 3, 12, 16, tzinfo=ZONE), available=False),
    )


async def test_that_an_empty_list_of_suggestions_is_an_answer() -> None:
    php = Scripted(answered({"success": True, "sugerencias": []}))
    async with maravia(transport=php) as client:
        assert await client.suggestions(CALENDAR, 60) == ()


@pytest.mark.parametrize("fields", [{}, {"sugerencias": None}, {"sugerencias": [{"dia": "hoy"}]}])
async def test_that_missing_suggestions_are_not_an_empty_agenda_a4(fields: dict[str, object]) -> None:
    php = Scripted(answered({"success": True, **fields}))
    async with maravia(transport=php) as client:
        with pytest.raises(MaraviaUnavailable):
            await client.suggestions(CALENDAR, 60)


@pytest.mark.parametrize(
    ("disponible", "expected"),
    [
        (True, "free"),
        (1, "free"),
        ("1", "free"),
        ("true", "free"),
        (False, "busy"),
        (0, "busy"),
        ("0", "busy"),
        ("false", "busy"),
        (None, "unknown"),
        ("", "unknown"),
        ("si", "unknown"),
        ([], "unknown"),
        (2, "unknown"),
    ],
)
async def test_that_availability_is_only_what_was_said(disponible: object, expected: str) -> None:
    php = Scripted(answered({"success": True, "disponible": disponible}))
    async with maravia(transport=php) as client:
        assert await client.availability(CALENDAR, SLOT) == Availability(expected)


@pytest.mark.parametrize(
    "step",
    [
        answered({"success": False, "message": "Fuera de horario", "disponible": True}),
        answered({"disponible": True}),
        answered({"success": "si", "disponible": True}),
        answered({"success": True, "disponible": True}, status=500),
        answered({"success": True, "disponible": True}, status=429),
        answered({"success": True, "disponible": True}, status=400),
        answered({"success": True}),
        printed(b""),
        printed(b"<html>Login</html>"),
        printed(b'{"success": true, "disponible": tr'),
        printed(b'{"success": true, "disponible": true, "n": NaN}'),
        printed(b'{"disponible": false, "success": true, "disponible": true}'),
        printed(b"x" * 2_000_000),
        httpx.Response(302, headers={"location": "/login"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("gone"),
    ],
)
async def test_that_every_fault_of_availability_is_unknown_never_free_a12_a15(
    step: httpx.Response | Exception,
) -> None:
    async with maravia(transport=Scripted(step)) as client:
        assert await client.availability(CALENDAR, SLOT) is Availability.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        WARNING + b'{"success": true, "contexto_negocio": "Caf\xc3\xa9"}',
        b'{"success": true, "contexto_negocio": "Caf\xc3\xa9"}' + WARNING,
        b'\xef\xbb\xbf{"success": "true", "contexto_negocio": "Caf\xc3\xa9"}',
        '{"success": 1, "contexto_negocio": "Café"}'.encode("utf-16"),
        b'{"success": true, "contexto_negocio": "Caf\xe9"}',
    ],
)
async def test_that_dirty_answers_are_read_and_reported_as_dirty_a1_a2(body: bytes) -> None:
    observer = Observer()
    async with maravia(transport=Scripted(printed(body)), observer=observer) as client:
        assert await client.business_context(7) == "Café"
    assert [(r.result, r.dirty) for r in observer.reports] == [(Result.OK, True)]


@pytest.mark.parametrize("key", ["message", "mensaje"])
async def test_that_a_refusal_carries_what_the_back_end_wrote(key: str) -> None:
    php = Scripted(answered({"success": "0", key: "<b>Empresa</b> no existe"}))
    async with maravia(transport=php) as client:
        with pytest.raises(MaraviaRefused, match="Empresa no existe") as caught:
            await client.business_context(7)
    assert caught.value.operation == "OBTENER_CONTEXTO_NEGOCIO"
    assert len(php.asked) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 405, 302])
async def test_that_a_denied_read_is_unavailable_and_not_asked_again(status: int) -> None:
    observer = Observer()
    php = Scripted(answered({"success": True, "contexto_negocio": "x"}, status=status))
    async with maravia(transport=php, observer=observer) as client:
        with pytest.raises(MaraviaUnavailable, match=str(status)):
            await client.business_context(7)
    assert len(php.asked) == 1
    assert observer.results == [Result.DENIED]


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("gone"),
        httpx.Response(429),
        httpx.Response(500),
        httpx.Response(503),
    ],
)
async def test_that_a_read_is_asked_once_more_when_that_may_help(
    fault: httpx.Response | Exception,
) -> None:
    php = Scripted(fault, answered({"success": True, "contexto_negocio": "Hola"}))
    async with maravia(transport=php) as client:
        assert await client.business_context(7) == "Hola"
    assert len(php.asked) == 2


async def test_that_a_read_is_asked_no_more_than_twice() -> None:
    php = Scripted(httpx.Response(503))
    async with maravia(transport=php) as client:
        with pytest.raises(MaraviaUnavailable, match="503"):
            await client.business_context(7)
    assert len(php.asked) == 2


@pytest.mark.parametrize("fault", [httpx.ReadTimeout("slow"), httpx.PoolTimeout("full")])
async def test_that_a_slow_read_is_not_asked_again(fault: Exception) -> None:
    php = Scripted(fault)
    async with maravia(transport=php) as client:
        with pytest.raises(MaraviaUnavailable, match=type(fault).__name__):
            await client.business_context(7)
    assert len(php.asked) == 1


async def test_that_compressed_bodies_are_not_unpacked_a15() -> None:
    squeezed = httpx.Response(200, headers={"content-encoding": "br"}, stream=httpx.ByteStream(b"x"))
    transport = httpx.MockTransport(lambda _: squeezed)
    async with maravia(transport=transport) as client:
        with pytest.raises(MaraviaUnavailable, match="compressed"):
            await client.business_context(7)


@pytest.mark.parametrize(
    ("fields", "odd"),
    [
        ({"success": True, "contexto_negocio": "Hola"}, False),
        ({"success": True, "contexto_negocio": ""}, False),
        ({"success": True, "contexto_negocio": None}, True),
        ({"success": True, "contexto_negocio": []}, True),
        ({"success": True}, True),
        ([], True),
    ],
)
async def test_that_an_answer_without_what_was_asked_for_is_reported_as_odd_a4(
    fields: object, odd: bool
) -> None:
    observer = Observer()
    async with maravia(transport=Scripted(answered(fields)), observer=observer) as client:
        with suppress(MaraviaUnavailable):  # what it ends in is not looked at here, only the report
            await client.business_context(7)
    assert [report.odd for report in observer.reports] == [odd]


@pytest.mark.parametrize(("said", "odd"), [(True, False), ("0", False), (None, True), ("tal vez", True)])
async def test_that_an_unclear_word_about_a_slot_is_reported_as_odd_a4_a12(said: object, odd: bool) -> None:
    observer = Observer()
    answer = answered({"success": True, "disponible": said})
    async with maravia(transport=Scripted(answer), observer=observer) as client:
        assert (await client.availability(CALENDAR, SLOT) is Availability.UNKNOWN) is odd
    assert [report.odd for report in observer.reports] == [odd]
