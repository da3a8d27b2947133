"""The agent's tools. Their docstrings are prompt: the model reads them; the rules live in `citas.booking`.

Every tool answers with a value, refusals included. Nothing here raises at the model but a plain misuse.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pydantic_ai import RunContext

from citas.agent import wishes
from citas.agent.deps import CitasDeps
from citas.agent.reading import is_name
from citas.agent.wishes import Question
from citas.booking.availability import Free, NotFree, Wish
from citas.booking.commit import Booked, BookingWish, NotBooked, Verifying
from citas.booking.contact import Invalid, check_email, check_name, gave_name
from citas.errors import MaraviaError
from citas.scheduling.model import Slot
from citas.scheduling.policy import Reason, Refusal
from citas.scheduling.spanish import spoken_moment
from citas.store.model import RequestKind

OFFERED_AT_ONCE = 3

Status = Literal["free", "bookable", "options", "refused", "unverified", "question"]
_UNSEEN = "La agenda no responde: se puede agendar por el horario de atención, pero no digas que está libre."


@dataclass(frozen=True, slots=True)
class SlotView:
    """A slot as the model sees it: to copy into the reply (`text`) and to book (`start`, ISO)."""

    start: str
    text: str

    @classmethod
    def of(cls, slot: Slot, now: datetime) -> "SlotView":
        """The view of a slot at the turn's moment."""
        return cls(slot.start.isoformat(), spoken_moment(slot.start, now))


