"""The operations of the back end: what each asks for and what it answers.

A request model is as lenient as PHP about types (`"101"` is 101) and strict about absence, so that
a client that forgets a field hears of it.
"""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from citas.sandbox.company import Company, Span, clock_text
from citas.sandbox.faults import PREGUNTAS_FRECUENTES
from citas.sandbox.state import NewEvent, SandboxState, calendar_name

Document = dict[str, JsonValue]
MOMENT = "%Y-%m-%d %H:%M:%S"


def _moment(value: object) -> datetime:
    # Naive on purpose: the wire speaks the company's wall clock and names no zone.
    return datetime.strptime(str(value), MOMENT)  # noqa: DTZ007  the wire has local times


Fecha = Annotated[datetime, BeforeValidator(_moment)]


class Refusal(Exception):
    """A "no" in words; it travels as `success` false with status 200."""


def refusal(message: str) -> Document:
    """The document of a "no"."""
    return {"success": False, "message": message}


class Operation(BaseModel, ABC):
    """One request, validated. Extra fields pass unseen."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    @abstractmethod
    def answer(self, state: SandboxState) -> Document:
        """Carry it out. Raises `Refusal`."""


class OfCompany(Operation):
    """A request about one empresa."""

    id_empresa: int

    def company(self, state: SandboxState) -> Company:
        """The empresa, or a refusal."""
        company = state.company(self.id_empresa)
        if company is None:
            raise Refusal("Empresa no encontrada")
        return company


class ObtenerHorarioReuniones(OfCompany):
    """The week's opening hours and the blocked stretches."""

    def answer(self, state: SandboxState) -> Document:
        return {"success": True, "horario_reuniones": self.company(state).timetable()}


class ObtenerContextoNegocio(OfCompany):
    """What the company is, in its own words."""

    def answer(self, state: SandboxState) -> Document:
        return {"success": True, "contexto_negocio": self.company(state).context}


class _Names(OfCompany):
    """The names of one half of the catalogue."""

    def names(self, state: SandboxState, kind: Literal["Producto", "Servicio"]) -> Document:
        catalogue = self.company(state).catalogue
        rows = [p.nombre for p in catalogue if p.nombre_tipo_producto == kind]
        return {"success": True, "productos": [{"nombre": name} for name in rows]}


class ObtenerProductosCitas(_Names):
    """The products' names."""

    def answer(self, state: SandboxState) -> Document:
        return self.names(state, "Producto")


class ObtenerServiciosCitas(_Names):
    """The services' names, under the same key as the products'."""

    def answer(self, state: SandboxState) -> Document:
        return self.names(state, "Servicio")


class BuscarProductosServiciosCitas(OfCompany):
    """A search by substring of name, category and description, blind to case and accents."""

    busqueda: str
    limite: int = Field(ge=1)

    def answer(self, state: SandboxState) -> Document:
        wanted = _plain(self.busqueda)
        found = [
            product.row
            for product in self.company(state).catalogue
            if any(
                wanted in _plain(text)
                for text in (product.nombre, product.nombre_categoria, product.descripcion)
            )
        ]
        return {"success": True, "productos": [*found[: self.limite]]}


class _AboutCalendar(OfCompany):
    """What both availability operations carry. What `slots` means is open, so nothing reads it."""

    slots: int
    agendar_usuario: int
    agendar_sucursal: int

    def is_free(self, state: SandboxState, span: Span) -> bool:
        """Whether the span is still to come, open and not busy."""
        company = self.company(state)
        return (
            span.start >= company.local(state.now())
            and company.is_open(span)
            and not state.busy(calendar_name(company.id_empresa), span)
        )


class SugerirHorarios(_AboutCalendar):
    """The slots of today and tomorrow that are still to come, taken ones marked as such."""

    duracion_minutos: int = Field(ge=1, le=24 * 60)

    def answer(self, state: SandboxState) -> Document:
        now = self.company(state).local(state.now())
        rows: list[JsonValue] = [
            row for ahead, name in enumerate(("hoy", "mañana")) for row in self._day(state, now, ahead, name)
        ]
        mensaje = "Horarios de hoy y mañana" if rows else "No hay horarios para hoy ni mañana"
        return {"success": True, "mensaje": mensaje, "total": len(rows), "sugerencias": rows}

    def _day(self, state: SandboxState, now: datetime, ahead: int, name: str) -> list[Document]:
        day = now.date() + timedelta(days=ahead)
        length = timedelta(minutes=self.duracion_minutos)
        return [
            {
                "dia": name,
                "hora_legible": clock_text(start, "12h"),
                "disponible": self.is_free(state, Span(start, start + length)),
                "fecha_inicio": start.strftime(MOMENT),
            }
            for start in self.company(state).starts(day, self.duracion_minutos)
            if start >= now
        ]


