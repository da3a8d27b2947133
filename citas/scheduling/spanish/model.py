"""What the resolver says of a message: values only."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """What a message says about time. Only `RESOLVED` and `RANGE` may be acted on unasked."""

    RESOLVED = "resolved"
    RANGE = "range"
    AMBIGUOUS = "ambiguous"
    CONTRADICTORY = "contradictory"
    IMPOSSIBLE = "impossible"
    PAST = "past"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """One reading: a company-local date, a company-local wall time, or both."""

    date: dt.date | None
    time: dt.time | None


@dataclass(frozen=True, slots=True)
class Span:
    """Days (inclusive; None is open) and minutes after midnight of each day (half-open)."""

    first_day: dt.date | None
    last_day: dt.date | None
    from_minute: int
    to_minute: int

    def covers(self, day: dt.date) -> bool:
        """Whether that day is one of its days."""
        return (self.first_day or dt.date.min) <= day <= (self.last_day or dt.date.max)


@dataclass(frozen=True, slots=True)
class Understanding:
    """The reading of one message.

    `date` and `time` are company-local; either may be missing, and either may be set beside another
    kind than RESOLVED when that half is certain. `candidates` holds every reading when AMBIGUOUS or
    CONTRADICTORY, in the order to name them; with PAST or IMPOSSIBLE, what may have been meant.
    `words` are the customer's words it came from. `zone` is one the customer named other than the
    company's, and `stated` is then the moment on the customer's clock. `asap` means the earliest
    possible. `correction` means it replaces what was said before.
    `excluded` are days that were ruled out: "el jueves no puedo". `contrasts` when another time was
    turned down beside this one: "a las 3 no llego, a las 5 sí".
    """

    kind: Kind
    date: dt.date | None = None
    time: dt.time | None = None
    candidates: tuple[Candidate, ...] = ()
    span: Span | None = None
    words: str = ""
    zone: ZoneInfo | None = None
    stated: dt.datetime | None = None
    asap: bool = False
    correction: bool = False
    excluded: frozenset[dt.date] = frozenset()
    contrasts: bool = False
