"""`POST /api/chat`: one message in, one reply out."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Body, Request

from citas.api.gate import Gate, guarded
from citas.api.limits import SessionRate, Turns
from citas.api.metrics import ApiMetrics
from citas.api.runtime import Lifetime
from citas.api.schema import ChatRequest, ChatResponse, ErrorResponse
from citas.conversation import Incoming
from citas.store.model import SessionKey

log = structlog.get_logger(__name__)

EXAMPLES: dict[str, Any] = {
    "saludo": {
        "summary": "A first message, with the least the gateway must send",
        "value": {
            "message": "Hola, quiero agendar una cita para mañana a las 2pm",
            "session_id": 51900000001,
            "context": {"config": {"id_empresa": 101}},
        },
    },
    "datos": {
        "summary": "Name and e-mail, with every option",
        "value": {
            "message": "Soy Lucía Ejemplo, lucia.ejemplo@example.com",
            "session_id": "51900000002",
            "message_id": "wamid.EJEMPLO0002",
            "context": {
                "config": {
                    "id_empresa": 101,
                    "usuario_id": 7,
                    "correo_usuario": "vendedora@example.com",
                    "personalidad": "cercana y breve",
                    "duracion_cita_minutos": 30,
                    "slots": 60,
                    "agendar_usuario": 1,
                    "agendar_sucursal": 0,
                    "nombre_bot": "Sofía",
                    "frase_saludo": "¡Hola! Qué gusto saludarte.",
                    "frase_des": "¡Que tengas un lindo día!",
                    "frase_no_sabe": "Déjame consultarlo con el equipo.",
                    "archivo_saludo": "https://example.com/bienvenida.pdf",
                    "id_chatbot": 3,
                }
            },
        },
    },
}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorResponse, "description": description}
    for status, description in {
        400: "The body is not JSON",
        401: "No valid token",
        408: "The body did not arrive in time",
        409: "This `message_id` is still being answered",
        413: "The body is larger than 64 KiB",
        415: "The content type is not JSON",
        422: "Wrong types, no identity, or a `message_id` used for another text",
        429: "Too many messages of this session; see `Retry-After`",
        431: "The headers are too large",
        500: "An unexpected error",
        503: "Too many turns, or shutting down; nothing happened; see `Retry-After`",
    }.items()
}


class ChatEndpoint:
    """Reads the gateway's message, has it answered, and writes the answer."""

    def __init__(self, lifetime: Lifetime, turns: Turns, rate: SessionRate, metrics: ApiMetrics) -> None:
        self._lifetime = lifetime
        self._turns = turns
        self._rate = rate
        self._metrics = metrics

    def router(self, gate: Gate) -> APIRouter:
        """The route, behind `gate`."""
        router = APIRouter(route_class=guarded(gate), tags=["chat"])
        router.post("/api/chat", summary="Answer a prospect's message", responses=_PROBLEMS)(self.post)
        return router

    async def post(
        self, request: Request, body: Annotated[ChatRequest, Body(openapi_examples=EXAMPLES)]
    ) -> ChatResponse:
        """Answer one message of a prospect. Every answer, errors included, has a `reply`."""
        incoming = _incoming(body, request.state.request_id)
        self._rate.admit(incoming.key)
        self._metrics.defaulted(body.context.config.defaulted)
        with self._metrics.chat_seconds.time():
            answer = await self._turns.run(self._lifetime.service.conversation.answer(incoming))
        if await request.is_disconnected():
            self._metrics.undelivered.inc()
            log.warning("nobody is there to take the reply")
        return ChatResponse(reply=answer.reply, url=answer.url)


def _incoming(body: ChatRequest, request_id: str) -> Incoming:
    empresa = body.context.config.empresa()
    return Incoming(
        key=SessionKey(empresa.id_empresa, body.session_id),
        empresa=empresa,
        text=body.message,
        message_id=body.message_id,
        request_id=request_id,
    )
