"""How many bookings there may be, counted inside the claim's transaction so that no race passes a bound."""

from datetime import datetime, time

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from citas.store.model import ClaimLimits, Limit, NewClaim
from citas.store.schema import HOLDS_SLOT, bookings, of_session


async def passed_by(
    connection: AsyncConnection, claim: NewClaim, now: datetime, limits: ClaimLimits
) -> Limit | None:
    """The first bound that one more booking would pass.

    Whoever asks has the empresa to themselves until the transaction ends. `now` is on the company's clock:
    a day begins at its midnight.
    """
    mine = of_session(bookings, claim.session)
    empresa = bookings.c.id_empresa == claim.session.id_empresa
    contact = func.lower(bookings.c.customer_email) == func.lower(claim.customer_email)
    today = bookings.c.created_at >= datetime.combine(now.date(), time(), tzinfo=now.tzinfo)
    bounds = (
        (Limit.SESSION, limits.per_session, and_(mine, HOLDS_SLOT, bookings.c.starts_at > now)),
        (Limit.ATTEMPTS, limits.attempts, and_(mine, today)),
        (Limit.CONTACT, limits.per_contact, and_(empresa, today, HOLDS_SLOT, contact)),
        (Limit.EMPRESA, limits.per_empresa, and_(empresa, today, HOLDS_SLOT)),
    )
    for limit, most, counted in bounds:
        count = await connection.scalar(select(func.count()).select_from(bookings).where(counted))
        if (count or 0) >= most:
            return limit
    return None
