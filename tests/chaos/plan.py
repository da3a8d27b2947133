"""What will be tried, all of it drawn from one seed: who writes what, and what fails them when."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from citas.sandbox.company import WEEKDAYS, Company, Hours, seed
from citas.sandbox.faults import OPERATIONS, Fault
from tests.chaos.evidence import Order, Who

CREATE = "CREAR_EVENTO"
CHECK = "CONSULTAR_DISPONIBILIDAD"
UNUSED = "SUGERIR_HORARIOS"  # the service never asks for it
READS = sorted(OPERATIONS - {CREATE, UNUSED})
OFTEN = ("OBTENER_HORARIO_REUNIONES", CHECK)
COMPANIES = 8
HOURS_OF_DAY = (*range(7, 12), *range(13, 21))
DAYS_AHEAD = 20
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()

_SLOW = {Fault.SLOW, Fault.HANG_AFTER_COMMIT, Fault.DRIP}
_HEAVY = {Fault.HUGE, Fault.DEEP}
# A readable no behind which the event is made, or a readable yes behind which it is not, is a lie that no
# client could see through: these are only what they say they are.
_NO_CLEAR_NO = {Fault.HTML_LOGIN, Fault.STATUS_429, *(f for f in Fault if f.value.startswith("status_5"))}
_PLAIN_NO = {fault for fault in Fault if not fault.commits} - _NO_CLEAR_NO
_PLAIN_YES = {Fault.SUCCESS_TEXT_1, Fault.SUCCESS_INT_1, Fault.SUCCESS_TEXT_TRUE}

_FIRST = "Ana Bruno Carla Diego Elena Fabio Gala Hugo Inés Jaime Lucía Mateo Nora Óscar Pilar Rosa".split()
_LAST = "Ejemplo Prueba Ficticia Inventado Muestra Quispe Torres Rojas Salas Vega".split()
_YES = ("sí", "sí, confirmo", "dale", "sí por favor", "ok, confirmo")
_NUDGES = ("¿ya quedó mi cita?", "sí", "agéndala otra vez", "hola?", "gracias", "¿cuándo es mi cita?", "dale")
_CHAT = ("hola", "cuánto cuesta la asesoría?", "¿dónde quedan?", "¿qué ofrecen?")


class StoreFault(StrEnum):
    """What the database refuses to write for one prospect, until it is mended."""

    CLAIM = "claim"
    OUTCOME = "outcome"
    REQUEST = "request"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """One call that will go wrong. `fault` None: nobody listens, for `times` calls in a row."""

    operation: str
    fault: Fault | None
    seconds: float = 0.0
    commits: bool | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Nudge:
    """What a prospect writes after their yes; `again` repeats the yes, under its id if it has one."""

    text: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One prospect who wants one slot. `start` is naive, the company's local time.

    `leaves_after` is how many seconds they wait for the answer to their yes; then they hang up and repeat it.
    `returns` is whether they ask once more after the service was restarted.
    """

    who: Who
    order: Order
    start: datetime
    chat: str | None
    accept: str
    message_id: str | None
    nudges: tuple[Nudge, ...]
    leaves_after: float | None
    before: tuple[Spoilt, ...]
    at_yes: tuple[Spoilt, ...]
    store_fault: StoreFault | None
    returns: bool

    @property
    def opening(self) -> str:
        """Who they are and what they want."""
        return f"Soy {self.order.name}, {self.order.email}, agéndame {spoken(self.start)}"


def companies() -> tuple[Company, ...]:
    """Empresas 901 and on, open from six to ten at night every day, that tell their data in every dialect."""
    model = seed()[0]
    week: dict[str, tuple[Hours, ...] | str | None] = dict.fromkeys(WEEKDAYS, (Hours(time(6), time(22)),))
    return tuple(
        replace(
            model,
            id_empresa=901 + number,
            sellers=(9010 + 2 * number, 9011 + 2 * number),
            id_chatbot=9501 + number,
            meet=("linked", "linked", "unlinked", "silent")[number % 4],
            clock=("24h", "12h")[number % 2],
            week=week,
            blocks=(),
            taken=(),
        )
        for number in range(COMPANIES)
    )


