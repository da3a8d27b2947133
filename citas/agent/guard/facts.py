"""What a reply may state: everything the tools, the ledger, the company and the customer have given."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from citas.agent.deps import CitasDeps, Refused
from citas.booking.contact import fold
from citas.maravia.model import CatalogueItem
from citas.scheduling.model import OpeningHours, minute_of
from citas.scheduling.spanish import DayMention, HourMention, HoursMention, Kind, mentioned, spoken_city
from citas.store.model import Booking, BookingState

CUSTOMER_MESSAGES = 12
"""Of the customer's messages, the last so many are searched for days and hours they named."""


@dataclass(frozen=True, slots=True)
class Named:
    """Days and minutes of the day that somebody named, each taken alone."""

    days: tuple[DayMention, ...]
    minutes: frozenset[int]

    def day(self, day: DayMention) -> bool:
        """Whether that day, or one it may be, was named."""
        return any(known.may_be(d) for known in self.days for d in day.dates) or any(
            known.weekday is not None and known.weekday == day.weekday for known in self.days
        )


class Facts:
    """The facts of one session at one moment, for one reply. What is dear to find is found when asked."""

    def __init__(self, deps: CitasDeps) -> None:
        self._deps = deps
        self.now: datetime = deps.now
        self.hours: OpeningHours | None = deps.profile.hours
        self.duration: int = deps.empresa.duracion_cita_minutos

    @cached_property
    def free(self) -> frozenset[datetime]:
        """Starts that the calendar called free in this turn."""
        effects = self._deps.effects
        return frozenset(s.start for s in effects.offers if s.start not in effects.unverified)

    @cached_property
    def offered(self) -> frozenset[datetime]:
        """Starts that may be proposed: found in this turn, or shown to this customer before."""
        found = {slot.start for slot in self._deps.effects.offers}
        return frozenset(s.astimezone(self.now.tzinfo) for s in found | self._deps.shown)

    @cached_property
    def events(self) -> tuple[Booking, ...]:
        """The appointments this session has in the calendar."""
        return tuple(b for b in self._deps.bookings if b.state is BookingState.CREATED)

    @cached_property
    def unresolved(self) -> tuple[Booking, ...]:
        """Those of which nobody knows whether they are in it."""
        return tuple(b for b in self._deps.bookings if b.state is not BookingState.CREATED)

    @cached_property
    def booked(self) -> frozenset[datetime]:
        """The starts of both."""
        return frozenset(b.start.astimezone(self.now.tzinfo) for b in self._deps.bookings)

    @cached_property
    def references(self) -> frozenset[str]:
        """The codes of every booking of this session."""
        return frozenset(b.ref for b in self._deps.record.bookings)

    @property
    def refused(self) -> tuple[Refused, ...]:
        """What this turn found not to be had."""
        return tuple(self._deps.effects.refused)

    @property
    def looked(self) -> bool:
        """Whether the calendar was asked in this turn and answered."""
        return self._deps.effects.looked

    @cached_property
    def handed(self) -> bool:
        """Whether people of the company have a request of this customer before them."""
        stored = self._deps.effects.request is not None or bool(self._deps.record.requests)
        return stored or bool(self.unresolved)  # which the reconciler puts before them

    @property
    def searched(self) -> tuple[CatalogueItem, ...]:
        """What the catalogue answered in this turn."""
        return tuple(self._deps.effects.products)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of what the company sells, folded."""
        profile = self._deps.profile
        known = (*(profile.products or ()), *(profile.services or ()), *(i.name for i in self.searched))
        return tuple(dict.fromkeys(fold(name) for name in known))

    @cached_property
    def company(self) -> tuple[str, ...]:
        """What the company says of itself: its context, answers, phrases and catalogue."""
        profile, empresa = self._deps.profile, self._deps.empresa
        faqs = (f"{faq.question} {faq.answer}" for faq in profile.faqs or ())
        items = (f"{i.name} {i.description} {i.category} {i.kind} {i.unit}" for i in self.searched)
        phrases = (empresa.frase_saludo, empresa.frase_des, empresa.frase_no_sabe, empresa.nombre_bot)
        return (profile.context or "", *faqs, *items, *self.names, *phrases)

    @cached_property
    def company_folded(self) -> str:
        """The same as one folded text."""
        return fold("\n".join(self.company))

    @cached_property
    def customer_names(self) -> frozenset[str]:
        """What the customer is called, as they said it now and for earlier bookings."""
        booked = (b.customer_name for b in self._deps.record.bookings)
        return frozenset(name for name in (self._deps.draft.name, *booked) if name)

    @cached_property
    def customer(self) -> tuple[str, ...]:
        """The customer's own words, and what we understood of them as name and address."""
        draft = self._deps.draft
        known = (draft.name, draft.email, draft.email_doubt)
        booked = (text for b in self._deps.record.bookings for text in (b.customer_name, b.customer_email))
        return (*self._deps.words, *(text for text in known if text), *booked)

    @cached_property
    def customer_folded(self) -> str:
        """The same as one folded text."""
        return fold("\n".join(self.customer))

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The links of this session's appointments."""
        return tuple(b.meet_link for b in self._deps.record.bookings if b.meet_link)

    @cached_property
    def before(self) -> tuple[str, ...]:
        """Our replies so far: each passed the guard."""
        return tuple(turn.reply for turn in self._deps.record.turns)

    @cached_property
    def named(self) -> Named:
        """Days and hours the customer named, the readings of this message included."""
        when = self._deps.reading.when
        found = named_in(self._deps.words[-CUSTOMER_MESSAGES:], self.now)
        times = [c.time for c in when.candidates] + [when.time]
        dates = [c.date for c in when.candidates] + [when.date, self._deps.draft.day]
        wanted = self._deps.draft.wanted
        if wanted is not None:
            times.append(wanted.time())
            dates.append(wanted.date())
        days = tuple(DayMention(0, 0, (d,)) for d in dates if d)
        return Named((*found.days, *days), found.minutes | {minute_of(t) for t in times if t})

    @cached_property
    def open_every_day(self) -> bool:
        """Whether the company's week has no closed day."""
        return self.hours is not None and all(windows for windows in self.hours.week)

    @cached_property
    def cities(self) -> frozenset[str]:
        """What stands for the clocks in play: the company's, and the one the customer spoke of."""
        zones = (self.now.tzinfo, self._deps.draft.elsewhere)
        names = {fold(spoken_city(zone)) for zone in zones if isinstance(zone, ZoneInfo)}
        return frozenset(names | {name.removeprefix("ciudad de ") for name in names})

    @property
    def day_is_open(self) -> bool:
        """Whether the day the customer named may be one of several."""
        return self._deps.reading.when.kind is Kind.AMBIGUOUS

    @cached_property
    def company_hours(self) -> Named:
        """Days and hours that the company's own texts name."""
        lines = (line for text in self.company for line in text.splitlines())
        return named_in(lines, self.now)

    def starts_elsewhere(self, starts: Iterable[datetime]) -> Iterator[tuple[date, int]]:
        """Day and minute of these starts, here and on the clock the customer spoke of."""
        zones = [self.now.tzinfo, self._deps.draft.elsewhere]
        for start in starts:
            for zone in zones:
                if zone is not None:
                    local = start.astimezone(zone)
                    yield local.date(), minute_of(local)


def named_in(texts: Iterable[str], now: datetime) -> Named:
    """The days and hours in some texts, each alone."""
    days: list[DayMention] = []
    minutes: set[int] = set()
    for text in texts:
        for mention in mentioned(text, now):
            match mention:
                case DayMention():
                    days.append(mention)
                case HourMention():
                    minutes |= mention.minutes
                case HoursMention():
                    minutes |= mention.begins | mention.ends
    return Named(tuple(days), frozenset(minutes))
