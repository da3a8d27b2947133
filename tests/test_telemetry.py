"""Logs that can be parsed and name nobody, and the back end's series."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from citas.telemetry import BackendMetrics, configure_logs, session_tag

CANARY = "ana.torres@example.com"


@dataclass(frozen=True, slots=True)
class Logged:
    """What went to standard error, read once."""

    capture: pytest.CaptureFixture[str]

    def text(self) -> str:
        """As it is."""
        return self.capture.readouterr().err

    def lines(self) -> list[dict[str, object]]:
        """As JSON, line by line."""
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Logged:
    """Standard error as it would be piped."""
    return Logged(capsys)


def test_that_a_line_is_json_with_what_was_bound(logged: Logged) -> None:
    configure_logs("INFO", None)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("citas.x").info("reply withheld", claim="price")
    (line,) = logged.lines()
    assert line["event"] == "reply withheld"
    assert line["claim"] == "price"
    assert line["request_id"] == "r-1"
    assert line["level"] == "info"
    assert str(line["timestamp"]).endswith("Z")


def test_that_libraries_log_in_the_same_shape(logged: Logged) -> None:
    configure_logs("INFO", None)
    logging.getLogger("some.library").warning("something %s", "happened")
    (line,) = logged.lines()
    assert line["event"] == "something happened"
    assert line["level"] == "warning"


@pytest.mark.parametrize(
    "library", ["httpx", "httpx2", "httpcore", "httpcore2", "openai", "alembic", "aiosqlite"]
)
def test_that_chatty_libraries_are_quiet(logged: Logged, library: str) -> None:
    configure_logs("DEBUG", None)
    logging.getLogger(library).info("POST https://example.com/?correo=%s", CANARY)
    assert logged.text() == ""


def test_that_a_level_is_respected(logged: Logged) -> None:
    configure_logs("ERROR", None)
    structlog.get_logger("citas.x").warning("not shown")
    structlog.get_logger("citas.x").error("shown")
    assert [line["event"] for line in logged.lines()] == ["shown"]


def test_that_an_error_is_placed_but_its_words_are_not_logged(logged: Logged) -> None:
    configure_logs("INFO", None)
    try:
        int(CANARY)
    except ValueError:
        structlog.get_logger("citas.x").exception("the agent failed unexpectedly")
    text = logged.text()
    assert CANARY not in text
    line = json.loads(text)
    assert "ValueError" in str(line["exception"])
    assert "test_telemetry.py" in str(line["exception"])


def test_that_a_file_gets_the_same_lines_and_its_directory_is_made(logged: Logged, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "down" / "citas.log"
    configure_logs("INFO", file)
    structlog.get_logger("citas.x").info("año nuevo")
    assert json.loads(file.read_text(encoding="utf-8"))["event"] == "año nuevo"
    assert "año nuevo" in logged.text()


def test_that_setting_up_twice_does_not_log_twice(logged: Logged) -> None:
    configure_logs("INFO", None)
    configure_logs("INFO", None)
    structlog.get_logger("citas.x").info("once")
    assert len(logged.lines()) == 1


def test_that_a_session_is_shown_as_a_short_keyed_hash() -> None:
    tag = session_tag(b"secret", 101, "51900000001")
    assert tag == session_tag(b"secret", 101, "51900000001")
    assert len(tag) == 12
    assert "519" not in tag
    others = {
        session_tag(b"another", 101, "51900000001"),
        session_tag(b"secret", 102, "51900000001"),
        session_tag(b"secret", 101, "51900000002"),
    }
    assert tag not in others
    assert len(others) == 3


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.text(max_size=8), st.text(max_size=8))
def test_that_two_sessions_do_not_share_a_tag(one: int, other: int, a: str, b: str) -> None:
    a, b = (t.encode(errors="ignore").decode() for t in (a, b))
    same = (one, a) == (other, b)
    assert (session_tag(b"k", one, a) == session_tag(b"k", other, b)) == same


def test_that_calls_are_counted_by_operation_and_result() -> None:
    registry = CollectorRegistry()
    metrics = BackendMetrics(registry)
    metrics.observe("CREAR_EVENTO", 0.2, "created")
    metrics.observe("CREAR_EVENTO", 9.0, "unknown")
    count = registry.get_sample_value
    labels = {"endpoint": "CREAR_EVENTO"}
    assert count("agent_citas_api_calls_total", {**labels, "result": "created"}) == 1
    assert count("agent_citas_api_calls_total", {**labels, "result": "unknown"}) == 1
    assert count("agent_citas_api_call_duration_seconds_count", labels) == 2
    assert count("agent_citas_api_call_duration_seconds_bucket", {**labels, "le": "0.25"}) == 1
    assert b"agent_citas_api_calls_total" in generate_latest(registry)


def raise_with_causes() -> None:
    """An error whose cause, and whose several lines, quote a customer."""
    try:
        int(f"first line\n second {CANARY}\nthird")
    except ValueError as cause:
        raise RuntimeError(f"outer {CANARY}") from cause


@pytest.mark.parametrize("logger", ["ours", "a library's"])
def test_that_neither_a_cause_nor_a_long_message_is_logged(logged: Logged, logger: str) -> None:
    configure_logs("INFO", None)
    try:
        raise_with_causes()
    except RuntimeError:
        if logger == "ours":
            structlog.get_logger("citas.x").exception("it broke")
        else:
            logging.getLogger("asyncio").exception("it broke")
    (line,) = logged.lines()
    told = str(line["exception"])
    assert CANARY not in json.dumps(line)
    assert "builtins.RuntimeError" in told
    assert "builtins.ValueError" in told
    assert "raise_with_causes" in told
