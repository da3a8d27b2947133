"""What an HTTP answer of the back end says, by one rule for reads and for CREAR_EVENTO."""

from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

import httpx

from citas.maravia import wire
from citas.maravia.decode import UnreadableError, read_document
from citas.maravia.model import CreateOutcome, NotSent, Rejected, Unknown
from citas.maravia.transport import Answer, EgressDenied

FAULTS = (httpx.HTTPError, TimeoutError)
"""What an exchange may raise: no answer, or none in time."""

_DENIALS = frozenset({401, 403, 404, 405, 413})
_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    EgressDenied,
)


class Kind(StrEnum):
    """The five things an answer can say."""

    YES = "yes"
    NO = "no"
    DENIED = "denied"
    OVERLOADED = "overloaded"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fields` are there for YES; `reason` for all others; `dirty` when PHP noise was cut away."""

    kind: Kind
    reason: str = ""
    fields: wire.Fields = field(default_factory=dict)
    dirty: bool = False


def judge(answer: Answer) -> Verdict:
    """Read an answer. YES needs a 2xx and exactly one JSON object whose `success` is truly true."""
    status = answer.status
    if answer.overloaded:
        return Verdict(Kind.OVERLOADED, f"HTTP {status}")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST or status in _DENIALS:
        return Verdict(Kind.DENIED, f"HTTP {status}")
    if answer.body is None:
        return Verdict(Kind.UNREADABLE, "body too large or compressed")
    try:
        document = read_document(answer.body)
    except UnreadableError as error:
        return Verdict(Kind.UNREADABLE, str(error))
    said = wire.success(document.fields)
    if said is False:
        reason = wire.message(document.fields) or "success is false"
        return Verdict(Kind.NO, reason, dirty=document.dirty)
    if said and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict(Kind.YES, fields=document.fields, dirty=document.dirty)
    return Verdict(Kind.UNREADABLE, f"HTTP {status} without a clear success", dirty=document.dirty)


def outcome_of(verdict: Verdict) -> CreateOutcome:
    """What an answer to CREAR_EVENTO proves. Only a plain yes or no proves anything."""
    match verdict.kind:
        case Kind.YES:
            return wire.created(verdict.fields)
        case Kind.NO:
            return Rejected(verdict.reason)
        case Kind.DENIED:
            return Rejected(verdict.reason, auth=True)
        case Kind.OVERLOADED | Kind.UNREADABLE:
            return Unknown(verdict.reason)


def outcome_of_fault(error: httpx.HTTPError | TimeoutError) -> NotSent | Unknown:
    """What a CREAR_EVENTO without an answer proves: that it never left, or nothing."""
    return NotSent(fault_name(error)) if isinstance(error, _NEVER_LEFT) else Unknown(fault_name(error))


def fault_name(error: httpx.HTTPError | TimeoutError) -> str:
    """The kind of fault, without its text, which may hold addresses."""
    return "deadline over" if isinstance(error, TimeoutError) else type(error).__name__
