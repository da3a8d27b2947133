"""Which of the offers shown was meant: "la segunda", "el de las 11", "ese mismo", a lone "11"."""

from collections.abc import Sequence
from datetime import date, datetime

from citas.scheduling.model import minute_of
from citas.scheduling.spanish.model import Candidate, Kind, Understanding
from citas.scheduling.spanish.nodes import Clock, Pick


def local_offers(offers: Sequence[datetime], now: datetime) -> tuple[Candidate, ...]:
    """The offers as company-local candidates, in the order they were shown."""
    local = [offer.astimezone(now.tzinfo) for offer in offers]
    return tuple(Candidate(at.date(), at.time().replace(second=0, microsecond=0)) for at in local)


def picked(
    picks: Sequence[Pick], offers: Sequence[Candidate], refused: Sequence[Pick] = ()
) -> tuple[Candidate, ...]:
    """The offers an ordinal or "ese" points at; several when it does not tell.

    "La otra" is what is left when those `refused` are taken away.
    """
    found: list[Candidate] = []
    pointed = [pick for pick in picks if pick.index is not None or pick.other or pick.middle]
    for pick in pointed or picks:
        if pick.other:
            off = picked(refused, offers)
            found.extend(offer for offer in offers if offer not in off)
        elif pick.middle:
            found.extend(offers[len(offers) // 2 :][:1] if len(offers) % 2 else offers)
        elif pick.index is None:
            found.extend(offers)
        elif -len(offers) <= pick.index < len(offers):
            found.append(offers[pick.index])
    return tuple(dict.fromkeys(found))


def numbered(number: int, offers: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The offers a lone number may mean: its place in the list, or its hour."""
    by_place = offers[number - 1 : number] if number > 0 else ()
    minutes = Clock(number).readings()
    by_hour = [c for c in offers if c.time and minute_of(c.time) in minutes]
    return tuple(dict.fromkeys([*by_place, *by_hour]))


def by_day_number(number: int, on: date, offers: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """ "El 2", "el 15": the offers of that day, else its place in the list, else its hour or the day."""
    on_day = tuple(offer for offer in offers if offer.date == on)
    if on_day:
        return on_day if len(on_day) == 1 else ()
    found = numbered(number, offers)
    return found if not found or number <= len(offers) else (*found, Candidate(on, None))


def narrowed(
    found: Understanding, offers: Sequence[Candidate], *, by_day: bool = False
) -> tuple[Candidate, ...]:
    """The offers that agree with what was understood; by its day alone only when `by_day`."""
    match found.kind:
        case Kind.RESOLVED | Kind.AMBIGUOUS:
            named = found.candidates or (Candidate(found.date, found.time),)
            if not by_day and all(c.time is None for c in named):
                return ()
            return tuple(offer for offer in offers if any(_agrees(c, offer) for c in named))
        case Kind.RANGE if found.span is not None and not found.asap:
            return tuple(offer for offer in offers if _inside(found, offer))
        case _:
            return ()


def _agrees(said: Candidate, offer: Candidate) -> bool:
    return said.date in (None, offer.date) and said.time in (None, offer.time)


def _inside(found: Understanding, offer: Candidate) -> bool:
    span = found.span
    if span is None or offer.time is None or offer.date is None:
        return False
    return span.covers(offer.date) and span.from_minute <= minute_of(offer.time) < span.to_minute
