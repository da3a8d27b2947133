"""The passes that turn a text into nodes; what they add up to is for the callers to say."""

from datetime import datetime
from typing import Final

from citas.scheduling.spanish import dates, days, hours, parts, phrases, picks, stretches, weekdays, zones
from citas.scheduling.spanish.tokens import Symbol, read

_PASSES: Final = tuple(
    book.compile()
    for book in (
        parts.noise,
        zones.rules,
        parts.rules,
        days.rules + dates.rules + weekdays.rules + stretches.rules,
        hours.rules,
        phrases.rules + picks.rules,
        phrases.again,
    )
)


def recognise(text: str, now: datetime) -> list[Symbol]:
    """The words of a (bounded) text, those that speak of time made into nodes."""
    symbols = read(text)
    for rules in _PASSES:
        symbols = rules.run(symbols, now)
    return symbols
