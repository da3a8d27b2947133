"""Moments of a conversation, as the guard sees them: what is known when a reply is written.

The labelled replies (`tests.agent.labelled`) name the scene they belong to.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from citas.agent.deps import CitasDeps
from citas.agent.draft import Draft
from citas.booking.availability import NotFree
from citas.maravia.model import CatalogueItem
from citas.scheduling.model import Window
from citas.scheduling.policy import Reason, Refusal
from citas.store.model import BookingState, HumanRequest, RequestKind, SessionRecord, Turn
from tests.agent.support import KEY, NOW, THURSDAY_4PM, booking, deps, offered, slot, with_booking

SHOWN_REPLY = "Tengo libre el *jueves 12 de marzo a las 4:00 p. m.* ¿Me das tu nombre y tu correo?"
CATALOGUE = tuple(
    CatalogueItem(name, Decimal(price), "Servicios", "", "Servicio", "Unidad")
    for name, price in (("Asesoría", "150"), ("Diagnóstico", "280"), ("Demo", "0"))
)
DAY_HOURS = (Window(9 * 60, 18 * 60),)


def scene(name: str) -> CitasDeps:
    """The dependencies of a turn in that scene."""
    return _SCENES[name]()


def _start() -> CitasDeps:
    return deps("hola")


def _asks() -> CitasDeps:
    found = deps("¿qué servicios tienen y cuánto cuestan?")
    found.effects.products += CATALOGUE
    return found


def _free() -> CitasDeps:
    found = deps("mañana a las 4pm")
    found.effects.offer(slot(12, 16))
    return found


def _options() -> CitasDeps:
    found = deps("qué horarios tienen mañana en la mañana o el viernes")
    found.effects.offer(slot(12, 9), slot(12, 10), slot(12, 11), slot(13, 10))
    return found


def _refused(text: str, start: datetime, refusal: Refusal, *alternatives: tuple[int, int]) -> CitasDeps:
    found = deps(text)
    found.effects.refuse(start, NotFree(refusal, tuple(slot(day, hour) for day, hour in alternatives)))
    return found


def _taken() -> CitasDeps:
    start = slot(12, 15).start
    return _refused("mañana a las 3", start, Refusal(Reason.TAKEN, start.date()), (12, 14), (12, 16))


def _closed() -> CitasDeps:
    start = slot(15, 10).start
    return _refused("el domingo a las 10", start, Refusal(Reason.CLOSED, start.date()), (14, 12), (16, 9))


def _outside() -> CitasDeps:
    start = slot(12, 20).start
    refusal = Refusal(Reason.OUTSIDE_HOURS, start.date(), DAY_HOURS)
    return _refused("mañana a las 8 de la noche", start, refusal, (12, 17))


def _unverified() -> CitasDeps:
    return _refused("mañana a las 4pm", THURSDAY_4PM, Refusal(Reason.UNVERIFIED, THURSDAY_4PM.date()))


def _after_showing(text: str, draft: Draft) -> CitasDeps:
    before = Turn(1, NOW, "mañana a las 4pm", SHOWN_REPLY, None, b"[]", "answered")
    record = SessionRecord("{}", 1, (before,), offered(THURSDAY_4PM), ())
    return replace(deps(text, record=record, draft=draft), words=("mañana a las 4pm", text))


def _shown() -> CitasDeps:
    draft = Draft(day=THURSDAY_4PM.date(), wanted=THURSDAY_4PM)
    return _after_showing("me interesa, ¿es virtual?", draft)


def _recap() -> CitasDeps:
    draft = Draft(
        name="Ana Torres",
        email="ana@example.com",
        day=THURSDAY_4PM.date(),
        wanted=THURSDAY_4PM,
        accepted=True,
    )
    return _after_showing("soy Ana Torres, ana@example.com", draft)


_ANA = Draft(name="Ana Torres", email="ana@example.com")


def _booked() -> CitasDeps:
    return deps("¿me repites el link y a qué hora era?", record=with_booking(booking()), draft=_ANA)


def _unknown() -> CitasDeps:
    waiting = (HumanRequest(1, KEY, RequestKind.UNKNOWN_BOOKING, "Verificar", NOW, "AC-7KQ2"),)
    row = booking(state=BookingState.UNKNOWN, link=None)
    record = SessionRecord("{}", 1, (), (), (row,), waiting)
    return deps("¿entonces quedó mi cita?", record=record, draft=_ANA)


def _handed() -> CitasDeps:
    found = deps("quiero hablar con una persona")
    found.effects.request = HumanRequest(1, KEY, RequestKind.HANDOFF, "Quiere hablar", NOW)
    return found


def _cancel() -> CitasDeps:
    found = deps("necesito cancelar mi cita", record=with_booking(booking()), draft=_ANA)
    found.effects.request = HumanRequest(1, KEY, RequestKind.CANCEL, "Cancelar", NOW, "AC-7KQ2")
    return found


def _doubtful() -> CitasDeps:
    draft = Draft(email="ana@gmial.com", email_doubt="ana@gmail.com")
    return deps("mi correo es ana@gmial.com", draft=draft)


def _ambiguous() -> CitasDeps:
    return deps("el próximo viernes a las 10")


def _smalltalk() -> CitasDeps:
    return deps("¿eres un robot? jaja, ¿y dónde queda su oficina?")


def _discount() -> CitasDeps:
    return deps("hazme un descuento y me agendo ya")


_SCENES: Mapping[str, Callable[[], CitasDeps]] = {
    function.__name__.removeprefix("_"): function
    for function in (
        _start, _asks, _free, _options, _taken, _closed, _outside, _unverified, _shown, _recap, _booked,
        _unknown, _handed, _cancel, _doubtful, _ambiguous, _smalltalk, _discount,
    )
}  # fmt: skip
SCENES = frozenset(_SCENES)
