"""Each operation of the back end, as the wire description tells it."""

import json
from datetime import datetime

import pytest

from citas.sandbox.state import SandboxState
from tests.sandbox.conftest import (
    AGENDAR,
    CALENDARIO,
    INFORMACION,
    PREGUNTAS,
    Caller,
    availability,
    event,
)


async def test_that_the_timetable_has_a_text_per_day_and_the_blocks_as_a_json_text(
    caller: Caller,
) -> None:
    document = await caller.informacion("OBTENER_HORARIO_REUNIONES")

    timetable = document["horario_reuniones"]
    blocks = json.loads(timetable.pop("horarios_bloqueados"))
    assert document["success"] is True
    assert timetable == {
        "reunion_lunes": "09:00-18:00",
        "reunion_martes": "09:00-18:00",
        "reunion_miercoles": "09:00-18:00",
        "reunion_jueves": "09:00-18:00",
        "reunion_viernes": "09:00-18:00",
        "reunion_sabado": "09:00-13:00",
        "reunion_domingo": "CERRADO",
    }
    assert blocks == [
        {"inicio": "13:00", "fin": "14:00"},
        {"fecha": "2026-04-02", "inicio": "00:00", "fin": "23:59"},
        {"fecha": "2026-04-03", "inicio": "00:00", "fin": "23:59"},
    ]


async def test_that_another_company_writes_twelve_hour_times_and_a_list_of_blocks(
    caller: Caller,
) -> None:
    document = await caller.informacion("OBTENER_HORARIO_REUNIONES", id_empresa=102)

    timetable = document["horario_reuniones"]
    assert timetable["reunion_lunes"] == "9:00 AM - 6:00 PM"
    assert timetable["reunion_viernes"] == "9:00 AM - 5:30 PM"
    assert timetable["reunion_domingo"] == "NO ATIENDE"
    assert timetable["horarios_bloqueados"] == "12:30-13:30, 2026-03-12 16:00-18:00"


async def test_that_a_third_company_writes_closed_in_many_ways(caller: Caller) -> None:
    document = await caller.informacion("OBTENER_HORARIO_REUNIONES", id_empresa=103)

    timetable = document["horario_reuniones"]
    days = ("miercoles", "jueves", "viernes", "sabado", "domingo")
    assert [timetable[f"reunion_{d}"] for d in days] == [None, "", "-", "NO DISPONIBLE", "N/A"]
    assert timetable["reunion_martes"] == "08:00-12:00, 15:00-19:00"
    assert timetable["horarios_bloqueados"] == '["10:00-10:30", "2026-03-16 08:00-10:00"]'


async def test_that_the_business_context_is_free_spanish_text(caller: Caller) -> None:
    document = await caller.informacion("OBTENER_CONTEXTO_NEGOCIO")

    assert 600 <= len(document["contexto_negocio"]) <= 1500
    assert "consultora" in document["contexto_negocio"]


async def test_that_products_and_services_come_by_name_under_one_key(caller: Caller) -> None:
    products = await caller.informacion("OBTENER_PRODUCTOS_CITAS")
    services = await caller.informacion("OBTENER_SERVICIOS_CITAS")

    assert products["productos"] == [
        {"nombre": "Licencia Quipu Gestión"},
        {"nombre": "Pack de plantillas contables"},
    ]
    assert {"nombre": "Asesoría"} in services["productos"]
    assert {"nombre": "Demo"} in services["productos"]


async def test_that_a_search_is_blind_to_case_and_accents(caller: Caller) -> None:
    document = await caller.informacion("BUSCAR_PRODUCTOS_SERVICIOS_CITAS", busqueda="ASESORIA", limite=5)

    (found,) = document["productos"]
    assert found["descripcion"].startswith("<p>")
    del found["descripcion"]
    assert found == {
        "nombre": "Asesoría",
        "precio_unitario": 150.0,
        "nombre_categoria": "Consultoría",
        "nombre_tipo_producto": "Servicio",
        "nombre_unidad": "Sesión",
    }


