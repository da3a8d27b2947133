"""One turn: admit it, read what is known, have it answered, save, reply.

Whatever goes wrong after admission, the customer gets a sentence that is true: what the tools did decides it,
never what the model says.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from citas.agent import guard, history, phrases
from citas.agent.deps import CitasDeps, Services, last_reply, last_shown
from citas.agent.draft import Draft
from citas.agent.intents import Intent
from citas.agent.reading import read
from citas.answering import Answer, Answerer, Outcome, Said
from citas.booking.empresa import Empresa
from citas.errors import Draining, FenceLost, StoreError
from citas.scheduling.model import at_minute
from citas.store.model import Lease, NewTurn, SessionKey, SessionRecord, StoredReply
from citas.store.store import Store
from citas.turnstile import Turnstile

log = structlog.get_logger(__name__)

TEXT_MAX = 8000
WAITING_PER_SESSION = 3
LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a prospect, authenticated, cleaned and read."""

    key: SessionKey
    empresa: Empresa
    text: str
    message_id: str | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a turn: `turn` in seconds, `messages` of history given to the model."""

    turn: float
    messages: int


class Conversation:
    """Answers prospects, one message at a time per session. One for the whole process."""

    def __init__(
        self,
        answerer: Answerer,
        services: Services,
        store: Store,
        limits: Limits,
        *,
        clock: Callable[[], datetime],
        holder: str,
        tag: Callable[[SessionKey], str],
    ) -> None:
        self._answerer = answerer
        self._services = services
        self._store = store
        self._limits = limits
        self._clock = clock
        self._holder = holder
        self._tag = tag
        self._turnstile = Turnstile(waiting=WAITING_PER_SESSION)
        self._draining = False

    def drain(self) -> None:
        """Take no new turns from now on."""
        self._draining = True

    async def answer(self, incoming: Incoming) -> Answer:
        """The reply to one message. Raises only `AdmissionError` (nothing happened) or `StoreError`
        (nothing could be read, so nothing was begun)."""
        if self._draining:
            raise Draining("the service is shutting down")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.turn
        # The gateway's patience counts from here: half of it may go on waiting, the rest is for the turn.
        until = deadline - self._limits.turn / 2
        async with (
            self._turnstile.pass_through(incoming.key, until=until),
            self._leased(incoming.key, timedelta(seconds=max(0.0, until - loop.time()))) as lease,
        ):
            if stored := await self._delivered(incoming):
                return Answer(stored.reply, stored.url, Outcome.REPLAYED)
            answer = await self._turn(incoming, lease, deadline)
        log.info(
            "turn",
            empresa=incoming.key.id_empresa,
            session=self._tag(incoming.key),
            outcome=answer.outcome,
            seconds=round(loop.time() - deadline + self._limits.turn, 3),
        )
        return answer

    @asynccontextmanager
    async def _leased(self, key: SessionKey, wait: timedelta) -> AsyncIterator[Lease]:
        leases = self._store.leases
        lease = await leases.acquire(key, self._holder, LEASE, wait=wait)
        renewing = asyncio.create_task(self._renew(lease))
        try:
            yield lease
        finally:
            renewing.cancel()
            try:
                await leases.release(lease)
            except StoreError as error:
                log.warning("lease not released; it expires by itself", error=str(error))

    async def _renew(self, lease: Lease) -> None:
        """Keep the lease while the turn runs. Losing it shows when the turn is saved."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await self._store.leases.renew(lease, LEASE)
            except StoreError as error:
                log.warning("lease not renewed", error=str(error))

    async def _delivered(self, incoming: Incoming) -> StoredReply | None:
        """The stored reply of a message that came before. One left unfinished is answered again: its
        session is leased to us, so whoever began it is gone."""
        if incoming.message_id is None:
            return None
        digest = hashlib.sha256(incoming.text.encode()).hexdigest()
        delivery = await self._store.deliveries.begin(
            incoming.key, incoming.message_id, digest, self._clock(), stale_after=timedelta(0)
        )
        return delivery if isinstance(delivery, StoredReply) else None

    async def _turn(self, incoming: Incoming, lease: Lease, deadline: float) -> Answer:
        now = self._clock()
        record = await self._load(incoming.key, now)
        if await self._services.reconciler.session(incoming.key, record.bookings):
            record = await self._load(incoming.key, now)
        if len(incoming.text) > TEXT_MAX:
            answer = Answer(phrases.TOO_LONG, None, Outcome.TOO_LONG)
            return await self._save_plain(incoming, lease, record, now, answer)
        deps = await self._prepare(incoming, record, now, deadline)
        if not any(c.isalnum() for c in incoming.text) and not deps.reading.has(Intent.YES):
            answer = Answer(phrases.TEXT_ONLY, None, Outcome.NO_TEXT)
            return await self._save_plain(incoming, lease, record, now, answer)
        answer, said = await self._answerer.answer(deps)
        return await self._save(incoming, lease, deps, said, answer)

    async def _load(self, key: SessionKey, now: datetime) -> SessionRecord:
        today = at_minute(now.date(), 0, now)
        return await self._store.sessions.load(key, last=self._limits.messages, today=today)

    async def _prepare(
        self, incoming: Incoming, record: SessionRecord, now: datetime, deadline: float
    ) -> CitasDeps:
        """Everything the agent works with in this turn."""
        profile = await self._services.business.profile(incoming.empresa)
        words = await self._store.sessions.customer_words(incoming.key)
        heard = last_reply(record, now)
        before = Draft.loads(record.draft, now)
        shown = last_shown(record, now, before)
        if not heard:
            # What was agreed before a long silence is shown again first.
            before, shown = before.doubted(), ()
        reading = read(
            incoming.text,
            now,
            hours=profile.hours,
            offers=shown,
            pending=before.wanted.date() if before.wanted else before.day,
            last_reply=heard,
            elsewhere=before.elsewhere,
        )
        return CitasDeps(
            empresa=incoming.empresa,
            session=incoming.key,
            now=now,
            reading=reading,
            draft=before.learn(reading, heard, shown, now),
            words=(*words, incoming.text),
            profile=profile,
            record=record,
            services=self._services,
            time_left=lambda: deadline - asyncio.get_running_loop().time(),
        )

    async def _save(
        self, incoming: Incoming, lease: Lease, deps: CitasDeps, said: Said, answer: Answer
    ) -> Answer:
        """Store the turn, then let the answer go."""
        shown = guard.shown_in(answer.proposal, deps.showable, deps.now)
        answer = _with_greeting(answer, incoming.empresa, deps.record)
        seen = deps.shown | {slot.start for slot in shown}
        turn = NewTurn(
            received_at=deps.now,
            customer_text=incoming.text,
            reply=answer.reply,
            url=answer.url,
            messages=history.record(said.messages, incoming.text, answer.reply, deps.now),
            outcome=answer.outcome,
            offers=tuple((slot.start, slot.end) for slot in shown),
            draft=_draft_after(deps, answer, seen).dumps(),
            message_id=incoming.message_id,
            told=tuple((booking.id, booking.state) for booking in answer.told),
        )
        return await self._append(lease, turn, answer)

    async def _save_plain(
        self, incoming: Incoming, lease: Lease, record: SessionRecord, now: datetime, answer: Answer
    ) -> Answer:
        """Store a turn that needed no model."""
        answer = _with_greeting(answer, incoming.empresa, record)
        turn = NewTurn(
            received_at=now,
            customer_text=incoming.text[:TEXT_MAX],
            reply=answer.reply,
            url=answer.url,
            messages=history.plain(incoming.text[:TEXT_MAX], answer.reply, now),
            outcome=answer.outcome,
            draft=record.draft,
            message_id=incoming.message_id,
        )
        return await self._append(lease, turn, answer)

    async def _append(self, lease: Lease, turn: NewTurn, answer: Answer) -> Answer:
        try:
            await self._store.sessions.append(lease, turn)
        except FenceLost:
            log.warning("turn discarded: another worker has the session")
            if answer.outcome in {Outcome.BOOKED, Outcome.VERIFYING}:
                return answer  # true whoever has the session: the ledger says so
            return Answer(phrases.FAILED, None, Outcome.FAILED)
        except StoreError as error:
            # The reply is true all the same; what it showed is not remembered, so it cannot be booked.
            log.error("turn not stored", error=str(error))
        return answer


def _with_greeting(answer: Answer, empresa: Empresa, record: SessionRecord) -> Answer:
    """The greeting file goes out with the first reply, unless a meeting's link does."""
    if record.turn_count == 0 and answer.url is None:
        return replace(answer, url=empresa.archivo_saludo)
    return answer


def _draft_after(deps: CitasDeps, answer: Answer, seen: frozenset[datetime]) -> Draft:
    """What is kept of the draft: a wish that the calendar refused is not carried on."""
    draft = deps.draft
    if answer.outcome in {Outcome.BOOKED, Outcome.VERIFYING}:
        return draft.booked(deps.last_shown)
    if draft.wanted is not None and draft.wanted not in seen:
        return replace(draft, wanted=None, accepted=False)
    return draft
