"""The offline model as pydantic-ai sees it: one step of the dialogue per request."""

from collections.abc import Mapping

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
from pydantic_ai.usage import RequestUsage

from citas.agent.deps import CitasDeps
from citas.agent.offline.dialogue import Say, Use, next_step

OFFLINE_PROVIDER = "citas"


class OfflineModel(Model):
    """Answers one turn. It is made for that turn: what it knows are the turn's dependencies."""

    def __init__(self, deps: CitasDeps) -> None:
        super().__init__()
        self._deps = deps

    @property
    def model_name(self) -> str:
        """As it is told in traces and `OPENAI_MODEL`."""
        return "offline"

    @property
    def system(self) -> str:
        """The provider's name: us."""
        return OFFLINE_PROVIDER

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,  # noqa: ARG002  the interface's; rules have no temperature
        model_request_parameters: ModelRequestParameters,  # noqa: ARG002  the tools are known
    ) -> ModelResponse:
        """The next step: a sentence, or a tool to call first."""
        part: TextPart | ToolCallPart
        match next_step(self._deps, _returns(messages)):
            case Say(text):
                part = TextPart(text)
            case Use(tool, arguments):
                part = ToolCallPart(tool, dict(arguments))
        return ModelResponse(
            parts=[part], usage=RequestUsage(), model_name=self.model_name, provider_name=OFFLINE_PROVIDER
        )


def _returns(messages: list[ModelMessage]) -> Mapping[str, object]:
    """What each tool returned since the customer's last message, the latest call of each."""
    returns: dict[str, object] = {}
    for message in reversed(messages):
        if not isinstance(message, ModelRequest):
            continue
        for part in reversed(message.parts):
            if isinstance(part, UserPromptPart):
                return returns
            if isinstance(part, ToolReturnPart):
                returns.setdefault(part.tool_name, part.content)
    return returns
