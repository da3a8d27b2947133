"""What code says to customers, in Spanish. Every sentence here is true by construction: it is given the
ledger row or the reason it speaks of."""

from datetime import datetime

from citas.booking.commit import NotBooked
from citas.scheduling.spanish import spoken_moment
from citas.store.model import Booking, BookingState, Limit

TEXT_ONLY = "¿Me lo escribes en un mensaje de texto, por favor?"
TOO_LONG = "Tu mensaje es muy largo; ¿me lo resumes?"
FAILED = "Tuve un problema técnico y no agendé nada. ¿Me lo repites en unos minutos?"
FAILED_BESIDE_NEWS = "Con tu último mensaje tuve un problema técnico. ¿Me lo repites en unos minutos?"
NO_CALENDAR = (
    "Ahora no puedo consultar la agenda y no quiero darte un horario sin verificar. "
    "¿Lo intentamos en unos minutos?"
)
UNSURE = "Estoy verificando si tu cita quedó registrada. No necesitas pedirla otra vez."
TO_PERSON = "Le pasé tu pedido a una persona del equipo para que te escriba por aquí."
NOT_MINE = "Eso no puedo confirmarlo por aquí. ¿Te ayudo a elegir un horario para tu cita?"
_TO_TEAM = "Le pasé tu pedido a una persona del equipo."
LIMITS = {
    Limit.SESSION: f"Ya tienes el máximo de citas activas por aquí. {_TO_TEAM}",
    Limit.CONTACT: f"Con ese correo ya se agendó el máximo de citas por hoy. {_TO_TEAM}",
    Limit.EMPRESA: f"Por hoy ya no puedo agendar más citas por aquí. {_TO_TEAM}",
    Limit.ATTEMPTS: f"Por hoy ya no puedo intentarlo otra vez por aquí. {_TO_TEAM}",
}


def confirmation(booking: Booking, now: datetime) -> str:
    """The one text that says an event exists; every detail is the ledger's."""
    when = spoken_moment(booking.start.astimezone(now.tzinfo), now)
    lines = [
        f"¡Listo! Tu cita quedó confirmada para el *{when}*, a nombre de {booking.customer_name}.",
        f"Correo de contacto: {booking.customer_email}",
    ]
    if booking.meet_link:
        lines.append(f"Enlace de la reunión: {booking.meet_link}")
    lines.append(f"Código: {booking.ref}")
    return "\n".join(lines)


def resolved(booking: Booking, now: datetime) -> str:
    """What became of a booking of which nobody could tell before."""
    if booking.state is BookingState.CREATED:
        return confirmation(booking, now)
    when = spoken_moment(booking.start.astimezone(now.tzinfo), now)
    return f"Lo revisamos: tu cita del {when} no quedó registrada (código {booking.ref})."


def verifying(booking: Booking, now: datetime) -> str:
    """For an outcome nobody knows yet: neither a confirmation nor a failure."""
    when = spoken_moment(booking.start.astimezone(now.tzinfo), now)
    return (
        f"Estoy verificando si tu cita del {when} quedó registrada; una persona del equipo lo revisa y te "
        f"confirma por aquí. No necesitas pedirla otra vez. Código: {booking.ref}"
    )


def not_booked(outcome: NotBooked) -> str:
    """Nothing was created; says what comes next."""
    if outcome.limit is not None:
        return LIMITS[outcome.limit]
    return TO_PERSON + " No quedó nada agendado todavía." if outcome.needs_person else FAILED


def own_bookings(bookings: tuple[Booking, ...], now: datetime) -> str:
    """The session's confirmed bookings, one line each."""
    lines = []
    for booking in bookings:
        when = spoken_moment(booking.start.astimezone(now.tzinfo), now)
        link = f"\nEnlace: {booking.meet_link}" if booking.meet_link else ""
        lines.append(f"Tu cita es el *{when}* (código {booking.ref}).{link}")
    return "\n".join(lines)
