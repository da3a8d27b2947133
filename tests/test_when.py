"""`citas when`: readable for people, a line for a line for programs, and nothing lost on bad input."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from citas.main import app
from citas.when import Company, answer_line

LIMA = ZoneInfo("America/Lima")
NOW = "2026-03-11T10:15"
KEYS = ["kind", "date", "time", "candidates", "text"]


def run(*arguments: str, lines: bytes = b"") -> str:
    result = CliRunner().invoke(app, ["when", *arguments], input=lines)
    assert result.exit_code == 0, result.output
    return result.stdout


def answers(lines: bytes, *arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("--jsonl", *arguments, lines=lines).splitlines()]


def asked(**line: object) -> Mapping[str, object]:
    [answer] = answers(json.dumps(line).encode() + b"\n")
    return answer


def test_that_a_person_reads_the_day_in_words_and_in_digits() -> None:
    shown = run("pasado mañana tipo 10", "--now", NOW)
    assert shown.startswith("viernes 13 de marzo a las 10:00 a. m.\n")
    assert "2026-03-13 10:00" in shown
    assert "miércoles 11 de marzo de 2026, 10:15 (America/Lima)" in shown


def test_that_words_need_no_quotes() -> None:
    assert run("mañana", "a", "las", "10", "--now", NOW) == run("mañana a las 10", "--now", NOW)


def test_that_every_reading_is_shown() -> None:
    shown = run("el próximo viernes a las 10", "--now", NOW)
    assert "el viernes 13 de marzo o el viernes 20 de marzo, a las 10:00 a. m." in shown
    assert "2026-03-13 10:00" in shown
    assert "2026-03-20 10:00" in shown


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("la próxima semana", "del lunes 16 de marzo al domingo 22 de marzo"),
        ("mañana en la tarde", "jueves 12 de marzo, de 12:00 p. m. a 7:00 p. m."),
        ("mañana después de las 16", "jueves 12 de marzo, desde las 4:00 p. m."),
        ("mañana antes de las 11", "jueves 12 de marzo, hasta las 11:00 a. m."),
        ("a partir del lunes", "desde el lunes 16 de marzo"),
        ("a las 16:00", "a las 4:00 p. m."),
        ("hola", "—"),
    ],
)
def test_that_what_is_not_one_moment_is_said_in_words_too(text: str, first: str) -> None:
    assert run(text, "--now", NOW).splitlines()[0] == first


def test_that_hours_are_said_as_the_companys_country_says_them() -> None:
    assert "a las 16:00" in run("mañana 4pm", "--now", NOW, "--tz", "America/Santiago").splitlines()[0]


def test_that_the_customers_own_clock_is_shown_beside_the_companys() -> None:
    shown = run("mañana a las 4 de la tarde hora de Madrid", "--now", NOW)
    assert shown.startswith("jueves 12 de marzo a las 10:00 a. m.\n")
    assert "2026-03-12 16:00 (Europe/Madrid)" in shown


def test_that_a_program_gets_a_line_for_a_line_in_order() -> None:
    lines = [
        {"text": "pasado mañana tipo 10", "now": NOW},
        {"text": "el próximo viernes", "now": NOW},
        {"text": "hola", "now": NOW},
    ]
    first, second, third = answers("\n".join(map(json.dumps, lines)).encode())
    assert [*first][:5] == [*second][:5] == [*third][:5] == KEYS
    assert (first["kind"], first["date"], first["time"], first["candidates"]) == (
        "resolved", "2026-03-13", "10:00", [],
    )  # fmt: skip
    assert (second["kind"], second["date"], second["time"]) == ("ambiguous", None, None)
    assert second["candidates"] == [
        {"date": "2026-03-13", "time": None},
        {"date": "2026-03-20", "time": None},
    ]
    assert (third["kind"], third["text"]) == ("nothing", "hola")


def test_that_a_stretch_carries_its_days_and_hours() -> None:
    answer = asked(text="mañana por la mañana", now=NOW)
    assert (answer["kind"], answer["date"], answer["time"]) == ("range", "2026-03-12", None)
    assert answer["span"] == {"first": "2026-03-12", "last": "2026-03-12", "from": "06:00", "to": "12:00"}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"nope", "JSON"),
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[]", "object"),
        (b"[" * 100_000, "JSON"),
        (b'{"now": "2026-03-11T10:15"}', "text"),
        (b'{"text": 5}', "text"),
        (b'{"text": null}', "text"),
        (b'{"text": "hoy", "now": 5}', "now"),
        (b'{"text": "hoy", "now": "ayer"}', "now"),
        (b'{"text": "hoy", "now": "9999-12-31T23:59"}', "now"),
        (b'{"text": "hoy", "now": "0001-01-01T00:00Z"}', "now"),
        (b'{"text": "hoy", "open": "siempre"}', "open"),
        (b'{"text": "hoy", "open": "18:00-09:00"}', "open"),
        (b'{"text": "hoy", "offers": ["x"]}', "offers"),
        (b'{"text": "hoy", "pending": "x"}', "pending"),
        (b'{"text": "hoy", "pending": 20260313}', "pending"),
        (b'{"text": "a las 12 de la noche", "pending": "9999-12-31"}', "pending"),
        (b'{"text": "a las 9 hora de Madrid", "pending": "0001-01-01"}', "pending"),
    ],
)
def test_that_an_unreadable_line_says_what_is_wrong_and_the_rest_goes_on(line: bytes, what: str) -> None:
    good = json.dumps({"text": "mañana", "now": NOW}).encode()
    before, bad, after = answers(b"\n".join([good, line, good]))
    assert before == after
    assert (before["kind"], before["date"]) == ("resolved", "2026-03-12")
    assert [*bad][:5] == KEYS
    assert bad["kind"] == "error"
    assert what in str(bad["error"])


def test_that_windows_line_ends_and_a_missing_last_one_are_no_matter() -> None:
    line = json.dumps({"text": "mañana", "now": NOW}).encode()
    assert [a["date"] for a in answers(line + b"\r\n" + line)] == ["2026-03-12"] * 2


def test_that_a_naive_now_is_on_the_companys_clock_and_an_aware_one_is_brought_there() -> None:
    lines = b"""{"text": "hoy", "now": "2026-03-11T23:30"}
{"text": "hoy", "now": "2026-03-12T03:30:00Z"}
{"text": "hoy", "now": "2026-03-12T03:30:00+09:00"}"""
    assert [a["date"] for a in answers(lines)] == ["2026-03-11", "2026-03-11", "2026-03-11"]
    assert [a["date"] for a in answers(lines, "--tz", "Asia/Tokyo")] == [
        "2026-03-11", "2026-03-12", "2026-03-12",
    ]  # fmt: skip


def test_that_now_may_be_given_once_for_all_lines() -> None:
    [answer] = answers(b'{"text": "hoy"}', "--now", NOW)
    assert answer["date"] == "2026-03-11"


def test_that_without_now_the_clock_is_read() -> None:
    day = datetime.now(LIMA).date().isoformat()
    [answer] = answers(b'{"text": "hoy"}')
    assert answer["date"] in {day, datetime.now(LIMA).date().isoformat()}


def test_that_opening_hours_offers_and_the_day_at_hand_settle_what_they_settle_in_a_conversation() -> None:
    assert asked(text="mañana a las 3", now=NOW)["kind"] == "ambiguous"
    assert asked(text="mañana a las 3", now=NOW, open="09:00-18:00")["time"] == "15:00"
    offers = ["2026-03-12T10:00", "2026-03-12T11:00"]
    assert asked(text="la segunda", now=NOW, offers=offers)["time"] == "11:00"
    assert asked(text="a las 11", now=NOW, pending="2026-03-13")["date"] == "2026-03-13"
    [answer] = answers(b'{"text": "a las 3"}', "--open", "09:00-18:00")
    assert answer["time"] == "15:00"


messages = st.text(max_size=200).map(lambda text: json.dumps({"text": text}).encode())


@settings(deadline=None)
@given(st.binary(max_size=200) | messages)
def test_that_any_bytes_make_one_line_of_json(line: bytes) -> None:
    answer = answer_line(line, Company(LIMA))
    assert answer.count(b"\n") == 1
    assert [*json.loads(answer)][:5] == KEYS


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["hoy", "--now", "ayer"], "--now must be an ISO date-time"),
        (["hoy", "--tz", "Lima"], "--tz 'Lima' is not an IANA time zone"),
        (["hoy", "--open", "9"], "--open must be opening hours"),
        ([], "give either"),
        (["hoy", "--jsonl"], "give either"),
    ],
)
def test_that_a_bad_option_ends_in_one_clear_line(arguments: list[str], what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "citas.main", "when", *arguments],
        capture_output=True, text=True, input="", check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert what in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def test_that_each_answer_is_there_before_the_next_line_is_asked() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "citas.main", "when", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for day in ("2026-03-12", "2026-03-13"):
            program.stdin.write(json.dumps({"text": f"el {day}", "now": NOW}).encode() + b"\n")
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["date"] == day
        program.stdin.close()
        assert program.wait(timeout=60) == 0
