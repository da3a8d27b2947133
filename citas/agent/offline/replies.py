"""The offline model's sentences. Short, warm, one question each; every time is copied from a checked slot."""

from datetime import datetime
from zoneinfo import ZoneInfo

from citas.agent import phrases
from citas.agent.deps import CitasDeps
from citas.agent.intents import Intent
from citas.agent.prompt import week_text
from citas.agent.tools import Availability, BookingReport, Catalogue, Product, SlotView
from citas.scheduling.model import OpeningHours
from citas.scheduling.spanish import country_of, spoken_city, spoken_moment, spoken_time

_MAX_LISTED = 6


def greeted(deps: CitasDeps, text: str) -> str:
    """The first reply of a conversation begins with the company's greeting."""
    empresa = deps.empresa
    bot = f" Soy {empresa.nombre_bot}." if empresa.nombre_bot else ""
    greeting = empresa.frase_saludo or f"¡Hola!{bot}"
    return f"{greeting} {text}"


def asks_next(deps: CitasDeps) -> str:
    """The next thing missing on the way to a booking."""
    draft = deps.draft
    if draft.wanted is not None and draft.wanted in deps.shown:
        return recap(deps, draft.wanted) if draft.complete else asks_data(deps, draft.wanted)
    if draft.email_doubt:
        return asks_email_doubt(deps)
    if len(deps.last_shown) > 1 and not deps.bookings:
        return asks_which(deps)
    if deps.bookings and not deps.reading.has(Intent.BOOK):
        return "¿Te ayudo con algo más?"
    return "¿Qué día y a qué hora te gustaría tu cita?"


def and_back(deps: CitasDeps, answer: str) -> str:
    """An answer to something else, and the way back to the booking."""
    if deps.bookings:
        return f"{answer}\n¿Te ayudo con algo más?"
    return f"{answer}\n{asks_next(deps)}"


def asks_data(deps: CitasDeps, start: datetime) -> str:
    """Asks for what is missing to book this slot, naming it."""
    when = spoken_moment(start, deps.now)
    draft = deps.draft
    if draft.email_doubt:
        return asks_email_doubt(deps)
    if not draft.name and not draft.email:
        if draft.accepted:
            return f"Perfecto, el {when}. ¿Me das tu nombre?"
        return f"Entonces el *{when}*. ¿Me das tu nombre y tu correo para reservarla?"
    if not draft.name:
        return f"Anoté tu correo {draft.email}. ¿Me das tu nombre para la cita del {when}?"
    first = draft.name.split()[0]
    return f"Gracias, {first}. ¿Cuál es tu correo para la cita del {when}?"


def recap(deps: CitasDeps, start: datetime) -> str:
    """Everything the event will hold, and the question that books it."""
    draft = deps.draft
    when = spoken_moment(start, deps.now)
    return f"Entonces: *{when}*, a nombre de {draft.name}, correo {draft.email}. ¿Confirmo la cita?"


def waits(deps: CitasDeps) -> str:
    """The recap was not accepted: nothing is pushed, and both ways stay open."""
    when = f"el {spoken_moment(deps.draft.wanted, deps.now)}" if deps.draft.wanted else "esa hora"
    return f"Sin problema, todavía no agendo nada. ¿Prefieres otro día u hora, o te sirve {when}?"


def availability(deps: CitasDeps, found: Availability) -> str:
    """What the calendar said, as an offer or a reason with alternatives."""
    if found.status == "free":
        return _free(deps, found.slots[0])
    if found.status == "question":
        return found.note
    if found.status == "bookable":
        return _bookable(deps, found.slots)
    if found.status == "unverified":
        return phrases.NO_CALENDAR
    if found.status == "options":
        slots = found.slots[:1] if deps.reading.when.asap else found.slots
        if len(slots) == 1:
            what = "Lo más pronto que tengo es" if deps.reading.when.asap else "Tengo libre"
            return f"{what} el *{slots[0].text}*. {_ask_for_it(deps)}"
        return f"Tengo libre:\n{_listed(slots)}\n{_whose_hours(deps)}¿Cuál te queda mejor?"
    return f"{found.note} {_whose_hours(deps)}{_instead(found.slots)}"


def booking_report(deps: CitasDeps, report: BookingReport) -> str:
    """What came of a booking that did not end in an event; the event's own text is the ledger's."""
    if report.status == "refused":
        return f"{report.note} {_instead(report.slots)}"
    if report.status == "confirm_first":
        return _free(deps, report.slots[0])
    if report.status == "needs":
        return asks_next(deps)
    return phrases.FAILED


def asks_which(deps: CitasDeps) -> str:
    """Several slots are on the table and a plain yes does not choose."""
    options = [spoken_moment(s, deps.now) for s in deps.last_shown]
    return f"¿Cuál prefieres, el {' o el '.join(options[:3])}?"


def asks_email_doubt(deps: CitasDeps) -> str:
    """The address looks misspelt: ask, never correct silently."""
    draft = deps.draft
    return f"Recibí {draft.email}. ¿Quisiste decir {draft.email_doubt}?"


def noted(deps: CitasDeps) -> str:
    """Echoes what was given, then asks for what comes next."""
    reading, draft = deps.reading, deps.draft
    if reading.email and draft.email:
        return f"Anotado: {draft.email}. {asks_next(deps)}"
    return f"Mucho gusto, {(draft.name or '').split()[0]}. {asks_next(deps)}"


