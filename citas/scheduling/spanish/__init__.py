"""When a customer means: Spanish as Latin America writes it, to dates and times. Pure.

A message becomes symbols (`tokens`, `lexicon`), rules turn symbols into nodes (`parts`, `days`, `dates`,
`weekdays`, `stretches`, `hours`, `zones`, `phrases`, `picks`), `polarity` drops what is told of (`telling`),
refused (`refusing`) or corrected, `reading` puts together what goes together, `resolution` gives
company-local dates and times, and `choices` looks at the offers shown. It never guesses silently:
what has two readings is AMBIGUOUS with both; and it never resolves to the past.
"""

from citas.scheduling.spanish.mentions import DayMention, HourMention, HoursMention, Mention, mentioned
from citas.scheduling.spanish.model import Candidate, Kind, Span, Understanding
from citas.scheduling.spanish.phrasing import (
    country_of,
    spoken_choice,
    spoken_city,
    spoken_date,
    spoken_minute,
    spoken_moment,
    spoken_span,
    spoken_time,
)
from citas.scheduling.spanish.understanding import understand

__all__ = [
    "Candidate",
    "DayMention",
    "HourMention",
    "HoursMention",
    "Kind",
    "Mention",
    "Span",
    "Understanding",
    "country_of",
    "mentioned",
    "spoken_choice",
    "spoken_city",
    "spoken_date",
    "spoken_minute",
    "spoken_moment",
    "spoken_span",
    "spoken_time",
    "understand",
]
