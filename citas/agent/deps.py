"""What one turn gives the agent: typed, per request, nothing global."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from citas.agent.draft import Draft
from citas.agent.reading import Reading
from citas.booking.availability import AvailabilityDesk, NotFree
from citas.booking.business import Business, Profile
from citas.booking.commit import Booker, BookingOutcome
from citas.booking.empresa import Empresa
from citas.booking.reconcile import Reconciler
from citas.maravia.model import CatalogueItem
from citas.scheduling.model import Slot
from citas.scheduling.openings import is_after
from citas.scheduling.policy import Reason, Refusal
from citas.store.model import Booking, BookingState, HumanRequest, SessionKey, SessionRecord
from citas.store.requests import Requests

SILENCE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Services:
    """What every turn shares: the desks that reach calendar, catalogue and ledger."""

    business: Business
    desk: AvailabilityDesk
    booker: Booker
    requests: Requests
    reconciler: Reconciler


@dataclass(frozen=True, slots=True)
class Refused:
    """That a start, or (None) any start that was asked for, cannot be had, and why."""

    start: datetime | None
    refusal: Refusal


@dataclass(slots=True)
class Effects:
    """What the tools found and did in this turn. The reply is checked against it, and the turn stores it.

    `offers` may be shown to the customer; those in `unverified` stand on opening hours and our ledger
    alone, so nobody may call them free. `withheld` are the kinds of claims for which a draft of the reply was
    sent back. `model_failed`: the provider failed in this turn, and the offline model went on for it.
    """

    offers: list[Slot] = field(default_factory=list)
    unverified: set[datetime] = field(default_factory=set)
    refused: list[Refused] = field(default_factory=list)
    products: list[CatalogueItem] = field(default_factory=list)
    booking: BookingOutcome | None = None
    attempts: int = 0
    request: HumanRequest | None = None
    withheld: list[str] = field(default_factory=list)
    model_failed: bool = False

    def offer(self, *slots: Slot, verified: bool = True) -> None:
        """Note slots that this turn may show, once each, in order."""
        new = [slot for slot in slots if slot not in self.offers]
        self.offers += new
        if not verified:
            self.unverified.update(slot.start for slot in new)

    def refuse(self, start: datetime | None, answer: NotFree) -> None:
        """Note that a wish cannot be had, and what could be had instead."""
        self.refused.append(Refused(start, answer.refusal))
        self.offer(*answer.alternatives)

    @property
    def looked(self) -> bool:
        """Whether the calendar was asked in this turn, and answered."""
        unknown = {Reason.UNVERIFIED, Reason.HOURS_UNKNOWN}
        verified = any(slot.start not in self.unverified for slot in self.offers)
        return verified or any(r.refusal.reason not in unknown for r in self.refused)


@dataclass(frozen=True, slots=True)
class CitasDeps:
    """The dependencies of one run of the agent. `now` is fixed for the whole turn."""

    empresa: Empresa
    session: SessionKey
    now: datetime
    reading: Reading
    draft: Draft
    words: tuple[str, ...]
    profile: Profile
    record: SessionRecord
    services: Services
    time_left: Callable[[], float]
    effects: Effects = field(default_factory=Effects)

    @property
    def shown(self) -> frozenset[datetime]:
        """Every start an earlier reply of this session showed to the customer."""
        return frozenset(offer.start for offer in self.record.offers)

    @property
    def showable(self) -> tuple[Slot, ...]:
        """The slots a reply may show: those this turn found, and those shown before that are to come."""
        zone = self.now.tzinfo
        before = (Slot(o.start.astimezone(zone), o.end.astimezone(zone)) for o in self.record.offers)
        to_come = (slot for slot in before if is_after(slot.start, self.now))
        return tuple(dict.fromkeys((*self.effects.offers, *to_come)))

    @property
    def last_reply(self) -> str:
        """Our last reply, if what they write now can still be an answer to it."""
        return last_reply(self.record, self.now)

    @property
    def last_shown(self) -> tuple[datetime, ...]:
        """The starts that the last offering reply showed, in order."""
        return last_shown(self.record, self.now, self.draft)

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """This session's ledger rows that hold a slot not yet over, in order of time."""
        rows = (b for b in self.record.bookings if b.state.holds_slot and is_after(b.end, self.now))
        return tuple(sorted(rows, key=lambda b: b.start))

    @property
    def news(self) -> tuple[Booking, ...]:
        """This session's rows that came to an outcome the customer waits to hear, in order of time: one they
        were told is being verified, or one made whose confirmation never reached them."""
        rows = (b for b in self.record.bookings if _is_news(b, self.now))
        return tuple(sorted(rows, key=lambda b: b.start))


def _is_news(booking: Booking, now: datetime) -> bool:
    """`told` says what the customer believes. What they wait for is told also when its hour has gone by."""
    if booking.state is BookingState.CREATED and booking.told is None:
        return is_after(booking.end, now)
    settled = booking.state in {BookingState.CREATED, BookingState.REJECTED}
    return settled and booking.told in {BookingState.UNKNOWN, BookingState.SENT}


def last_reply(record: SessionRecord, now: datetime) -> str:
    """The last reply of a session; nothing after so long a silence that a "sí" is no answer to it."""
    if not record.turns or now - record.turns[-1].received_at > SILENCE:
        return ""
    return record.turns[-1].reply


def last_shown(record: SessionRecord, now: datetime, draft: Draft) -> tuple[datetime, ...]:
    """The starts that the last offering turn showed and that are still on the table: to come, not booked
    since, not turned down; in order of time, in the zone of `now`."""
    booked = {b.start for b in record.bookings if b.state.holds_slot} | set(draft.dismissed)
    latest = max((offer.turn for offer in record.offers), default=0)
    shown = (o.start for o in record.offers if o.turn == latest)
    starts = (start.astimezone(now.tzinfo) for start in shown if start not in booked and is_after(start, now))
    return tuple(sorted(starts))
