"""What a session knows of the appointment it is making: kept by code, told to every model.

A draft is learned from the customer's own words, turn by turn. It is why nothing is asked twice, why a model
that takes over in the middle can go on, and what "the customer accepted this slot" means.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, TypeAdapter

from citas.agent.intents import Intent
from citas.agent.reading import Asked, Reading, asked_in
from citas.booking.contact import fold
from citas.scheduling.openings import is_after
from citas.scheduling.spanish import Kind

DISMISSED_MAX = 20
PHRASE_MAX = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """`wanted` is the start under discussion (aware); `phrase` is the message that named it, cut to 300
    characters, for the evidence of a booking. `accepted` means the customer saw it and said yes, or
    picked it. `hour` is one they named before any day. `email_doubt` is the address we suppose they meant,
    until they say. `dismissed` are shown slots that are off the table: turned down, or left by a booking.
    `elsewhere` is the zone whose hours they spoke of, when it is not the company's."""

    name: str | None = None
    email: str | None = None
    email_spoken: bool = False
    email_doubt: str | None = None
    day: date | None = None
    hour: time | None = None
    wanted: AwareDatetime | None = None
    accepted: bool = False
    dismissed: tuple[AwareDatetime, ...] = ()
    elsewhere: ZoneInfo | None = None
    phrase: str = ""

    @property
    def complete(self) -> bool:
        """Name and a settled address are known."""
        return bool(self.name and self.email and not self.email_doubt)

    def accepts(self, start: datetime) -> bool:
        """Whether the customer said yes to an appointment at `start`, which they had been shown."""
        return self.accepted and self.wanted == start

    def dumps(self) -> str:
        """As JSON text."""
        return _ADAPTER.dump_json(self).decode()

    @classmethod
    def loads(cls, text: str, now: datetime) -> "Draft":
        """From JSON text, in the zone of `now`, without what has gone by. Unreadable: an empty draft."""
        try:
            draft = _ADAPTER.validate_json(text)
            wanted = draft.wanted and draft.wanted.astimezone(now.tzinfo)
        except (ValueError, OverflowError):
            return cls()
        if wanted is not None and not is_after(wanted, now):
            return replace(draft, day=None, hour=None, wanted=None, accepted=False)
        day = draft.day if draft.day and draft.day >= now.date() else None
        return replace(draft, day=day, wanted=wanted)

    def doubted(self) -> "Draft":
        """After a long silence: what they wanted is kept, that they said yes is not."""
        return replace(self, accepted=False)

    def learn(
        self, reading: Reading, last_reply: str, last_shown: Sequence[datetime], now: datetime
    ) -> "Draft":
        """The draft after one more message. `last_shown` are the slots our last offer showed."""
        asked = asked_in(last_reply)
        met = _with_contact(self, reading, asked)
        if reading.when.zone is not None:
            met = replace(met, elsewhere=reading.when.zone)
        gave = (met.name, met.email) != (self.name, self.email)
        timed = _with_time(met, reading, last_shown, now)
        return _with_answer(timed, reading, asked, last_shown, gave=gave)

    def booked(self, left: Sequence[datetime] = ()) -> "Draft":
        """After a booking: who they are is kept, what they wanted is done, and what was `left` is off."""
        return replace(self, day=None, hour=None, wanted=None, accepted=False).dismiss(left)

    def dismiss(self, starts: Sequence[datetime]) -> "Draft":
        """With these slots off the table; the latest few are remembered."""
        return replace(self, dismissed=(*self.dismissed, *starts)[-DISMISSED_MAX:])

    def restore(self, start: datetime) -> "Draft":
        """With this slot back on the table: the customer named it again."""
        return replace(self, dismissed=tuple(d for d in self.dismissed if d != start))


_ADAPTER = TypeAdapter(Draft)