@dataclass(frozen=True, slots=True)
class Availability:
    """What `check_availability` found. `reason` is set when `status` is refused or unverified; "bookable" are
    slots that the calendar was silent about and that may be booked all the same."""

    status: Status
    slots: tuple[SlotView, ...] = ()
    reason: Reason | None = None
    note: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class BookingReport:
    """What `create_booking` came to. What the customer reads is written from the ledger, not from this."""

    status: Literal["booked", "verifying", "refused", "confirm_first", "needs", "not_booked"]
    slots: tuple[SlotView, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """A catalogue entry; `price` in soles, null when the catalogue has none."""

    name: str
    price: str | None
    description: str
    kind: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a search found; `available` is False when the catalogue could not be asked."""

    items: tuple[Product, ...]
    available: bool = True


@dataclass(frozen=True, slots=True)
class Handoff:
    """A request that people of the company now have before them."""

    recorded: bool
    note: str


async def check_availability(ctx: RunContext[CitasDeps], date: str, time: str | None = None) -> Availability:
    """Consulta el calendario real. Úsala siempre antes de decir que un horario está libre.

    Args:
        date: Día AAAA-MM-DD, o las palabras del cliente ("pasado mañana", "el jueves por la tarde").
        time: Hora HH:MM, o las palabras del cliente ("tipo 4", "en la mañana"). Omítela si no dijo hora.
    """
    deps = ctx.deps
    wish = wishes.resolve(date, time, deps)
    if isinstance(wish, Question):
        return Availability("question", note=wish.text, asked=wish.cause)
    if isinstance(wish, datetime):
        return await _check_moment(deps, wish)
    return await _find(deps, wish)


async def _check_moment(deps: CitasDeps, start: datetime) -> Availability:
    answer = await deps.services.desk.check(deps.empresa, start, deps.profile.hours, deps.now)
    asked = spoken_moment(start, deps.now)
    if isinstance(answer, Free):
        view = (SlotView.of(answer.slot, deps.now),)
        deps.effects.offer(answer.slot, verified=answer.verified)
        if answer.verified:
            return Availability("free", view, asked=asked)
        return Availability("bookable", view, note=_UNSEEN, asked=asked)
    deps.effects.refuse(start, answer)
    return _refused(deps, answer, asked)


def _refused(deps: CitasDeps, answer: NotFree, asked: str) -> Availability:
    views = tuple(SlotView.of(s, deps.now) for s in answer.alternatives)
    if answer.refusal.reason in {Reason.UNVERIFIED, Reason.HOURS_UNKNOWN}:
        note = "No se pudo consultar la agenda. No digas que está libre ni lleno."
        return Availability("unverified", views, answer.refusal.reason, note, asked)
    return Availability("refused", views, answer.refusal.reason, wishes.why(answer.refusal, deps.now), asked)


async def _find(deps: CitasDeps, wish: Wish) -> Availability:
    hours = deps.profile.hours
    if hours is None:
        return _none(deps, NotFree(Refusal(Reason.UNVERIFIED, wish.first_day)))
    desk, off = deps.services.desk, set(deps.draft.dismissed)
    found = await desk.find(deps.empresa, wish, hours, deps.now, OFFERED_AT_ONCE + min(len(off), 5))
    left = tuple(slot for slot in found.slots if slot.start not in off)[:OFFERED_AT_ONCE]
    found = replace(found, slots=left)
    deps.effects.offer(*found.slots, verified=found.verified)
    views = tuple(SlotView.of(s, deps.now) for s in found.slots)
    if views:
        return (
            Availability("options", views)
            if found.verified
            else Availability("bookable", views, note=_UNSEEN)
        )
    if found.unverified:
        return _none(deps, NotFree(Refusal(Reason.UNVERIFIED, wish.first_day)))
    refusal = wishes.why_none(wish, hours, deps)
    later = await desk.find(deps.empresa, wishes.widened(wish), hours, deps.now, 2)
    deps.effects.offer(*later.slots, verified=later.verified)
    return _none(deps, NotFree(refusal, later.slots))


def _none(deps: CitasDeps, answer: NotFree) -> Availability:
    """Nothing suits the wish as it was put."""
    deps.effects.refuse(None, answer)
    return _refused(deps, answer, "")


async def create_booking(
    ctx: RunContext[CitasDeps], date: str, time: str, customer_name: str, customer_contact: str
) -> BookingReport:
    """Crea la cita. Solo cuando el cliente ya vio ese horario exacto, lo aceptó y dio su nombre y su correo.

    Args:
        date: Día de la cita, AAAA-MM-DD.
        time: Hora de inicio, HH:MM.
        customer_name: Nombre del cliente, tal como él lo escribió.
        customer_contact: Correo del cliente, tal como él lo escribió.
    """
    deps = ctx.deps
    if deps.effects.attempts:
        return BookingReport("not_booked", reason="second_attempt", note="Una reserva por turno.")
    wish = wishes.resolve(date, time, deps)
    if not isinstance(wish, datetime):
        note = wish.text if isinstance(wish, Question) else "Pregunta qué hora prefiere."
        return BookingReport("needs", reason="time", note=note)
    contact = _contact(deps, customer_name, customer_contact)
    if isinstance(contact, BookingReport):
        return contact
    if wish not in deps.shown or not deps.draft.accepts(wish):
        return await _show_first(deps, wish)
    deps.effects.attempts += 1
    name, email = contact
    outcome = await deps.services.booker.book(
        BookingWish(
            session=deps.session,
            empresa=deps.empresa,
            start=wish,
            customer_name=name,
            customer_email=email,
            phrase=deps.draft.phrase,
            accepted_with=deps.reading.text,
            time_left=deps.time_left(),
        )
    )
    deps.effects.booking = outcome
    if isinstance(outcome, NotFree):
        deps.effects.refuse(wish, outcome)
        views = tuple(SlotView.of(s, deps.now) for s in outcome.alternatives)
        return BookingReport(
            "refused", views, outcome.refusal.reason.value, wishes.why(outcome.refusal, deps.now)
        )
    return _report(outcome)


def _contact(deps: CitasDeps, name: str, email: str) -> tuple[str, str] | BookingReport:
    """Name and address fit for an event, both in the customer's own words, or what is missing."""
    good_name, good_email = check_name(name), check_email(email)
    made_up = isinstance(good_name, Invalid) or not is_name(good_name) or not gave_name(good_name, deps.words)
    if isinstance(good_name, Invalid) or made_up:
        return BookingReport("needs", reason="name", note="Pide el nombre: el cliente no lo ha escrito.")
    if isinstance(good_email, Invalid) or good_email not in {deps.draft.email, deps.draft.email_doubt}:
        return BookingReport("needs", reason="email", note="Pide el correo: el cliente no lo ha escrito.")
    if deps.draft.email_doubt:
        note = f"Pregunta si quiso escribir {deps.draft.email_doubt}."
        return BookingReport("needs", reason="email_doubt", note=note)
    return good_name, good_email


async def _show_first(deps: CitasDeps, start: datetime) -> BookingReport:
    """A slot the customer has not seen, or not said yes to, is checked and shown, never booked here."""
    found = await _check_moment(deps, start)
    if found.status in {"free", "bookable"}:
        note = "Muestra día, fecha, hora, nombre y correo, y pregunta si confirma. Aún no hay cita."
        return BookingReport("confirm_first", found.slots, note=note)
    return BookingReport("refused", found.slots, found.reason or "", found.note)


def _report(outcome: Booked | Verifying | NotBooked) -> BookingReport:
    if isinstance(outcome, Booked):
        return BookingReport("booked", note="La cita existe. El sistema escribe la confirmación.")
    if isinstance(outcome, Verifying):
        note = "No se sabe si quedó registrada. No la confirmes ni la intentes otra vez."
        return BookingReport("verifying", note=note)
    return BookingReport("not_booked", reason=outcome.cause, note="No se agendó nada.")


async def search_productos_servicios(ctx: RunContext[CitasDeps], busqueda: str, limite: int = 5) -> Catalogue:
    """Busca productos y servicios con su precio. La única fuente de precios: no inventes ninguno.

    Args:
        busqueda: Nombre o palabra clave.
        limite: Cuántos resultados como máximo.
    """
    deps = ctx.deps
    try:
        found = await deps.services.business.search(deps.empresa.id_empresa, busqueda, limite)
    except MaraviaError:
        return Catalogue((), available=False)
    deps.effects.products += [item for item in found.value if item not in deps.effects.products]
    return Catalogue(
        tuple(
            Product(i.name, None if i.price is None else f"{i.price:.2f}", i.description, i.kind)
            for i in found.value
        )
    )


async def hand_off(
    ctx: RunContext[CitasDeps],
    motivo: str,
    tipo: Literal["handoff", "cancel", "move"] = "handoff",
) -> Handoff:
    """Deja un pedido para una persona del equipo: si el cliente la pide, o quiere cancelar o mover su cita.

    Args:
        motivo: Qué necesita el cliente, en una frase.
        tipo: "handoff" para hablar con una persona, "cancel" para cancelar, "move" para cambiar la cita.
    """
    deps = ctx.deps
    kind = RequestKind(tipo)
    waiting = await deps.services.requests.open_of(deps.session)
    request = next((r for r in waiting if r.kind is kind), None)
    if request is None:
        ref = next((b.ref for b in deps.bookings if kind is not RequestKind.HANDOFF), None)
        request = await deps.services.requests.add(
            deps.session, kind, motivo[:500], deps.now, booking_ref=ref
        )
    deps.effects.request = request
    return Handoff(True, "Pedido registrado. Dilo como pedido, nunca como hecho.")
