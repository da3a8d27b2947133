"""One call of one operation: breaker, deadline, retry (reads only), verdict, report."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
    stop_before_delay,
    wait_random,
)

from citas.errors import MaraviaRefused, MaraviaUnavailable
from citas.maravia import wire
from citas.maravia.breaker import Breaker, Permit
from citas.maravia.model import Created, CreateOutcome, NotSent, Rejected, Unknown
from citas.maravia.transport import Answer, Connections, exchange
from citas.maravia.verdict import FAULTS, Kind, fault_name, judge, outcome_of, outcome_of_fault
from citas.maravia.wire import Fields

ATTEMPTS = 2
_RETRIED = (httpx.ConnectTimeout, httpx.NetworkError, httpx.RemoteProtocolError)
"""A read that was reset or never connected is asked again; one that was slow has had its time."""


class Operation(StrEnum):
    """The operations by their wire names; the FAQ endpoint has none of its own."""

    HOURS = "OBTENER_HORARIO_REUNIONES"
    CONTEXT = "OBTENER_CONTEXTO_NEGOCIO"
    PRODUCTS = "OBTENER_PRODUCTOS_CITAS"
    SERVICES = "OBTENER_SERVICIOS_CITAS"
    SEARCH = "BUSCAR_PRODUCTOS_SERVICIOS_CITAS"
    FAQS = "PREGUNTAS_FRECUENTES"
    SUGGEST = "SUGERIR_HORARIOS"
    CHECK = "CONSULTAR_DISPONIBILIDAD"
    CREATE = "CREAR_EVENTO"


class Result(StrEnum):
    """How a call ended, for counting."""

    OK = "ok"
    REFUSED = "refused"
    DENIED = "denied"
    UNAVAILABLE = "unavailable"
    UNREADABLE = "unreadable"
    BREAKER_OPEN = "breaker_open"
    CANCELLED = "cancelled"
    CREATED = "created"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CallReport:
    """What one call came to. `dirty`: PHP noise was cut away; `odd`: the answer, or what was asked for
    in it, could not be read. Holds nothing personal."""

    operation: Operation
    seconds: float
    result: Result
    dirty: bool = False
    odd: bool = False


Observe = Callable[[CallReport], None]

_READ_RESULTS = {
    Kind.YES: Result.OK,
    Kind.NO: Result.REFUSED,
    Kind.DENIED: Result.DENIED,
    Kind.OVERLOADED: Result.UNAVAILABLE,
    Kind.UNREADABLE: Result.UNREADABLE,
}


@dataclass(slots=True)
class _Note:
    """What the running call is known to have come to; reported when it ends."""

    result: Result = Result.CANCELLED
    dirty: bool = False
    odd: bool = False


class Calls:
    """Makes the calls. Holds one breaker per operation; safe for many tasks of one event loop.

    A breaker counts what says that the server is down or drowning: no answer, 429, 5xx. An answer
    that makes no sense came from a server that answers, so it does not count.
    """

    def __init__(self, connections: Connections, observe: Observe, clock: Callable[[], float]) -> None:
        self._connections = connections
        self._observe = observe
        self._clock = clock
        limits = connections.limits
        self._breakers = {
            operation: Breaker(limits.breaker_failures, limits.breaker_cool_down, clock)
            for operation in Operation
        }

    def breakers(self) -> Mapping[str, str]:
        """The state of each operation's breaker."""
        return {str(operation): str(b.state) for operation, b in self._breakers.items()}

    async def read(self, operation: Operation, client: httpx.AsyncClient, url: str, fields: Fields) -> Fields:
        """The fields of a successful answer, within `api_timeout`, asked at most twice.

        Raises `MaraviaRefused` for a readable no, else `MaraviaUnavailable`.
        """
        with self._reported(operation) as note:
            permit = self._breakers[operation].admit()
            if permit is None:
                note.result = Result.BREAKER_OPEN
                raise MaraviaUnavailable(operation, "breaker open")
            attempts = 1 if permit is Permit.PROBE else ATTEMPTS
            ask = partial(self._ask, client, url, fields, attempts)
            try:
                verdict = judge(await self._watched(operation, permit, ask))
            except FAULTS as fault:
                note.result = Result.UNAVAILABLE
                raise MaraviaUnavailable(operation, fault_name(fault)) from fault
            note.result, note.dirty = _READ_RESULTS[verdict.kind], verdict.dirty
            note.odd = verdict.kind is Kind.UNREADABLE or (
                verdict.kind is Kind.YES and wire.is_odd(operation, verdict.fields)
            )
            if verdict.kind is Kind.NO:
                raise MaraviaRefused(operation, verdict.reason)
            if verdict.kind is not Kind.YES:
                raise MaraviaUnavailable(operation, verdict.reason)
            if operation is Operation.CHECK:
                self._breakers[Operation.CREATE].stand_in()
            return verdict.fields

    async def create(self, url: str, fields: Fields) -> CreateOutcome:
        """Post an event exactly once, or not at all; raises nothing for what the back end does.

        It never probes an open breaker: the availability check that precedes every booking does.
        """
        with self._reported(Operation.CREATE) as note:
            permit = self._breakers[Operation.CREATE].admit(may_probe=False)
            if permit is None:
                note.result = Result.BREAKER_OPEN
                return NotSent("breaker open")
            client, cap = self._connections.creation, self._connections.limits.body
            post = partial(exchange, client, url, fields, cap)
            try:
                verdict = judge(await self._watched(Operation.CREATE, permit, post))
            except FAULTS as fault:
                outcome: CreateOutcome = outcome_of_fault(fault)
            else:
                outcome, note.dirty = outcome_of(verdict), verdict.dirty
                note.odd = verdict.kind is Kind.UNREADABLE
            note.result = _result_of(outcome)
            return outcome

    async def _watched(
        self, operation: Operation, permit: Permit, send: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Run `send` under the deadline, however slowly bytes drip, and tell the breaker."""
        healthy: bool | None = None
        try:
            async with asyncio.timeout(self._connections.api_timeout):
                answer = await send()
            healthy = not answer.overloaded
        except httpx.PoolTimeout:
            raise  # our own queue was full, which says nothing about the server
        except FAULTS:
            healthy = False
            raise
        else:
            return answer
        finally:
            self._breakers[operation].settle(permit, healthy)

    async def _ask(self, client: httpx.AsyncClient, url: str, fields: Fields, attempts: int) -> Answer:
        limits = self._connections.limits
        retrying = AsyncRetrying(
            stop=stop_after_attempt(attempts) | stop_before_delay(self._connections.api_timeout),
            wait=wait_random(0, limits.retry_wait),
            retry=retry_if_exception_type(_RETRIED) | retry_if_result(_overloaded),
            retry_error_callback=_last,
        )
        return await retrying(exchange, client, url, fields, limits.body)

    @contextmanager
    def _reported(self, operation: Operation) -> Iterator[_Note]:
        """Report the call once, whichever way it ends."""
        note, began = _Note(), self._clock()
        try:
            yield note
        finally:
            seconds = self._clock() - began
            self._observe(CallReport(operation, seconds, note.result, note.dirty, note.odd))


def _overloaded(answer: Answer) -> bool:
    return answer.overloaded


def _last(state: RetryCallState) -> Answer:
    """The last attempt's own answer or error, not tenacity's."""
    assert state.outcome is not None  # noqa: S101  tenacity calls this only after an attempt
    answer: Answer = state.outcome.result()
    return answer


def _result_of(outcome: CreateOutcome) -> Result:
    match outcome:
        case Created():
            return Result.CREATED
        case Rejected():
            return Result.DENIED if outcome.auth else Result.REJECTED
        case NotSent():
            return Result.NOT_SENT
        case Unknown():
            return Result.UNKNOWN