def _with_contact(draft: Draft, reading: Reading, asked: frozenset[Asked]) -> Draft:
    """The draft with the name and the address that the message gives, settles or doubts."""
    known = replace(draft, name=reading.name) if reading.name else draft
    if found := reading.email:
        insisted = found.address == draft.email and draft.email_doubt is not None
        doubt = None if insisted else found.suggestion
        return replace(known, email=found.address, email_spoken=found.spoken, email_doubt=doubt)
    if draft.email_doubt and Asked.EMAIL_DOUBT in asked:
        if reading.has(Intent.NO):
            return replace(known, email_doubt=None)
        if reading.has(Intent.YES):
            return replace(known, email=draft.email_doubt, email_doubt=None)
    return known


def _with_time(draft: Draft, reading: Reading, last_shown: Sequence[datetime], now: datetime) -> Draft:
    """The draft with the start or the day that the message names."""
    when = reading.when
    if when.kind is Kind.NOTHING:
        return draft
    if when.kind is not Kind.RESOLVED or when.date is None:
        hour = when.time or draft.hour  # certain, though the day is not: "el viernes o el sábado a las 10"
        return replace(draft, day=when.date or draft.day, hour=hour, wanted=None, accepted=False)
    hour = when.time or _hour_kept(draft, reading)
    if hour is None:
        if draft.wanted is not None and draft.wanted.date() == when.date:
            return draft
        return replace(draft, day=when.date, wanted=None, accepted=False)
    start = datetime.combine(when.date, hour, tzinfo=now.tzinfo)
    if start in last_shown and reading.has(Intent.REFUSE) and not when.contrasts:
        return replace(draft, day=when.date, wanted=None, accepted=False).dismiss([start])
    if start == draft.wanted:
        return draft
    draft = draft.restore(start)
    picked = start in last_shown and not reading.has(Intent.NO, Intent.HOLD)
    phrase = reading.text[:PHRASE_MAX]
    return replace(draft, day=when.date, hour=None, wanted=start, accepted=picked, phrase=phrase)


def _hour_kept(draft: Draft, reading: Reading) -> time | None:
    """The hour of a message that names only the day: "el viernes a la misma hora", "no, el viernes"."""
    same = reading.when.correction or re.search(r"\b(misma|esa) hora\b", fold(reading.text))
    if draft.wanted is not None and same:
        return draft.wanted.time()
    return draft.hour


def _with_answer(
    draft: Draft,
    reading: Reading,
    asked: frozenset[Asked],
    last_shown: Sequence[datetime],
    *,
    gave: bool,
) -> Draft:
    """The draft with what the message says to the slot we showed: yes, or that it is off."""
    if reading.has(Intent.FORGET, Intent.CANCEL):
        return draft.booked()
    corrects = reading.when.kind is Kind.RESOLVED and reading.when.time is not None  # "no, mejor a las 5"
    if reading.refuses and not corrects and (draft.wanted in last_shown or draft.wanted is None):
        off = [draft.wanted] if draft.wanted else list(last_shown)
        day = None if draft.day in reading.when.excluded else draft.day
        return replace(draft, day=day, wanted=None, accepted=False).dismiss(off)
    wanted = draft.wanted
    if wanted is None and reading.when.kind is Kind.NOTHING and len(last_shown) == 1:
        wanted = last_shown[0]
    if wanted is None or wanted not in last_shown:
        return draft
    # Answering our question about a slot they asked for and saw is going ahead with it.
    if reading.has(Intent.NO, Intent.HOLD):
        return replace(draft, accepted=False)
    answers = gave and bool(asked & {Asked.NAME, Asked.EMAIL})
    if reading.agrees or (answers and reading.only_gives):
        phrase = draft.phrase if wanted == draft.wanted else reading.text[:PHRASE_MAX]
        return replace(draft, wanted=wanted, day=wanted.date(), accepted=True, phrase=phrase)
    # "ana@example.com, solo si es gratis": more than an answer, so what they said yes to is shown again.
    return replace(draft, accepted=False) if answers else draft
