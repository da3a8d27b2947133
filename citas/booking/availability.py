"""Is this slot free, and which others are? Rules first, then our own ledger, then the calendar itself.

Availability has three values all the way up: an unanswered question makes a slot neither free nor full.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from citas.booking.empresa import Empresa
from citas.maravia.client import Maravia
from citas.scheduling import openings, policy
from citas.scheduling.model import Availability, OpeningHours, Slot, minute_of
from citas.scheduling.policy import Fits, Reason, Refusal
from citas.store.ledger import Ledger
from citas.store.model import Booking

PROBES_AT_ONCE = 4
HORIZON_DAYS = 14
PROBES_PER_SEARCH = 24


@dataclass(frozen=True, slots=True)
class Free:
    """The slot can be booked as far as rules, ledger and calendar can tell. Not `verified`: the calendar was
    silent, and the owner accepts to book on the rest alone."""

    slot: Slot
    verified: bool = True


@dataclass(frozen=True, slots=True)
class NotFree:
    """It cannot, why, and what could be had instead (checked free, nearest first)."""

    refusal: Refusal
    alternatives: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Slots that can be booked, in order of time; `unverified` when the calendar left some question
    unanswered, `verified` when it called every one of `slots` free."""

    slots: tuple[Slot, ...]
    unverified: bool = False
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer would like: from which day on, how many days, which minutes of the day."""

    first_day: date
    days: int = 1
    from_minute: int = 0
    to_minute: int = 24 * 60
    near: datetime | None = None


@dataclass(slots=True)
class Probes:
    """How many questions about slots one answer may still cost the calendar."""

    left: int = PROBES_PER_SEARCH


class AvailabilityDesk:
    """Answers availability questions about one company's calendar. `accept_unverified`: a slot the calendar
    is silent about may be booked on opening hours and our own ledger."""

    def __init__(self, maravia: Maravia, ledger: Ledger, *, accept_unverified: bool = False) -> None:
        self._maravia = maravia
        self._ledger = ledger
        self._accept_unverified = accept_unverified

    def bookable(self, state: Availability) -> bool:
        """Whether a slot of which the calendar said this may be booked."""
        return state is Availability.FREE or (state is Availability.UNKNOWN and self._accept_unverified)

    async def check(
        self, empresa: Empresa, start: datetime, hours: OpeningHours | None, now: datetime
    ) -> Free | NotFree:
        """Whether an appointment may begin at `start`, with alternatives when it may not."""
        if hours is None:
            return NotFree(Refusal(Reason.UNVERIFIED, start.date()))
        verdict = policy.check(start, empresa.duracion_cita_minutos, hours, now)
        if isinstance(verdict, Fits):
            state = await self.probe(empresa, verdict.slot)
            if self.bookable(state):
                return Free(verdict.slot, verified=state is Availability.FREE)
            if state is Availability.UNKNOWN:
                return NotFree(Refusal(Reason.UNVERIFIED, start.date()))
            verdict = Refusal(Reason.TAKEN, start.date())
        return NotFree(verdict, await self._alternatives(empresa, start, hours, now))

    async def probe(
        self, empresa: Empresa, slot: Slot, held: Sequence[Booking] | None = None
    ) -> Availability:
        """What our ledger and then the calendar say of one slot; `held` is what the ledger holds around it,
        if it was asked before."""
        if held is None:
            held = await self._held(empresa, slot, slot)
        if any(row.start < slot.end and row.end > slot.start for row in held):
            return Availability.BUSY
        return await self._maravia.availability(empresa.calendar, slot)

    async def find(
        self,
        empresa: Empresa,
        wish: Wish,
        hours: OpeningHours,
        now: datetime,
        limit: int,
        probes: Probes | None = None,
    ) -> Found:
        """Up to `limit` slots that suit `wish`, nearest to `wish.near` or else earliest first."""
        probes = probes or Probes()
        found: list[tuple[Slot, Availability]] = []
        unverified = False
        for day in openings.days_from(wish.first_day, wish.days):
            slots = openings.slots_on(hours, day, empresa.duracion_cita_minutos, now) or ()
            suited = [s for s in slots if wish.from_minute <= minute_of(s.start) < wish.to_minute]
            held = await self._held(empresa, suited[0], suited[-1]) if suited else ()
            ordered = openings.nearest(suited, wish.near) if wish.near else suited
            for batch in _batches(ordered, PROBES_AT_ONCE):
                if len(found) >= limit or probes.left <= 0:
                    # Nothing found within the bound is not "full": the rest was never asked.
                    return _first(found, limit, unverified or not found)
                answers = await asyncio.gather(*(self.probe(empresa, s, held) for s in batch))
                probes.left -= len(batch)
                found += [(s, a) for s, a in zip(batch, answers, strict=True) if self.bookable(a)]
                if all(a is Availability.UNKNOWN for a in answers) and not self._accept_unverified:
                    return _first(found, limit, unverified=True)
                unverified = unverified or Availability.UNKNOWN in answers
        return _first(found, limit, unverified)

    async def _held(self, empresa: Empresa, first: Slot, last: Slot) -> Sequence[Booking]:
        """What our ledger holds from one slot to another: asked once for a whole day."""
        return await self._ledger.held(empresa.id_empresa, empresa.resource, first.start, last.end)

    async def _alternatives(
        self, empresa: Empresa, wanted: datetime, hours: OpeningHours, now: datetime
    ) -> tuple[Slot, ...]:
        """Two slots near what was wanted: the same day, else the open days around it."""
        day = wanted.date()
        if day < now.date():
            return (await self.find(empresa, Wish(now.date(), HORIZON_DAYS), hours, now, 2)).slots
        probes = Probes()
        same = await self.find(empresa, Wish(day, near=wanted), hours, now, 2, probes)
        if same.slots or same.unverified:
            return same.slots
        before = await self._closest_day(empresa, wanted, hours, now, probes, step=-1)
        after = await self._closest_day(empresa, wanted, hours, now, probes, step=1)
        return tuple(sorted(before + after))

    async def _closest_day(
        self,
        empresa: Empresa,
        wanted: datetime,
        hours: OpeningHours,
        now: datetime,
        probes: Probes,
        *,
        step: int,
    ) -> tuple[Slot, ...]:
        """The slot nearest in time on the first day before or after `wanted` that has one."""
        reach = 3 if step < 0 else HORIZON_DAYS
        for distance in range(1, reach + 1):
            day = date.fromordinal(wanted.date().toordinal() + step * distance)
            if day < now.date():
                break
            found = await self.find(empresa, Wish(day, near=wanted), hours, now, 1, probes)
            if found.slots or found.unverified:
                return found.slots
        return ()


def _batches(slots: Sequence[Slot], size: int) -> list[Sequence[Slot]]:
    return [slots[at : at + size] for at in range(0, len(slots), size)]


def _first(found: list[tuple[Slot, Availability]], limit: int, unverified: bool = False) -> Found:
    first = found[:limit]
    verified = all(state is Availability.FREE for _, state in first)
    return Found(tuple(sorted(slot for slot, _ in first)), unverified, verified)
