"""The prompt: two Jinja2 files, rendered from values. Company text is data here, never template source."""

from datetime import date, datetime
from typing import Final

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from citas.agent.deps import CitasDeps
from citas.agent.wishes import hours_text
from citas.scheduling.model import DayHours, OpeningHours
from citas.scheduling.openings import open_windows
from citas.scheduling.spanish import spoken_date, spoken_moment
from citas.store.model import Booking, BookingState

WEEKDAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
CONTEXT_MAX = 6000
LIST_MAX = 40
FAQS_MAX = 30


class Prompt:
    """The rendered instructions of a turn. One per process: the templates are parsed once.

    `company` is the source of another template for a company's part, such as one that is being compared.
    """

    def __init__(self, company: str | None = None) -> None:
        # Plain text for a model, not a page: nothing to escape.
        env = SandboxedEnvironment(
            loader=PackageLoader("citas.agent", "prompts"),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=False,
        )
        self._company = env.get_template("empresa.j2") if company is None else env.from_string(company)
        self._turn = env.get_template("turno.j2")

    def company(self, deps: CitasDeps) -> str:
        """The part that stays the same for a company from turn to turn."""
        empresa, profile = deps.empresa, deps.profile
        return self._company.render(
            nombre_bot=empresa.nombre_bot,
            personalidad=empresa.personalidad,
            frase_saludo=empresa.frase_saludo,
            frase_des=empresa.frase_des,
            frase_no_sabe=empresa.frase_no_sabe,
            contexto=(profile.context or "")[:CONTEXT_MAX],
            productos=(profile.products or ())[:LIST_MAX],
            servicios=(profile.services or ())[:LIST_MAX],
            horario=week_text(profile.hours, deps.now) if profile.hours else (),
            duracion=empresa.duracion_cita_minutos,
            preguntas=(profile.faqs or ())[:FAQS_MAX],
        ).strip()

    def turn(self, deps: CitasDeps) -> str:
        """The part that changes: today, what is known of the customer, their bookings."""
        draft, now = deps.draft, deps.now
        return self._turn.render(
            hoy=spoken_date(now.date()) + f" de {now.year}",
            nombre=draft.name,
            correo=draft.email,
            duda=draft.email_doubt,
            horario=draft.wanted and spoken_moment(draft.wanted, now),
            aceptado=draft.accepted,
            mostrados=[f"{spoken_moment(s, now)} ({s:%Y-%m-%dT%H:%M})" for s in deps.last_shown],
            citas=[booking_text(b, deps) for b in deps.bookings],
        ).strip()


def booking_text(booking: Booking, deps: CitasDeps) -> str:
    """One line about a booking, from its ledger row."""
    when = spoken_moment(booking.start.astimezone(deps.now.tzinfo), deps.now)
    if booking.state is BookingState.CREATED:
        link = f", enlace {booking.meet_link}" if booking.meet_link else ""
        return f"{when}: registrada ({booking.ref}), a nombre de {booking.customer_name}{link}."
    return f"{when}: no se sabe si quedó registrada ({booking.ref}); el equipo lo verifica."


def week_text(hours: OpeningHours, now: datetime) -> tuple[tuple[str, str], ...]:
    """The week as lines of (weekday, hours); daily blocks are left out of them."""
    return tuple((name, _day_text(_daily(hours, weekday), now)) for weekday, name in enumerate(WEEKDAYS))


def _daily(hours: OpeningHours, weekday: int) -> DayHours:
    blocks = tuple(b for b in hours.blocks if b.date is None)
    week_only = OpeningHours(hours.week, blocks)
    return open_windows(week_only, _a_date_with(weekday))


def _a_date_with(weekday: int) -> date:
    return date(2024, 1, 1 + weekday)  # 1 January 2024 was a Monday


def _day_text(windows: DayHours, now: datetime) -> str:
    if windows is None:
        return "sin datos"
    return hours_text(windows, now) or "cerrado"
