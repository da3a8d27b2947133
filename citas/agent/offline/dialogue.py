"""What to do next in a booking conversation: say something, or use a tool first.

Read it from the top: what the customer wants beside a booking comes first, then the booking, then talk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from citas.agent import phrases, wishes
from citas.agent.deps import CitasDeps
from citas.agent.intents import Intent
from citas.agent.offline import knowledge, replies
from citas.agent.reading import Asked, asked_in
from citas.agent.tools import Availability, BookingReport, Catalogue
from citas.agent.wishes import Question
from citas.scheduling import policy
from citas.scheduling.policy import Fits
from citas.scheduling.spanish import Kind
from citas.store.model import BookingState


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with this text; the turn ends."""

    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """Call this tool and come back with what it returned."""

    tool: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)


Step = Say | Use
Returns = Mapping[str, object]

SOONEST = "lo antes posible"
_TO_ASK = frozenset({Kind.AMBIGUOUS, Kind.CONTRADICTORY, Kind.IMPOSSIBLE, Kind.PAST})


def next_step(deps: CitasDeps, returns: Returns) -> Step:
    """The next step of this turn, given what its tools have returned so far."""
    step = _aside(deps, returns) or _booking(deps, returns) or _talk(deps, returns)
    first_turn = deps.record.turn_count == 0
    return Say(replies.greeted(deps, step.text)) if first_turn and isinstance(step, Say) else step


def _aside(deps: CitasDeps, returns: Returns) -> Step | None:
    """What interrupts a booking: a person, a change, their own appointments, a refusal, a price."""
    reading = deps.reading
    if reading.has(Intent.INJECTION):
        return Say(replies.refuses(deps))
    if reading.has(Intent.PERSON, Intent.NO_EMAIL):
        return _hand_off(deps, returns, "handoff")
    if change := _change(deps):
        return _hand_off(deps, returns, change)
    if reading.has(Intent.FORGET, Intent.CANCEL):
        return Say(replies.lets_go(deps))
    if reading.has(Intent.OWN_BOOKING) and (mine := _confirmed(deps)):
        return Say(mine)
    if reading.has(Intent.DISCOUNT):
        return Say(replies.no_discount(deps))
    if reading.has(Intent.HOURS) and deps.profile.hours:
        return Say(replies.opening_hours(deps, deps.profile.hours))
    if reading.has(Intent.PRICE, Intent.OFFER):
        return _price(deps, returns)
    return None


def _change(deps: CitasDeps) -> str | None:
    """Whether an existing appointment should be cancelled or moved; one being made is simply changed."""
    making = bool(deps.last_shown or deps.draft.wanted) and not deps.bookings
    if making:
        return None
    if deps.reading.has(Intent.CANCEL):
        return "cancel"
    return "move" if deps.reading.has(Intent.MOVE) else None


def _hand_off(deps: CitasDeps, returns: Returns, kind: str) -> Step:
    if "hand_off" not in returns:
        return Use("hand_off", {"motivo": deps.reading.text[:300], "tipo": kind})
    return Say(replies.handed_off(kind))


def _confirmed(deps: CitasDeps) -> str | None:
    mine = tuple(b for b in deps.bookings if b.state is BookingState.CREATED)
    if mine:
        return phrases.own_bookings(mine, deps.now)
    return phrases.verifying(deps.bookings[0], deps.now) if deps.bookings else None


def _price(deps: CitasDeps, returns: Returns) -> Step:
    found = returns.get("search_productos_servicios")
    if isinstance(found, Catalogue):
        return Say(replies.prices(deps, found))
    topic = knowledge.topic(deps)
    if topic is None:
        return Say(replies.what_we_offer(deps))
    return Use("search_productos_servicios", {"busqueda": topic, "limite": 5})


def _booking(deps: CitasDeps, returns: Returns) -> Step | None:
    """The way to an appointment: settle the time, check it, gather the data, recap, book."""
    report, found = returns.get("create_booking"), returns.get("check_availability")
    if isinstance(report, BookingReport):
        return Say(replies.booking_report(deps, report))
    if isinstance(found, Availability):
        return Say(replies.availability(deps, found))
    waiting = next((b for b in deps.bookings if b.state is not BookingState.CREATED), None)
    if waiting and (deps.reading.has(Intent.YES, Intent.BOOK) or deps.reading.when.kind is not Kind.NOTHING):
        return Say(phrases.verifying(waiting, deps.now))
    if deps.draft.email_doubt and deps.reading.email:
        return Say(replies.asks_email_doubt(deps))
    return _time(deps) or _wanted(deps) or _day(deps)


