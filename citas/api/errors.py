"""The table of everything that can be answered instead of a reply, and how it looks on the wire.

The gateway forwards `reply` to the customer whatever the status, so every problem has one; `error`
is for the gateway's developers. Neither ever quotes what was sent.
"""

from dataclasses import dataclass, replace
from http import HTTPStatus

from starlette.exceptions import HTTPException

from citas.errors import (
    AdmissionError,
    DeliveryConflict,
    DeliveryRunning,
    Draining,
    SessionBusy,
    StoreError,
)

SORRY = "Tuve un inconveniente técnico. ¿Me escribes de nuevo en unos minutos, por favor?"
BUSY = "Estoy atendiendo muchos mensajes a la vez. ¿Me escribes de nuevo en un momento, por favor?"
TOO_LONG = "Tu mensaje es muy largo; ¿me lo resumes?"
WORKING = "Ya recibí tu mensaje y sigo trabajando en él; te respondo en un momento."


@dataclass(frozen=True, slots=True)
class Problem:
    """One row: the status, what tells it apart, and what to say. `retry_after` is in seconds."""

    status: int
    code: str
    message: str
    reply: str = SORRY
    retry_after: int | None = None

    def saying(self, message: str) -> "Problem":
        """The same problem with a more exact message."""
        return replace(self, message=message)

    def after(self, seconds: int) -> "Problem":
        """The same problem, worth another try after so many seconds."""
        return replace(self, retry_after=seconds)


class Refused(HTTPException):
    """A request that goes no further, with its row of the table."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status, problem.message)
        self.problem = problem


MALFORMED = Problem(400, "malformed", "The body is not one UTF-8 JSON document with unique keys.")
UNAUTHORIZED = Problem(401, "unauthorized", "One valid token is needed: X-Internal-Token or Bearer.")
BODY_TOO_SLOW = Problem(408, "body_too_slow", "The body did not arrive in time.")
DELIVERY_RUNNING = Problem(
    409, "delivery_running", "This message_id is being answered right now.", WORKING, 5
)
TOO_LARGE = Problem(413, "too_large", "The body is larger than 64 KiB.", TOO_LONG)
NOT_JSON = Problem(415, "not_json", "The content type must be application/json.")
UNPROCESSABLE = Problem(422, "unprocessable", "The body does not have the documented shape.")
DELIVERY_CONFLICT = Problem(422, "delivery_conflict", "This message_id was used for another message.")
TOO_MANY_MESSAGES = Problem(429, "session_rate", "Too many messages of this session.", BUSY, 5)
SESSION_BUSY = Problem(429, "session_busy", "Messages of this session are waiting.", BUSY, 5)
HEADERS_TOO_LARGE = Problem(431, "headers_too_large", "The request's headers are too large.")
UNEXPECTED = Problem(500, "unexpected", "An unexpected error; it is logged under this request_id.")
OVERLOADED = Problem(503, "overloaded", "Too many turns are running.", BUSY, 2)
DRAINING = Problem(503, "draining", "The service is shutting down.", BUSY, 5)
STORE_DOWN = Problem(503, "store_down", "The store cannot be read.", SORRY, 5)
NOT_ADMITTED = Problem(503, "not_admitted", "The message could not be taken.", BUSY, 5)

NotBegun = AdmissionError | StoreError
"""What a conversation raises when nothing happened; all else becomes a reply down there."""

_NOT_BEGUN: tuple[tuple[type[NotBegun], Problem], ...] = (
    (SessionBusy, SESSION_BUSY),
    (DeliveryConflict, DELIVERY_CONFLICT),
    (DeliveryRunning, DELIVERY_RUNNING),
    (Draining, DRAINING),
    (StoreError, STORE_DOWN),
    (AdmissionError, NOT_ADMITTED),
)


def problem_of(error: NotBegun) -> Problem:
    """The row of a message that was not taken."""
    return next(problem for kind, problem in _NOT_BEGUN if isinstance(error, kind))


def problem_of_http(error: HTTPException) -> Problem:
    """The row of what the router answers by itself, such as 404 and 405."""
    if isinstance(error, Refused):
        return error.problem
    status = HTTPStatus(error.status_code)
    return Problem(status.value, status.name.lower(), status.phrase + ".")