@pytest.mark.parametrize(
    ("busqueda", "names"),
    [
        ("tributacion", ["Diagnóstico tributario"]),
        ("RUC", ["Constitución de empresa"]),
        ("zapatos", []),
    ],
)
async def test_that_a_search_looks_into_category_and_description(
    caller: Caller, busqueda: str, names: list[str]
) -> None:
    document = await caller.informacion("BUSCAR_PRODUCTOS_SERVICIOS_CITAS", busqueda=busqueda, limite=5)

    assert document["success"] is True
    assert [row["nombre"] for row in document["productos"]] == names


async def test_that_a_search_returns_no_more_than_its_limit(caller: Caller) -> None:
    document = await caller.informacion("BUSCAR_PRODUCTOS_SERVICIOS_CITAS", busqueda="", limite=3)

    assert len(document["productos"]) == 3


async def test_that_faqs_are_found_by_their_chatbot(caller: Caller) -> None:
    document = await caller.say(PREGUNTAS, id_chatbot=501)

    assert 6 <= len(document["preguntas_frecuentes"]) <= 10
    assert set(document["preguntas_frecuentes"][0]) == {"pregunta", "respuesta"}


async def test_that_suggestions_cover_what_is_left_of_today_and_tomorrow(caller: Caller) -> None:
    document = await caller.suggest()

    rows = document["sugerencias"]
    today = [r["hora_legible"] for r in rows if r["dia"] == "hoy"]
    tomorrow = {r["hora_legible"]: r["disponible"] for r in rows if r["dia"] == "mañana"}
    assert today == ["11:00 AM", "12:00 PM", "2:00 PM", "3:00 PM", "4:00 PM", "5:00 PM"]
    assert tomorrow.pop("3:00 PM") is False
    assert tomorrow == dict.fromkeys(
        ["9:00 AM", "10:00 AM", "11:00 AM", "12:00 PM", "2:00 PM", "4:00 PM", "5:00 PM"], True
    )
    assert document["total"] == len(rows)
    assert rows[0]["fecha_inicio"] == "2026-03-11 11:00:00"


@pytest.mark.parametrize(
    ("minutes", "afternoon"),
    [(30, ["4:30 PM", "5:00 PM", "5:30 PM"]), (90, ["2:00 PM", "3:00 PM", "4:00 PM"])],
)
async def test_that_suggestions_fit_the_length_of_the_appointment(
    caller: Caller, minutes: int, afternoon: list[str]
) -> None:
    document = await caller.suggest(duracion_minutos=minutes)

    today = [r["hora_legible"] for r in document["sugerencias"] if r["dia"] == "hoy"]
    assert today[-3:] == afternoon


async def test_that_a_sound_answer_is_utf8_json(caller: Caller) -> None:
    response = await caller.http.post(PREGUNTAS, json={"id_chatbot": 501})

    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert "¿Dónde" in response.content.decode()


async def test_that_a_closed_day_leaves_nothing_to_suggest(caller: Caller) -> None:
    document = await caller.suggest(id_empresa=103)

    assert document["success"] is True
    assert document["sugerencias"] == []
    assert document["total"] == 0


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        ("2026-03-12 14:00", "2026-03-12 15:00", True),
        ("2026-03-12 15:00", "2026-03-12 16:00", False),  # taken
        ("2026-03-12 15:30", "2026-03-12 16:30", False),  # overlaps what is taken
        ("2026-03-13 16:00", "2026-03-13 17:00", False),  # taken
        ("2026-03-12 12:30", "2026-03-12 13:30", False),  # lunch
        ("2026-03-12 17:30", "2026-03-12 18:30", False),  # past closing
        ("2026-03-12 03:00", "2026-03-12 04:00", False),  # night
        ("2026-03-14 12:00", "2026-03-14 13:00", True),  # ends as Saturday closes
        ("2026-03-15 10:00", "2026-03-15 11:00", False),  # Sunday
        ("2026-04-02 10:00", "2026-04-02 11:00", False),  # blocked whole
        ("2026-04-01 10:00", "2026-04-01 11:00", True),
        ("2026-03-11 10:00", "2026-03-11 11:00", False),  # has begun
        ("2027-03-10 10:00", "2027-03-10 11:00", True),  # any future date
    ],
)
async def test_that_a_slot_is_free_only_if_open_and_not_taken(
    caller: Caller, start: str, end: str, free: bool
) -> None:
    assert await caller.is_free(start, end) is free


