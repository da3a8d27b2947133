"""The last look before a claim: hours and calendar are asked anew, whatever was shown or cached before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from citas.booking.availability import AvailabilityDesk, NotFree
from citas.booking.business import Business
from citas.booking.empresa import Empresa
from citas.scheduling import policy
from citas.scheduling.model import Availability, Slot
from citas.scheduling.policy import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Checked:
    """A slot that may be claimed: what the calendar said of it, and when."""

    slot: Slot
    availability: Availability
    asked_at: datetime


class LastCheck:
    """Decides whether a slot may be claimed now."""

    def __init__(self, business: Business, desk: AvailabilityDesk, clock: Callable[[], datetime]) -> None:
        self._business = business
        self._desk = desk
        self._clock = clock

    async def __call__(self, empresa: Empresa, start: datetime) -> Checked | NotFree:
        """Rules, our own ledger, then the calendar itself."""
        now = self._clock()
        hours = await self._business.fresh_hours(empresa.id_empresa)
        unverified = NotFree(Refusal(Reason.UNVERIFIED, start.date()))
        if hours is None:
            return unverified
        verdict = policy.check(start, empresa.duracion_cita_minutos, hours, now)
        if isinstance(verdict, Refusal):
            return await self.refusal(empresa, start) or NotFree(verdict)
        state = await self._desk.probe(empresa, verdict.slot)
        if state is Availability.BUSY:
            return await self.taken(empresa, start)
        if not self._desk.bookable(state):
            return unverified
        return Checked(verdict.slot, state, self._clock())

    async def refusal(self, empresa: Empresa, start: datetime) -> NotFree | None:
        """The refusal with alternatives, as availability tells it now; None if it would be free."""
        hours = await self._business.fresh_hours(empresa.id_empresa)
        answer = await self._desk.check(empresa, start, hours, self._clock())
        return answer if isinstance(answer, NotFree) else None

    async def taken(self, empresa: Empresa, start: datetime) -> NotFree:
        """That somebody else has it, with alternatives."""
        taken = NotFree(Refusal(Reason.TAKEN, start.date()))
        refused = await self.refusal(empresa, start)
        return replace(refused, refusal=taken.refusal) if refused else taken
