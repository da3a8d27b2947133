"""A prospect played by a language model, with a check that it plays fair.

A confused player must not count as the agent's failure: each message is examined before it is sent. One that
breaks the rules is asked for again; after a second one the conversation ends and `unfair` says why.
"""

from collections import Counter
from collections.abc import Callable

from pydantic_ai import Agent
from pydantic_ai.exceptions import AgentRunError
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits

from evals import reading
from evals.case import LIMA, Case, Prospect
from evals.customers.briefing import END, briefing
from evals.customers.heard import hear
from evals.customers.honesty import violation

PATIENCE_SECONDS = 60.0
"""For one message, whatever the provider does."""
_OPEN = "(Empieza tú la conversación: escribe tu primer mensaje.)"
_AGAIN = (
    "{reply}\n\n(Tu mensaje no se envió: «{text}». Por qué no vale: the customer {why}. "
    "Escríbelo de nuevo, como el cliente que eres y según tus reglas.)"
)
_LEFT = "left before an appointment was confirmed"
_LIMITS = UsageLimits(request_limit=3)


def played_by(
    model: Model, seconds: float = PATIENCE_SECONDS
) -> Callable[[Prospect, Case, int], "PlayedProspect"]:
    """A maker of customers whom `model` plays, as `play` wants one."""

    def make(prospect: Prospect, case: Case, seed: int) -> PlayedProspect:
        return PlayedProspect(prospect, case, seed, model, seconds)

    return make


class PlayedProspect:
    """One prospect of one conversation; see `evals.customers.base.Customer`."""

    def __init__(
        self, prospect: Prospect, case: Case, seed: int, model: Model, seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._prospect, self._seconds = prospect, seconds
        self._today = case.now.astimezone(LIMA).date()
        self._agent = Agent(
            model,
            name="prospect",
            instructions=briefing(prospect, case.dialect, self._today),
            model_settings=ModelSettings(temperature=0.8, max_tokens=300, seed=seed),
        )
        self._history: list[ModelMessage] = []
        self._said: list[str] = []
        self._replies: Counter[str] = Counter()
        self._confirmed = False
        self._leaves = False
        self._unfair = ""

    @property
    def unfair(self) -> str:
        """What they did against their rules, or why their model did not answer."""
        return self._unfair

    async def writes(self, reply: str | None) -> str | None:
        """Their next message; None once they are done, out of patience, or `unfair`."""
        if self._leaves or self._unfair or len(self._said) >= self._prospect.patience:
            return None
        if reply is not None:
            self._replies[reading.folded(reply)] += 1
            self._confirmed = self._confirmed or hear(reply, self._today).booked
        try:
            text = await self._fair_message(reply or _OPEN)
        except AgentRunError as error:  # the provider, its answer, or its time
            self._unfair = f"the customer's model did not answer: {type(error).__name__}: {error}"
            return None
        if text is None:
            return None
        self._remember(reply or _OPEN, text)
        return text

    async def _fair_message(self, reply: str) -> str | None:
        """A message that keeps to the rules, or None at the end. Raises `AgentRunError`."""
        text = await self._asked(reply)
        if why := self._problem(text, reply):
            text = await self._asked(_AGAIN.format(reply=reply, text=text, why=why))
            if why := self._problem(text, reply):
                self._unfair = f"the customer {why}"
                return None
        message, self._leaves = _without_end(text)
        return message or None

    async def _asked(self, prompt: str) -> str:
        run = await self._agent.run(
            prompt, message_history=self._history, usage_limits=_LIMITS, timeout=self._seconds
        )
        return run.output.strip()

    def _problem(self, text: str, reply: str) -> str | None:
        message, leaves = _without_end(text)
        if leaves and not self._may_leave:
            return _LEFT
        if leaves and not message:
            return None
        return violation(message, self._prospect, self._today, self._said, "" if reply == _OPEN else reply)

    @property
    def _may_leave(self) -> bool:
        """Once they were told of a booking, or read the same reply again: that is the agent's doing."""
        return self._confirmed or max(self._replies.values(), default=0) > 1

    def _remember(self, reply: str, text: str) -> None:
        """Only what was sent: a message that was taken back is nothing they said."""
        self._said.append(text)
        self._history += [
            ModelRequest(parts=[UserPromptPart(reply)]),
            ModelResponse(parts=[TextPart(text)]),
        ]


def _without_end(text: str) -> tuple[str, bool]:
    """A message without the sign that it is the last one, and whether it had it."""
    bare = text.strip().rstrip(".!] )>").rstrip()
    if not bare.endswith(END) or (len(bare) > len(END) and bare[-len(END) - 1].isalnum()):
        return text, False
    return bare.removesuffix(END).strip("[(< \n"), True
