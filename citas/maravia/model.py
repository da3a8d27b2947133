"""What the back end's operations take and give, in our own terms. `wire` has the wire shapes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which calendar an availability question is about; flags are passed through as received."""

    id_empresa: int
    slots: int = 60
    agendar_usuario: int = 1
    agendar_sucursal: int = 0


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to create. `start` and `end` are aware, in the company's zone."""

    usuario_id: int
    id_prospecto: str
    titulo: str
    start: datetime
    end: datetime
    correo_cliente: str
    correo_usuario: str
    agendar_usuario: int = 1


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A product or service of the catalogue; `description` is plain text, `price` in soles."""

    name: str
    price: Decimal | None
    category: str = ""
    description: str = ""
    kind: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Faq:
    """A frequent question of the company and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A slot the back end suggests for today or tomorrow; `start` aware, in the company's zone."""

    start: datetime
    available: bool


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request never left: nothing can have happened, another attempt is safe."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A refusal: nothing was created. `auth` marks a redirect, 401, 403, 404, 405 or 413."""

    reason: str
    auth: bool = False


@dataclass(frozen=True, slots=True)
class Created:
    """The event exists. `meet_link` is an https URL on meet.google.com, or None."""

    meet_link: str | None
    message: str = ""
    calendar_synced: bool | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been created. Never posted again by machine; told honestly."""

    reason: str


CreateOutcome = NotSent | Rejected | Created | Unknown
