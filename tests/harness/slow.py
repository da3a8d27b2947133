"""The model that takes its time, or all of it."""

import asyncio
from collections.abc import Sequence

from pydantic_ai.exceptions import ModelRequestTimeout
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from tests.harness.puppet import Part, Puppet, Seen

NEVER = float("inf")


class Slow(Puppet):
    """Waits `seconds` before each response. It calls a tool `trickles` times before it says `text`. With
    `heeds`, it gives up when its `request_timeout` is over, as a provider's client does; else it lets
    nothing but a cancellation stop it."""

    def __init__(
        self, seconds: float, *, trickles: int = 0, text: str = "¿Te ayudo?", heeds: bool = True
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._trickles = trickles
        self._text = text
        self._heeds = heeds

    def respond(self, seen: Seen) -> Sequence[Part]:
        """A look at the calendar as long as it trickles, then its text."""
        if seen.rounds < self._trickles:
            return [ToolCallPart("check_availability", {"date": "2026-03-12", "time": "16:00"})]
        return [TextPart(self._text)]

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Wait, then answer."""
        patience = (model_settings or {}).get("request_timeout") if self._heeds else None
        try:
            async with asyncio.timeout(patience):
                await _pass(self._seconds)
        except TimeoutError as error:
            raise ModelRequestTimeout(self.model_name, patience or 0.0) from error
        return await super().request(messages, model_settings, model_request_parameters)


async def _pass(seconds: float) -> None:
    if seconds == NEVER:
        await asyncio.Event().wait()
    await asyncio.sleep(seconds)
