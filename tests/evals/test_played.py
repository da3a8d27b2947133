"""The prospect whom a model plays: what it is told, and that a player who forgets the part is found out."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, time

import pytest
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from evals.case import Case, Prospect, Window
from evals.customers import PlayedProspect, played_by
from evals.customers.briefing import briefing
from evals.customers.honesty import LONGEST, violation
from evals.evaluators.outcome import EndState
from evals.play import Subject, play

WEDNESDAY, THURSDAY, FRIDAY = date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 13)
ANA = Prospect(
    name="Ana Ejemplo",
    email="ana.ejemplo@example.com",
    wants=Window(days=(THURSDAY,), begin=time(14), end=time(17)),
    says="una cita mañana en la tarde",
    opens_with="wish",
    asks=("¿Cuánto cuesta la asesoría?",),
)
CASE = Case.model_validate({"name": "a-case", "prospect": ANA})
CONFIRMED = "¡Listo! Tu cita quedó confirmada para el jueves 12 de marzo a las 4:00 p. m. Código: AC-7KQ2"


class Player:
    """A model that writes these messages one after the other, and keeps what it was asked."""

    def __init__(self, *messages: str) -> None:
        self.messages = list(messages)
        self.asked: list[list[str]] = []
        self.instructions = ""

    async def write(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        prompts = [p for m in messages if isinstance(m, ModelRequest) for p in m.parts]
        self.asked.append([str(p.content) for p in prompts if isinstance(p, UserPromptPart)])
        self.instructions = info.instructions or ""
        return ModelResponse(parts=[TextPart(self.messages.pop(0))])


def customer(player: Player, prospect: Prospect = ANA) -> PlayedProspect:
    return played_by(FunctionModel(player.write))(prospect, CASE, 0)


def found(text: str, said: Sequence[str] = (), heard: str = "") -> str | None:
    return violation(text, ANA, WEDNESDAY, said, heard)


@pytest.mark.parametrize(
    "text",
    [
        ANA.says,
        "el jueves a las 4 pm porfa",
        "Soy Ana Ejemplo, ana.ejemplo@example.com",
        "Mi correo es ana punto ejemplo arroba example punto com",
        "El viernes 13 no puedo, mejor el jueves 12",
        "¿Cuánto cuesta la asesoría?",
        "¿Entonces son 150 soles?",
        "tengo libre el jueves por la tarde",
        "No es ana@gmial.com, es ana.ejemplo@example.com",
        "Sí, soy de Arequipa y hoy ando con prisa",
        "¿Me agendas mi cita?",
    ],
)
def test_that_what_a_customer_may_write_is_fair(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  ", "nothing"),
        ("a" * (LONGEST + 1), "characters"),
        ("Mi correo es otra@example.com", "otra@example.com"),
        ("es otra arroba example punto com", "otra@example.com"),
        ("Mi número es +51 987 654 321", "phone"),
        ("Soy Rosa Torres", "Rosa Torres"),
        ("A nombre de quien sea, digo, a nombre de Rosa", "Rosa"),
        ("La asesoría cuesta S/ 150", "price"),
        ("Atendemos de 9 a 6", "company"),
        ("Tu cita quedó confirmada para el jueves 12", "company"),
        ("¿En qué te puedo ayudar?", "company"),
        ("Te puedo ofrecer el jueves a las 4. ¿Te sirve?", "company"),
        ("¿Tienen el viernes 13 a las 10?", "2026-03-13"),
        ("¿Y el lunes?", "2026-03-16"),
        ("¿Podría ser hoy a las 4?", "today"),
    ],
)
def test_that_what_a_customer_may_not_write_is_named(text: str, reason: str) -> None:
    assert reason in (found(text) or "")


def test_that_the_same_message_may_be_written_twice_and_no_more() -> None:
    assert found("sí", ["Sí"]) is None
    assert found("sí", ["Sí", "sí"]) == "wrote the same message 3 times"


def test_that_a_price_the_agent_named_may_be_repeated() -> None:
    assert found("ok, 150 soles está bien", heard="La Asesoría cuesta S/ 150.") is None


def test_that_the_day_after_a_change_of_mind_is_fair() -> None:
    changing = ANA.model_copy(update={"changes_to": Window(days=(FRIDAY,))})
    assert violation("mejor el viernes 13", changing, WEDNESDAY, (), "") is None
    assert found("mejor el viernes 13") is not None


def test_that_the_player_is_told_its_goal_its_country_and_its_manner() -> None:
    told = briefing(ANA.model_copy(update={"persona": "messy"}), "ar", WEDNESDAY)
    for part in ("Ana Ejemplo", "ana.ejemplo@example.com", "jueves 12 de marzo", "14:00", "voseo", "faltas"):
        assert part in told
    assert "¿Cuánto cuesta la asesoría?" in told


async def test_that_it_writes_one_message_per_reply_and_remembers_them() -> None:
    player = Player(ANA.says, "la segunda", "FIN")
    ana = customer(player)
    said = [await ana.writes(None), await ana.writes("¿A las 2 o a las 4?"), await ana.writes(CONFIRMED)]
    assert said == [ANA.says, "la segunda", None]
    assert player.asked[-1][1:] == ["¿A las 2 o a las 4?", CONFIRMED]
    assert "Ana Ejemplo" in player.instructions
    assert ana.unfair == ""


async def test_that_a_message_against_the_rules_is_asked_for_again_and_never_sent() -> None:
    player = Player(ANA.says, "Soy Rosa Torres", "Soy Ana Ejemplo", "sí")
    ana = customer(player)
    await ana.writes(None)
    assert await ana.writes("¿Tu nombre?") == "Soy Ana Ejemplo"
    assert "called themselves Rosa Torres" in player.asked[2][-1]
    await ana.writes("¿Confirmo la cita?")
    assert "Rosa" not in str(player.asked[3])
    assert ana.unfair == ""


async def test_that_a_second_one_ends_it_and_is_told() -> None:
    ana = customer(Player("Soy Rosa Torres", "Me llamo Rosa Torres", "sí"))
    assert await ana.writes(None) is None
    assert ana.unfair == "the customer called themselves Rosa Torres"
    assert await ana.writes("¿Sigues ahí?") is None


async def test_that_leaving_without_a_reason_is_unfair() -> None:
    ana = customer(Player(ANA.says, "FIN", "FIN."))
    await ana.writes(None)
    assert await ana.writes("¿Qué hora prefieres?") is None
    assert "left before" in ana.unfair


async def test_that_leaving_an_agent_that_repeats_itself_is_fair() -> None:
    ana = customer(Player(ANA.says, "el jueves a las 4", "FIN"))
    await ana.writes(None)
    await ana.writes("No te entendí.")
    assert await ana.writes("No te entendí.") is None
    assert ana.unfair == ""


async def test_that_a_last_word_goes_out_before_it_leaves() -> None:
    ana = customer(Player(ANA.says, "¡Gracias! FIN"))
    await ana.writes(None)
    assert await ana.writes(CONFIRMED) == "¡Gracias!"
    assert await ana.writes("A ti.") is None


async def test_that_it_writes_no_more_than_its_patience() -> None:
    ana = customer(Player("uno", "dos", "tres"), ANA.model_copy(update={"patience": 2}))
    assert [await ana.writes(None), await ana.writes("¿Sí?"), await ana.writes("¿No?")] == [
        "uno",
        "dos",
        None,
    ]


async def _refuses(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    raise ModelHTTPError(401, "player")


async def _dawdles(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    await asyncio.sleep(30)
    raise AssertionError("it should have been left by now")


async def _is_silent(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    return ModelResponse(parts=[TextPart("")])


@pytest.mark.parametrize(
    ("write", "error"),
    [(_refuses, "ModelHTTPError"), (_dawdles, "RunTimedOut"), (_is_silent, "UnexpectedModelBehavior")],
)
async def test_that_a_provider_in_trouble_is_not_the_agents_fault(
    write: Callable[[list[ModelMessage], AgentInfo], ModelResponse], error: str
) -> None:
    ana = played_by(FunctionModel(write), seconds=0.2)(ANA, CASE, 0)
    assert await ana.writes(None) is None
    assert error in ana.unfair


async def test_that_a_player_who_keeps_to_the_part_gets_booked() -> None:
    player = Player(
        "Hola, una cita mañana a las 4 pm", "Soy Ana Ejemplo, ana.ejemplo@example.com", "FIN", "FIN"
    )
    transcript = await play(CASE, Subject(), played_by(FunctionModel(player.write)))
    assert list(EndState().problems(CASE, transcript)) == []
    assert transcript.unfair == ""


async def test_that_one_who_does_not_is_told_in_the_transcript() -> None:
    player = Player("¿En qué te puedo ayudar?", "Atendemos de 9 a 6")
    transcript = await play(CASE, Subject(), played_by(FunctionModel(player.write)))
    assert transcript.unfair.startswith("the customer wrote as if they were the company")
    assert transcript.exchanges == ()
