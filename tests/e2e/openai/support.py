"""The conversation that the tests of a provider's model have in common."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from citas.agent.watched import COOL_DOWN_SECONDS
from tests.e2e.world import Prospect, Reply, World, open_world
from tests.openai_server import OpenAIServer, Says, Uses, call, uses

KEY = "sk-test-of-nobody"
LONG_ENOUGH = 2 * COOL_DOWN_SECONDS
"""After so many seconds a provider that failed is asked again."""

WISH = "Hola, quiero una cita para mañana a las 4pm"
ASKS_WHEN = "¡Hola! Soy Sofía. ¿Qué día y a qué hora te gustaría tu cita?"
SLOT = "jueves 12 de marzo a las 4:00 p. m."
NAME, EMAIL = "Carlos Quispe", "carlos.quispe@example.com"
DATA = f"Sí, soy {NAME}, {EMAIL}"

CHECK = uses("check_availability", date="2026-03-12", time="16:00")
OFFER = Says(f"Tengo libre el *{SLOT}* ¿Te la reservo?")
BOOKING = call("create_booking", date="2026-03-12", time="16:00", customer_name=NAME, customer_contact=EMAIL)
BOOK = Uses((BOOKING,))
DONE = Says("Gracias, Carlos.")


def connected(
    directory: Path,
    provider: OpenAIServer,
    *,
    fallback: bool = True,
    timeout: int = 1,
    temperature: float = 0.5,
    max_tokens: int = 2048,
) -> AbstractAsyncContextManager[World]:
    """A service whose model is the provider's; `timeout` in seconds."""
    return open_world(
        directory,
        openai_model="gpt-4o-mini",
        openai_base_url=provider.url,
        openai_api_key=KEY,
        openai_timeout=timeout,
        openai_temperature=temperature,
        max_tokens=max_tokens,
        offline_fallback=fallback,
    )


async def offered(world: World, provider: OpenAIServer) -> Prospect:
    """A customer whom the model has shown the slot."""
    customer = world.prospect()
    provider.script(CHECK, OFFER)
    reply = await customer.says(WISH)
    assert SLOT in reply.text
    return customer


def assert_booked(world: World, reply: Reply) -> None:
    """One event, confirmed in the words of the ledger."""
    (event,) = world.events
    assert (event.correo_cliente, event.start.hour) == (EMAIL, 16)
    assert event.meet_link is not None
    assert reply.url == event.meet_link
    assert event.meet_link in reply.text
    assert f"confirmada para el *{SLOT}*" in reply.text
