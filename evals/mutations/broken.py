"""What stands in for the product's code while a mutation lasts: the same shape, and one thing wrong."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from citas.agent.deps import CitasDeps
from citas.agent.draft import Draft
from citas.agent.prompt import Prompt
from citas.agent.reading import Reading
from citas.answering import Answer, Outcome, Said
from citas.api.schema import ChatRequest
from citas.booking.availability import AvailabilityDesk
from citas.booking.business import Business
from citas.booking.cache import Cached, SingleFlightCache
from citas.booking.contact import check_email, check_name
from citas.booking.empresa import Empresa
from citas.conversation import Conversation, Incoming
from citas.maravia.client import Maravia
from citas.maravia.model import Calendar, CatalogueItem, CreateOutcome, NewEvent, Unknown
from citas.scheduling.model import Availability, Slot
from citas.scheduling.spanish import spoken_moment
from citas.store.model import Fresh, HumanRequest, Lease, RequestKind, SessionKey, SessionRecord

V = TypeVar("V")
TAX = Decimal("1.18")
"""What the tax on sales adds where the seeded companies are."""


class Everything(frozenset[datetime]):
    """A set that has whatever is asked for."""

    def __contains__(self, _: object) -> bool:
        return True


def nothing_wrong(_reply: str, _deps: CitasDeps) -> None:
    """For `guard.examine`."""


def always(_draft: Draft, _start: datetime) -> bool:
    """For `Draft.accepts`."""
    return True


def silence_is_free(
    ask: Callable[[Maravia, Calendar, Slot], Awaitable[Availability]],
) -> Callable[[Maravia, Calendar, Slot], Awaitable[Availability]]:
    """For `Maravia.availability`: what is not known is free."""

    async def availability(self: Maravia, calendar: Calendar, slot: Slot) -> Availability:
        answer = await ask(self, calendar, slot)
        return Availability.FREE if answer is Availability.UNKNOWN else answer

    return availability


async def always_free(
    _desk: AvailabilityDesk, _empresa: Empresa, _slot: Slot, _held: object = None
) -> Availability:
    """For `AvailabilityDesk.probe`."""
    return Availability.FREE


def a_day_late(turn: Callable[[Prompt, CitasDeps], str]) -> Callable[[Prompt, CitasDeps], str]:
    """For `Prompt.turn`: rendered once, yesterday, and kept."""

    def stale(self: Prompt, deps: CitasDeps) -> str:
        yesterday = replace(deps, now=deps.now.replace(day=max(1, deps.now.day - 1)))
        return turn(self, yesterday)

    return stale


Get = Callable[[SingleFlightCache[object, V], object, Callable[[], Awaitable[V]]], Awaitable[Cached[V]]]


def one_key(get: Get[V]) -> Get[V]:
    """For a cache's `get` and `refresh`: whoever asks first asks for all."""

    async def shared(
        self: SingleFlightCache[object, V], key: object, fetch: Callable[[], Awaitable[V]]
    ) -> Cached[V]:
        # What was searched for still counts; whose it is does not.
        return await get(self, key[1:] if isinstance(key, tuple) else 0, fetch)

    return shared


def one_empresa(incoming: Callable[[ChatRequest, str], Incoming]) -> Callable[[ChatRequest, str], Incoming]:
    """For the reading of a request: a session is a phone number."""

    def read(body: ChatRequest, request_id: str) -> Incoming:
        message = incoming(body, request_id)
        return replace(message, key=SessionKey(0, message.key.session))

    return read


Save = Callable[[Conversation, Incoming, Lease, CitasDeps, Said, Answer], Awaitable[Answer]]


def recap_is_a_confirmation(save: Save) -> Save:
    """For the saving of a turn: once all is known, it is called booked."""

    async def saved(
        self: Conversation, incoming: Incoming, lease: Lease, deps: CitasDeps, said: Said, answer: Answer
    ) -> Answer:
        draft = deps.draft
        if answer.outcome == Outcome.ANSWERED and draft.complete and draft.wanted and not draft.accepted:
            when = spoken_moment(draft.wanted, deps.now)
            answer = replace(answer, reply=f"¡Listo! Tu cita quedó confirmada para el *{when}*.")
        return await save(self, incoming, lease, deps, said, answer)

    return saved


