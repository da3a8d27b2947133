"""Whether a played customer kept to their part: what they must not write, found without a model.

A language model that plays a prospect sometimes forgets who it is. What the agent then makes of it says
nothing about the agent, so such a conversation is set aside. Each finding is a clause in English whose
subject is the customer.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from evals import reading
from evals.case import Prospect
from evals.spoken import days_in, in_full

LONGEST = 400
"""Characters of a message; nobody writes more to ask for an appointment."""
SAME = 2
"""How often the same message may be written."""

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SPOKEN = re.compile(r"[\w.+-]+(?: punto [\w-]+)*\s+arroba\s+[\w-]+(?: punto [\w-]+)+")
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/20\d\d\b")
_PHONE = re.compile(r"(?<!\w)\+?\d(?:[\s().-]?\d){6,}(?!\w)")
_CALLED = re.compile(
    r"\b(?:[Ss]oy|[Mm]e llamo|[Mm]i nombre(?: completo)? es|a nombre de|[Nn]ombre:)\s+"
    r"((?:[A-ZÁÉÍÓÚÑ][\w'’-]+)(?:\s+(?:de|del|la|los|las|[A-ZÁÉÍÓÚÑ][\w'’-]+))*)"
)
_AS_COMPANY = re.compile(
    r"\b(?:atendemos|cobramos|ofrecemos|nuestr[oa]s? (?:horarios?|precios?|agenda|oficina|equipo|servicios?)"
    r"|soy (?:la |el )?asistente|en que (?:te|le) (?:puedo )?ayud\w+"
    r"|(?:te|le) (?:puedo )?(?:ofre\w+|agend(?:o|e|ar)|reserv(?:o|e|ar))|(?:me das"
    r"|me brindas) tu (?:nombre|correo)"
    r"|(?:tu|su) (?:cita|reunion|visita) (?:quedo|esta|ha sido|queda)|(?:te|le) confirmo (?:la|tu|su) cita)\b"
    r"|\bte (?:sirve|queda bien|acomoda)\b[^?]*\?"
)
_DECLINES = re.compile(r"\bno\b|\btampoco\b|\bni\b|\ben (?:vez|lugar) de\b|\bnunca\b|\bimposible\b")
_WANTS_TODAY = re.compile(r"\bpara hoy\b|\bhoy (?:mismo|a las?|en la|por la)\b")


def violation(text: str, prospect: Prospect, today: date, said: Sequence[str], heard: str) -> str | None:
    """What a message does that its writer may not do; None if it is fair.

    `said` is what they wrote before, `heard` the reply they answer.
    """
    if not text.strip(" \n\"'."):
        return "wrote nothing"
    if len(text) > LONGEST:
        return f"wrote {len(text)} characters"
    if [reading.folded(other) for other in said].count(reading.folded(text)) >= SAME:
        return f"wrote the same message {SAME + 1} times"
    goal = " ".join((prospect.says, prospect.changed, *prospect.asks))
    rules: tuple[Callable[[], str | None], ...] = (
        lambda: _other_address(text, prospect),
        lambda: _a_phone(text, goal),
        lambda: _other_name(text, prospect),
        lambda: _as_company(text, goal, heard),
        lambda: _other_day(text, prospect, today, goal),
    )
    return next((found for rule in rules if (found := rule())), None)


def _other_address(text: str, prospect: Prospect) -> str | None:
    plain = reading.folded(text)
    spoken = (re.sub(r"\s+arroba\s+", "@", m[0]).replace(" punto ", ".") for m in _SPOKEN.finditer(plain))
    given = [a.rstrip(".") for a in (*_ADDRESS.findall(plain), *spoken)]
    if not given or prospect.email.lower() in given:
        return None  # "not ana@gmial.com but ana@gmail.com" is a fair answer
    return f"gave an e-mail address that is not theirs: {given[0]}"


def _a_phone(text: str, goal: str) -> str | None:
    found = _PHONE.search(_DATE.sub(" ", text))
    return f"gave a phone number they do not have: {found[0]}" if found and found[0] not in goal else None


def _other_name(text: str, prospect: Prospect) -> str | None:
    own = set(reading.folded(prospect.name).split())
    for found in _CALLED.finditer(text):
        if not set(reading.folded(found[1]).split()) <= own:
            return f"called themselves {found[1]}"
    return None


def _as_company(text: str, goal: str, heard: str) -> str | None:
    found = _AS_COMPANY.search(reading.folded(text))
    if found and found[0] not in reading.folded(goal):
        return f"wrote as if they were the company: {found[0]!r}"
    if "?" not in text and reading.amounts_in(text) - reading.amounts_in(f"{heard} {goal}"):
        return "named a price that nobody had told them"
    return None


def _other_day(text: str, prospect: Prospect, today: date, goal: str) -> str | None:
    """A day that suits them neither now nor later, unless they say no to it or their goal speaks of it."""
    plain = reading.folded(text)
    if _DECLINES.search(plain):
        return None
    windows = (prospect.wants, *([prospect.changes_to] if prospect.changes_to else []))
    suits = {day for window in windows for day in window.days}
    numbers = {int(n) for n in re.findall(r"\d+", plain)}
    fair = suits | set(days_in(in_full(reading.folded(goal), today), today)) | {today}
    for day in days_in(in_full(plain, today), today):
        # "El viernes" may be that of any week.
        meant = day.day not in numbers and any(
            (day - other) % timedelta(days=7) == timedelta() for other in suits
        )
        if day not in fair and not meant:
            return f"asked for {day:%Y-%m-%d}, which does not suit them"
    if today not in suits and _WANTS_TODAY.search(plain) and not _WANTS_TODAY.search(reading.folded(goal)):
        return "asked for today, which does not suit them"
    return None
