"""From a prepared turn to what the customer reads: run the model, then let code decide what may be said.

If there was a booking attempt, the ledger words the reply. Every other reply passes the guard, whichever
model wrote it, and one that cannot be traced is not delivered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum, auto

import structlog
from pydantic_ai import Agent
from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    FallbackExceptionGroup,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
)
from pydantic_ai.messages import ImageUrl, ModelMessage, UserContent
from pydantic_ai.models import Model

from citas.agent import guard, history, phrases, wishes
from citas.agent.build import CUT_SHORT, LIMITS, Models
from citas.agent.deps import CitasDeps
from citas.agent.images import images_in
from citas.agent.offline import OfflineModel
from citas.agent.reading import Reading
from citas.booking.availability import NotFree
from citas.booking.commit import Booked, NotBooked, Verifying
from citas.errors import CitasError, StoreError
from citas.store.model import Booking, BookingState, RequestKind
from citas.store.store import Store
from citas.telemetry import TurnMetrics

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """How a turn ended, for logs and metrics."""

    ANSWERED = "answered"
    BOOKED = "booked"
    VERIFYING = "verifying"
    HANDED_OFF = "handed_off"
    GUARDED = "guarded"
    FAILED = "failed"
    NO_TEXT = "no_text"
    TOO_LONG = "too_long"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the gateway. `outcome` is for logs and metrics; `told` are the bookings whose state
    the customer learns by it, and `news` how much of the reply's beginning tells of what became of one."""

    reply: str
    url: str | None
    outcome: str
    told: tuple[Booking, ...] = ()
    news: int = 0

    @property
    def proposal(self) -> str:
        """The part that may offer slots: neither what became of a booking nor news of one does."""
        return "" if self.outcome in {Outcome.BOOKED, Outcome.VERIFYING} else self.reply[self.news :]


class Ended(Enum):
    """How a run of the model ended."""

    SAID = auto()
    """With a reply."""
    GAVE_UP = auto()
    """At a limit: it went round in circles."""
    SPEECHLESS = auto()
    """With nothing to say: a refusal, blanks."""
    BROKE = auto()
    """With a fault of provider, network or ours."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a run of the model came to: its text if it has one, and the messages of the run."""

    text: str | None
    messages: Sequence[ModelMessage] = ()
    ended: Ended = Ended.SAID


