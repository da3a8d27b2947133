"""What is kept of a booking as evidence, and the one record it can be shown as.

A record goes from the customer's words to the outcome: the phrase as typed, the slot it was resolved to, what
the calendar said of it and when, the message that accepted it, and each step since. Its schema is written
down in docs/operations.md. It is masked unless somebody asks for everything.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from pydantic import TypeAdapter, ValidationError

from citas.booking.contact import fold, replace_emails
from citas.maravia.model import Calendar
from citas.scheduling.model import Availability, Slot
from citas.store.model import Booking, BookingStep

_DATE = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})(?!\d)"
_PHONE = re.compile(rf"(?<![\d])(?!{_DATE})\+?\d(?:[\s().,/–\-]{{0,3}}\d){{6,19}}(?!\d)")
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y"})


@dataclass(frozen=True, slots=True)
class AskedCalendar:
    """Which calendar was asked, as the gateway described it; the empresa is the session's."""

    slots: int
    agendar_usuario: int
    agendar_sucursal: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a claim rests on. Everything is empty where an older version kept less."""

    phrase: str = ""
    slot: datetime | None = None
    availability: str = ""
    asked_at: datetime | None = None
    accepted_with: str = ""
    calendar: AskedCalendar | None = None

    @classmethod
    def loads(cls, text: str) -> "Evidence":
        """From a ledger row; unreadable evidence is none."""
        try:
            return _ADAPTER.validate_json(text)
        except ValidationError:
            return cls()

    def dumps(self) -> str:
        """As JSON text."""
        return _ADAPTER.dump_json(self).decode()

    @property
    def unverified(self) -> bool:
        """Whether the slot was booked although the calendar could not be asked."""
        return self.availability == Availability.UNKNOWN

    def asked(self, booking: Booking) -> tuple[Calendar, Slot] | None:
        """The question that can be asked of the calendar again; None where it was not kept."""
        if self.calendar is None:
            return None
        flags = self.calendar
        calendar = Calendar(
            booking.session.id_empresa, flags.slots, flags.agendar_usuario, flags.agendar_sucursal
        )
        return calendar, Slot(booking.start, booking.end)


_ADAPTER = TypeAdapter(Evidence)


def record(booking: Booking, steps: Sequence[BookingStep], *, masked: bool = True) -> dict[str, object]:
    """The evidence of one booking, ready for JSON; moments are ISO texts on the company's clock.

    `masked` leaves of name and address only their beginnings, of the session two digits, and takes addresses,
    numbers like a phone's and the customer's name out of what was written.
    """
    kept = Evidence.loads(booking.evidence)
    zone = kept.slot.tzinfo if kept.slot else booking.start.tzinfo
    mask = _Mask(booking if masked else None)
    return {
        "ref": booking.ref,
        "empresa": booking.session.id_empresa,
        "session": mask.session(booking.session.session),
        "customer": {"name": mask.name(booking.customer_name), "email": mask.email(booking.customer_email)},
        "phrase": mask.text(kept.phrase),
        "slot": {
            "start": booking.start.astimezone(zone).isoformat(),
            "end": booking.end.astimezone(zone).isoformat(),
            "resource": booking.resource,
        },
        "availability": {
            "answer": kept.availability or None,
            "asked_at": kept.asked_at.isoformat() if kept.asked_at else None,
            "calendar": json.loads(kept.dumps())["calendar"],
        },
        "accepted_with": mask.text(kept.accepted_with),
        "outcome": {
            "state": booking.state.value,
            "detail": mask.text(booking.detail),
            "meet_link": booking.meet_link,
            "told": booking.told.value if booking.told else None,
            "claimed_at": booking.created_at.astimezone(zone).isoformat(),
            "updated_at": booking.updated_at.astimezone(zone).isoformat(),
        },
        "steps": [_step(step, zone, mask) for step in steps],
    }


def masked_text(text: str) -> str:
    """Free text without the addresses and the phone-like numbers in it."""
    composed = unicodedata.normalize("NFC", text)
    return _PHONE.sub("***", replace_emails(composed, _masked_email))


def _masked_email(address: str) -> str:
    local, _, domain = address.rpartition("@")
    host, dot, top = domain.rpartition(".")
    return f"{local[:1]}***@{host[:1]}***{dot}{top}"


def _step(step: BookingStep, zone: tzinfo | None, mask: "_Mask") -> Mapping[str, str]:
    return {
        "at": step.at.astimezone(zone).isoformat(),
        "state": step.state.value,
        "actor": step.actor,
        "note": mask.text(step.note),
    }


class _Mask:
    """Hides who a booking's customer is; without a booking it hides nothing."""

    def __init__(self, booking: Booking | None) -> None:
        self._off = booking is None
        words = re.findall(r"[^\W\d_]+", fold(booking.customer_name)) if booking else []
        self._names = frozenset(words) - _PARTICLES

    def name(self, name: str) -> str:
        return name if self._off else " ".join(f"{word[0]}." for word in name.split())

    def session(self, session: str) -> str:
        return session if self._off else f"***{session[-2:]}" if len(session) > 2 else "***"

    def email(self, address: str) -> str:
        return address if self._off else _masked_email(address)

    def text(self, text: str) -> str:
        return text if self._off else re.sub(r"[^\W\d_]+", self._initial, masked_text(text))

    def _initial(self, word: re.Match[str]) -> str:
        return f"{word.group()[0]}." if fold(word.group()) in self._names else word.group()
