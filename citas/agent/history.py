"""The model's memory of a session: stored turn by turn, read back bounded, never half-finished.

What is stored is a record of what was really said: instructions are left out (they are rendered anew each
time), media become text, and the last word is the reply that the customer got, whatever the model wrote.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import ValidationError
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    RetryFeedbackPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_core import PydanticSerializationError

from citas.store.model import Turn


def recall(turns: Sequence[Turn], limit: int) -> list[ModelMessage]:
    """The last turns as model messages, at most `limit` of them unless the very last turn is longer.

    What does not fit is cut at a customer's message, and in blocks of turns: the window then begins at the
    same place for several turns, which is what a provider's prompt cache can use.
    """
    blocks = [(turn.number, _messages_of(turn)) for turn in turns]
    block_of_turns = max(1, limit // 4)
    last = turns[-1].number if turns else 0
    for boundary in range(0, last, block_of_turns):
        kept = [messages for number, messages in blocks if number > boundary]
        if sum(map(len, kept)) <= limit:
            return [m for messages in kept for m in messages]
    return blocks[-1][1] if blocks else []


def record(messages: Sequence[ModelMessage], customer_text: str, reply: str, at: datetime) -> bytes:
    """A finished turn's messages as JSON: pruned, ending in `reply` as the customer got it.

    Without messages, or with some that no JSON can hold (half a character in a tool's arguments), it is
    what was written and what was answered.
    """
    try:
        return _dumped(_recorded(messages, reply) if messages else _plain(customer_text, reply, at))
    except PydanticSerializationError:
        return plain(customer_text, reply, at)


def _recorded(messages: Sequence[ModelMessage], reply: str) -> list[ModelMessage]:
    kept = [_pruned(m) for m in messages if not _is_feedback(m) and not _is_rejected(m, messages[-1])]
    while kept and isinstance(kept[-1], ModelResponse):
        last = kept.pop()
        calls = [p for p in last.parts if isinstance(p, ToolCallPart)]
        if calls:
            break  # a call without its answer: dropped, so that nobody runs it again
    return [*kept, ModelResponse(parts=[TextPart(reply)])]


def _is_feedback(message: ModelMessage) -> bool:
    """Our own remark on a draft of a reply: nobody said it in the conversation."""
    parts = message.parts if isinstance(message, ModelRequest) else ()
    return bool(parts) and all(isinstance(part, RetryFeedbackPart) for part in parts)


def _is_rejected(message: ModelMessage, last: ModelMessage) -> bool:
    """A draft that never went out: words without a tool call, and more of the run after them."""
    said = message.parts if isinstance(message, ModelResponse) and message is not last else ()
    return bool(said) and not any(isinstance(part, ToolCallPart) for part in said)


def plain(customer_text: str, reply: str, at: datetime) -> bytes:
    """A turn without a model's messages: what was written and what was answered."""
    return _dumped(_plain(customer_text, reply, at))


def _dumped(messages: list[ModelMessage]) -> bytes:
    return ModelMessagesTypeAdapter.dump_json(messages, exclude_none=True)


def _plain(customer_text: str, reply: str, at: datetime) -> list[ModelMessage]:
    return [
        ModelRequest(parts=[UserPromptPart(customer_text, timestamp=at)]),
        ModelResponse(parts=[TextPart(reply)]),
    ]


def _messages_of(turn: Turn) -> list[ModelMessage]:
    try:
        messages = ModelMessagesTypeAdapter.validate_json(turn.messages)
    except ValidationError:
        # Written by another version or damaged: the words themselves are kept beside it.
        return _plain(turn.customer_text, turn.reply, turn.received_at)
    whole = messages and not _unanswered_calls(messages)
    return list(messages) if whole else _plain(turn.customer_text, turn.reply, turn.received_at)


def _unanswered_calls(messages: Sequence[ModelMessage]) -> set[str]:
    """The tool calls that nothing answered: a run that begins with one of them would carry it out again."""
    parts = [part for message in messages for part in message.parts]
    answered = {p.tool_call_id for p in parts if isinstance(p, ToolReturnPart)}
    return {p.tool_call_id for p in parts if isinstance(p, ToolCallPart)} - answered


def _pruned(message: ModelMessage) -> ModelMessage:
    if not isinstance(message, ModelRequest):
        return message
    parts = [
        replace(p, content=_as_text(p.content)) if isinstance(p, UserPromptPart) else p for p in message.parts
    ]
    return replace(message, instructions=None, parts=parts)


def _as_text(content: object) -> str:
    if isinstance(content, str):
        return content
    pieces = content if isinstance(content, (list, tuple)) else [content]
    return "\n".join(p if isinstance(p, str) else "[imagen]" for p in pieces)
