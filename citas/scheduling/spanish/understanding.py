"""The entry: a message and its moment in, an `Understanding` out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from citas.scheduling.model import MINUTES_PER_DAY, OpeningHours, minute_of
from citas.scheduling.spanish import choices
from citas.scheduling.spanish.model import Candidate, Kind, Span, Understanding
from citas.scheduling.spanish.nodes import Clock, Days, Shift
from citas.scheduling.spanish.reading import Reading, Segment, sort_out
from citas.scheduling.spanish.recognition import recognise
from citas.scheduling.spanish.resolution import Outcome, Resolver
from citas.scheduling.spanish.tokens import Symbol, bounded, is_a, stands


def understand(
    text: str,
    now: datetime,
    *,
    hours: OpeningHours | None = None,
    offers: Sequence[datetime] = (),
    pending: date | None = None,
    elsewhere: ZoneInfo | None = None,
) -> Understanding:
    """What `text` says about time, received at `now` (aware, in the company's zone).

    `hours` settle an hour said without am or pm; `offers` are the last slots shown, in order;
    `pending` is the day under discussion, which a bare hour is taken on; `elsewhere` is a zone the
    customer spoke of before, which an hour may still be on. Raises ValueError when
    `now` is naive. Of a text over 1,000 characters only the two ends are read.
    """
    company = now.tzinfo
    if company is None:
        raise ValueError("`now` must be aware")
    typed = bounded(text)
    symbols = recognise(typed, now)
    reading = sort_out(symbols)
    shown = choices.local_offers(offers, now)
    if not reading.segments and not reading.picks and (lone := _lone_numbers(symbols)):
        reading.start, reading.end = lone[0].start, lone[-1].end
        numbers = [symbol.numbers[0] for symbol in lone]
        chosen = dict.fromkeys(offer for n in numbers for offer in choices.numbered(n, shown))
        if chosen:
            return _chosen(tuple(chosen), reading, typed)
        if pending is not None and numbers == [pending.day]:
            return _chosen([Candidate(pending, None)], reading, typed)
        if shown or pending is not None or len(numbers) > 1:
            reading.segments.extend(Segment(clock=Clock(number)) for number in numbers)
    if reading.shift is not None and not reading.picks:
        if shown and not reading.segments:
            return _moved(reading.shift, shown, reading, typed)
        _count_from(reading, (shown[-1].date if shown else None) or now.date())
    found = _resolved(reading, Resolver(now, hours, pending, _zones(reading, company, elsewhere)), typed)
    return _with_offers(found, reading, shown, typed) if shown else found


def _count_from(reading: Reading, day: date) -> None:
    """ "Al día siguiente a las 4": the day counted from the one under discussion, for what names none."""
    if reading.shift is None or not reading.shift.days:
        return
    counted = Days((day + timedelta(days=reading.shift.days),))
    reading.segments = reading.segments or [Segment()]
    for segment in reading.segments:
        segment.day = segment.day or counted


def _moved(shift: Shift, shown: Sequence[Candidate], reading: Reading, typed: str) -> Understanding:
    """What "una hora más tarde" comes to; after several offers it is only later or earlier."""
    base = shown[-1] if shift.later else shown[0]
    words, on, at = typed[reading.start : reading.end], base.date, base.time
    if on is None or at is None:
        return Understanding(Kind.NOTHING)
    if shift.days:
        at = at if len(shown) == 1 else None
        return Understanding(Kind.RESOLVED, on + timedelta(days=shift.days), at, words=words, correction=True)
    if shift.minutes and len(shown) == 1:
        moved = datetime.combine(on, at) + timedelta(minutes=shift.minutes)
        return Understanding(Kind.RESOLVED, moved.date(), moved.time(), words=words, correction=True)
    hours = (minute_of(at) + 1, MINUTES_PER_DAY) if shift.later else (0, minute_of(at))
    span = Span(on, on, *hours)
    return Understanding(Kind.RANGE, on, span=span, words=words, correction=True)


def _zones(reading: Reading, company: tzinfo, elsewhere: tzinfo | None) -> tuple[tzinfo, ...]:
    """The zones the customer's hours may be on; several when they did not say whose hour it is."""
    if reading.local and reading.local.company:
        return (company,)
    if reading.zone is None and elsewhere is not None:
        return (elsewhere,) if reading.local else (elsewhere, company)
    if reading.zone is None:
        return (company,)
    if reading.zone.governs or reading.local:
        return reading.zone.zones
    return (*reading.zone.zones, company)


def _lone_numbers(symbols: Sequence[Symbol]) -> list[Symbol]:
    """The numbers of a message that says nothing else: "11", "10 u 11 porfa"."""
    numbers = [s for i, s in enumerate(symbols) if is_a(s, "HOUR") and not stands(symbols, i - 1, "para")]
    others = (symbol for symbol in symbols if not is_a(symbol, "HOUR"))
    alone = all(any(is_a(s, name) for name in ("FILLER", "comma", "stop", "slash")) for s in others)
    return numbers if alone and len(numbers) <= 3 else []


def _resolved(reading: Reading, resolver: Resolver, typed: str) -> Understanding:
    outcomes = [resolver.resolve(segment) for segment in reading.segments]
    found = _combined(outcomes)
    unplaced = reading.local and not reading.local.company and not reading.zone
    if (
        reading.doubtful or (unplaced and resolver.zones == (resolver.now.tzinfo,))
    ) and found.kind is Kind.RESOLVED:
        candidate = Candidate(found.date, found.time)
        found = replace(found, kind=Kind.AMBIGUOUS, candidates=(candidate,))
    zone = None
    if reading.zone and len(reading.zone.zones) == 1:
        zone = reading.zone.zones[0] if reading.zone.zones[0] != resolver.now.tzinfo else None
    found = _without(found, reading.excluded)
    return replace(
        found,
        words=typed[reading.start : reading.end] if found.kind is not Kind.NOTHING else "",
        zone=zone,
        correction=reading.correction and found.kind is not Kind.NOTHING,
        excluded=reading.excluded,
        contrasts=reading.contrasts,
    )


def _without(found: Understanding, excluded: frozenset[date]) -> Understanding:
    """ "Lo antes posible pero no hoy": a stretch does not begin on a day that was ruled out."""
    first = found.span.first_day if found.span else None
    if first is None or first not in excluded or found.span is None:
        return found
    while first in excluded:
        first += timedelta(days=1)
    last = found.span.last_day
    if last is not None and first > last:
        return Understanding(Kind.NOTHING)
    return replace(found, date=None, span=replace(found.span, first_day=first))


def _combined(outcomes: Sequence[Outcome]) -> Understanding:
    """One understanding of all the alternatives."""
    if not outcomes:
        return Understanding(Kind.NOTHING)
    for problem in (Kind.IMPOSSIBLE, Kind.CONTRADICTORY):
        for outcome in outcomes:
            if outcome.kind is problem:
                return _stated(outcome)
    living = [outcome for outcome in outcomes if outcome.kind is not Kind.PAST]
    living = [outcome for outcome in living if not outcome.asap] or living
    if len(living) == 1 or not living:
        return _stated((living or list(outcomes))[0])
    if all(outcome.kind is Kind.RANGE for outcome in living):
        return _hull(living)
    options = tuple(dict.fromkeys(o for outcome in living for o in outcome.options))
    kind = Kind.RESOLVED if len(options) == 1 else Kind.AMBIGUOUS
    return _stated(Outcome(kind, options))


def _hull(outcomes: Sequence[Outcome]) -> Understanding:
    """Stretches named as alternatives: their hull, but days that stand alone stay candidates."""
    spans = [outcome.span for outcome in outcomes if outcome.span]
    hours = min(span.from_minute for span in spans), max(span.to_minute for span in spans)
    days = {(span.first_day, span.last_day) for span in spans}
    asap = any(outcome.asap for outcome in outcomes)
    if len(days) == 1:
        span = replace(spans[0], from_minute=hours[0], to_minute=hours[1])
        return _stated(Outcome(Kind.RANGE, outcomes[0].options, span, asap))
    if not all(outcome.options for outcome in outcomes):
        firsts = [span.first_day for span in spans]
        lasts = [span.last_day for span in spans]
        hull = Span(_bound(firsts, min), _bound(lasts, max), *hours)
        return _stated(Outcome(Kind.RANGE, (), hull, asap))
    options = tuple(dict.fromkeys(o for outcome in outcomes for o in outcome.options))
    return _stated(Outcome(Kind.AMBIGUOUS, options, Span(None, None, *hours), asap))


def _bound(days: Sequence[date | None], pick: Callable[[Iterable[date]], date]) -> date | None:
    """The outermost of several days; open when one of them is."""
    known = [day for day in days if day is not None]
    return pick(known) if len(known) == len(days) else None


def _stated(outcome: Outcome) -> Understanding:
    """The outcome with what is certain in it spelt out."""
    options = outcome.options
    candidates = tuple(dict.fromkeys(option.candidate for option in options))
    dates = {candidate.date for candidate in candidates}
    times = {candidate.time for candidate in candidates}
    day = dates.pop() if len(dates) == 1 else None
    at = times.pop() if len(times) == 1 else None
    if outcome.kind is Kind.PAST and options:
        day, at, candidates = options[0].date, candidates[0].time, candidates[1:]
    if outcome.kind is Kind.IMPOSSIBLE:
        day = at = None
    if outcome.kind in (Kind.RESOLVED, Kind.RANGE):
        candidates = ()
    return Understanding(
        outcome.kind,
        date=day,
        time=at,
        candidates=candidates,
        span=outcome.span,
        stated=options[0].stated if len(options) == 1 and options[0].date else None,
        asap=outcome.asap,
    )


def _with_offers(
    found: Understanding, reading: Reading, shown: Sequence[Candidate], typed: str
) -> Understanding:
    """The understanding in the light of the offers shown."""
    day = reading.segments[0].day if len(reading.segments) == 1 else None
    if day and day.day_number and not reading.segments[0].has_hours and found.date:
        chosen = choices.by_day_number(day.day_number, found.date, shown)
    elif reading.picks and not any(segment.clock for segment in reading.segments):
        pointed = choices.picked(reading.picks, shown, reading.refused)
        chosen = choices.narrowed(found, pointed, by_day=True) if reading.segments else pointed
    else:
        chosen = choices.narrowed(found, shown)
        whole = found.kind is Kind.AMBIGUOUS or found.date is None
        chosen = chosen if len(chosen) == 1 or whole else ()
    return _chosen(chosen, reading, typed) if chosen else found


def _chosen(chosen: Sequence[Candidate], reading: Reading, typed: str) -> Understanding:
    if not chosen:
        return Understanding(Kind.NOTHING)
    found = Understanding(
        Kind.RESOLVED if len(chosen) == 1 else Kind.AMBIGUOUS,
        words=typed[reading.start : reading.end],
        correction=reading.correction,
        excluded=reading.excluded,
        contrasts=reading.contrasts,
    )
    if len(chosen) == 1:
        return replace(found, date=chosen[0].date, time=chosen[0].time)
    return replace(found, candidates=tuple(chosen))
