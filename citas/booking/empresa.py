"""The company as one request describes it. Travels with the turn; never cached, never shared."""

from dataclasses import dataclass

from citas.maravia.model import Calendar

DEFAULT_PERSONALITY = "amable, profesional y eficiente"


@dataclass(frozen=True, slots=True)
class Empresa:
    """`context.config` of one gateway request, coerced and bounded. Field names are the wire's."""

    id_empresa: int
    usuario_id: int = 1
    correo_usuario: str = ""
    personalidad: str = DEFAULT_PERSONALITY
    duracion_cita_minutos: int = 60
    slots: int = 60
    agendar_usuario: int = 1
    agendar_sucursal: int = 0
    nombre_bot: str = ""
    frase_saludo: str = ""
    frase_des: str = ""
    frase_no_sabe: str = ""
    archivo_saludo: str | None = None
    id_chatbot: int | None = None

    @property
    def calendar(self) -> Calendar:
        """The calendar that availability questions are about."""
        return Calendar(self.id_empresa, self.slots, self.agendar_usuario, self.agendar_sucursal)

    @property
    def resource(self) -> str:
        """Names the calendar a booking occupies: the company's one where sellers are assigned by the back
        end, else this seller's own."""
        return f"empresa-{self.id_empresa}" if self.agendar_usuario else f"usuario-{self.usuario_id}"
