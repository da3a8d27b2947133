"""What is known of a company: its context, week, offer and questions, cached per empresa.

Only the company's own data is kept here. Whatever belongs to one request (seller, duration, tone) travels in
`Empresa` and is never part of a key or a value.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from citas.booking.cache import Cached, SingleFlightCache
from citas.booking.empresa import Empresa
from citas.errors import MaraviaError
from citas.maravia.client import Maravia
from citas.maravia.model import CatalogueItem, Faq
from citas.scheduling.model import OpeningHours

HOUR = 3600.0
CATALOGUE_TTL = 900.0
SEARCH_LIMIT_MAX = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Profile:
    """A company as a turn sees it. A piece that could not be had is None; `stale` names the old ones."""

    context: str | None = None
    hours: OpeningHours | None = None
    products: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    faqs: tuple[Faq, ...] | None = None
    stale: frozenset[str] = frozenset()


class Business:
    """The cached company data over the back end's read operations."""

    def __init__(
        self,
        maravia: Maravia,
        *,
        schedule_ttl: float,
        companies: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._maravia = maravia
        self._context = SingleFlightCache[int, str](ttl=HOUR, size=companies, clock=clock)
        self._hours = SingleFlightCache[int, OpeningHours](ttl=schedule_ttl, size=companies, clock=clock)
        self._products = SingleFlightCache[int, tuple[str, ...]](ttl=HOUR, size=companies, clock=clock)
        self._services = SingleFlightCache[int, tuple[str, ...]](ttl=HOUR, size=companies, clock=clock)
        self._faqs = SingleFlightCache[int, tuple[Faq, ...]](ttl=HOUR, size=companies, clock=clock)
        self._catalogue = SingleFlightCache[tuple[int, str, int], tuple[CatalogueItem, ...]](
            ttl=CATALOGUE_TTL, size=4 * companies, clock=clock
        )

    async def profile(self, empresa: Empresa) -> Profile:
        """Everything a turn tells the model, fetched side by side. Never raises for a failing back end."""
        ident, bot = empresa.id_empresa, empresa.id_chatbot
        ask = self._maravia
        context, hours, products, services, faqs = await asyncio.gather(
            _or_none(self._context.get(ident, lambda: ask.business_context(ident))),
            _or_none(self._hours.get(ident, lambda: ask.opening_hours(ident))),
            _or_none(self._products.get(ident, lambda: ask.product_names(ident))),
            _or_none(self._services.get(ident, lambda: ask.service_names(ident))),
            _or_none(self._faqs.get(bot, lambda: ask.faqs(bot))) if bot else _nothing(),
        )
        pieces = {
            "context": context,
            "hours": hours,
            "products": products,
            "services": services,
            "faqs": faqs,
        }
        return Profile(
            context=context.value if context else None,
            hours=hours.value if hours else None,
            products=products.value if products else None,
            services=services.value if services else None,
            faqs=faqs.value if faqs else None,
            stale=frozenset(name for name, piece in pieces.items() if piece and piece.stale),
        )

    async def fresh_hours(self, id_empresa: int) -> OpeningHours | None:
        """The week as the back end tells it now, for the last check before a booking; None if it cannot."""
        ask = self._maravia
        found = await _or_none(self._hours.refresh(id_empresa, lambda: ask.opening_hours(id_empresa)))
        return None if found is None or found.stale else found.value

    async def search(self, id_empresa: int, query: str, limit: int) -> Cached[tuple[CatalogueItem, ...]]:
        """Products and services that match `query`. Raises `MaraviaError` when nothing is known."""
        text = " ".join(query.casefold().split())
        many = max(1, min(limit, SEARCH_LIMIT_MAX))
        ask = self._maravia
        return await self._catalogue.get(
            (id_empresa, text, many), lambda: ask.search_catalogue(id_empresa, text, many)
        )

    def sizes(self) -> Mapping[str, int]:
        """How many entries each cache holds, by cache type."""
        return {
            "context": len(self._context),
            "schedule": len(self._hours),
            "products": len(self._products),
            "services": len(self._services),
            "faqs": len(self._faqs),
            "search": len(self._catalogue),
        }


async def _or_none(answer: Awaitable[Cached[T]]) -> Cached[T] | None:
    try:
        return await answer
    except MaraviaError:
        return None


async def _nothing() -> None:
    return None