def prices(deps: CitasDeps, found: Catalogue) -> str:
    """Catalogue prices, word for word."""
    if not found.available:
        return and_back(deps, "Ahora no puedo consultar los precios; no quiero darte uno sin verificar.")
    if not found.items:
        return and_back(deps, deps.empresa.frase_no_sabe or "No encontré eso en nuestro catálogo.")
    return and_back(deps, "\n".join(_priced(item) for item in found.items[:_MAX_LISTED]))


def what_we_offer(deps: CitasDeps) -> str:
    """The names of what the company sells."""
    names = (*(deps.profile.services or ()), *(deps.profile.products or ()))
    if not names:
        return does_not_know(deps)
    listed = ", ".join(names[:_MAX_LISTED])
    return f"Ofrecemos: {listed}. ¿De cuál quieres el precio o prefieres agendar una cita?"


def opening_hours(deps: CitasDeps, hours: OpeningHours) -> str:
    """The week, days with the same hours said together."""
    groups: list[tuple[str, str, str]] = []
    for day, text in week_text(hours, deps.now):
        if groups and groups[-1][2] == text:
            groups[-1] = (groups[-1][0], day, text)
        else:
            groups.append((day, day, text))
    lines = [f"• {first if first == last else f'{first} a {last}'}: {text}" for first, last, text in groups]
    return and_back(deps, "Atendemos:\n" + "\n".join(lines))


def no_discount(deps: CitasDeps) -> str:
    """Goes on without a discount nobody granted."""
    return and_back(deps, "Por aquí no puedo ofrecer descuentos; los precios son los del catálogo.")


def refuses(deps: CitasDeps) -> str:
    """An attempt to change the rules gets a friendly no."""
    return f"Con eso no puedo ayudarte, pero sí con tu cita. {asks_next(deps)}"


def lets_go(deps: CitasDeps) -> str:
    """The customer gave up on it: no insisting."""
    bye = deps.empresa.frase_des
    return f"Sin problema, no agendo nada. {bye or 'Cuando quieras retomarlo, me escribes.'}"


def handed_off(kind: str) -> str:
    """A request that is now before people; told as a request."""
    what = {"cancel": "cancelación", "move": "cambio de horario"}.get(kind)
    if what is None:
        return phrases.TO_PERSON
    return f"Le pasé tu pedido de {what} al equipo; una persona lo revisa y te responde por aquí."


def farewell(deps: CitasDeps) -> str:
    """Thanks and goodbye; returns to an open booking only by its next question."""
    if deps.draft.wanted is not None or deps.bookings or deps.draft.day:
        open_question = "" if deps.draft.wanted is None else f" {asks_next(deps)}"
        return f"{deps.empresa.frase_des or '¡Gracias a ti!'}{open_question}"
    return f"{deps.empresa.frase_des or '¡Gracias a ti! Aquí estoy si quieres agendar.'}"


def did_not_understand(deps: CitasDeps) -> str:
    """Neither a question nor anything we can read: says so, and goes on."""
    return f"Disculpa, no te entendí bien. {asks_next(deps)}"


def does_not_know(deps: CitasDeps) -> str:
    """Says so, in the company's words when it has some, and returns to the booking."""
    return and_back(deps, deps.empresa.frase_no_sabe or "Eso no lo sé con certeza.")


def _free(deps: CitasDeps, slot: SlotView) -> str:
    start = datetime.fromisoformat(slot.start)
    zone = deps.draft.elsewhere
    local = ""
    if zone is not None:
        local = (
            f" ({spoken_time(start.astimezone(zone).time(), country_of(deps.now))} en {spoken_city(zone)})"
        )
    if deps.draft.complete:
        return recap(deps, start) if not local else f"Serían las {local.strip(' ()')}. {recap(deps, start)}"
    return f"Tengo libre el *{slot.text}*{local}. {_ask_for_it(deps)}"


def _bookable(deps: CitasDeps, slots: tuple[SlotView, ...]) -> str:
    """The calendar is silent and the owner accepts that: nothing is called free."""
    unseen = "Ahora no puedo ver la agenda, pero dentro del horario de atención"
    if len(slots) == 1:
        return f"{unseen} te puedo agendar el *{slots[0].text}*. {_ask_for_it(deps)}"
    return f"{unseen} te puedo agendar:\n{_listed(slots)}\n{_whose_hours(deps)}¿Cuál te queda mejor?"


def _whose_hours(deps: CitasDeps) -> str:
    """Said to who counts by another clock, so that no hour of ours is taken for one of theirs."""
    ours = deps.now.tzinfo
    if deps.draft.elsewhere is None or not isinstance(ours, ZoneInfo):
        return ""
    return f"Las horas son de {spoken_city(ours)}. "


def _ask_for_it(deps: CitasDeps) -> str:
    draft = deps.draft
    if draft.complete:
        return "¿Te la reservo?"
    missing = [] if draft.name else ["tu nombre"]
    if draft.email_doubt:
        return asks_email_doubt(deps)
    missing += [] if draft.email else ["tu correo"]
    return f"¿Me das {' y '.join(missing)} para reservarla?"


def _instead(slots: tuple[SlotView, ...]) -> str:
    if not slots:
        return "¿Qué otro día te queda bien?"
    return f"¿Te sirve el {' o el '.join(f'*{s.text}*' for s in slots)}?"


def _listed(slots: tuple[SlotView, ...]) -> str:
    return "\n".join(f"• {s.text}" for s in slots)


def _priced(item: Product) -> str:
    if item.price is None:
        return f"*{item.name}*: el precio te lo confirma el equipo."
    if float(item.price) == 0:
        return f"*{item.name}*: sin costo."
    return f"*{item.name}*: S/ {item.price.removesuffix('.00')}"
