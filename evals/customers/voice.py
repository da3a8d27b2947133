"""A customer's voice: the words of a country as one kind of person writes them.

The words are chosen by a seeded generator; names, addresses and times go through unharmed.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from evals.case import Dialect, Persona, Window
from evals.customers.dialects import SPEECH, Speech
from evals.spoken import MONTHS

_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_ORDINALS = ("la primera", "la segunda", "la tercera", "la cuarta")
_NOON, _EVENING = time(12), time(17)
_FIELD = re.compile(r"(\{[a-z]+\})")
_SLIPS = (("por favor", "xfavor"), ("gracias", "grasias"), ("quiero", "kiero"), ("hola", "ola"))
_SHORT = (("por favor", "xfa"), ("porfa", "xfa"), ("porque", "xq"), ("que", "q"), ("también", "tmb"))


@dataclass(frozen=True, slots=True)
class Voice:
    """How one customer of one country puts things. `today` is the day they write on."""

    persona: Persona
    dialect: Dialect
    today: date
    random: Random

    @property
    def speech(self) -> Speech:
        """The words of their country."""
        return SPEECH[self.dialect]

    def one(self, options: Sequence[str]) -> str:
        """Any of these."""
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        """True in that share of all cases."""
        return self.random.random() < share

    def say(self, template: str, *, to_the_point: bool = False, **fields: str) -> str:
        """A message in this person's manner; what fills its fields is left as it is. `to_the_point`: nobody
        muses over their own name, or over a yes they said before."""
        manners = _TO_THE_POINT if to_the_point else _MANNERS
        manner = manners.get(self.persona, _plainly)
        parts = _FIELD.split(manner(self, template))
        return "".join(fields.get(p[1:-1], p) if _FIELD.fullmatch(p) else p for p in parts).strip()

    def clock(self, at: time) -> str:
        """An hour, as they would write it: "4 pm", "16:00", "4 de la tarde"."""
        part = "mañana" if at < _NOON else "tarde" if at.hour < 20 else "noche"
        twelve, minutes = at.hour % 12 or 12, f":{at.minute:02d}" if at.minute else ""
        if self.speech.clock24 and self.chance(0.6):
            spoken = f"{at.hour}{minutes or ' hs'}" if self.dialect == "ar" else f"{at:%H:%M}"
            return self.one([f"{at:%H:%M}", spoken])
        half = "am" if at < _NOON else "pm"
        said = [f"{twelve}{minutes} {half}", f"{twelve}{minutes}{half}"]
        if at.hour != 12:
            said.append(f"{twelve}{' y media' if at.minute == 30 else minutes} de la {part}")
        return self.one(said)

    def day(self, day: date) -> str:
        """A day, as they would write it: "mañana", "el jueves 12", "jueves 12 de marzo"."""
        if day == self.today:
            return "hoy"
        if day == self.today + timedelta(days=1) and self.chance(0.4):
            return "mañana"
        weekday = _DAYS[day.weekday()]
        return self.one([f"el {weekday} {day.day}", f"{weekday} {day.day}", f"el {full_date(day)}"])

    def on(self, day: date) -> str:
        """A day in full, for whoever asks which one."""
        return f"el {full_date(day)}"

    def moment(self, at: datetime) -> str:
        """A day and an hour."""
        return f"{self.day(at.date())} {self._at(at.time())}"

    def picks(self, at: datetime, offered: Sequence[datetime]) -> str:
        """One of the offered slots: by its place, its hour or in full."""
        ways: list[Callable[[], str]] = [lambda: self.moment(at)]
        if len(offered) > 1 and at in offered[: len(_ORDINALS)]:
            ways.append(lambda: _ORDINALS[offered.index(at)])
        if sum(other.time() == at.time() for other in offered) == 1:
            ways.append(lambda: self._at(at.time()))
        return self.random.choice(ways)()

    def wish(self, window: Window, times_said: int) -> str:
        """What suits, said again in other words: the more often it was said, the plainer."""
        day = window.days[times_said % len(window.days)]
        if window.begin == window.end:
            return f"{self.day(day)} {self._at(window.begin)}"
        if times_said > 1:
            return f"{self.day(day)} {self._at(_hour_within(window, times_said))}"
        return f"{self._days(window, times_said)} {self.hours(window)}".strip()

    def hours(self, window: Window) -> str:
        """The part of a day that suits; nothing if all of it does."""
        speech, begin, end = self.speech, window.begin, window.end
        if begin < time(9, 1) and end >= _EVENING:
            return ""
        if begin < time(9, 1) and end <= time(13):
            return speech.morning
        if time(12) <= begin <= time(14) and end >= _EVENING:
            return speech.afternoon
        if end >= time(18):
            return f"después de las {self._bare(begin)}"
        if begin < time(9, 1):
            return f"antes de las {self._bare(end)}"
        return f"entre las {self._bare(begin)} y las {self._bare(end)}"

    def _days(self, window: Window, times_said: int) -> str:
        if len(window.days) == 2 and times_said == 0:
            first, second = window.days
            return f"{self.day(first)} o {self.day(second)}"
        return self.day(window.days[times_said % len(window.days)])

    def _at(self, at: time) -> str:
        clock = self.clock(at)
        return f"a la {clock}" if clock.startswith(("1 ", "1:", "1p")) else f"a las {clock}"

    def _bare(self, at: time) -> str:
        if self.speech.clock24:
            return f"{at:%H:%M}"
        half = "am" if at < _NOON else "pm"
        return f"{at.hour % 12 or 12}{f':{at.minute:02d}' if at.minute else ''} {half}"


def full_date(day: date) -> str:
    """ "jueves 12 de marzo"."""
    return f"{_DAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]}"


def _hour_within(window: Window, times_said: int) -> time:
    """A full hour inside the window, another one each time."""
    first = max(window.begin.hour + (window.begin.minute > 0), 9)
    last = max(first, min(window.end.hour, 17))
    return time(first + (times_said - 2) % (last - first + 1))


def _plainly(voice: Voice, text: str) -> str:  # noqa: ARG001  one manner among others
    return text


def _briefly(voice: Voice, text: str) -> str:
    """Lower case, no inverted marks, no full stop."""
    text = re.sub(r"[¿¡]", "", text).rstrip(".")
    return text[:1].lower() + text[1:] if voice.chance(0.7) else text


def _in_a_hurry(voice: Voice, text: str) -> str:
    text = _briefly(voice, text)
    for long, short in _SHORT:
        text = re.sub(rf"\b{long}\b", short, text)
    return text


def _chatting(voice: Voice, text: str) -> str:
    opening = f"{voice.one(voice.speech.fillers).capitalize()}, " if voice.chance(0.3) else ""
    closing = voice.one(("", " 😊", " 🙌", f", {voice.speech.thanks}", " 🙏"))
    if opening:
        text = text[:1].lower() + text[1:] if not text.startswith("{") else text
    return f"{opening}{text}{closing}"


def _warmly(voice: Voice, text: str) -> str:
    return f"{text}{voice.one(('', '', ' 😊', ' 🙌', ' 🙏'))}"


def _hesitating(voice: Voice, text: str) -> str:
    opening = voice.one(("Mmm, ", "A ver... ", "", "Mmm... ", "Pues... "))
    return f"{opening}{text[:1].lower() + text[1:] if opening else text}"


def _messily(voice: Voice, text: str) -> str:
    """No accents, no marks, no capitals, and here and there a slip."""
    plain = unicodedata.normalize("NFD", text.replace("ñ", "\0"))
    text = "".join(c for c in plain if not unicodedata.combining(c)).replace("\0", "ñ").lower()
    text = re.sub(r"[¿¡.]", "", text)
    for right, wrong in _SLIPS:
        if voice.chance(0.5):
            text = text.replace(right, wrong)
    return text + voice.one(("", "", "!!", " .."))


_MANNERS: Mapping[Persona, Callable[[Voice, str], str]] = {
    "brief": _briefly,
    "hurried": _in_a_hurry,
    "chatty": _chatting,
    "undecided": _hesitating,
    "messy": _messily,
}
_TO_THE_POINT: Mapping[Persona, Callable[[Voice, str], str]] = {
    "brief": _briefly,
    "hurried": _in_a_hurry,
    "chatty": _warmly,
    "messy": _messily,
}
