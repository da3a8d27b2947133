"""The switchboard of faults: which operation misbehaves next, how, and whether it still acts."""

from dataclasses import dataclass, replace
from enum import StrEnum

PREGUNTAS_FRECUENTES = "PREGUNTAS_FRECUENTES"
"""The name here of the one endpoint whose requests name no operation."""

OPERATIONS = frozenset(
    {
        "OBTENER_HORARIO_REUNIONES",
        "OBTENER_CONTEXTO_NEGOCIO",
        "OBTENER_PRODUCTOS_CITAS",
        "OBTENER_SERVICIOS_CITAS",
        "BUSCAR_PRODUCTOS_SERVICIOS_CITAS",
        "SUGERIR_HORARIOS",
        "CONSULTAR_DISPONIBILIDAD",
        "CREAR_EVENTO",
        PREGUNTAS_FRECUENTES,
    }
)
ANY = "*"


class Fault(StrEnum):
    """What goes wrong. `commits` tells whether the operation is carried out behind it."""

    # In time.
    SLOW = "slow"
    HANG_AFTER_COMMIT = "hang_after_commit"
    DRIP = "drip"
    RESET_MID_BODY = "reset_mid_body"
    # In the status.
    COMMIT_THEN_500 = "commit_then_500"
    STATUS_302 = "status_302"
    STATUS_401 = "status_401"
    STATUS_403 = "status_403"
    STATUS_404 = "status_404"
    STATUS_429 = "status_429"
    STATUS_500 = "status_500"
    STATUS_502 = "status_502"
    STATUS_503 = "status_503"
    STATUS_504 = "status_504"
    # In the body.
    REFUSED = "refused"
    HTML_LOGIN = "html_login"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    TWO_DOCUMENTS = "two_documents"
    WARNING_BEFORE = "warning_before"
    NOTICE_AFTER = "notice_after"
    BOM = "bom"
    UTF16 = "utf16"
    LATIN1 = "latin1"
    HTML_CONTENT_TYPE = "html_content_type"
    HUGE = "huge"
    DEEP = "deep"
    DUPLICATE_KEYS = "duplicate_keys"
    NAN = "nan"
    # In the types.
    NUMBERS_AS_STRINGS = "numbers_as_strings"
    BOOLEANS_AS_STRINGS = "booleans_as_strings"
    LIST_FOR_OBJECT = "list_for_object"
    MISSING_KEYS = "missing_keys"
    NULLS = "nulls"
    NO_SUCCESS = "no_success"
    SUCCESS_TEXT_1 = "success_text_1"
    SUCCESS_INT_1 = "success_int_1"
    SUCCESS_TEXT_TRUE = "success_text_true"
    SUCCESS_TEXT_0 = "success_text_0"
    SUCCESS_INT_0 = "success_int_0"
    SUCCESS_TEXT_FALSE = "success_text_false"
    SUCCESS_TEXT_EMPTY = "success_text_empty"
    SUCCESS_NULL = "success_null"
    # In the Meet link.
    NO_MEET_LINK = "no_meet_link"
    FOREIGN_MEET_LINK = "foreign_meet_link"

    @property
    def commits(self) -> bool:
        """True when the operation is carried out although its answer is spoilt."""
        return self not in _CARRY_NOTHING_OUT


_CARRY_NOTHING_OUT = frozenset(
    {
        Fault.STATUS_302,
        Fault.STATUS_401,
        Fault.STATUS_403,
        Fault.STATUS_404,
        Fault.STATUS_429,
        Fault.STATUS_500,
        Fault.STATUS_502,
        Fault.STATUS_503,
        Fault.STATUS_504,
        Fault.REFUSED,
        Fault.HTML_LOGIN,
        Fault.SUCCESS_TEXT_0,
        Fault.SUCCESS_INT_0,
        Fault.SUCCESS_TEXT_FALSE,
        Fault.SUCCESS_TEXT_EMPTY,
        Fault.SUCCESS_NULL,
    }
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault that waits for its calls. `times` None: until cleared; `seconds`: for slow ones."""

    operation: str
    fault: Fault
    times: int | None
    seconds: float
    message: str
    commits: bool


class Faults:
    """Faults wait in line: the first that concerns an operation spoils its next call."""

    def __init__(self) -> None:
        self._line: list[Planned] = []

    @property
    def planned(self) -> tuple[Planned, ...]:
        """What is still to come, in order."""
        return tuple(self._line)

    def add(
        self,
        operation: str,
        fault: Fault,
        *,
        times: int | None = 1,
        seconds: float = 30.0,
        message: str = "",
        commits: bool | None = None,
    ) -> Planned:
        """Spoil the next `times` calls of `operation` (a `codOpe`, `PREGUNTAS_FRECUENTES` or `*`).

        `seconds` is how long the slow faults last, `message` the words of a refusal, and `commits`
        overrules what the fault does by nature. Raises `ValueError` for an operation nobody speaks.
        """
        if operation != ANY and operation not in OPERATIONS:
            raise ValueError(f"no such operation: {operation}")
        if (times is not None and times < 1) or seconds < 0:
            raise ValueError("times must be at least 1, seconds not negative")
        acts = fault.commits if commits is None else commits
        planned = Planned(operation, fault, times, seconds, message, acts)
        self._line.append(planned)
        return planned

    def clear(self, operation: str | None = None) -> None:
        """Drop the faults of one operation as it was named in `add`, or all of them."""
        self._line = [p for p in self._line if operation not in {None, p.operation}]

    def take(self, operation: str) -> Planned | None:
        """The fault of this call, used up by one."""
        for place, planned in enumerate(self._line):
            if planned.operation not in {operation, ANY}:
                continue
            if planned.times is not None:
                left = planned.times - 1
                self._line[place : place + 1] = [replace(planned, times=left)] if left else []
            return planned
        return None
