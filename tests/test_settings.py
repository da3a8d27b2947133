"""Every bad value is one line that names its variable; every good one is read; no secret is shown."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from citas.errors import ConfigError
from citas.settings import Settings, load


@pytest.fixture(autouse=True)
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty directory and none of our variables, but for the one that makes a key needless."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("OPENAI_MODEL", "offline")


def test_that_the_defaults_are_those_of_the_reference() -> None:
    settings = load(openai_model="gpt-4o-mini", openai_api_key="sk-x")

    assert settings.openai_temperature == 0.5
    assert (settings.openai_timeout, settings.max_tokens) == (60, 2048)
    assert (settings.server_host, settings.server_port) == ("0.0.0.0", 8002)
    assert (settings.chat_timeout, settings.turn_timeout) == (120, 110)
    assert (settings.log_level, settings.log_file) == ("INFO", None)
    assert (settings.api_timeout, settings.schedule_cache_ttl_minutes) == (10, 5)
    assert (settings.bookings_per_contact_day, settings.bookings_per_empresa_day) == (3, 200)
    assert (settings.booking_attempts_per_session_day, settings.reconcile_after_seconds) == (10, 120)
    assert settings.zone.key == "America/Lima"
    assert settings.max_messages_history == 20
    assert settings.tokens == ()
    assert settings.frozen_now is None
    assert not settings.offline
    for operation in ("calendar", "agendar_reunion", "informacion", "preguntas_frecuentes"):
        url = str(getattr(settings, f"api_{operation}_url"))
        assert url.startswith("https://api.maravia.pe/servicio/ws_")


BAD = [
    ("OPENAI_TEMPERATURE", "caliente"),
    ("OPENAI_TEMPERATURE", "2.1"),
    ("OPENAI_TEMPERATURE", "nan"),
    ("OPENAI_TIMEOUT", "0"),
    ("OPENAI_TIMEOUT", "60s"),
    ("OPENAI_TIMEOUT", "110"),
    ("MAX_TOKENS", "-1"),
    ("OPENAI_BASE_URL", "localhost:9000"),
    ("OPENAI_BASE_URL", "https://user:secreto@example.com/v1"),
    ("OPENAI_API_KEY", "sk-secreto\nsegunda"),
    ("OFFLINE_FALLBACK", "quizás"),
    ("SERVER_PORT", "0"),
    ("SERVER_PORT", "65536"),
    ("SERVER_PORT", "ocho"),
    ("CHAT_TIMEOUT", "10"),
    ("MAX_IN_FLIGHT", "0"),
    ("SESSION_RATE_PER_MINUTE", "0"),
    ("INTERNAL_API_TOKEN", "   "),
    ("INTERNAL_API_TOKEN", "secreto con espacio"),
    ("INTERNAL_API_TOKEN", "secretñ"),
    ("DOCS_ENABLED", "tal vez"),
    ("LOG_LEVEL", "CHISMOSO"),
    ("API_TIMEOUT", "61"),
    ("API_CALENDAR_URL", "ftp://example.com/"),
    ("API_CALENDAR_URL", "https://"),
    ("API_CALENDAR_URL", "https://example.com:99999/"),
    ("API_INFORMACION_URL", "https://[::1"),
    ("API_AGENDAR_REUNION_URL", "https://exa mple.com/"),
    ("API_PREGUNTAS_FRECUENTES_URL", "https://example.com/ñ"),
    ("SCHEDULE_CACHE_TTL_MINUTES", "0"),
    ("BOOKING_ON_UNVERIFIED", "maybe"),
    ("BOOKINGS_PER_CONTACT_DAY", "0"),
    ("BOOKINGS_PER_CONTACT_DAY", "1001"),
    ("BOOKINGS_PER_EMPRESA_DAY", "0"),
    ("BOOKINGS_PER_EMPRESA_DAY", "muchas"),
    ("BOOKING_ATTEMPTS_PER_SESSION_DAY", "0"),
    ("RECONCILE_AFTER_SECONDS", "0"),
    ("RECONCILE_AFTER_SECONDS", "9"),
    ("RECONCILE_AFTER_SECONDS", "86401"),
    ("TIMEZONE", "Lima"),
    ("TIMEZONE", "America"),
    ("TIMEZONE", "../../etc/passwd"),
    ("DATABASE_URL", "mysql://root:secreto@db/citas"),
    ("DATABASE_URL", "var/citas.sqlite"),
    ("MAX_MESSAGES_HISTORY", "1"),
    ("CITAS_NOW", "mañana"),
    ("CITAS_NOW", "1700000000.5"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_that_a_bad_value_is_one_line_naming_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as error:
        load()

    assert str(error.value).startswith(f"{name}: ")
    assert len(str(error.value)) > len(f"{name}: ")
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_that_an_empty_variable_counts_as_not_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = load(openai_api_key="sk-x")
    if name != "openai_model":
        monkeypatch.setenv(name.upper(), "")

    assert load(openai_api_key="sk-x") == expected


@pytest.mark.parametrize(
    ("chat_timeout", "openai_timeout", "api_timeout", "named"),
    [
        (30, 20, 10, "OPENAI_TIMEOUT"),
        (30, 19, 17, "API_TIMEOUT"),
        (60, 60, 10, "OPENAI_TIMEOUT"),
    ],
)
def test_that_deadlines_that_do_not_nest_are_refused(
    chat_timeout: int, openai_timeout: int, api_timeout: int, named: str
) -> None:
    with pytest.raises(ConfigError, match=f"^{named}: .*CHAT_TIMEOUT"):
        load(chat_timeout=chat_timeout, openai_timeout=openai_timeout, api_timeout=api_timeout)


def test_that_deadlines_that_just_nest_are_accepted() -> None:
    assert load(chat_timeout=30, openai_timeout=19, api_timeout=16).turn_timeout == 20


def test_that_the_calendar_is_not_asked_while_an_answer_may_still_come() -> None:
    with pytest.raises(ConfigError, match=r"^RECONCILE_AFTER_SECONDS: .*API_TIMEOUT"):
        load(api_timeout=30, reconcile_after_seconds=29)

    settings = load(api_timeout=30, reconcile_after_seconds=30)
    assert settings.claim_patience == timedelta(seconds=90)


@pytest.mark.parametrize("model", ["gpt-4o-mini", "openai:gpt-4o", "ft:gpt-4o-mini:acme::x1"])
def test_that_a_missing_key_says_what_to_do(model: str) -> None:
    with pytest.raises(ConfigError, match=r"OPENAI_API_KEY: .*OPENAI_MODEL=offline.*make demo"):
        load(openai_model=model)


@pytest.mark.parametrize(
    "choice",
    [
        {"openai_model": "offline"},
        {"openai_model": "anthropic:claude-sonnet-4-5"},
        {"openai_base_url": "http://127.0.0.1:9000/v1", "openai_model": "local"},
        {"openai_api_key": "sk-x", "openai_model": "gpt-4o-mini"},
    ],
)
def test_that_a_key_is_not_asked_for_without_need(choice: dict[str, object]) -> None:
    settings = load(**choice)

    assert settings.offline == (choice["openai_model"] == "offline")


def test_that_a_dotenv_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = '\ufeffSERVER_PORT=9000\r\nLOG_LEVEL=debug\r\nNADIE_LO_USA=1\r\nTIMEZONE="Europe/Madrid"\r\n'
    (tmp_path / ".env").write_text(content, encoding="utf-8")
    monkeypatch.setenv("LOG_LEVEL", "error")
    settings = load()

    assert settings.server_port == 9000
    assert settings.log_level == "ERROR"
    assert settings.zone.key == "Europe/Madrid"


def test_that_a_bad_value_in_the_dotenv_file_is_named_alike(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SERVER_PORT=puerto\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"^SERVER_PORT: "):
        load()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00S", b"TIMEZONE=Espa\xf1a\n"])
def test_that_an_unreadable_dotenv_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)

    with pytest.raises(ConfigError, match=r"^\.env: "):
        load()


def test_that_a_missing_dotenv_file_or_a_directory_in_its_place_is_nothing(tmp_path: Path) -> None:
    without = load()
    (tmp_path / ".env").mkdir()

    assert load() == without


def test_that_overrides_win_and_are_checked_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_PORT", "9000")

    assert load(server_port=9001).server_port == 9001
    with pytest.raises(ConfigError, match=r"^SERVER_PORT: "):
        load(server_port=0)
    with pytest.raises(ConfigError, match=r"^SERVER_PROT: "):
        load(server_prot=9000)


def test_that_no_secret_is_shown() -> None:
    settings = load(
        openai_api_key="sk-secreto",
        internal_api_token="tok-secreto",
        internal_api_token_previous="old-secreto",
        session_hash_key="hash-secreto",
        database_url="postgresql+asyncpg://citas:secreto@db/citas",
    )

    assert "secreto" not in repr(settings)
    assert "secreto" not in str(settings)
    assert settings.tokens == ("tok-secreto", "old-secreto")


def test_that_a_previous_token_without_a_current_one_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^INTERNAL_API_TOKEN: "):
        load(internal_api_token_previous="old")


@pytest.mark.parametrize(
    ("value", "offset"),
    [
        ("2026-03-11T10:15", -5),
        ("2026-03-11 10:15:00", -5),
        ("2026-03-11T15:15:00Z", -5),
        ("2026-03-11T15:15:00+00:00", -5),
    ],
)
def test_that_the_frozen_moment_is_local_unless_it_says_otherwise(value: str, offset: int) -> None:
    now = load(citas_now=value).frozen_now

    assert now is not None
    assert now.replace(tzinfo=None) == datetime(2026, 3, 11, 10, 15)  # noqa: DTZ001  wall clock meant
    assert now.utcoffset() == timedelta(hours=offset)


def test_that_settings_do_not_change() -> None:
    settings = load()

    with pytest.raises(ValueError, match="frozen"):
        settings.server_port = 1
