"""The shapes on the wire and what they mean. Dirt in a part of an answer loses that part only."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict

from citas.maravia import scalars
from citas.maravia.model import (
    Calendar,
    CatalogueItem,
    Created,
    Faq,
    NewEvent,
    Suggestion,
)
from citas.scheduling.model import Availability, Slot

Fields = dict[str, object]
"""A JSON object, read but not yet understood."""


def rows(value: object) -> tuple[Mapping[str, object], ...]:
    """The objects of a PHP list. A list with gaps comes as an object whose keys are the indexes."""
    items = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(items, list):
        return ()
    return tuple(item for item in items if isinstance(item, dict))


Text = Annotated[str, BeforeValidator(scalars.text)]
Plain = Annotated[str, BeforeValidator(scalars.plain)]
Price = Annotated[Decimal | None, BeforeValidator(scalars.price)]
Truth = Annotated[bool | None, BeforeValidator(scalars.truth)]
MeetLink = Annotated[str | None, BeforeValidator(scalars.meet_link)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Product(_Shape):
    nombre: Plain = ""
    precio_unitario: Price = None
    nombre_categoria: Plain = ""
    descripcion: Plain = ""
    nombre_tipo_producto: Plain = ""
    nombre_unidad: Plain = ""


class _Products(_Shape):
    productos: Annotated[tuple[_Product, ...], BeforeValidator(rows)] = ()


class _Question(_Shape):
    pregunta: Plain = ""
    respuesta: Plain = ""


class _Questions(_Shape):
    preguntas_frecuentes: Annotated[tuple[_Question, ...], BeforeValidator(rows)] = ()


class _Context(_Shape):
    contexto_negocio: Plain = ""


class _Suggested(_Shape):
    fecha_inicio: Text = ""
    disponible: Truth = None


class _Suggestions(_Shape):
    sugerencias: Annotated[tuple[_Suggested, ...], BeforeValidator(rows)] = ()


class _Creation(_Shape):
    message: Plain = ""
    mensaje: Plain = ""
    google_meet_link: MeetLink = None
    google_calendar_synced: Truth = None


_ASKED_FOR: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "OBTENER_HORARIO_REUNIONES": ("horario_reuniones", (dict,)),
    "OBTENER_CONTEXTO_NEGOCIO": ("contexto_negocio", (str,)),
    "OBTENER_PRODUCTOS_CITAS": ("productos", (list, dict)),
    "OBTENER_SERVICIOS_CITAS": ("productos", (list, dict)),
    "BUSCAR_PRODUCTOS_SERVICIOS_CITAS": ("productos", (list, dict)),
    "PREGUNTAS_FRECUENTES": ("preguntas_frecuentes", (list, dict)),
    "SUGERIR_HORARIOS": ("sugerencias", (list, dict)),
}


def is_odd(operation: str, fields: Fields) -> bool:
    """Whether a successful answer lacks what its operation is asked for, or has it in no readable type."""
    if operation == "CONSULTAR_DISPONIBILIDAD":
        return availability(fields) is Availability.UNKNOWN
    key, types = _ASKED_FOR[operation]
    return not isinstance(fields.get(key), types)


def catalogue(fields: Fields) -> tuple[CatalogueItem, ...]:
    """The products and services; those without a name are left out."""
    products = _Products.model_validate(fields).productos
    return tuple(
        CatalogueItem(
            name=product.nombre,
            price=product.precio_unitario,
            category=product.nombre_categoria,
            description=product.descripcion,
            kind=product.nombre_tipo_producto,
            unit=product.nombre_unidad,
        )
        for product in products
        if product.nombre
    )


def faqs(fields: Fields) -> tuple[Faq, ...]:
    """The questions that have an answer."""
    questions = _Questions.model_validate(fields).preguntas_frecuentes
    return tuple(Faq(q.pregunta, q.respuesta) for q in questions if q.pregunta and q.respuesta)


def context(fields: Fields) -> str:
    """The company's own text; "" when there is none."""
    return _Context.model_validate(fields).contexto_negocio


def suggestions(fields: Fields, zone: ZoneInfo) -> tuple[Suggestion, ...] | None:
    """The readable suggestions; None when the list is missing or nothing of it can be read."""
    if not isinstance(fields.get("sugerencias"), list | dict):
        return None
    found = _Suggestions.model_validate(fields).sugerencias
    read = ((scalars.moment(s.fecha_inicio, zone), s.disponible) for s in found)
    usable = tuple(
        Suggestion(start, available)
        for start, available in read
        if start is not None and available is not None
    )
    return usable if usable or not fields["sugerencias"] else None


def availability(fields: Fields) -> Availability:
    """Free or busy when `disponible` says so plainly, else unknown."""
    match scalars.truth(fields.get("disponible")):
        case True:
            return Availability.FREE
        case False:
            return Availability.BUSY
        case None:
            return Availability.UNKNOWN


def success(fields: Fields) -> bool | None:
    """What `success` says; None when it is missing or neither yes nor no. "" and null are a no."""
    if "success" in fields and fields["success"] in (None, ""):
        return False
    return scalars.truth(fields.get("success"))


def message(fields: Fields) -> str:
    """What the back end wrote about its answer, as plain text of at most 300 characters."""
    said = _Creation.model_validate(fields)
    return (said.message or said.mensaje)[:300]


def created(fields: Fields) -> Created:
    """The event that a successful CREAR_EVENTO made."""
    made = _Creation.model_validate(fields)
    return Created(made.google_meet_link, message(fields), made.google_calendar_synced)


def calendar_fields(calendar: Calendar) -> Fields:
    """The request fields that say which calendar is meant."""
    return {
        "id_empresa": calendar.id_empresa,
        "slots": calendar.slots,
        "agendar_usuario": calendar.agendar_usuario,
        "agendar_sucursal": calendar.agendar_sucursal,
    }


def slot_fields(slot: Slot, zone: ZoneInfo) -> Fields:
    """The request fields of a stretch of time, on the company's clocks."""
    return {"fecha_inicio": _local(slot.start, zone), "fecha_fin": _local(slot.end, zone)}


def event_fields(event: NewEvent, zone: ZoneInfo) -> Fields:
    """The request fields of CREAR_EVENTO. A session id of digits is sent as the number it is."""
    prospect = event.id_prospecto
    numeric = prospect.isascii() and prospect.isdigit()
    return {
        "usuario_id": event.usuario_id,
        "id_prospecto": int(prospect) if numeric else prospect,
        "titulo": event.titulo,
        **slot_fields(Slot(event.start, event.end), zone),
        "correo_cliente": event.correo_cliente,
        "correo_usuario": event.correo_usuario,
        "agendar_usuario": event.agendar_usuario,
    }


def _local(when: datetime, zone: ZoneInfo) -> str:
    return when.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
