"""The models of an evaluation: the one under evaluation, metered, and the wayward ones that cases bring."""

import re
from collections.abc import Sequence
from decimal import Decimal

from pydantic_ai.exceptions import ModelAPIError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from evals.case import Slip
from evals.transcript import Usage

_TODAY = re.compile(r"Hoy es ([^.\n]+?)(?: de \d{4})?[.\n]")


class Metered(WrapperModel):
    """Counts what a provider is asked for and what that costs."""

    def __init__(self, wrapped: Model) -> None:
        super().__init__(wrapped)
        self._requests = self._input = self._output = 0
        self._cost, self._priced = Decimal(0), True

    @property
    def usage(self) -> Usage:
        """What it came to so far."""
        cost = float(self._cost) if self._priced and self._requests else None
        return Usage(self._requests, self._input, self._output, cost)

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Pass it on, and count."""
        response = await super().request(messages, model_settings, model_request_parameters)
        self._requests += 1
        self._input += response.usage.input_tokens
        self._output += response.usage.output_tokens
        try:
            self._cost += response.cost().total_price
        except (LookupError, ValueError):
            self._priced = False  # no price list has the model, or its usage was not told: no sum is right
        return response


class Wayward(Model):
    """Slips where a case says so; elsewhere it is out of order, and the offline model answers for it.

    `message` is the number of the main customer's message being answered, set by whoever plays the case.
    """

    def __init__(self, slips: Sequence[Slip]) -> None:
        super().__init__()
        self._slips = {slip.at: slip for slip in slips}
        self.message = 0

    @property
    def model_name(self) -> str:
        """As it is told in traces."""
        return "wayward"

    @property
    def system(self) -> str:
        """The provider's name: none that exists."""
        return "evals"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,  # noqa: ARG002  the interface's; what it says is written down
        model_request_parameters: ModelRequestParameters,  # noqa: ARG002  the interface's
    ) -> ModelResponse:
        """What the slip for this message has it do next."""
        slip = self._slips.get(self.message)
        if slip is None:
            raise ModelAPIError(self.model_name, "out of order")
        began = max(at for at, message in enumerate(messages) if _is_prompt(message))
        used = sum(
            isinstance(part, ToolCallPart)
            for message in messages[began:]
            if isinstance(message, ModelResponse)
            for part in message.parts
        )
        if used < len(slip.calls):
            call = slip.calls[used]
            return ModelResponse(parts=[ToolCallPart(call.tool, dict(call.arguments))], model_name="wayward")
        if not slip.says:
            raise ModelAPIError(self.model_name, "nothing to say")
        return ModelResponse(parts=[TextPart(_filled(slip.says, messages))], model_name="wayward")


def _is_prompt(message: ModelMessage) -> bool:
    return isinstance(message, ModelRequest) and any(isinstance(p, UserPromptPart) for p in message.parts)


def _filled(text: str, messages: Sequence[ModelMessage]) -> str:
    told = [m.instructions for m in messages if isinstance(m, ModelRequest) and m.instructions]
    today = _TODAY.search(told[-1]) if told else None
    return text.replace("{today}", today[1] if today else "un día")