async def test_that_a_created_event_is_kept_as_asked_and_answered_with_its_link(
    caller: Caller, state: SandboxState
) -> None:
    document = await caller.create("2026-03-12 16:00", "2026-03-12 17:00")

    (made,) = state.events()
    assert made.empresa == 101
    assert made.start == datetime.fromisoformat("2026-03-12 16:00")
    assert made.end == datetime.fromisoformat("2026-03-12 17:00")
    assert made.titulo == "Reunión con Carlos Quispe"
    assert made.correo_cliente == "carlos.quispe@gmail.com"
    assert made.id_prospecto == "5198765432101"
    assert document == {
        "success": True,
        "message": "Reunión agendada con éxito",
        "google_calendar_synced": True,
        "google_meet_link": made.meet_link,
    }


async def test_that_an_event_makes_its_slot_busy_for_the_whole_company(
    caller: Caller, state: SandboxState
) -> None:
    await caller.create("2026-03-12 16:00", "2026-03-12 17:00", usuario_id=1)

    assert not await caller.is_free("2026-03-12 16:00", "2026-03-12 17:00")
    again = await caller.create("2026-03-12 16:30", "2026-03-12 17:30", usuario_id=7)
    assert again["success"] is False
    assert "ocupado" in again["message"]
    assert len(state.events()) == 1


async def test_that_events_may_touch(caller: Caller, state: SandboxState) -> None:
    await caller.create("2026-03-12 16:00", "2026-03-12 17:00")
    await caller.create("2026-03-12 17:00", "2026-03-12 18:00")

    assert len(state.events(101)) == 2


async def test_that_a_taken_slot_refuses_an_event(caller: Caller, state: SandboxState) -> None:
    document = await caller.create("2026-03-12 15:00", "2026-03-12 16:00")

    assert document["success"] is False
    assert state.events() == ()


async def test_that_an_event_outside_opening_hours_is_made_all_the_same(
    caller: Caller, state: SandboxState
) -> None:
    document = await caller.create("2026-03-12 03:00", "2026-03-12 04:00")

    assert document["success"] is True
    assert len(state.events()) == 1


async def test_that_without_overlap_check_a_second_call_makes_a_second_event(
    caller: Caller, state: SandboxState
) -> None:
    state.allow_overlap = True

    first = await caller.create("2026-03-12 16:00", "2026-03-12 17:00")
    second = await caller.create("2026-03-12 16:00", "2026-03-12 17:00")

    assert len(state.events()) == 2
    assert first["google_meet_link"] != second["google_meet_link"]


async def test_that_a_company_without_google_says_so_and_gives_no_link(caller: Caller) -> None:
    document = await caller.create("2026-03-12 10:00", "2026-03-12 10:30", usuario_id=20)

    assert document["success"] is True
    assert document["google_calendar_synced"] is False
    assert document["google_calendar_error"]
    assert "google_meet_link" not in document


@pytest.mark.parametrize("usuario_id", [30, 999])
async def test_that_some_answers_say_nothing_of_google(caller: Caller, usuario_id: int) -> None:
    document = await caller.create("2026-03-16 08:00", "2026-03-16 09:00", usuario_id=usuario_id)

    assert document == {"success": True, "message": "Reunión agendada con éxito"}


async def test_that_an_unknown_seller_has_a_calendar_of_their_own(
    caller: Caller, state: SandboxState
) -> None:
    for usuario_id in (1, 999, 998):
        await caller.create("2026-03-12 16:00", "2026-03-12 17:00", usuario_id=usuario_id)
    second = await caller.create("2026-03-12 16:00", "2026-03-12 17:00", usuario_id=999)

    assert second["success"] is False
    assert len(state.events()) == 3
    assert [e.empresa for e in state.events(usuario_id=999)] == [None]


