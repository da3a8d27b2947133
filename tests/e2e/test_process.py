"""The service as a real process on a real port: start, kill, restart, refusals at start."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

NOW = "2026-03-11T10:15:00-05:00"
PATIENCE_SECONDS = 60


class Demo:
    """A demo process; its files are in `var`, so the next one goes on where it stopped."""

    def __init__(self, var: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            "PATH": os.environ["PATH"],
            "SERVER_PORT": str(port),
            "CITAS_NOW": NOW,
            "LOG_FILE": str(var / "citas.log"),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "citas.main", "demo", "--var", str(var)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_ready(self) -> None:
        """Until it answers; fails with its output if it ends instead."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.output()
            try:
                if httpx.get(f"{self.url}/ready").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the demo did not become ready")

    def say(self, text: str) -> dict[str, str | None]:
        """One message of the same customer."""
        config = {"id_empresa": 101, "usuario_id": 7, "id_chatbot": 501}
        body = {"message": text, "session_id": 51900000001, "context": {"config": config}}
        response = httpx.post(f"{self.url}/api/chat", json=body, timeout=30)
        assert response.status_code == 200
        answer: dict[str, str | None] = response.json()
        return answer

    def stop(self, how: signal.Signals) -> int:
        """Send the signal and wait for the end; the exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def output(self) -> str:
        """What it printed; only after its end."""
        assert self.process.stdout is not None
        return self.process.stdout.read()


@contextmanager
def demo(var: Path, port: int) -> Iterator[Demo]:
    """A demo that is surely gone afterwards."""
    running = Demo(var, port)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        assert running.process.stdout is not None
        running.process.stdout.close()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_that_a_conversation_goes_on_after_the_service_was_killed(tmp_path: Path) -> None:
    port = free_port()
    with demo(tmp_path, port) as first:
        assert "jueves 12 de marzo" in str(first.say("Hola, una cita mañana a las 10")["reply"])
        first.say("sí")
        assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    with demo(tmp_path, port) as second:
        assert "correo" in str(second.say("Ana Ejemplo")["reply"])
        booked = second.say("ana@example.com")
        assert second.stop(signal.SIGTERM) == 0
    events = json.loads((tmp_path / "demo-sandbox.json").read_text())["events"]
    assert [event["correo_cliente"] for event in events] == ["ana@example.com"]
    assert booked["url"] == events[0]["meet_link"]
    assert str(booked["url"]) in str(booked["reply"])


def test_that_the_demo_announces_its_frozen_clock_and_what_to_try(tmp_path: Path) -> None:
    with demo(tmp_path, free_port()) as running:
        assert running.stop(signal.SIGTERM) == 0
        printed = running.output()
    assert "CITAS_NOW" in printed
    assert "curl" in printed
    assert running.url in printed


def test_that_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    with demo(tmp_path, free_port()):
        other = Demo(tmp_path, free_port())
        code = other.process.wait(PATIENCE_SECONDS)
        printed = other.output()
        assert other.process.stdout is not None
        other.process.stdout.close()
    assert code not in {0, None}
    assert "another process" in printed


def start_with(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m citas.main` with only these variables, in an empty folder."""
    return subprocess.run(
        [sys.executable, "-m", "citas.main"],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_that_a_bad_value_stops_the_start_with_one_line(tmp_path: Path) -> None:
    done = start_with(tmp_path, OPENAI_MODEL="offline", SERVER_PORT="ochenta")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("citas: SERVER_PORT:")


def test_that_a_missing_key_says_how_to_set_it_and_that_the_demo_needs_none(tmp_path: Path) -> None:
    done = start_with(tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("citas: OPENAI_API_KEY:")
    assert "make demo" in line


def test_that_dotenv_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_MODEL=offline\nAPI_TIMEOUT=0\n")
    done = start_with(tmp_path)
    (line,) = done.stderr.splitlines()
    assert line.startswith("citas: API_TIMEOUT:")


def test_that_a_model_that_cannot_be_opened_stops_the_start_with_one_line(tmp_path: Path) -> None:
    done = start_with(tmp_path, OPENAI_MODEL="foo:bar")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("citas: OPENAI_MODEL:")
    assert "Traceback" not in done.stderr


def test_that_a_turn_is_one_line_of_the_log_and_names_nobody(tmp_path: Path) -> None:
    with demo(tmp_path, free_port()) as running:
        running.say("Hola, soy Ana Ejemplo, ana@example.com")
        running.stop(signal.SIGTERM)
    text = (tmp_path / "citas.log").read_text()
    (turn,) = [line for line in map(json.loads, text.splitlines()) if line["event"] == "turn"]
    assert (turn["empresa"], turn["outcome"]) == (101, "answered")
    for private in ("51900000001", "Ejemplo", "ana@example.com"):
        assert private not in text
