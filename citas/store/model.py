"""The rows of the store as values. Moments are aware; the database keeps UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class SessionKey:
    """One prospect of one empresa. The session is text: not every id is a phone number."""

    id_empresa: int
    session: str


class BookingState(StrEnum):
    """Where one attempt to create an event stands. SENT without an outcome is read as UNKNOWN."""

    SENT = "sent"
    CREATED = "created"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"

    @property
    def holds_slot(self) -> bool:
        """True while the event exists or may exist."""
        return self in {BookingState.SENT, BookingState.CREATED, BookingState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A booking to send. `key` is unique while it holds its slot; `resource` names the calendar."""

    key: str
    session: SessionKey
    resource: str
    start: datetime
    end: datetime
    customer_name: str
    customer_email: str
    evidence: str
    """JSON: the phrase, the resolved slot, the availability answer, the accepting message."""


class Limit(StrEnum):
    """Which bound a claim would have passed."""

    SESSION = "session"
    CONTACT = "contact"
    EMPRESA = "empresa"
    ATTEMPTS = "attempts"


@dataclass(frozen=True, slots=True)
class ClaimLimits:
    """How many bookings there may be: of a session still to come; and today of a contact in an empresa, of
    an empresa, and of a session's attempts whatever became of them."""

    per_session: int = 2
    per_contact: int = 3
    per_empresa: int = 200
    attempts: int = 10


@dataclass(frozen=True, slots=True)
class Booking:
    """One row of the booking ledger. `ref` (``AC-XXXX``) is what customers and operators quote."""

    id: int
    ref: str
    key: str
    session: SessionKey
    resource: str
    start: datetime
    end: datetime
    customer_name: str
    customer_email: str
    state: BookingState
    meet_link: str | None
    detail: str
    evidence: str
    created_at: datetime
    updated_at: datetime
    told: BookingState | None = None
    """The state in which a delivered reply last told the customer of it."""


class Actor(StrEnum):
    """Who moved a booking on."""

    SERVICE = "service"
    RECONCILER = "reconciler"
    OPERATOR = "operator"


LOOKED = "calendar: "
"""How the note of a look at the calendar begins; what it said follows."""


@dataclass(frozen=True, slots=True)
class BookingStep:
    """One line of a booking's trail: the state it was in from `at` on, who saw to it, and why or what."""

    id: int
    booking_id: int
    at: datetime
    state: BookingState
    actor: str
    note: str

    @property
    def look(self) -> str | None:
        """What the calendar said (free, busy, unknown), if this step is a look at it."""
        is_look = self.actor == Actor.RECONCILER and self.note.startswith(LOOKED)
        return self.note.removeprefix(LOOKED) if is_look else None


@dataclass(frozen=True, slots=True)
class Claimed:
    """The claim is ours and durable: the one POST may go out."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class AlreadyOurs:
    """This session already holds this very booking; its row tells the state."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class TakenByOther:
    """Another session, or another booking of this one, holds some of the slot in this calendar."""


@dataclass(frozen=True, slots=True)
class OverLimit:
    """Nothing was claimed: there are as many bookings as `limit` allows."""

    limit: Limit


ClaimResult = Claimed | AlreadyOurs | TakenByOther | OverLimit


@dataclass(frozen=True, slots=True)
class Offer:
    """A slot that a reply showed to the customer, and in which turn."""

    start: datetime
    end: datetime
    turn: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said and answered once. `messages` is the model's history of the turn, as JSON."""

    number: int
    received_at: datetime
    customer_text: str
    reply: str
    url: str | None
    messages: bytes
    outcome: str


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A finished turn to append, with what it showed and what it learned."""

    received_at: datetime
    customer_text: str
    reply: str
    url: str | None
    messages: bytes
    outcome: str
    offers: tuple[tuple[datetime, datetime], ...] = ()
    draft: str = "{}"
    message_id: str | None = None
    told: tuple[tuple[int, BookingState], ...] = ()
    """Bookings (by id) that the reply speaks of, and the state it tells them in."""


class RequestKind(StrEnum):
    """Why a person of the company is asked to act."""

    HANDOFF = "handoff"
    CANCEL = "cancel"
    MOVE = "move"
    UNKNOWN_BOOKING = "unknown_booking"


@dataclass(frozen=True, slots=True)
class HumanRequest:
    """Something stored for the company's people to do."""

    id: int
    session: SessionKey
    kind: RequestKind
    summary: str
    created_at: datetime
    booking_ref: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session as a turn begins: draft (JSON), last turns in order, offers, bookings, open requests."""

    draft: str
    turn_count: int
    turns: tuple[Turn, ...]
    offers: tuple[Offer, ...]
    bookings: tuple[Booking, ...]
    requests: tuple[HumanRequest, ...] = ()
    turns_today: int = 0


@dataclass(frozen=True, slots=True)
class Fresh:
    """This delivery is ours to answer."""


@dataclass(frozen=True, slots=True)
class Running:
    """The same message is being answered since then; its reply does not exist yet."""

    since: datetime


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What a finished delivery answered; replayed when the same message comes again."""

    reply: str
    url: str | None


Delivery = Fresh | Running | StoredReply


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write one session until it expires; every write carries `fence`."""

    session: SessionKey
    fence: int
    holder: str