Create = Callable[[Maravia, NewEvent], Awaitable[CreateOutcome]]


def posted_again(create: Create) -> Create:
    """For `Maravia.create_event`: no clear answer is no answer, so it is tried again."""

    async def insisting(self: Maravia, event: NewEvent) -> CreateOutcome:
        outcome = await create(self, event)
        return await create(self, event) if isinstance(outcome, Unknown) else outcome

    return insisting


def ten_minutes(create: Create) -> Create:
    """For `Maravia.create_event`: the length is forgotten."""

    async def short(self: Maravia, event: NewEvent) -> CreateOutcome:
        return await create(self, replace(event, end=event.start + timedelta(minutes=10)))

    return short


def another_seller(create: Create) -> Create:
    """For `Maravia.create_event`: the seller of whoever was configured first."""

    async def sold(self: Maravia, event: NewEvent) -> CreateOutcome:
        return await create(self, replace(event, usuario_id=20))

    return sold


async def no_rivals(*_: object) -> tuple[()]:
    """For the ledger's look at who holds a slot."""
    return ()


def truth_value(fields: dict[str, object]) -> bool:
    """For `wire.success`: what PHP would call true is not what Python does."""
    return bool(fields.get("success"))


def any_contact(_deps: CitasDeps, name: str, email: str) -> tuple[str, str]:
    """For the tracing of name and address to the customer's words."""
    return str(check_name(name)), str(check_email(email))


def no_suggestion(_address: str) -> None:
    """For the look at an address's domain."""


Read = Callable[..., Reading]


def month_first(read: Read) -> Read:
    """For the reading of a message: 5/4 as it is written elsewhere."""

    def american(text: str, *rest: object, **named: object) -> Reading:
        return read(re.sub(r"\b(\d{1,2})/(\d{1,2})\b", r"\2/\1", text), *rest, **named)

    return american


def no_blocks(windows: tuple[V, ...], _blocks: object) -> tuple[V, ...]:
    """For the cutting of blocks out of a day."""
    return tuple(windows)


async def always_fresh(*_: object, **__: object) -> Fresh:
    """For `Deliveries.begin`."""
    return Fresh()


async def not_stored(
    _self: object,
    key: SessionKey,
    kind: RequestKind,
    summary: str,
    now: datetime,
    booking_ref: str | None = None,
) -> HumanRequest:
    """For `Requests.add`: told, and forgotten."""
    return HumanRequest(0, key, kind, summary, now, booking_ref)


def no_draft(_text: str, _now: datetime) -> Draft:
    """For `Draft.loads`."""
    return Draft()


Prepare = Callable[[Conversation, Incoming, SessionRecord, datetime, float], Awaitable[CitasDeps]]


def in_utc(prepare: Prepare) -> Prepare:
    """For the preparing of a turn: `utcnow()`, taken for the wall clock."""

    async def prepared(
        self: Conversation, incoming: Incoming, record: SessionRecord, now: datetime, deadline: float
    ) -> CitasDeps:
        greenwich = now.astimezone(UTC).replace(tzinfo=now.tzinfo)
        return await prepare(self, incoming, record, greenwich, deadline)

    return prepared


Search = Callable[[Business, int, str, int], Awaitable[Cached[tuple[CatalogueItem, ...]]]]


def dearer(search: Search) -> Search:
    """For `Business.search`: the tax is added once more."""

    async def taxed(
        self: Business, id_empresa: int, query: str, limit: int
    ) -> Cached[tuple[CatalogueItem, ...]]:
        found = await search(self, id_empresa, query, limit)
        return replace(found, value=tuple(map(_taxed, found.value)))

    return taxed


def _taxed(item: CatalogueItem) -> CatalogueItem:
    return item if item.price is None else replace(item, price=round(item.price * TAX, 2))
