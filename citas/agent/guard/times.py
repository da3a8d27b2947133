"""The days and hours of a reply: which hour is of which day, and what is said of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from citas.agent.guard.clauses import Sentence
from citas.agent.guard.stance import Says, stances
from citas.scheduling.model import Slot, minute_of
from citas.scheduling.spanish import DayMention, HourMention, HoursMention, Mention, mentioned


@dataclass(frozen=True, slots=True)
class Time:
    """A day, an hour, or an hour of a day, and what is said of it. `words` as written; `days` are the
    mentions that an hour may belong to, the likeliest first."""

    says: Says
    words: str
    days: tuple[DayMention, ...] = ()
    hour: HourMention | None = None
    hours: HoursMention | None = None
    ends: bool = False
    """Whether the words before it say that something ends then."""

    @property
    def day(self) -> DayMention | None:
        """The day it most likely belongs to."""
        return self.days[0] if self.days else None

    @property
    def bare(self) -> bool:
        """Whether it names a day and no hour."""
        return self.hour is None and self.hours is None

    def on(self, day: DayMention) -> "Time":
        """The same, read as of that day."""
        return replace(self, days=(day,))


_NOT_A_TIME = re.compile(r"\b(?:ahora|ahorita|instante|momento)\b", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:termin\w+|finaliz\w+|hasta|acab(?:a|an|aria|aría))\b(?! de)[^,.;]{0,20}$", re.IGNORECASE
)
_ENDING = re.compile(r"\W{0,3}(?:\w{1,20}\W{1,3}){0,2}?(?:termin\w+|acab\w+|finaliz\w+)", re.IGNORECASE)
_CLOCK = re.compile(
    r"\ba las?\b|\blas \d|:\d|\d\s?[ap]\.?\s?m|\bhrs?\b|\bh\b|de la (?:ma|tar|no)|mediod", re.IGNORECASE
)
_TWO_HOURS = re.compile(r"(\d{1,2}) y (\d{1,2}) ?[aApP][mM]")
_IS_DAY = re.compile(
    r"\bes (?=(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)\b)", re.IGNORECASE
)
_THESE_TWO = re.compile(r"(?:a )?(?:las|los) (?:dos|tres|cuatro)", re.IGNORECASE)


def times_in(sentences: Iterable[Sentence], now: datetime) -> Iterator[Time]:
    """Every day and hour of a reply, each hour with the day it belongs to."""
    day: DayMention | None = None
    heading: Says | None = None
    for sentence in sentences:
        says_at = stances(sentence, heading if sentence.item else None)
        mentions = list(meant(sentence.text, now))
        for time, at in _paired(sentence.text, mentions, day):
            yield replace(time, says=says_at(at))
        day = next((m for m in reversed(mentions) if isinstance(m, DayMention)), day)
        if not sentence.item:
            heading = says_at(len(sentence.text)) if sentence.heads else None


def shown_in(sentences: Iterable[Sentence], slots: Sequence[Slot], now: datetime) -> tuple[Slot, ...]:
    """Which of these slots the reply shows to be had: their hour, on their day."""
    proposed = {Says.FREE, Says.PROPOSES, Says.ASKS, Says.DOUBTS, Says.WITHIN}
    times = [t for t in times_in(sentences, now) if t.days and t.hour and t.says in proposed]
    return tuple(s for s in slots if any(is_at(t, s.start.date(), minute_of(s.start)) for t in times))


def may_be_about(sentence: Sentence, starts: Iterable[tuple[date, int]], now: datetime) -> bool:
    """Whether all the times of a sentence, if any, can be those of these starts (day and minute)."""
    known = list(starts)
    times = (t for t in times_in((sentence,), now) if not t.ends and not (t.hours and not t.hours.begins))
    return all(any(is_at(t, *start) for start in known) for t in times)


def is_at(time: Time, day: date, minute: int) -> bool:
    """Whether a time that was told can be that minute of that day."""
    if time.days and not any(named.may_be(day) for named in time.days):
        return False
    if time.hours is not None:
        return minute in time.hours.begins
    return time.hour is None or minute in time.hour.minutes


def meant(text: str, now: datetime) -> Iterator[Mention]:
    """The mentions that are ones in a text that tells: not "ahora mismo", "¿cuál de las dos?", nor an hour
    read out of a day ("viernes 20", "dos viernes")."""
    found = mentioned(_IS_DAY.sub("el ", text), now)
    days = {(m.start, m.end) for m in found if isinstance(m, DayMention)}
    for mention in found:
        words = text[mention.start : mention.end]
        if _NOT_A_TIME.search(words):
            continue
        if isinstance(mention, HourMention):
            chosen = re.search(r"\b(?:de|entre)\s+$|cu[aá]l", text[: mention.start])
            counted = re.match(r"\s+(?:se|son|duran|incluy\w+|cuest\w+)\b", text[mention.end :])
            if _THESE_TWO.fullmatch(words.strip()) and (chosen or counted):
                continue
            if (mention.start, mention.end) in days and not _CLOCK.search(words):
                continue
            if both := _TWO_HOURS.fullmatch(words.strip()):
                hours = {int(h) % 24 * 60 for h in both.groups()}
                mention = replace(mention, minutes=mention.minutes | hours)
        yield mention


def _paired(text: str, mentions: Sequence[Mention], carried: DayMention | None) -> Iterator[tuple[Time, int]]:
    """The mentions and where they stand. An hour is of the day before it, or of the one after; in a sentence
    that begins with an hour also of the day of the sentence before, `carried`."""
    days = [(n, m) for n, m in enumerate(mentions) if isinstance(m, DayMention)]
    used: set[int] = set()
    for n, mention in enumerate(mentions):
        words = text[mention.start : mention.end]
        if isinstance(mention, DayMention):
            if mention.problem:
                yield Time(Says.PROPOSES, words, (mention,)), mention.start
            continue
        before = [pair for pair in days if pair[0] < n][-1:]
        after = [pair for pair in days if pair[0] > n][:1] if not before else []
        used |= {place for place, _ in (*before, *after)}
        own = [day for _, day in (*before, *after)] + ([carried] if carried and not before else [])
        if isinstance(mention, HourMention):
            ends = bool(_ENDS.search(text[: mention.start]) or _ENDING.match(text[mention.end :]))
            yield Time(Says.PROPOSES, words, tuple(own), hour=mention, ends=ends), mention.start
        else:
            yield Time(Says.PROPOSES, words, tuple(own), hours=mention), mention.start
    for n, mention in days:
        if n not in used and not mention.problem:
            yield Time(Says.PROPOSES, text[mention.start : mention.end], (mention,)), mention.start
