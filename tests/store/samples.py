"""Values that the store's tests share."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from citas.store.model import Lease, NewClaim, NewTurn, SessionKey
from citas.store.store import Store

LIMA = ZoneInfo("America/Lima")
NOW = datetime(2026, 3, 2, 15, 30, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TEN = datetime(2026, 3, 5, 10, tzinfo=LIMA)
ANA = SessionKey(7, "51987654321")
OTHER_EMPRESA = SessionKey(8, "51987654321")
OTHER_SESSION = SessionKey(7, "51900000000")


def claim(
    session: SessionKey = ANA, start: datetime = TEN, *, length: timedelta = HOUR, key: str = ""
) -> NewClaim:
    """A claim of one hour from ten, keyed by what it books unless `key` is given."""
    return NewClaim(
        key=key or f"{session.id_empresa}/{session.session}/{start.isoformat()}",
        session=session,
        resource="usuario-3",
        start=start,
        end=start + length,
        customer_name="Ana Pérez",
        customer_email="ana@example.com",
        evidence='{"phrase": "el jueves a las 10"}',
    )


def turn(
    text: str = "hola",
    *,
    received_at: datetime = NOW,
    offers: tuple[tuple[datetime, datetime], ...] = (),
    message_id: str | None = None,
) -> NewTurn:
    """A turn that says `text` and is answered with the same in capitals."""
    return NewTurn(
        received_at=received_at,
        customer_text=text,
        reply=text.upper(),
        url=None,
        messages=b'[{"kind": "request"}]',
        outcome="replied",
        offers=offers,
        draft=f'{{"last": "{text}"}}',
        message_id=message_id,
    )


async def leased(store: Store, key: SessionKey = ANA) -> Lease:
    """A lease that outlives the test."""
    return await store.leases.acquire(key, "worker", HOUR, wait=timedelta())
