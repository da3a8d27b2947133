"""The provider's model behind a name such as ``gpt-4o-mini`` or ``anthropic:claude-…``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, create_async_httpx2_client, infer_model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from citas.errors import ConfigError

CONNECT_SECONDS = 3.0
_CHAT_PREFIXES = frozenset({"", "openai", "openai-chat"})


@dataclass(frozen=True, slots=True)
class ProviderAccess:
    """How to reach the provider. `base_url` may name any OpenAI-compatible server; `timeout` in seconds."""

    model: str
    api_key: str
    base_url: str | None
    timeout: float


@asynccontextmanager
async def open_model(access: ProviderAccess) -> AsyncIterator[Model]:
    """The model with a connection pool of its own, closed at the end. Raises `ConfigError`."""
    prefix, _, name = access.model.rpartition(":")
    if prefix not in _CHAT_PREFIXES and not prefix.startswith("ft"):
        async with _other(access.model) as model:
            yield model
        return
    timeout = httpx2.Timeout(access.timeout, connect=CONNECT_SECONDS)
    async with create_async_httpx2_client(timeout=timeout) as http:
        # A local server needs no key, but the client library insists on one.
        key = access.api_key or "unused"
        provider = OpenAIProvider(base_url=access.base_url, api_key=key, http_client=http)
        yield OpenAIChatModel(name if prefix in _CHAT_PREFIXES else access.model, provider=provider)


def _other(model: str) -> Model:
    """Another provider's model, where its package is installed and its own variables are set."""
    try:
        return infer_model(model)
    except (ImportError, UserError, ValueError) as error:
        first_line = str(error).splitlines()[0]
        raise ConfigError(f"OPENAI_MODEL: {model} cannot be used: {first_line}") from None
