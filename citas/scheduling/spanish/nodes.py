"""What a few words mean by themselves, before the message is read as a whole."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from citas.scheduling.spanish.model import Kind

NOON = 12 * 60
MIDNIGHT = 24 * 60


class Half(Enum):
    """Which part of the day an hour from 1 to 12 belongs to."""

    AM = "am"
    PM = "pm"
    DAWN = "madrugada"
    MORNING = "mañana"
    NOON = "mediodía"
    AFTERNOON = "tarde"
    NIGHT = "noche"


@dataclass(frozen=True, slots=True)
class Days:
    """Which day: every date it may be, or a stretch of days from `first` to `last`.

    `weekday` and `day_number` remember what was said, so that another word ("la próxima semana")
    can move it. `problem` says that the words contradict themselves, name no date, or a past one.
    `hour` is the number that may have been meant as an hour ("jueves 4").
    """

    dates: tuple[date, ...] = ()
    first: date | None = None
    last: date | None = None
    weekday: int | None = None
    day_number: int | None = None
    problem: Kind | None = None
    hour: int | None = None
    week: bool = False

    @property
    def is_stretch(self) -> bool:
        """Whether it is a stretch of days, not one day."""
        return not self.dates and self.problem is None

    @classmethod
    def between(cls, first: date | None, last: date | None) -> "Days":
        """The stretch from `first` to `last`, inclusive; None is open."""
        return cls(first=first, last=last)


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as said: 0 ≤ hour ≤ 24 unless impossible; `half` None is "a las 3".

    `padded` is written as on a clock of 24 hours ("08:00", "8.45 hs"), `exact` is ISO; `shift` are minutes
    to add ("cinco menos cuarto").
    """

    hour: int
    minute: int = 0
    half: Half | None = None
    padded: bool = False
    shift: int = 0
    exact: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether any clock shows it."""
        return (self.hour <= 23 and self.minute <= 59) or (self.hour, self.minute) == (24, 0)

    def readings(self) -> tuple[int, ...]:
        """Every minute of the day it may be; 1440 is the midnight that ends the day."""
        return tuple(minute + self.shift for minute in self._readings())

    def _readings(self) -> tuple[int, ...]:
        as_said = self.hour * 60 + self.minute
        if self.exact or self.hour > 12 or self.hour == 0:
            return (as_said,)
        morning = as_said % NOON
        evening = morning + NOON
        match self.half:
            case Half.AM | Half.DAWN:
                return (morning,)
            case Half.MORNING:
                return (as_said,)
            case Half.PM | Half.AFTERNOON:
                return (evening,)
            case Half.NOON:
                return (evening if self.hour == 12 or self.hour < 8 else morning,)
            case Half.NIGHT if self.hour == 12:
                return (morning, morning + MIDNIGHT)
            case Half.NIGHT:
                return (morning if self.hour < 5 else evening,)
            case _:
                return (evening,) if self.hour == 12 else (morning, evening)


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """A part of the day in minutes, half-open; `edge` -1 is the opening side, 1 the closing side."""

    from_minute: int
    to_minute: int
    half: Half | None = None
    edge: int = 0

    def length(self) -> int:
        """Minutes."""
        return self.to_minute - self.from_minute

    def meets(self, other: "PartOfDay") -> bool:
        """Whether the two have a minute in common."""
        return max(self.from_minute, other.from_minute) < min(self.to_minute, other.to_minute)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Hours between two clocks; None is open: "después de las 4", "entre 3 y 5"."""

    after: Clock | None
    before: Clock | None
    half: Half | None = None
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """An exact moment: "en una hora", an ISO time with an offset."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Soonest:
    """As soon as possible."""


@dataclass(frozen=True, slots=True)
class Shift:
    """From the time under discussion: so many minutes or days, or (both 0) just later or earlier."""

    minutes: int = 0
    days: int = 0
    later: bool = True


@dataclass(frozen=True, slots=True)
class Pick:
    """One of the offers shown: `index` from 0, -1 the last, None "that one".

    `other` is "la otra", `middle` "la del medio".
    """

    index: int | None
    other: bool = False
    middle: bool = False


@dataclass(frozen=True, slots=True)
class Zone:
    """Zones a place may mean; `governs` when the hour was said to be that place's."""

    zones: tuple[ZoneInfo, ...]
    governs: bool


@dataclass(frozen=True, slots=True)
class LocalHour:
    """ "Hora de acá": the hour is on the customer's clock; `company` when it is on the company's."""

    company: bool


@dataclass(frozen=True, slots=True)
class Noise:
    """Words that look like time and are not: a greeting, a name, an address, a count."""


Node = Noise | Days | Clock | PartOfDay | Bounds | Moment | Soonest | Shift | Pick | Zone | LocalHour


HOURS = (Clock, PartOfDay, Bounds)
"""What says something of the hour."""
TEMPORAL = (Days, *HOURS, Moment, Soonest, Shift, Pick)
"""What can be asked for, told of or refused."""


def monday_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())
