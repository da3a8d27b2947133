"""The only reader of the environment. Everything below gets values, never this object's source.

`load()` is called once by the wiring. A bad value becomes one `ConfigError` line that names its
variable.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from citas.errors import ConfigError

OFFLINE = "offline"
DATABASES = ("sqlite:", "sqlite+aiosqlite:", "postgresql:", "postgresql+asyncpg:")
_KEYED_PROVIDERS = frozenset({"openai", "openai-chat", "openai-responses", "ft"})


def _http_url(value: str) -> str:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("must be a URL without spaces, controls or accents")
    parts = urlsplit(value)  # raises `ValueError` by itself, and so does `port`
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("must be an http(s) URL")
    if "@" in parts.netloc:
        raise ValueError("must not carry a user or a password")
    return value


def _zone_name(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not an IANA time zone such as America/Lima") from error
    return value


def _database(value: str) -> str:
    if not value.startswith(DATABASES):
        raise ValueError("must start with sqlite: or postgresql:")
    return value


def _header_safe(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be ASCII without spaces or line breaks")
    return value


def _iso_moment(value: object) -> object:
    """Only ISO: pydantic alone would read a bare number as seconds since 1970."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be an ISO date-time such as 2026-03-11T10:15") from None


HttpUrlText = Annotated[str, AfterValidator(_http_url)]
HeaderSecret = Annotated[SecretStr, AfterValidator(_header_safe)]
MARAVIA = "https://api.maravia.pe/servicio/"


