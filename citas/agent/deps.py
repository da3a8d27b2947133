"""What one turn gives the agent: typed, per request, nothing global."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from citas.agent.draft import Draft
from citas.agent.reading import Reading
from citas.booking.availability import AvailabilityDesk
from citas.booking.business import Business, Profile
from citas.booking.commit import Booker, BookingOutcome
from citas.booking.empresa import Empresa
from citas.scheduling.model import Slot
from citas.scheduling.openings import is_after
from citas.store.model import Booking, HumanRequest, SessionKey, SessionRecord
from citas.store.requests import Requests

SILENCE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Services:
    """What every turn shares: the desks that reach calendar, catalogue and ledger."""

    business: Business
    desk: AvailabilityDesk
    booker: Booker
    requests: Requests


@dataclass(slots=True)
class Effects:
    """What the tools did in this turn. The reply is checked against it, and the turn stores it.

    `model_failed`: the provider failed in this turn, and the offline model went on for it.
    """

    offers: list[Slot] = field(default_factory=list)
    booking: BookingOutcome | None = None
    attempts: int = 0
    request: HumanRequest | None = None
    model_failed: bool = False

    def offer(self, *slots: Slot) -> None:
        """Note slots that this turn found free, once each, in order."""
        self.offers += [slot for slot in slots if slot not in self.offers]


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
