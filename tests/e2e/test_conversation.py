"""What a conversation keeps to: restarts, messages piling up, sessions crossing, a store that fails."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from citas.agent import phrases
from citas.sandbox.faults import Fault
from citas.sandbox.state import SandboxState
from citas.store.model import BookingState, RequestKind, SessionKey
from evals.stage import Clock
from tests.e2e.world import CONFIG, Reply, World, open_world

DATA = "Soy Carlos Quispe, carlos.quispe@example.com"
RECAP = f"{DATA}, agéndame mañana a las 4pm"


async def forbid(world: World, table: str, verb: str) -> None:
    """From now on the database refuses to write that table."""
    failing = "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    async with world.service.store.database.transaction() as connection:
        trigger = f"CREATE TRIGGER no_{table}_{verb} BEFORE {verb} ON {table} {failing}"
        await connection.execute(text(trigger))


async def test_that_four_messages_end_in_one_event_with_its_link(world: World) -> None:
    customer = world.prospect()
    reply = await customer.writes("hola", "mañana a las 4pm", "Ana Torres", "ana@example.com")
    (event,) = world.events
    assert event.titulo.startswith("Cita con Ana Torres (AC-")
    assert event.correo_cliente == "ana@example.com"
    assert event.meet_link is not None
    assert reply.url == event.meet_link
    assert event.meet_link in reply.text
    assert "jueves 12 de marzo a las 4:00 p. m." in reply.text


async def test_that_a_restart_between_any_two_messages_changes_nothing(tmp_path: Path) -> None:
    clock = Clock()
    calendar = SandboxState(None, clock)
    session = 51900000077
    replies: list[Reply] = []
    for message in ("hola", "mañana a las 4pm", "Ana Torres", "ana@example.com"):
        async with open_world(tmp_path, clock=clock, sandbox=calendar) as world:
            replies.append(await world.prospect(session).says(message))
    reply = replies[-1]
    assert "confirmada" in reply.text
    assert len(calendar.events()) == 1
    async with open_world(tmp_path, clock=clock, sandbox=calendar) as world:
        again = await world.prospect(session).says("¿me repites el link?")
        assert reply.url is not None
        assert reply.url in again.text
    assert len(calendar.events()) == 1


async def test_that_messages_of_one_session_are_answered_in_the_order_they_came(world: World) -> None:
    customer = world.prospect()
    texts = ["mañana a las 4pm", "Ana Torres", "ana@example.com"]
    replies = await asyncio.gather(*(customer.says(text) for text in texts))
    assert ["¿Me das tu nombre" in replies[0].text, "correo" in replies[1].text] == [True, True]
    assert "confirmada" in replies[2].text
    assert len(world.events) == 1
    record = await world.service.store.sessions.load(SessionKey(101, str(customer.session)), last=10)
    assert [turn.customer_text for turn in record.turns] == texts


async def test_that_ten_yeses_at_once_make_one_event(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    await asyncio.gather(*(customer.says("sí") for _ in range(10)))
    assert len(world.events) == 1
    assert world.calls("CREAR_EVENTO") == 1


async def test_that_a_fifth_message_at_once_is_asked_to_come_again(world: World) -> None:
    customer = world.prospect()
    replies = await asyncio.gather(*(customer.says(f"hola {n}") for n in range(12)))
    assert [reply.status for reply in replies].count(200) == 4
    assert {reply.status for reply in replies} == {200, 429}
    assert all(reply.text for reply in replies)
    assert (await customer.says("hola")).status == 200


@pytest.mark.parametrize("at_once", [False, True])
async def test_that_one_session_id_in_two_companies_is_two_customers(world: World, *, at_once: bool) -> None:
    quipu = world.prospect(51900000001)
    costa = world.prospect(51900000001, id_empresa=102, usuario_id=20, id_chatbot=502, nombre_bot="Mar")
    quipu_says = ["soy Canario Uno, canario.uno@example.com", "mañana a las 4pm", "sí"]
    costa_says = ["soy Canaria Dos, canaria.dos@example.com", "el viernes a las 11am", "sí"]
    if at_once:
        await asyncio.gather(quipu.writes(*quipu_says), costa.writes(*costa_says))
    else:
        for one, other in zip(quipu_says, costa_says, strict=True):
            await quipu.says(one)
            await costa.says(other)
    assert "Dos" not in "".join(quipu.heard)
    assert "canaria.dos" not in "".join(quipu.heard)
    assert "Uno" not in "".join(costa.heard)
    assert "canario.uno" not in "".join(costa.heard)
    made = {event.empresa: event.correo_cliente for event in world.events}
    assert made == {101: "canario.uno@example.com", 102: "canaria.dos@example.com"}


async def test_that_two_sessions_of_one_company_do_not_see_each_other(world: World) -> None:
    one, other = world.prospect(), world.prospect()
    await one.says(DATA)
    reply = await other.says("mañana a las 4pm")
    assert "nombre" in reply.text
    assert "Carlos" not in reply.text


@pytest.mark.parametrize("apart", [0, 3600])
async def test_that_a_message_delivered_again_gets_the_stored_reply(world: World, apart: int) -> None:
    customer = world.prospect()
    first = await customer.says("mañana a las 4pm", message_id="wamid.1")
    world.clock.advance(seconds=apart)
    assert await customer.says("mañana a las 4pm", message_id="wamid.1") == first
    record = await world.service.store.sessions.load(SessionKey(101, str(customer.session)), last=10)
    assert record.turn_count == 1


async def test_that_a_message_delivered_three_times_at_once_is_one_turn(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    replies = await asyncio.gather(*(customer.says("sí", message_id="wamid.2") for _ in range(3)))
    assert len(set(map(repr, replies))) == 1
    assert len(world.events) == 1


async def test_that_a_message_id_with_another_text_is_a_conflict(world: World) -> None:
    customer = world.prospect()
    await customer.says("hola", message_id="wamid.1")
    reply = await customer.says("mañana a las 4pm", message_id="wamid.1")
    assert reply.status == 422
    assert reply.text


async def test_that_one_message_id_of_two_sessions_is_two_messages(world: World) -> None:
    one, other = world.prospect(), world.prospect()
    await one.says("hola", message_id="wamid.1")
    reply = await other.says("mañana a las 4pm", message_id="wamid.1")
    assert "jueves 12 de marzo" in reply.text


async def test_that_a_message_left_unfinished_is_answered_when_it_comes_again(world: World) -> None:
    customer = world.prospect()
    await forbid(world, "turns", "INSERT")
    first = await customer.says("mañana a las 4pm", message_id="wamid.1")
    async with world.service.store.database.transaction() as connection:
        await connection.execute(text("DROP TRIGGER no_turns_INSERT"))
    again = await customer.says("mañana a las 4pm", message_id="wamid.1")
    assert again == first
    assert again.status == 200


@pytest.mark.parametrize("message", ["🙂", "👨‍👩‍👧", "...", "¿?", "❤️❤️❤️"])
async def test_that_a_message_without_words_is_asked_for_in_words(world: World, message: str) -> None:
    reply = await world.prospect().says(message)
    assert reply.status == 200
    assert reply.text == phrases.TEXT_ONLY


async def test_that_a_thumb_up_is_an_answer(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    reply = await customer.says("👍")
    assert "confirmada" in reply.text
    assert len(world.events) == 1


async def test_that_a_message_that_is_too_long_is_asked_for_in_short(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    reply = await customer.says("sí " * 3000)
    assert reply.status == 200
    assert reply.text == phrases.TOO_LONG
    assert not world.events
    assert "¿Confirmo la cita?" in (await customer.says("sí")).text
    assert "confirmada" in (await customer.says("sí")).text


async def test_that_the_greeting_file_goes_out_with_the_first_reply_only(world: World) -> None:
    customer = world.prospect(archivo_saludo="https://example.com/hola.pdf", frase_saludo="¡Bienvenida!")
    first, second = await customer.says("hola"), await customer.says("mañana a las 4pm")
    assert first.url == "https://example.com/hola.pdf"
    assert first.text.startswith("¡Bienvenida!")
    assert second.url is None
    assert "Bienvenida" not in second.text


async def test_that_after_a_booking_a_yes_is_no_new_question_about_it(world: World) -> None:
    customer = world.prospect()
    await customer.writes(RECAP, "sí")
    for nudge in ("ok, gracias", "ok", "sí", "listo", "👍"):
        reply = await customer.says(nudge)
        assert "¿Confirmo" not in reply.text
        assert "qué hora te gustaría" not in reply.text
    assert world.calls("CREAR_EVENTO") == 1


@pytest.mark.parametrize(
    "refusal",
    [
        "claro que no",
        "esa hora no puedo",
        "ok, déjame ver y te aviso",
        "bueno no",
        "ya no puedo",
        "ya tengo una cita a esa hora",
        "vale, lo consulto con mi esposa",
        "si pudiera ser más tarde",
        "ese no",
        "sí, pero otro día",
    ],
)
async def test_that_a_recap_that_was_not_accepted_is_not_booked(world: World, refusal: str) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    await customer.says(refusal)
    assert not world.events


async def test_that_a_question_is_not_taken_for_the_name_we_asked_for(world: World) -> None:
    customer = world.prospect()
    await customer.writes("mañana a las 4pm", "¿aceptan yape?", "Ana Torres, ana@example.com")
    assert [event.titulo[:19] for event in world.events] == ["Cita con Ana Torres"]


async def test_that_an_appointment_with_an_adviser_is_a_booking(world: World) -> None:
    reply = await world.prospect().says("quiero una cita con un asesor para mañana a las 4pm")
    assert "jueves 12 de marzo a las 4:00 p. m." in reply.text
    assert not await world.service.store.requests.all_open()


async def test_that_an_old_appointment_is_not_told_as_one_to_come(world: World) -> None:
    customer = world.prospect()
    await customer.writes(RECAP, "sí")
    world.clock.advance(days=10)
    reply = await customer.says("hola, quiero una cita mañana a las 10am")
    assert "lunes 23 de marzo" in reply.text or "domingo 22 de marzo" in reply.text
    reply = await customer.says("¿me repites el link de mi cita?")
    assert "12 de marzo" not in reply.text


async def test_that_a_booking_is_told_although_its_turn_cannot_be_stored(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    await forbid(world, "turns", "INSERT")
    reply = await customer.says("sí")
    (event,) = world.events
    assert reply.status == 200
    assert event.meet_link is not None
    assert event.meet_link in reply.text


async def test_that_an_outcome_that_cannot_be_stored_is_not_confirmed(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    await forbid(world, "bookings", "UPDATE")
    reply = await customer.says("sí")
    assert len(world.events) == 1
    assert "verificando" in reply.text
    assert "confirmada" not in reply.text


async def test_that_nothing_is_sent_when_the_claim_cannot_be_stored(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    await forbid(world, "bookings", "INSERT")
    reply = await customer.says("sí")
    assert reply.status == 200
    assert reply.text == phrases.FAILED
    assert world.calls("CREAR_EVENTO") == 0


async def test_that_a_turn_goes_on_when_a_request_cannot_be_stored(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    await forbid(world, "requests", "INSERT")
    world.sandbox.faults.add("CREAR_EVENTO", Fault.STATUS_403)
    reply = await customer.says("sí")
    assert reply.status == 200
    assert reply.text == phrases.FAILED
    assert not world.events


async def test_that_a_refusal_of_the_calendar_is_not_told_as_a_taken_slot(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    world.sandbox.faults.add("CREAR_EVENTO", Fault.REFUSED)
    reply = await customer.says("sí")
    assert "ocupado" not in reply.text
    assert "No quedó nada agendado" in reply.text
    (request,) = await world.service.store.requests.all_open()
    assert request.kind is RequestKind.HANDOFF


async def test_that_a_corrupt_history_costs_only_the_memory(world: World) -> None:
    customer = world.prospect()
    await customer.says(RECAP)
    async with world.service.store.database.transaction() as connection:
        await connection.execute(text("UPDATE turns SET messages = x'ff007b'"))
        await connection.execute(text("UPDATE sessions SET draft = '{{'"))
    reply = await customer.says("sí")
    assert reply.status == 200
    assert not world.events


async def test_that_draining_admits_nobody_new(world: World) -> None:
    world.service.drain()
    reply = await world.prospect().says("hola")
    assert reply.status == 503
    assert reply.text


async def test_that_what_a_crash_left_is_told_as_unknown(tmp_path: Path) -> None:
    clock = Clock()
    calendar = SandboxState(None, clock)
    async with open_world(tmp_path, clock=clock, sandbox=calendar) as world:
        customer = world.prospect(51900000001)
        await customer.says(RECAP)
        await forbid(world, "bookings", "UPDATE")
        await customer.says("sí")
        async with world.service.store.database.transaction() as connection:
            await connection.execute(text("DROP TRIGGER no_bookings_UPDATE"))
    async with open_world(tmp_path, clock=clock, sandbox=calendar) as world:
        reply = await world.prospect(51900000001).says("¿quedó mi cita?")
        assert "verificando" in reply.text
        (row,) = await world.service.store.ledger.of_session(SessionKey(101, "51900000001"))
        assert row.state is BookingState.UNKNOWN
        assert (await world.prospect(51900000001).says("sí, agéndala")).text.count("verificando") == 1
        assert len(calendar.events()) == 1


async def test_that_the_config_of_one_message_does_not_stick(world: World) -> None:
    customer = world.prospect(duracion_cita_minutos=30)
    await customer.says("mañana a las 4pm")
    customer.config = dict(CONFIG)
    await customer.writes(DATA, "mañana a las 4pm", "sí")
    assert [event.end - event.start for event in world.events] == [
        datetime(2026, 1, 1, 1, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC)
    ]


async def test_that_the_gateway_never_gets_a_traceback(world: World) -> None:
    body: dict[str, object] = {"message": "\x00\u202e", "session_id": 1, "context": {"config": CONFIG}}
    response = await world.http.post("/api/chat", json=body)
    assert response.status_code == 200
    assert "Traceback" not in response.text