class Settings(BaseSettings):
    """The service's configuration. Field names are the environment variables in lower case.

    Times are in the unit their name or description says; every default but the key serves as it
    stands. An empty variable counts as not set.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    openai_api_key: HeaderSecret = SecretStr("")
    openai_model: str = Field("gpt-4o-mini", min_length=1)
    openai_base_url: HttpUrlText | None = None
    openai_temperature: float = Field(0.5, ge=0, le=2)
    openai_timeout: int = Field(60, ge=1, le=300, description="seconds, one attempt")
    max_tokens: int = Field(2048, ge=1, le=128_000)
    offline_fallback: bool = True
    model_turns_per_session_day: int = Field(
        100, ge=1, le=10_000, description="then the offline model answers"
    )

    server_host: str = "0.0.0.0"  # noqa: S104  the gateway runs on another host
    server_port: int = Field(8002, ge=1, le=65_535)
    chat_timeout: int = Field(120, ge=30, le=300, description="seconds, what the gateway waits")
    max_in_flight: int = Field(64, ge=1, le=10_000, description="turns running at once")
    session_rate_per_minute: int = Field(20, ge=1, le=6000, description="messages of one session")
    internal_api_token: HeaderSecret = SecretStr("")
    internal_api_token_previous: HeaderSecret = SecretStr("")
    docs_enabled: bool = Field(True, description="/docs and /openapi.json")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_file: Path | None = None

    api_timeout: int = Field(10, ge=1, le=60, description="seconds, one call to the back end")
    api_calendar_url: HttpUrlText = MARAVIA + "ws_calendario.php"
    api_agendar_reunion_url: HttpUrlText = MARAVIA + "ws_agendar_reunion.php"
    api_informacion_url: HttpUrlText = MARAVIA + "ws_informacion_ia.php"
    api_preguntas_frecuentes_url: HttpUrlText = MARAVIA + "ws_preguntas_frecuentes.php"
    schedule_cache_ttl_minutes: int = Field(5, ge=1, le=1440)
    booking_on_unverified: Literal["reject", "accept"] = "reject"
    bookings_per_contact_day: int = Field(3, ge=1, le=1000, description="of one address in an empresa")
    bookings_per_empresa_day: int = Field(200, ge=1, le=100_000)
    booking_attempts_per_session_day: int = Field(10, ge=1, le=1000, description="whatever became of them")
    reconcile_after_seconds: int = Field(
        120, ge=1, le=86_400, description="how long the back end may go on with a request"
    )

    timezone: Annotated[str, AfterValidator(_zone_name)] = "America/Lima"
    # Not in the repr: it may carry a password.
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite+aiosqlite:///var/citas.sqlite", repr=False
    )
    max_messages_history: int = Field(20, ge=2, le=200)
    session_hash_key: SecretStr = SecretStr("")
    citas_now: Annotated[datetime | None, BeforeValidator(_iso_moment)] = None

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def zone(self) -> ZoneInfo:
        """The companies' time zone."""
        return ZoneInfo(self.timezone)

    @property
    def frozen_now(self) -> datetime | None:
        """Where the clock stands still, aware; `CITAS_NOW` without an offset is local time."""
        if self.citas_now is None:
            return None
        if self.citas_now.tzinfo is None:
            return self.citas_now.replace(tzinfo=self.zone)
        return self.citas_now.astimezone(self.zone)

    @property
    def offline(self) -> bool:
        """True when no provider is used at all."""
        return self.openai_model == OFFLINE

    @property
    def turn_timeout(self) -> int:
        """Seconds one turn may take: the gateway's patience less the time to answer it."""
        return self.chat_timeout - 10

    @property
    def claim_patience(self) -> timedelta:
        """How long the call behind a claim may take, its one retry included, and some: after that nobody
        waits for its answer any more."""
        return timedelta(seconds=3 * self.api_timeout)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens accepted now; two while one is being rotated; empty means no check."""
        both = (self.internal_api_token, self.internal_api_token_previous)
        return tuple(t.get_secret_value() for t in both if t.get_secret_value())


def load(**overrides: object) -> Settings:
    """Read `.env` and the environment; `overrides` (field names) win. Raises `ConfigError`."""
    unknown = overrides.keys() - Settings.model_fields.keys()
    if unknown:
        raise ConfigError(f"{min(unknown).upper()}: there is no such setting")
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]  # checked by pydantic, not by name
    except ValidationError as error:
        raise ConfigError(_line(error)) from None
    except (SettingsError, OSError, UnicodeDecodeError) as error:
        raise ConfigError(f".env: cannot be read as UTF-8 text ({type(error).__name__})") from None
    _check_ladder(settings)
    _check_tokens(settings)
    _check_key(settings)
    return settings


def _line(error: ValidationError) -> str:
    """The first problem, without the value: it may be a secret."""
    first = error.errors(include_input=False, include_context=False)[0]
    return f"{str(first['loc'][0]).upper()}: {first['msg'].removeprefix('Value error, ')}"


def _check_ladder(settings: Settings) -> None:
    """Each deadline leaves room for the one inside it, or faults would surface elsewhere."""
    if settings.openai_timeout >= settings.turn_timeout:
        raise ConfigError("OPENAI_TIMEOUT: must be below CHAT_TIMEOUT - 10, the time one turn may take")
    if settings.api_timeout + 3 >= settings.turn_timeout:
        raise ConfigError("API_TIMEOUT: must leave 3 seconds below CHAT_TIMEOUT - 10")
    if settings.reconcile_after_seconds < settings.api_timeout:
        raise ConfigError("RECONCILE_AFTER_SECONDS: must not be below API_TIMEOUT")


def _check_tokens(settings: Settings) -> None:
    if len(settings.tokens) == 1 and not settings.internal_api_token.get_secret_value():
        raise ConfigError("INTERNAL_API_TOKEN: not set, while INTERNAL_API_TOKEN_PREVIOUS is")


def _check_key(settings: Settings) -> None:
    provider, named, _ = settings.openai_model.partition(":")
    needs_key = not settings.offline and (not named or provider in _KEYED_PROVIDERS)
    if needs_key and not settings.openai_api_key.get_secret_value() and not settings.openai_base_url:
        raise ConfigError(
            "OPENAI_API_KEY: not set. Put it in .env or the environment, or set "
            "OPENAI_MODEL=offline; `make demo` needs no key at all"
        )