class ConsultarDisponibilidad(_AboutCalendar):
    """Whether one stretch of any future date is free."""

    fecha_inicio: Fecha
    fecha_fin: Fecha

    def answer(self, state: SandboxState) -> Document:
        span = _ordered(self.fecha_inicio, self.fecha_fin)
        return {"success": True, "disponible": self.is_free(state, span)}


class CrearEvento(Operation):
    """A new event on the seller's calendar. It has no key: asked for twice, it is made twice.

    Only an overlap stops it. Opening hours and past dates do not, so that a careless caller shows.
    """

    usuario_id: int
    id_prospecto: str
    titulo: str
    fecha_inicio: Fecha
    fecha_fin: Fecha
    correo_cliente: str
    correo_usuario: str
    agendar_usuario: int

    def answer(self, state: SandboxState) -> Document:
        event = state.create(
            NewEvent(
                usuario_id=self.usuario_id,
                id_prospecto=self.id_prospecto,
                titulo=self.titulo,
                span=_ordered(self.fecha_inicio, self.fecha_fin),
                correo_cliente=self.correo_cliente,
                correo_usuario=self.correo_usuario,
            )
        )
        if event is None:
            raise Refusal("El horario seleccionado ya está ocupado")
        company = state.employer(self.usuario_id)
        told: Document = {"success": True, "message": "Reunión agendada con éxito"}
        if company and company.meet == "unlinked":
            told["google_calendar_synced"] = False
            told["google_calendar_error"] = "El usuario no tiene Google Calendar vinculado"
        elif event.meet_link:
            told["google_calendar_synced"] = True
            told["google_meet_link"] = event.meet_link
        return told


class PreguntasFrecuentes(Operation):
    """The FAQs of one chatbot."""

    id_chatbot: int

    def answer(self, state: SandboxState) -> Document:
        company = state.chatbot(self.id_chatbot)
        if company is None:
            raise Refusal("Chatbot no encontrado")
        faqs: list[JsonValue] = [asdict(faq) for faq in company.faqs]
        return {"success": True, "preguntas_frecuentes": faqs}


INFORMACION: Mapping[str, type[Operation]] = {
    "OBTENER_HORARIO_REUNIONES": ObtenerHorarioReuniones,
    "OBTENER_CONTEXTO_NEGOCIO": ObtenerContextoNegocio,
    "OBTENER_PRODUCTOS_CITAS": ObtenerProductosCitas,
    "OBTENER_SERVICIOS_CITAS": ObtenerServiciosCitas,
    "BUSCAR_PRODUCTOS_SERVICIOS_CITAS": BuscarProductosServiciosCitas,
}
AGENDAR_REUNION: Mapping[str, type[Operation]] = {
    "SUGERIR_HORARIOS": SugerirHorarios,
    "CONSULTAR_DISPONIBILIDAD": ConsultarDisponibilidad,
}
CALENDARIO: Mapping[str, type[Operation]] = {"CREAR_EVENTO": CrearEvento}
PREGUNTAS: Mapping[str, type[Operation]] = {PREGUNTAS_FRECUENTES: PreguntasFrecuentes}


def carry_out(kind: type[Operation] | None, payload: Document, state: SandboxState) -> Document:
    """The answer to a payload, refusals included; `kind` None: this endpoint has no such thing."""
    if kind is None:
        return refusal("Operación no reconocida")
    try:
        return kind.model_validate(payload).answer(state)
    except ValidationError as error:
        return refusal(f"Falta o no es válido el campo {error.errors()[0]['loc'][0]}")
    except Refusal as no:
        return refusal(str(no))


def _ordered(start: datetime, end: datetime) -> Span:
    if end <= start:
        raise Refusal("La fecha de fin debe ser posterior a la de inicio")
    return Span(start, end)


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))
