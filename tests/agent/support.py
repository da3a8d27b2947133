"""A turn's dependencies for tests of what only reads them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from citas.agent.deps import CitasDeps, Services
from citas.agent.draft import Draft
from citas.agent.reading import Reading, read
from citas.booking.business import Profile
from citas.booking.empresa import Empresa
from citas.maravia.model import Faq
from citas.scheduling.model import OpeningHours, Slot, Window
from citas.store.model import Booking, BookingState, Offer, SessionKey, SessionRecord, Turn

LIMA = ZoneInfo("America/Lima")
NOW = datetime(2026, 3, 11, 10, 15, tzinfo=LIMA)
KEY = SessionKey(101, "51900000001")
THURSDAY_4PM = datetime(2026, 3, 12, 16, 0, tzinfo=LIMA)
HOURS = OpeningHours((*[(Window(9 * 60, 18 * 60),)] * 5, (Window(9 * 60, 13 * 60),), ()))
PROFILE = Profile(
    context=(
        "Quipu Consultores, Miraflores. Web https://www.quipu.pe/citas y correo hola@quipu.pe. "
        "Teléfono (01) 234-5678 o +51 987 654 321. La Asesoría cuesta S/ 150.00 y el plan anual S/ 1,200."
    ),
    hours=HOURS,
    products=("Licencia Quipu Gestión",),
    services=("Asesoría", "Demo"),
    faqs=(Faq("¿La Demo tiene costo?", "No, la Demo es gratuita: S/ 0."), Faq("¿Hay IGV?", "Sí, 18%.")),
)
NOTHING_SAID = SessionRecord("{}", 0, (), (), ())


def reading(text: str, *, last_reply: str = "", offers: tuple[datetime, ...] = ()) -> Reading:
    """A message as code reads it at `NOW`."""
    return read(text, NOW, hours=HOURS, offers=offers, pending=None, last_reply=last_reply)


def deps(
    text: str = "hola",
    *,
    record: SessionRecord = NOTHING_SAID,
    draft: Draft | None = None,
    profile: Profile = PROFILE,
    empresa: Empresa | None = None,
) -> CitasDeps:
    """A turn in which the customer writes `text`; there are no desks behind it."""
    return CitasDeps(
        empresa=empresa or Empresa(101, nombre_bot="Sofía"),
        session=KEY,
        now=NOW,
        reading=reading(text),
        draft=draft or Draft(),
        words=(text,),
        profile=profile,
        record=record,
        services=cast("Services", object()),  # nothing tested with this calls a desk
        time_left=lambda: 100.0,
    )


def slot(day: int, hour: int, minute: int = 0) -> Slot:
    """An hour of March 2026 in Lima."""
    return Slot.of(datetime(2026, 3, day, hour, minute, tzinfo=LIMA), 60)


def booking(
    start: datetime = THURSDAY_4PM,
    state: BookingState = BookingState.CREATED,
    link: str | None = "https://meet.google.com/abc-defg-hij",
) -> Booking:
    """A ledger row as the store gives it: in UTC."""
    start = start.astimezone(UTC)
    return Booking(
        id=1,
        ref="AC-7KQ2",
        key="k",
        session=KEY,
        resource="empresa-101",
        start=start,
        end=start + timedelta(hours=1),
        customer_name="Ana Torres",
        customer_email="ana@example.com",
        state=state,
        meet_link=link,
        detail="",
        evidence="{}",
        created_at=start,
        updated_at=start,
    )


def with_booking(*rows: Booking) -> SessionRecord:
    """A session that holds these bookings."""
    return replace(NOTHING_SAID, bookings=rows, turn_count=1)


def offered(*starts: datetime, turn: int = 1) -> tuple[Offer, ...]:
    """Offers of one hour each that a turn showed."""
    return tuple(Offer(s.astimezone(UTC), s.astimezone(UTC) + timedelta(hours=1), turn) for s in starts)


def turn(number: int, messages: bytes, text: str = "hola", reply: str = "¡Hola!") -> Turn:
    """A stored turn."""
    return Turn(number, NOW, text, reply, None, messages, "answered")
