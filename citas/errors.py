"""Every error this service raises, classed by who must act.

::

    CitasError
    ├── ConfigError          the operator: a setting is missing, malformed or contradicts another
    ├── OperationRefused     the operator: a command asked for what cannot be done
    ├── MaraviaError         nobody yet: the back end's answer cannot be used; a turn goes on without it
    │   ├── MaraviaUnavailable   no usable answer (unreachable, slow, 5xx, breaker open, unreadable)
    │   └── MaraviaRefused       a readable "no" (`success` false), with its message
    ├── StoreError           the operator, when it lasts: the database did not do what was asked
    │   ├── FenceLost            another worker holds the session now; this turn must not be saved
    │   ├── ConnectionDropped    the connection broke; whether the work was committed is unknown
    │   └── StoreLocked          another process owns this SQLite file
    └── AdmissionError       the gateway: this message was not admitted, and nothing happened
        ├── SessionBusy          too many messages of this session are waiting already
        ├── DeliveryConflict     this `message_id` was used for another text
        ├── DeliveryRunning      this `message_id` is still being answered, and waiting did not help
        └── Draining             the service is shutting down

A refusal that a customer should hear about (closed day, slot taken) is not an error: it is a value
with a reason, see `citas.scheduling.policy` and `citas.booking`.
"""


class CitasError(Exception):
    """Root of everything raised on purpose."""


class ConfigError(CitasError):
    """A setting is missing, malformed or contradicts another. Stops the start with one line."""


class OperationRefused(CitasError):
    """A command asked for what cannot be done; the message says why. Nothing was changed."""


class MaraviaError(CitasError):
    """The back end could not serve an operation."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(f"{operation}: {reason}")
        self.operation = operation
        self.reason = reason


class MaraviaUnavailable(MaraviaError):
    """No usable answer: unreachable, too slow, a server error, an open breaker, or unreadable."""


class MaraviaRefused(MaraviaError):
    """A readable answer whose `success` is false; `reason` is its message."""


class StoreError(CitasError):
    """The database did not do what was asked."""


class FenceLost(StoreError):
    """Another worker took over this session; what this turn wanted to save is discarded."""


class ConnectionDropped(StoreError):
    """The connection broke or timed out: the work may or may not have been committed."""


class StoreLocked(StoreError):
    """Another process owns this SQLite file."""


class AdmissionError(CitasError):
    """The message was not admitted; nothing was read, sent or stored."""


class SessionBusy(AdmissionError):
    """Too many messages of this session are waiting already."""


class DeliveryConflict(AdmissionError):
    """The same `message_id` came before with another text."""


class DeliveryRunning(AdmissionError):
    """The same `message_id` is being answered right now and did not finish while we waited."""


class Draining(AdmissionError):
    """The service is shutting down and takes no new turns."""