def attempts(
    seed_text: str, count: int, today: date, first_session: int = 51_800_000_001, rivals: float = 1 / 7
) -> tuple[Attempt, ...]:
    """The attempts of one world; the same text gives the same ones. `rivals` is the share
    of those who want the slot of somebody just before them."""
    rng = random.Random(seed_text)
    known = companies()
    free = [(c, start) for c in known for start in _starts(today)]
    rng.shuffle(free)
    wanted: list[tuple[Company, datetime]] = []
    for number in range(count):
        recent = wanted[-6:]
        wanted.append(rng.choice(recent) if recent and rng.random() < rivals else free[number % len(free)])
    return tuple(
        _attempt(rng, company, start, first_session + number)
        for number, (company, start) in enumerate(wanted)
    )


def spoken(start: datetime) -> str:
    """The slot as a prospect would write it."""
    half = "de la mañana" if start.hour < 12 else "de la tarde" if start.hour < 19 else "de la noche"
    return f"el {start.day} de {_MONTHS[start.month - 1]} a las {(start.hour - 1) % 12 + 1} {half}"


def _starts(today: date) -> Iterator[datetime]:
    for ahead in range(1, DAYS_AHEAD + 1):
        for hour in HOURS_OF_DAY:
            yield datetime.combine(today + timedelta(days=ahead), time(hour))


def _attempt(rng: random.Random, company: Company, start: datetime, session: int) -> Attempt:
    accept = rng.choice(_YES)
    name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    return Attempt(
        who=Who(company.id_empresa, str(session)),
        order=Order(rng.choice(company.sellers), name, f"p{session}@example.com"),
        start=start,
        chat=rng.choice(_CHAT) if rng.random() < 0.08 else None,
        accept=accept,
        message_id=f"wamid.{session}.yes" if rng.random() < 0.6 else None,
        nudges=tuple(_nudge(rng, accept) for _ in range(rng.choice((0, 1, 1, 2, 3)))),
        leaves_after=rng.uniform(0.0, 0.12) if rng.random() < 0.08 else None,
        before=(_read_fault(rng),) if rng.random() < 0.15 else (),
        at_yes=tuple(_faults_at_yes(rng)),
        store_fault=rng.choice(tuple(StoreFault)) if rng.random() < 0.08 else None,
        returns=rng.random() < 0.08,
    )


def _nudge(rng: random.Random, accept: str) -> Nudge:
    return Nudge(accept, again=True) if rng.random() < 0.35 else Nudge(rng.choice(_NUDGES))


def _faults_at_yes(rng: random.Random) -> Iterator[Spoilt]:
    if rng.random() < 0.4:
        yield _create_fault(rng)
    if rng.random() < 0.08:
        yield _read_fault(rng, OFTEN)


def _create_fault(rng: random.Random) -> Spoilt:
    if rng.random() < 0.05:
        return Spoilt(CREATE, None, times=rng.choice((1, 2)))
    fault = _any_fault(rng)
    if fault in _PLAIN_NO | _PLAIN_YES:
        return _spoilt(rng, CREATE, fault, commits=fault in _PLAIN_YES)
    return _spoilt(rng, CREATE, fault, commits=rng.random() < 0.7)


def _read_fault(rng: random.Random, among: Sequence[str] = READS) -> Spoilt:
    operation = rng.choice(OFTEN) if rng.random() < 0.6 else rng.choice(among)
    if rng.random() < 0.05:
        return Spoilt(operation, None, times=rng.choice((1, 2)))
    return _spoilt(rng, operation, _any_fault(rng), commits=None)


def _any_fault(rng: random.Random) -> Fault:
    fault = rng.choice(tuple(Fault))
    # The slow ones hold a second each and the heavy ones a core: every kind comes, these more seldom.
    rare = rng.random() < (0.8 if fault in _HEAVY else 0.3 if fault in _SLOW else 0.0)
    return rng.choice((Fault.EMPTY, Fault.TRUNCATED, Fault.COMMIT_THEN_500)) if rare else fault


def _spoilt(rng: random.Random, operation: str, fault: Fault, *, commits: bool | None) -> Spoilt:
    seconds = rng.uniform(1.05, 1.4) if fault in _SLOW else 0.0
    return Spoilt(operation, fault, seconds, commits)
