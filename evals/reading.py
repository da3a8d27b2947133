"""How the evaluators read a reply: on their own, without the product's guard, whoever wrote it."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time

from evals.spoken import in_full

_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
_DATE = re.compile(rf"\b(\d{{1,2}})(?:°|º)? de ({'|'.join(_MONTHS)})(?: (?:de|del) (\d{{4}}))?\b")
_CLOCK = re.compile(
    r"(?<![\w:/.,-])(\d{1,2})(?::(\d{2}))?\s*(a\.?\s?m\b\.?|p\.?\s?m\b\.?|hrs?\b|horas\b|h\b)?"
    r"(?![\d/]|[.,]\d|\s*(?:de (?:" + "|".join(_MONTHS) + r")|minutos|min\b|soles|%))"
)
_ELSEWHERE = re.compile(r"\([^)]*\ben [^)]*\)")
_SENTENCE = re.compile(
    r"(?<=[?!])\s+|\s+(?=¿)|\n+|(?<=\.)(?<!\b[apm]\.)\s+(?=[A-ZÁÉÍÓÚÑ¿¡*•])|(?<= m\.)\s+(?=[A-ZÁÉÍÓÚÑ¿¡•])"
)
_LINK = re.compile(r"https?://[^\s)\]>*]+")
_AMOUNT = re.compile(
    r"(?:s/\.?|us\$|\$|€)\s*(\d[\d.,]*)|(\d[\d.,]*)\s*(?:nuevos )?(?:soles|d[oó]lares|euros|usd\b|pen\b)",
    re.IGNORECASE,
)


def folded(text: str) -> str:
    """Lower case, no accents, no bold, single blanks: how two texts are compared."""
    plain = "".join(
        c
        for c in unicodedata.normalize("NFD", text.casefold().replace("*", ""))
        if not unicodedata.combining(c)
    )
    return " ".join(plain.split())


def has(reply: str, wanted: str) -> bool:
    """Whether a reply has a text; `a | b` is either."""
    text = folded(reply)
    return any(_whole(folded(option)).search(text) for option in wanted.split("|"))


def _whole(option: str) -> re.Pattern[str]:
    """Finds a text, but no part of a number: "2:00" is not in "12:00"."""
    before = r"(?<!\d)" if option[:1].isdigit() else ""
    after = r"(?!\d)" if option[-1:].isdigit() else ""
    return re.compile(before + re.escape(option) + after)


def sentences(reply: str) -> list[str]:
    """The sentences of a reply; "p. m." ends none."""
    return [s for s in _SENTENCE.split(reply) if s.strip()]


def moments_in(sentence: str, now: datetime) -> Iterator[datetime]:
    """Every day with an hour that a sentence names, in figures or in words, naive local; without a year it is
    the next one.

    Hours told for another place, in brackets, are left out.
    """
    yield from moments_of(in_full(folded(_ELSEWHERE.sub(" ", sentence)), now.date()), now)


def moments_of(plain: str, now: datetime) -> Iterator[datetime]:
    """The same of a folded text whose days and hours are in figures."""
    dates = list(_DATE.finditer(plain))
    for at, found in enumerate(dates):
        day = _day(found, now.date())
        until = dates[at + 1].start() if at + 1 < len(dates) else len(plain)
        if day is None:
            continue
        for clock in _CLOCK.finditer(plain, found.end(), until):
            if (moment := _time(clock)) is not None:
                yield datetime.combine(day, moment)


def links_in(reply: str) -> set[str]:
    """Every web address with a scheme."""
    return {link.rstrip(".,;:!?") for link in _LINK.findall(reply)}


def amounts_in(reply: str) -> set[float]:
    """Every amount of money."""
    return {_number(a or b) for a, b in _AMOUNT.findall(reply)}


def _day(found: re.Match[str], today: date) -> date | None:
    try:
        day = date(int(found[3] or today.year), _MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        return None
    return day if found[3] or day >= today else day.replace(year=today.year + 1)


def _time(clock: re.Match[str]) -> time | None:
    hour, minute, half = int(clock[1]), int(clock[2] or 0), (clock[3] or "").strip()
    if not clock[2] and not half:
        return None  # a bare number may be anything
    if half.startswith(("a", "p")):
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _number(text: str) -> float:
    text = text.rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        return float(text.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        return float(text.replace(".", "").replace(",", "."))
    return float(text.replace(",", "."))
