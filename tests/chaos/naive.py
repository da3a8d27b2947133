"""A booker as one would write it first, to see the checker go red: it sends, and sends again, and believes.

No claim, no ledger. CREAR_EVENTO is repeated when no answer or a 5xx comes. An answer of 200 is a booking,
unless its `success` is something that Python takes for false.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from citas.booking.commit import Booked, Booker, BookingOutcome, BookingWish, NotBooked
from citas.store.model import Booking, BookingState
from evals.stage import SANDBOX

TRIES = 3
TIMEOUT_SECONDS = 1.0
MOMENT = "%Y-%m-%d %H:%M:%S"


def naive_over(network: httpx.AsyncBaseTransport) -> type[Booker]:
    """The booker that takes the place of the real one, posting over `network`."""

    class NaiveBooker(Booker):
        """Believes and repeats."""

        async def book(self, wish: BookingWish) -> BookingOutcome:
            return await _book(wish, network)

    return NaiveBooker


async def _book(wish: BookingWish, network: httpx.AsyncBaseTransport) -> BookingOutcome:
    """Post until an answer comes that is no failure of the server, and take it for a yes."""
    told = _Told(wish)
    http = httpx.AsyncClient(transport=network)
    for _ in range(TRIES):
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                response = await http.post(SANDBOX + "ws_calendario.php", json=told.fields)
        except (httpx.HTTPError, TimeoutError):
            continue
        if response.status_code < 500:
            return Booked(told.booking) if _believed(response) else NotBooked("refused")
    return NotBooked("failed")


@dataclass(frozen=True, slots=True)
class _Told:
    """A wish as CREAR_EVENTO's fields, and as the booking that it will be told as."""

    wish: BookingWish
    ref: str = field(default_factory=lambda: f"AC-{secrets.token_hex(2).upper()}")

    @property
    def end(self) -> datetime:
        return self.wish.start.replace(hour=self.wish.start.hour + 1)

    @property
    def fields(self) -> dict[str, object]:
        return {
            "codOpe": "CREAR_EVENTO",
            "usuario_id": self.wish.empresa.usuario_id,
            "id_prospecto": self.wish.session.session,
            "titulo": f"Cita con {self.wish.customer_name} ({self.ref})",
            "fecha_inicio": self.wish.start.strftime(MOMENT),
            "fecha_fin": self.end.strftime(MOMENT),
            "correo_cliente": self.wish.customer_email,
            "correo_usuario": self.wish.empresa.correo_usuario,
            "agendar_usuario": self.wish.empresa.agendar_usuario,
        }

    @property
    def booking(self) -> Booking:
        known: dict[str, Any] = {
            "id": 0,
            "ref": self.ref,
            "key": "",
            "session": self.wish.session,
            "resource": self.wish.empresa.resource,
            "start": self.wish.start,
            "end": self.end,
            "customer_name": self.wish.customer_name,
            "customer_email": self.wish.customer_email,
            "state": BookingState.CREATED,
            "meet_link": None,
            "detail": "",
            "evidence": "{}",
            "created_at": self.wish.start,
            "updated_at": self.wish.start,
        }
        return Booking(**known)


def _believed(response: httpx.Response) -> bool:
    if response.status_code != 200:
        return False
    try:
        return bool(response.json().get("success", True))
    except (ValueError, AttributeError):
        return True