class Answerer:
    """Answers prepared turns with one agent. One for the whole process."""

    def __init__(
        self,
        agent: Agent[CitasDeps, str],
        models: Models,
        store: Store,
        metrics: TurnMetrics,
        *,
        messages: int,
    ) -> None:
        self._agent = agent
        self._models = models
        self._store = store
        self._metrics = metrics
        self._messages = messages

    async def answer(self, deps: CitasDeps) -> tuple[Answer, Said]:
        """What to reply, and what the model said to get there. Raises nothing: a turn has begun."""
        said = await self._run(deps, self._models.for_turn(deps))
        try:
            answer, said = await self._compose(deps, said)
        except StoreError as error:
            log.error("the store failed during a turn", error=str(error))
            return _without_store(deps), said
        return _with_news(answer, deps), said

    async def _run(self, deps: CitasDeps, model: Model) -> Said:
        """One run of the agent within what is left of the turn."""
        try:
            result = await self._agent.run(
                _prompt(deps.reading, sees=self._models.sees),
                deps=deps,
                model=model,
                message_history=history.recall(deps.record.turns, self._messages),
                usage_limits=LIMITS,
                timeout=max(1.0, deps.time_left()),
            )
        except UsageLimitExceeded:
            self._metrics.usage_limit.inc()
            return Said(None, ended=Ended.GAVE_UP)
        except (ContentFilterError, UnexpectedModelBehavior) as error:
            log.warning("the agent had nothing to say", error=type(error).__name__)
            return Said(None, ended=Ended.SPEECHLESS)
        except (AgentRunError, FallbackExceptionGroup, CitasError) as error:
            if isinstance(error, TimeoutError):
                self._metrics.turn_deadline.inc()
            log.warning("the agent did not answer", error=type(error).__name__)
            return Said(None, ended=Ended.BROKE)
        except Exception:
            # The edge of a turn that has begun: whatever broke, the customer gets an honest sentence.
            log.exception("the agent failed unexpectedly")
            return Said(None, ended=Ended.BROKE)
        if result.response.finish_reason in CUT_SHORT:
            reason = result.response.finish_reason
            log.warning("the model's reply was cut short", reason=reason)
            return Said(None, ended=Ended.SPEECHLESS if reason == "content_filter" else Ended.BROKE)
        return Said(result.output, result.new_messages())

    async def _compose(self, deps: CitasDeps, said: Said) -> tuple[Answer, Said]:
        """The reply: written from the ledger where there was a booking, guarded everywhere else."""
        if by_code := await self._from_ledger(deps, failed=said.text is None):
            return by_code, said
        if said.ended is Ended.GAVE_UP:
            return await self._to_person(deps), said
        if said.text is None and not self._models.has_stand_in:
            if said.ended is Ended.SPEECHLESS:
                return await self._to_person(deps), said
            return Answer(phrases.FAILED, None, Outcome.FAILED), said
        if said.text is None:
            return await self._instead(deps, Answer(phrases.FAILED, None, Outcome.FAILED))
        if reply := self._passed(said.text, deps):
            handed = deps.effects.request is not None
            return Answer(reply, None, Outcome.HANDED_OFF if handed else Outcome.ANSWERED), said
        return await self._instead(deps, Answer(phrases.NOT_MINE, None, Outcome.GUARDED))

    async def _instead(self, deps: CitasDeps, last_resort: Answer) -> tuple[Answer, Said]:
        """In place of a reply missing or withheld: our own model's answer, guarded like any other."""
        said = await self._run(deps, OfflineModel(deps))
        if by_code := await self._from_ledger(deps, failed=said.text is None):
            return by_code, said
        reply = self._passed(said.text or "", deps)
        return (Answer(reply, None, Outcome.GUARDED) if reply else last_resort), said

    def _passed(self, text: str, deps: CitasDeps) -> str | None:
        """The reply fit to be read, or None if it claims what is no fact."""
        for claim in deps.effects.withheld:
            self._metrics.reply_guard.labels(claim).inc()
        deps.effects.withheld.clear()
        reply = guard.tidy(text)
        violation = guard.examine(reply, deps)
        if violation is None:
            return reply
        self._metrics.reply_guard.labels(violation.claim).inc()
        log.warning("reply withheld", claim=violation.claim.value)
        return None

    async def _from_ledger(self, deps: CitasDeps, *, failed: bool) -> Answer | None:
        """The text of a booking attempt, if there was one, whatever the model made of it."""
        outcome, now = deps.effects.booking, deps.now
        if isinstance(outcome, Booked):
            if failed or deps.effects.model_failed:
                self._metrics.fallback_confirm.inc()
            return _confirmed(outcome.booking, now)
        if isinstance(outcome, Verifying):
            return _verifying(outcome.booking, now)
        if isinstance(outcome, NotFree):
            return Answer(wishes.told(outcome, now), None, Outcome.ANSWERED)
        if isinstance(outcome, NotBooked):
            if outcome.needs_person:
                await self._ask_person(deps, f"No se pudo agendar ({outcome.cause})")
            return Answer(phrases.not_booked(outcome), None, Outcome.FAILED)
        if failed and deps.effects.attempts:
            return await self._after_broken_attempt(deps)
        return None

    async def _after_broken_attempt(self, deps: CitasDeps) -> Answer | None:
        """The run ended while a booking was under way: only the ledger knows what came of it."""
        try:
            rows = await self._store.ledger.of_session(deps.session)
        except StoreError:
            return Answer(phrases.UNSURE, None, Outcome.VERIFYING)
        known = {b.id for b in deps.record.bookings}
        row = next((b for b in rows if b.id not in known and b.state.holds_slot), None)
        if row is None:
            # Still on its way to its claim: neither a yes nor a no would be true. Otherwise nothing was sent.
            under_way = deps.services.booker.is_under_way(deps.session)
            return Answer(phrases.UNSURE, None, Outcome.VERIFYING) if under_way else None
        if row.state is BookingState.CREATED:
            self._metrics.fallback_confirm.inc()
            return _confirmed(row, deps.now)
        return _verifying(row, deps.now)

    async def _to_person(self, deps: CitasDeps) -> Answer:
        await self._ask_person(deps, "El asistente no pudo resolver la conversación")
        return Answer(phrases.TO_PERSON, None, Outcome.HANDED_OFF)

    async def _ask_person(self, deps: CitasDeps, summary: str) -> None:
        waiting = next((r for r in deps.record.requests if r.kind is RequestKind.HANDOFF), None)
        deps.effects.request = deps.effects.request or waiting
        if deps.effects.request is None:
            deps.effects.request = await self._store.requests.add(
                deps.session, RequestKind.HANDOFF, summary, deps.now
            )


def _confirmed(row: Booking, now: datetime) -> Answer:
    return Answer(phrases.confirmation(row, now), row.meet_link, Outcome.BOOKED, (row,))


def _verifying(row: Booking, now: datetime) -> Answer:
    return Answer(phrases.verifying(row, now), None, Outcome.VERIFYING, (row,))


def _with_news(answer: Answer, deps: CitasDeps) -> Answer:
    """What became of a booking since the customer was last told of it comes first."""
    news = [b for b in deps.news if b.id not in {told.id for told in answer.told}]
    if not news:
        return answer
    said = [phrases.resolved(booking, deps.now) for booking in news]
    link = next((b.meet_link for b in news if b.state is BookingState.CREATED), None)
    before = "\n\n".join(said) + "\n\n"
    # "No agendé nada" is true of this turn, and would be read of the booking just told.
    rest = phrases.FAILED_BESIDE_NEWS if answer.reply == phrases.FAILED else answer.reply
    return replace(
        answer,
        reply=before + rest[: guard.REPLY_MAX - len(before)],
        url=answer.url or link,
        told=(*answer.told, *news),
        news=len(before),
    )


def _prompt(reading: Reading, *, sees: bool) -> str | list[UserContent]:
    images = images_in(reading.text) if sees else None
    if images is None or not images.urls:
        return reading.text
    note = f"\n[{images.dropped} imágenes más no se ven]" if images.dropped else ""
    links = [ImageUrl(url, vendor_metadata={"detail": "low"}) for url in images.urls]
    return [reading.text + note, *links]


def _without_store(deps: CitasDeps) -> Answer:
    """What is true when the ledger cannot be read: an attempt without an outcome may have been sent."""
    if deps.effects.attempts and deps.effects.booking is None:
        return Answer(phrases.UNSURE, None, Outcome.VERIFYING)
    return Answer(phrases.FAILED, None, Outcome.FAILED)
