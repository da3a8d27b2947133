"""What a conversation came to: everything the evaluators may look at, as values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from citas.sandbox.state import Event
from citas.store.model import Booking, RequestKind, SessionKey

_CODE = re.compile(r"AC-[A-Z0-9]{4}")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool the model used: its arguments, and what came back, as JSON text."""

    tool: str
    arguments: str
    result: str


@dataclass(frozen=True, slots=True)
class Named:
    """A moment that a reply names, local and naive, and whether it was free: open, to come, nobody's."""

    moment: datetime
    free: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and its answer. `at` is the case's clock, `seconds` how long the answer took, `events` how
    many the calendar held then."""

    by: str
    text: str
    status: int
    reply: str
    url: str | None
    at: datetime
    seconds: float
    events: int
    named: tuple[Named, ...] = ()
    again: bool = False
    """The same message delivered once more."""
    outcome: str = ""
    tools: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What the provider was asked for; `cost` in US dollars, None where the price is not known."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """One case, played. `posted` are the codes of the bookings that reached the calendar, `withheld` counts
    the drafts that the guard stopped."""

    exchanges: tuple[Exchange, ...]
    sessions: Mapping[str, SessionKey]
    events: tuple[Event, ...]
    bookings: tuple[Booking, ...]
    requests: tuple[RequestKind, ...]
    posted: tuple[str, ...]
    withheld: int
    usage: Usage
    unfair: str = ""
    """Why the customer, not the agent, is to blame: a simulated one that broke its own rules."""

    def events_of(self, customer: str) -> tuple[Event, ...]:
        """The events made for one customer's session."""
        return tuple(e for e in self.events if is_of(e, self.sessions[customer]))

    def of(self, customer: str) -> tuple[Exchange, ...]:
        """What one customer wrote and heard."""
        return tuple(e for e in self.exchanges if e.by == customer)

    def customers(self) -> Iterator[tuple[str, tuple[Exchange, ...]]]:
        """Each customer with their exchanges."""
        for customer in dict.fromkeys(e.by for e in self.exchanges):
            yield customer, self.of(customer)


def is_of(event: Event, key: SessionKey) -> bool:
    """Whether an event was made for a session, in its company's calendar."""
    return event.id_prospecto == key.session and event.empresa == key.id_empresa


def code_in(title: str) -> str:
    """The booking's code in an event's title, or nothing."""
    found = _CODE.search(title)
    return found[0] if found else ""
