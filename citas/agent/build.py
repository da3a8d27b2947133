"""The only place where the agent is made, and where a turn's model is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_ai import Agent, ModelRetry, RunContext
from pydantic_ai.exceptions import ModelAPIError, UnexpectedModelBehavior
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits

from citas.agent import guard, tools
from citas.agent.deps import CitasDeps, Effects
from citas.agent.offline import OFFLINE_PROVIDER, OfflineModel
from citas.agent.prompt import Prompt

LIMITS = UsageLimits(request_limit=8, tool_calls_limit=10, total_tokens_limit=200_000)
# Why a reply ended before it was whole. Half a sentence may say half an hour: it is no answer.
CUT_SHORT = frozenset({"content_filter", "length"})
# Less than this left of a turn, and a reply that must not go out is not asked for again.
REGENERATION_SECONDS = 10.0
# What the offline model and its tools need to take over when a provider used up its time.
FALLBACK_RESERVE_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the provider's model is asked. Seconds and tokens."""

    temperature: float
    max_tokens: int
    timeout: float


class FirstFailureStands(WrapperModel):
    """A provider that failed in this turn is not asked again in it: each wait would be the customer's."""

    def __init__(self, wrapped: Model, effects: Effects) -> None:
        super().__init__(wrapped)
        self._effects = effects

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Ask the provider, unless it has failed before."""
        if self._effects.model_failed:
            raise ModelAPIError(self.model_name, "failed earlier in this turn")
        answered = False
        try:
            response = await super().request(messages, model_settings, model_request_parameters)
            answered = True
        finally:
            self._effects.model_failed = not answered
        return response


@dataclass(frozen=True, slots=True)
class Models:
    """Which model answers: the provider's, with the offline one behind it unless that is turned off, and for
    the first `per_session_day` turns of a session's day: what the provider costs is bounded."""

    primary: Model | None
    fallback: bool = True
    per_session_day: int = 100

    def for_turn(self, deps: CitasDeps) -> Model:
        """The model of one turn."""
        offline = OfflineModel(deps)
        if self.primary is None or deps.record.turns_today >= self.per_session_day:
            return offline
        if not self.fallback:
            return self.primary
        provider = FirstFailureStands(self.primary, deps.effects)
        return FallbackModel(provider, offline, fallback_on=(ModelAPIError, UnexpectedModelBehavior))

    @property
    def has_stand_in(self) -> bool:
        """Whether the offline model answers where the provider's did not."""
        return self.primary is not None and self.fallback

    @property
    def sees(self) -> bool:
        """Whether images are worth passing on."""
        return self.primary is not None


def build_agent(prompt: Prompt, tuning: Tuning) -> Agent[CitasDeps, str]:
    """The agent: its tools, its instructions (company first, the day last) and its limits."""

    def settings(ctx: RunContext[CitasDeps]) -> ModelSettings:
        left = ctx.deps.time_left() - FALLBACK_RESERVE_SECONDS
        patience = max(1.0, min(tuning.timeout, left))
        return ModelSettings(
            temperature=tuning.temperature,
            max_tokens=tuning.max_tokens,
            timeout=patience,  # of one attempt, and by `WatchedModel` of all of them
            max_retries=1,
            parallel_tool_calls=False,
        )

    agent = Agent[CitasDeps, str](
        deps_type=CitasDeps,
        name="citas",
        tools=[
            tools.check_availability,
            tools.create_booking,
            tools.search_productos_servicios,
            tools.hand_off,
        ],
        retries={"tools": 2, "output": 1},
        model_settings=settings,
    )

    agent.output_validator(_traced)

    @agent.instructions
    async def company(ctx: RunContext[CitasDeps]) -> str:
        return prompt.company(ctx.deps)

    @agent.instructions
    async def turn(ctx: RunContext[CitasDeps]) -> str:
        return prompt.turn(ctx.deps)

    return agent


def _is_final(messages: Sequence[ModelMessage]) -> bool:
    """Whether asking again is of no use: the offline model would write the same, and a reply that was cut
    short is no reply."""
    last = messages[-1] if messages else None
    if not isinstance(last, ModelResponse):
        return False
    return last.provider_name == OFFLINE_PROVIDER or last.finish_reason in CUT_SHORT


async def _traced(ctx: RunContext[CitasDeps], reply: str) -> str:
    """A reply that claims what is no fact is asked for once more, with the reason.

    Whether the second may go out is decided where every reply is (`citas.answering`).
    """
    deps = ctx.deps
    by_code = deps.effects.booking is not None or _is_final(ctx.messages)
    hurried = deps.time_left() < FALLBACK_RESERVE_SECONDS + REGENERATION_SECONDS
    if by_code or hurried or ctx.retry:
        return reply
    violation = guard.examine(guard.tidy(reply), deps)
    if violation is None:
        return reply
    deps.effects.withheld.append(violation.claim)
    raise ModelRetry(guard.why(violation))
