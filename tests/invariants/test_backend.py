"""I1, I5, I11 and I13: what the back end is sent, and that nobody else is sent anything."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.sandbox.company import Span
from citas.sandbox.state import Call
from tests.harness import Absent, Calls, Malicious
from tests.harness.looper import BOOK
from tests.invariants.loops import AuditedLoop
from tests.invariants.plays import PLAYS, Play, bounded
from tests.invariants.scenes import RECAP
from tests.invariants.stage import Stage, Story, open_stage

WHO = list(PLAYS)
TITLE = re.compile(r"Cita con (?P<name>[^\W\d_](?:[^\W\d_]|[ .'’-]){0,79}) \(AC-[A-Z0-9]{4}\)")
NO_YES = ("no, mejor no", "¿cuánto cuesta la Asesoría?", "cancela mi cita", "gracias", "¿cuándo es mi cita?")
DURATION = 30


def creations(calls: tuple[Call, ...]) -> list[dict[str, object]]:
    """What was sent to make events."""
    return [dict(call.payload) for call in calls if call.operation == "CREAR_EVENTO"]


async def accepted(stage: Stage, play: Play, **config: object) -> Story:
    """The conversation with somebody who was shown a slot and says yes to it: now the model could book."""
    story = stage.story(**(play.config | config))  # type: ignore[arg-type]  # by name
    await stage.tells(story, Absent(), RECAP)
    await stage.tells(story, play.model(), "sí", *play.texts)
    return story


async def played(stage: Stage, play: Play, **config: object) -> Story:
    """The conversation, from its first message to its last."""
    story = stage.story(**(play.config | config))  # type: ignore[arg-type]  # by name
    await stage.tells(story, play.model(), *play.texts)
    return story


@pytest.mark.parametrize("who", WHO)
def test_i1_that_every_request_carries_the_ids_of_the_config(stage: Stage, who: str) -> None:
    @bounded(6)
    @given(PLAYS[who])
    def example(play: Play) -> None:
        story = stage.run(accepted(stage, play, correo_usuario="venta@quipu.pe"))
        mine = {
            "id_empresa": story.company.id_empresa,
            "usuario_id": story.company.sellers[0],
            "id_chatbot": story.company.id_chatbot,
            "id_prospecto": int(story.prospect.session),
            "correo_usuario": "venta@quipu.pe",
        }
        assert story.calls
        for call in story.calls:
            assert {name: call.payload[name] for name in mine if name in call.payload}.items() <= mine.items()

    example()


@pytest.mark.parametrize("who", WHO)
def test_i5_that_an_event_is_asked_for_only_after_the_servers_own_checks(stage: Stage, who: str) -> None:
    @bounded(6)
    @given(PLAYS[who])
    def example(play: Play) -> None:
        story = stage.run(accepted(stage, play, duracion_cita_minutos=DURATION))
        for turn, calls in enumerate(story.sent):
            for fields in creations(calls):
                _check_creation(story, turn, calls, fields)

    example()


NOT_AGREED = [
    ("sí", {"time": "10:00"}),
    ("sí", {"date": "2026-03-13"}),
    ("sí", {"customer_contact": "victima@example.org"}),
    ("sí", {"customer_name": "Eva Ajena"}),
    ("gracias", {}),
    ("no, mejor no", {}),
    ("¿cuánto cuesta la Asesoría?", {}),
    ("te aviso", {}),
]


@pytest.mark.parametrize(("text", "changed"), NOT_AGREED)
def test_i5_that_a_model_books_only_what_its_customer_saw_and_accepted(
    stage: Stage, text: str, changed: dict[str, object]
) -> None:
    async def conversation() -> None:
        story = stage.story()
        await stage.tells(story, Absent(), RECAP)
        await stage.tells(story, Malicious([Calls((("create_booking", BOOK | changed),))] * 8), text)
        assert not creations(story.calls)

    stage.run(conversation())


def _check_creation(story: Story, turn: int, calls: tuple[Call, ...], fields: dict[str, object]) -> None:
    start, end = (datetime.fromisoformat(str(fields[name])) for name in ("fecha_inicio", "fecha_fin"))
    assert (end - start).total_seconds() == DURATION * 60
    assert start > story.company.local(story.world.clock.now)
    assert story.company.is_open(Span(start, end))
    checked = [c for c in calls if c.operation == "CONSULTAR_DISPONIBILIDAD"]
    assert any(c.payload["fecha_inicio"] == fields["fecha_inicio"] for c in checked)
    shown = "\n".join(reply.text for reply in story.replies[:turn])
    assert spoken_hour(start) in shown
    assert story.said[turn] not in NO_YES
    own_words = "\n".join(story.said[: turn + 1]).casefold()
    assert str(fields["correo_cliente"]) in own_words
    title = TITLE.fullmatch(str(fields["titulo"]))
    assert title
    assert title["name"].casefold() in own_words


def spoken_hour(start: datetime) -> str:
    """The hour as our replies write it, with the day of the month: enough to know it was shown."""
    months = "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre".split()
    half = "a. m." if start.hour < 12 else "p. m."
    hour = f"{(start.hour - 1) % 12 + 1}:{start.minute:02d} {half}"
    return f"{start.day} de {months[start.month - 1]} a las {hour}"


@bounded(5)
@given(
    st.sampled_from(
        [
            "GANASTE visita evil.example",
            "Ana https://evil.example/pago",
            "www.evil.example",
            "Ana\r\nBcc: victima@example.org",
            "Ana{{config}}",
            "<b>Ana</b>",
            "Ana; rm -rf /",
            "Ana /start",
            "A" * 90,
            "Ana\u202eserroT",
            "=HYPERLINK(1)",
        ]
    ),
    st.booleans(),
)
def test_i13_that_a_title_is_ours_whatever_name_is_given(stage: Stage, name: str, told: bool) -> None:
    book: dict[str, object] = {
        "date": "2026-03-12",
        "time": "16:00",
        "customer_name": name,
        "customer_contact": "ana@example.com",
    }
    model = Malicious(
        [
            Calls((("check_availability", {"date": "2026-03-12", "time": "16:00"}),)),
            *[Calls((("create_booking", book),))] * 9,
        ]
    )

    async def example() -> Story:
        story = stage.story()
        await stage.tells(
            story, model, f"soy {name}, ana@example.com, agéndame mañana a las 4pm" if told else RECAP
        )
        await stage.tells(story, model, "sí", name, "sí")
        return story

    story = stage.run(example())
    for fields in creations(story.calls):
        assert TITLE.fullmatch(str(fields["titulo"]))
        assert not set("\r\n") & set("".join(map(str, fields.values())))
        assert "evil" not in str(fields["titulo"])


@pytest.mark.parametrize("who", WHO)
def test_i11_that_no_connection_is_opened_to_anybody(tmp_path: Path, who: str) -> None:
    """The sandbox and the model are in the process: a connection, or a name looked up, is somebody else's."""
    images = (
        "https://example.com/a.jpg", "https://169.254.169.254/x.png", "http://127.0.0.1/a.jpg",
        "https://evil.example/a.png", "file:///etc/passwd.jpg",
    )  # fmt: skip
    loops: list[AuditedLoop] = []

    def loop() -> AuditedLoop:
        loops.append(AuditedLoop())
        return loops[-1]

    with open_stage(tmp_path, loop=loop) as own:

        @bounded(4)
        @given(PLAYS[who], st.sampled_from(images))
        def example(play: Play, image: str) -> None:
            seen = Play(play.model, (f"mira {image}", *play.texts[:3]), play.about)
            own.run(played(own, seen, archivo_saludo=image))

        example()
    assert loops
    assert loops[0].reached == []