@pytest.mark.parametrize(
    "path", [INFORMACION, AGENDAR, CALENDARIO], ids=["informacion", "agendar", "calendario"]
)
@pytest.mark.parametrize("operation", ["CANCELAR_EVENTO", "", "PREGUNTAS_FRECUENTES"])
async def test_that_an_operation_the_path_lacks_is_refused(caller: Caller, path: str, operation: str) -> None:
    document = await caller.say(path, codOpe=operation, id_empresa=101)

    assert document == {"success": False, "message": "Operación no reconocida"}


async def test_that_an_operation_sent_to_another_path_is_refused(caller: Caller, state: SandboxState) -> None:
    document = await caller.say(AGENDAR, **event("2026-03-12 16:00", "2026-03-12 17:00"))

    assert document["success"] is False
    assert state.events() == ()


async def test_that_an_unknown_company_or_chatbot_is_refused(caller: Caller) -> None:
    company = await caller.informacion("OBTENER_CONTEXTO_NEGOCIO", id_empresa=999)
    chatbot = await caller.say(PREGUNTAS, id_chatbot=999)

    assert company == {"success": False, "message": "Empresa no encontrada"}
    assert chatbot == {"success": False, "message": "Chatbot no encontrado"}


@pytest.mark.parametrize("missing", sorted(event("2026-03-12 16:00", "2026-03-12 17:00")))
async def test_that_an_event_with_a_field_missing_is_refused(
    caller: Caller, state: SandboxState, missing: str
) -> None:
    body = event("2026-03-12 16:00", "2026-03-12 17:00")
    del body[missing]

    document = await caller.say(CALENDARIO, **body)

    assert document["success"] is False
    assert missing in document["message"] or missing == "codOpe"
    assert state.events() == ()


@pytest.mark.parametrize("fecha", ["2026-03-12T16:00:00", "12/03/2026 16:00", "2026-02-30 16:00:00"])
async def test_that_a_moment_in_another_form_is_refused(caller: Caller, fecha: str) -> None:
    body = availability("2026-03-12 16:00", "2026-03-12 17:00") | {"fecha_inicio": fecha}

    document = await caller.say(AGENDAR, **body)

    assert document == {"success": False, "message": "Falta o no es válido el campo fecha_inicio"}


async def test_that_an_end_before_the_start_is_refused(caller: Caller) -> None:
    document = await caller.create("2026-03-12 17:00", "2026-03-12 16:00")

    assert document["success"] is False


async def test_that_numbers_may_come_as_strings(caller: Caller) -> None:
    document = await caller.informacion("OBTENER_CONTEXTO_NEGOCIO", id_empresa="101")

    assert document["success"] is True


@pytest.mark.parametrize("body", [b"", b"codOpe=CREAR_EVENTO", b"[1]", b'{"codOpe"', b"\xff"])
async def test_that_a_body_that_is_no_object_is_refused(caller: Caller, body: bytes) -> None:
    response = await caller.http.post(CALENDARIO, content=body)

    assert response.status_code == 200
    assert response.json()["success"] is False


async def test_that_every_request_is_logged_with_what_it_made(caller: Caller, state: SandboxState) -> None:
    await caller.is_free("2026-03-12 16:00", "2026-03-12 17:00")
    await caller.create("2026-03-12 16:00", "2026-03-12 17:00")
    await caller.create("2026-03-12 16:00", "2026-03-12 17:00")

    assert [(c.operation, c.created) for c in state.calls] == [
        ("CONSULTAR_DISPONIBILIDAD", None),
        ("CREAR_EVENTO", 1),
        ("CREAR_EVENTO", None),
    ]
    assert state.calls[1].payload["correo_usuario"] == "ventas@quipu.example"
    assert state.calls[1].at == state.now()
