"""The model's memory: bounded, whole, and readable whatever was stored."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai.messages import (
    ImageUrl,
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from citas.agent import history
from citas.store.model import Turn
from tests.agent.support import NOW, turn

CALL = ToolCallPart("check_availability", {"date": "2026-03-12"}, tool_call_id="c1")
RETURN = ToolReturnPart("check_availability", {"status": "free"}, tool_call_id="c1")


def dumped(*messages: ModelMessage) -> bytes:
    return ModelMessagesTypeAdapter.dump_json(list(messages))


def asked(text: str = "hola") -> ModelRequest:
    return ModelRequest(parts=[UserPromptPart(text)], instructions="secret instructions")


def texts(messages: list[ModelMessage]) -> list[str]:
    return [
        str(part.content)
        for m in messages
        for part in m.parts
        if isinstance(part, (TextPart, UserPromptPart))
    ]


def recorded(*messages: ModelMessage, reply: str = "¡Hola!") -> list[ModelMessage]:
    blob = history.record(messages, "hola", reply, NOW)
    return ModelMessagesTypeAdapter.validate_json(blob)


def test_that_a_turn_is_recorded_with_its_tools_and_the_reply_really_sent() -> None:
    run = (
        asked(),
        ModelResponse(parts=[CALL]),
        ModelRequest(parts=[RETURN]),
        ModelResponse(parts=[TextPart("what the model wrote")]),
    )
    kept = recorded(*run, reply="what was sent")
    assert texts(kept) == ["hola", "what was sent"]
    assert [type(part) for m in kept for part in m.parts] == [
        UserPromptPart,
        ToolCallPart,
        ToolReturnPart,
        TextPart,
    ]


def test_that_instructions_are_not_stored() -> None:
    assert b"secret" not in history.record([asked(), ModelResponse(parts=[TextPart("x")])], "hola", "x", NOW)


def test_that_images_become_text() -> None:
    request = ModelRequest(parts=[UserPromptPart(["mira", ImageUrl("https://example.com/a.jpg")])])
    kept = recorded(request, ModelResponse(parts=[TextPart("x")]))
    assert texts(kept) == ["mira\n[imagen]", "¡Hola!"]


def test_that_a_call_without_an_answer_is_not_stored() -> None:
    kept = recorded(asked(), ModelResponse(parts=[CALL]))
    assert not [part for m in kept for part in m.parts if isinstance(part, ToolCallPart)]
    assert texts(kept) == ["hola", "¡Hola!"]


def test_that_a_run_without_messages_is_what_was_said() -> None:
    assert texts(recorded()) == ["hola", "¡Hola!"]


@pytest.mark.parametrize("arguments", ['{"date": "\ud800"}', {"date": "\ud800"}])
def test_that_half_a_character_from_a_model_does_not_lose_the_turn(arguments: str | dict[str, str]) -> None:
    call = ToolCallPart("check_availability", arguments, tool_call_id="c1")
    kept = recorded(asked(), ModelResponse(parts=[call]), ModelRequest(parts=[RETURN]))
    assert texts(kept) == ["hola", "¡Hola!"]


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'[{"kind": "request"}]',
        b'[{"kind": "from-the-future", "parts": []}]',
        b"\xff\xfe\x00",
        b"[[[[",
        b"\x00" * 100,
        b'[{"kind":"response","parts":[{"part_kind":"telepathy"}]}]',
    ],
)
def test_that_a_damaged_turn_is_remembered_by_its_words(blob: bytes) -> None:
    messages = history.recall([turn(1, blob, "mañana a las 4", "Tengo libre")], 20)
    assert texts(messages) == ["mañana a las 4", "Tengo libre"]


def test_that_a_call_stored_without_its_answer_is_not_carried_out_again() -> None:
    blob = dumped(asked(), ModelResponse(parts=[CALL]), ModelResponse(parts=[TextPart("¡Hola!")]))
    messages = history.recall([turn(1, blob)], 20)
    assert not [part for m in messages for part in m.parts if isinstance(part, ToolCallPart)]
    assert texts(messages) == ["hola", "¡Hola!"]


def test_that_an_answered_call_is_remembered() -> None:
    blob = dumped(asked(), ModelResponse(parts=[CALL]), ModelRequest(parts=[RETURN]))
    messages = history.recall([turn(1, blob)], 20)
    assert [p for m in messages for p in m.parts if isinstance(p, ToolCallPart)] == [CALL]


def test_that_a_good_turn_beside_a_damaged_one_is_kept() -> None:
    good = history.plain("uno", "dos", NOW)
    messages = history.recall([turn(1, b"{", "a", "b"), turn(2, good, "c", "d")], 20)
    assert texts(messages) == ["a", "b", "uno", "dos"]


def test_that_nothing_is_remembered_of_a_new_session() -> None:
    assert history.recall([], 20) == []


def test_that_one_very_long_turn_is_kept_whole() -> None:
    pairs = [m for _ in range(20) for m in (ModelResponse(parts=[CALL]), ModelRequest(parts=[RETURN]))]
    blob = dumped(asked(), *pairs, ModelResponse(parts=[TextPart("fin")]))
    assert len(history.recall([turn(1, history.plain("a", "b", NOW)), turn(2, blob)], 20)) == 42


def _turns(lengths: list[int], first: int = 1) -> list[Turn]:
    made = []
    for number, pairs in enumerate(lengths, first):
        tools = [m for _ in range(pairs) for m in (ModelResponse(parts=[CALL]), ModelRequest(parts=[RETURN]))]
        blob = dumped(asked(f"turn {number}"), *tools, ModelResponse(parts=[TextPart("r")]))
        made.append(turn(number, blob))
    return made


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(2, 40))
def test_that_the_memory_is_bounded_begins_at_a_customer_and_keeps_the_last_turn(
    lengths: list[int], limit: int
) -> None:
    messages = history.recall(_turns(lengths)[-limit:], limit)
    last = 2 + 2 * lengths[-1]
    assert len(messages) <= max(limit, last)
    assert len(messages) >= last
    first = messages[0].parts[0]
    assert isinstance(first, UserPromptPart)
    assert texts(messages)[-2] == f"turn {len(lengths)}"


def test_that_the_memory_begins_at_the_same_place_for_several_turns() -> None:
    begins = []
    for said in range(1, 41):
        turns = _turns([0] * said)[-20:]
        begins.append(texts(history.recall(turns, 20))[0])
    changes = sum(a != b for a, b in itertools.pairwise(begins))
    assert changes <= 7, "every five turns at the most"


def test_that_a_plain_turn_is_readable_json() -> None:
    stored = json.loads(history.plain("¿y mañana? 🙂", "Sí", NOW))
    assert [m["kind"] for m in stored] == ["request", "response"]
