"""The gateway's wire: what `POST /api/chat` takes and gives, read into our terms."""

import re
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)

from citas.api.coercion import MAX_ID, coerce_options, read_id
from citas.api.text import clean
from citas.booking.empresa import Empresa

_DEFAULT = Empresa(id_empresa=1)
_ID_SCHEMA = {
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": MAX_ID},
        {"type": "string", "pattern": "^[0-9]{1,20}$"},
    ]
}
_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,256}")


def _clean_text(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


def _canonical_id(value: object) -> str:
    return str(read_id(value))


def _message_id(value: object) -> str | None:
    if value is None or value == "":
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and _MESSAGE_ID.fullmatch(text):
        return text
    raise ValueError("must be text of 1 to 256 visible ASCII characters")


EmpresaId = Annotated[int, BeforeValidator(read_id), WithJsonSchema(_ID_SCHEMA)]
SessionId = Annotated[str, BeforeValidator(_canonical_id), WithJsonSchema(_ID_SCHEMA)]
MessageId = Annotated[
    str | None,
    BeforeValidator(_message_id),
    WithJsonSchema({"anyOf": [{"type": "string", "maxLength": 256}, {"type": "null"}]}),
]


class GatewayConfig(BaseModel):
    """The company, as `context.config` describes it.

    Only `id_empresa` can make a request fail. Options are read leniently: `"60"` and `60.0` are 60,
    `"si"` and `true` are 1, and what cannot be understood becomes the default.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id_empresa: EmpresaId = Field(description="The company: tenant of everything.")
    usuario_id: int = Field(_DEFAULT.usuario_id, description="The seller.")
    correo_usuario: str = Field(_DEFAULT.correo_usuario, description="The seller's e-mail.")
    personalidad: str = Field(_DEFAULT.personalidad, description="Tone; 300 characters are used.")
    duracion_cita_minutos: int = Field(
        _DEFAULT.duracion_cita_minutos, description="Length of the appointment: 5 to 480 minutes."
    )
    slots: int = Field(_DEFAULT.slots, description="Passed to the availability operations.")
    agendar_usuario: int = Field(_DEFAULT.agendar_usuario, description="1 assigns the seller automatically.")
    agendar_sucursal: int = Field(_DEFAULT.agendar_sucursal, description="1 books per branch.")
    nombre_bot: str = Field(_DEFAULT.nombre_bot, description="Name the bot goes by.")
    frase_saludo: str = Field(_DEFAULT.frase_saludo, description="Greeting.")
    frase_des: str = Field(_DEFAULT.frase_des, description="Farewell.")
    frase_no_sabe: str = Field(_DEFAULT.frase_no_sabe, description='"I don\'t know" phrase.')
    archivo_saludo: str | None = Field(
        _DEFAULT.archivo_saludo, description="URL returned with a conversation's first reply."
    )
    id_chatbot: int | None = Field(_DEFAULT.id_chatbot, description="Which FAQs to load.")

    _defaulted: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="wrap")
    @classmethod
    def _read_leniently(cls, data: object, read: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, dict):
            return read(data)
        options, defaulted = coerce_options(data)
        identity = {"id_empresa": data["id_empresa"]} if "id_empresa" in data else {}
        config = read(identity | options)
        config._defaulted = defaulted  # noqa: SLF001  our own class
        return config

    @property
    def defaulted(self) -> tuple[str, ...]:
        """The options that were sent but could not be understood."""
        return self._defaulted

    def empresa(self) -> Empresa:
        """The company as the conversation takes it."""
        return Empresa(**self.model_dump())


class ChatContext(BaseModel):
    """What the gateway knows about the conversation."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    config: GatewayConfig


class ChatRequest(BaseModel):
    """One message of a prospect. Unknown keys are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    message: Annotated[str, BeforeValidator(_clean_text)] = Field(
        description="What the prospect wrote; may be empty."
    )
    session_id: SessionId = Field(description="The prospect's WhatsApp number, digits only.")
    context: ChatContext
    message_id: MessageId = Field(
        None, description="Id of this delivery; the same id gets the same reply, once answered."
    )


class ChatResponse(BaseModel):
    """The answer to forward to the prospect."""

    reply: str = Field(description="WhatsApp text.")
    url: str | None = Field(
        None, description="Meet link of an appointment made now, or the greeting file, or null."
    )


class ErrorDetail(BaseModel):
    """What went wrong, for the gateway's developers. Never quotes what was sent."""

    code: str
    message: str


class ErrorResponse(BaseModel):
    """A problem, with a `reply` fit for the prospect."""

    reply: str
    url: None = None
    error: ErrorDetail
    request_id: str
