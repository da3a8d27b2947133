"""The company's back end in our own terms: one method per operation.

Reads raise `MaraviaUnavailable` or `MaraviaRefused`. The two that decide about bookings never do:
`availability` answers UNKNOWN, and `create_event` returns an outcome.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from zoneinfo import ZoneInfo

from citas.errors import MaraviaError, MaraviaUnavailable
from citas.maravia import hours, wire
from citas.maravia.calls import CallReport, Calls, Observe, Operation
from citas.maravia.model import Calendar, CatalogueItem, CreateOutcome, Faq, NewEvent, Suggestion
from citas.maravia.transport import Connections
from citas.scheduling.model import Availability, OpeningHours, Slot


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The four URLs of the back end."""

    calendar: str
    scheduling: str
    information: str
    faqs: str

    @property
    def urls(self) -> tuple[str, ...]:
        """All of them, for the list of addresses that may be contacted."""
        return astuple(self)


def _ignore(report: CallReport) -> None:
    """Observe nothing."""


class Maravia:
    """The typed client. `zone` is where the companies' clocks are.

    `observe` is told of every call, cancelled ones included; `clock` is monotonic, in seconds.
    """

    def __init__(
        self,
        connections: Connections,
        endpoints: Endpoints,
        zone: ZoneInfo,
        *,
        observe: Observe = _ignore,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._endpoints = endpoints
        self._zone = zone
        self._calls = Calls(connections, observe, clock)

    def breakers(self) -> Mapping[str, str]:
        """`closed`, `open` or `half_open` for each operation, by its wire name."""
        return self._calls.breakers()

    async def opening_hours(self, id_empresa: int) -> OpeningHours:
        """The company's week. What could not be read of it is None and told in `problems`."""
        return hours.opening_hours(await self._inform(Operation.HOURS, id_empresa=id_empresa))

    async def business_context(self, id_empresa: int) -> str:
        """The company's own text about itself; "" when it has none."""
        return wire.context(await self._inform(Operation.CONTEXT, id_empresa=id_empresa))

    async def product_names(self, id_empresa: int) -> tuple[str, ...]:
        """The names of what it sells."""
        return await self._names(Operation.PRODUCTS, id_empresa)

    async def service_names(self, id_empresa: int) -> tuple[str, ...]:
        """The names of the services it renders."""
        return await self._names(Operation.SERVICES, id_empresa)

    async def search_catalogue(self, id_empresa: int, query: str, limit: int) -> tuple[CatalogueItem, ...]:
        """At most `limit` products and services that match `query`, with prices."""
        fields = await self._inform(Operation.SEARCH, id_empresa=id_empresa, busqueda=query, limite=limit)
        return wire.catalogue(fields)[:limit]

    async def faqs(self, id_chatbot: int) -> tuple[Faq, ...]:
        """The frequent questions of a chatbot, with their answers."""
        client, url = self._connections.information, self._endpoints.faqs
        fields = await self._calls.read(Operation.FAQS, client, url, {"id_chatbot": id_chatbot})
        return wire.faqs(fields)

    async def suggestions(self, calendar: Calendar, minutes: int) -> tuple[Suggestion, ...]:
        """Slots of `minutes` length that the back end suggests for today and tomorrow."""
        fields = await self._schedule(Operation.SUGGEST, calendar, {"duracion_minutos": minutes})
        found = wire.suggestions(fields, self._zone)
        if found is None:
            raise MaraviaUnavailable(Operation.SUGGEST, "no readable suggestions")
        return found

    async def availability(self, calendar: Calendar, slot: Slot) -> Availability:
        """Whether `slot` is free; UNKNOWN for every fault, refusal or unclear answer."""
        stretch = wire.slot_fields(slot, self._zone)
        try:
            fields = await self._schedule(Operation.CHECK, calendar, stretch)
        except MaraviaError:  # already reported to `observe`; here it is an answer of its own
            return Availability.UNKNOWN
        return wire.availability(fields)

    async def create_event(self, event: NewEvent) -> CreateOutcome:
        """Create an event with exactly one POST on a fresh connection; no fault raises.

        Not idempotent: the caller claims the slot first, and shields this call from cancellation.
        """
        fields = _named(Operation.CREATE, wire.event_fields(event, self._zone))
        return await self._calls.create(self._endpoints.calendar, fields)

    async def _names(self, operation: Operation, id_empresa: int) -> tuple[str, ...]:
        items = wire.catalogue(await self._inform(operation, id_empresa=id_empresa))
        return tuple(item.name for item in items)

    async def _inform(self, operation: Operation, **fields: object) -> wire.Fields:
        client, url = self._connections.information, self._endpoints.information
        return await self._calls.read(operation, client, url, _named(operation, fields))

    async def _schedule(self, operation: Operation, calendar: Calendar, fields: wire.Fields) -> wire.Fields:
        client, url = self._connections.scheduling, self._endpoints.scheduling
        asked = _named(operation, {**wire.calendar_fields(calendar), **fields})
        return await self._calls.read(operation, client, url, asked)


def _named(operation: Operation, fields: wire.Fields) -> wire.Fields:
    return {"codOpe": str(operation), **fields}
