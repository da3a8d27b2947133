"""What the harness's models share: reading a request as a model would, and answering without a provider."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_ai.exceptions import ModelAPIError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings

Part = TextPart | ToolCallPart


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as a model reads it: the customer's last message, what the tools have returned to it since,
    the calls it made since, in how many responses, and its instructions."""

    customer: str
    results: tuple[str, ...]
    called: tuple[str, ...]
    rounds: int
    instructions: str

    @classmethod
    def of(cls, messages: Sequence[ModelMessage]) -> "Seen":
        """From the messages of a request, history included."""
        turn = list(messages[_turn_began(messages) :])
        requests = [m for m in turn if isinstance(m, ModelRequest)]
        responses = [m for m in turn if isinstance(m, ModelResponse)]
        told = [m.instructions for m in requests if m.instructions]
        return cls(
            customer=_prompt_of(requests[0]) if requests else "",
            results=tuple(
                p.model_response_str() for m in requests for p in m.parts if isinstance(p, ToolReturnPart)
            ),
            called=tuple(p.tool_name for m in responses for p in m.parts if isinstance(p, ToolCallPart)),
            rounds=len(responses),
            instructions=told[-1] if told else "",
        )


class Puppet(Model, ABC):
    """A model that answers by `respond` alone. `asked` counts its requests; `answered` is the most results of
    tools that it got in one turn."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.answered = 0

    @property
    def model_name(self) -> str:
        """The class's name."""
        return type(self).__name__.lower()

    @property
    def system(self) -> str:
        """The provider's name: none that exists."""
        return "harness"

    @abstractmethod
    def respond(self, seen: Seen) -> Sequence[Part]:
        """The parts of the next response."""

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer at once."""
        seen = Seen.of(messages)
        self.asked += 1
        self.answered = max(self.answered, len(seen.results))
        return ModelResponse(parts=list(self.respond(seen)), model_name=self.model_name)


class Absent(Puppet):
    """The provider is down, so the offline model answers: what an honest conversation looks like."""

    def respond(self, seen: Seen) -> Sequence[Part]:
        """Fail."""
        raise ModelAPIError(self.model_name, "nobody is there")


class Cast(Model):
    """The stage: whoever is `playing` answers. So one service can meet many models, one after the other."""

    def __init__(self, playing: Model) -> None:
        super().__init__()
        self.playing = playing

    @property
    def model_name(self) -> str:
        """Always the same, as the service sees one model."""
        return "cast"

    @property
    def system(self) -> str:
        """The provider's name: none that exists."""
        return "harness"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """What the one who plays answers."""
        return await self.playing.request(messages, model_settings, model_request_parameters)


def _turn_began(messages: Sequence[ModelMessage]) -> int:
    prompts = [
        at
        for at, message in enumerate(messages)
        if isinstance(message, ModelRequest) and any(isinstance(p, UserPromptPart) for p in message.parts)
    ]
    return prompts[-1] if prompts else 0


def _prompt_of(request: ModelRequest) -> str:
    contents = [p.content for p in request.parts if isinstance(p, UserPromptPart)]
    pieces = [c for content in contents for c in ([content] if isinstance(content, str) else content)]
    return "\n".join(p for p in pieces if isinstance(p, str))