def _time(deps: CitasDeps) -> Step | None:
    """A time in this message that must be asked about or looked up before it is wanted."""
    when = deps.reading.when
    if when.kind in _TO_ASK:
        one = _only_fitting(deps)
        return _check(one) if one else Say(wishes.ask(when, deps.now, deps.draft.elsewhere).text)
    if when.kind is Kind.RANGE or (when.kind is Kind.RESOLVED and when.date and not when.time):
        if deps.draft.wanted is not None:
            return None  # the day of the slot they are talking about, or of the hour they named before
        return Use("check_availability", {"date": deps.reading.text[:300]})
    if when.kind is Kind.RESOLVED and deps.draft.wanted is None:
        meant = wishes.of(when, deps)
        return Say(meant.text) if isinstance(meant, Question) else None
    return None


def _only_fitting(deps: CitasDeps) -> datetime | None:
    """Of several hours named for one day, the one where an appointment can begin, if it is only one."""
    when, hours = deps.reading.when, deps.profile.hours
    days = {c.date for c in when.candidates}
    if when.kind is not Kind.AMBIGUOUS or len(days) != 1 or None in days or hours is None:
        return None
    starts = [
        datetime.combine(c.date, c.time, tzinfo=deps.now.tzinfo) for c in when.candidates if c.date and c.time
    ]
    minutes = deps.empresa.duracion_cita_minutos
    fitting = [s for s in starts if isinstance(policy.check(s, minutes, hours, deps.now), Fits)]
    return fitting[0] if len(fitting) == 1 else None


def _wanted(deps: CitasDeps) -> Step | None:
    """A start under discussion: check it if the customer has not seen it, else move on with it."""
    draft = deps.draft
    if draft.wanted is None:
        return None
    if any(b.start == draft.wanted for b in deps.bookings):
        return Say(_confirmed(deps) or replies.asks_next(deps))
    if draft.wanted not in deps.shown:
        return _check(draft.wanted)
    if not draft.complete:
        return Say(replies.asks_data(deps, draft.wanted))
    if _puts_off(deps):
        return Say(replies.waits(deps))
    if draft.accepted and _may_book(deps):
        return Use(
            "create_booking",
            {
                "date": draft.wanted.date().isoformat(),
                "time": f"{draft.wanted:%H:%M}",
                "customer_name": draft.name or "",
                "customer_contact": draft.email or "",
            },
        )
    return Say(replies.recap(deps, draft.wanted))


def _puts_off(deps: CitasDeps) -> bool:
    """No answer to our recap but "not yet" or "not then"."""
    asked = asked_in(deps.last_reply)
    return Asked.CONFIRM in asked and deps.reading.has(Intent.NO, Intent.HOLD)


def _may_book(deps: CitasDeps) -> bool:
    """A yes to our recap, or the datum we asked for last, plainly typed; anything else is recapped first."""
    asked = asked_in(deps.last_reply)
    if Asked.CONFIRM in asked:
        return deps.reading.agrees
    gave = (Asked.EMAIL in asked and deps.reading.email) or (Asked.NAME in asked and deps.reading.name)
    return bool(gave) and not deps.draft.email_spoken


def _day(deps: CitasDeps) -> Step | None:
    """No time wanted yet: which of several, or what a day under discussion has."""
    if len(deps.last_shown) > 1 and deps.reading.has(Intent.YES) and not deps.bookings:
        return Say(replies.asks_which(deps))
    day = deps.draft.day if deps.draft.day and deps.draft.day >= deps.now.date() else None
    if deps.reading.has(Intent.OPTIONS) or (deps.reading.refuses and deps.draft.dismissed):
        return Use("check_availability", {"date": day.isoformat() if day else SOONEST})
    if day and deps.reading.has(Intent.BOOK):
        return Use("check_availability", {"date": day.isoformat()})
    return None


def _check(start: datetime) -> Use:
    return Use("check_availability", {"date": start.date().isoformat(), "time": f"{start:%H:%M}"})


def _talk(deps: CitasDeps, returns: Returns) -> Step:
    """Neither a booking nor an aside: the company's written answer, thanks, a greeting, the way back."""
    reading = deps.reading
    if answer := knowledge.answer(deps):
        return Say(replies.and_back(deps, answer))
    if reading.email or reading.name:
        return Say(replies.noted(deps))
    if reading.has(Intent.THANKS):
        return Say(replies.farewell(deps))
    if reading.has(Intent.BOOK, Intent.GREETING, Intent.YES):
        return Say(replies.asks_next(deps))
    if knowledge.mentions_offer(deps):
        return _price(deps, returns)
    if reading.has(Intent.QUESTION):
        return Say(replies.does_not_know(deps))
    return Say(replies.did_not_understand(deps))
