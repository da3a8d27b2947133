"""The format of cases, and the cases themselves: what an author may rely on."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evals.case import LIMA, SCHEMA, Case, InvalidCase, Say, Wait, load_cases, schema

MULTI_TURN = 250
CATEGORIES = {
    "ambiguity",
    "booking",
    "calendar",
    "changes",
    "delivery",
    "faults",
    "format",
    "injection",
    "knowledge",
    "own_bookings",
    "prospects",
    "repair",
    "talk",
    "wayward",
}


def written(directory: Path, text: str, name: str = "made.yaml") -> Path:
    """A directory with one file of cases."""
    (directory / name).write_text(text, encoding="utf-8")
    return directory


def one(directory: Path, entry: str) -> Case:
    """The case of one YAML entry."""
    (found,) = load_cases(written(directory, f"cases:\n  - {entry}"))
    return found


def test_that_there_are_enough_conversations_of_more_than_one_message_in_every_category() -> None:
    cases = load_cases()
    long = [case for case in cases if case.prospect or len(case.messages) > 1]
    assert len(long) >= MULTI_TURN
    assert {case.category for case in cases} == CATEGORIES
    assert {case.dialect for case in cases} == {"pe", "mx", "co", "ar", "cl", "es"}


def test_that_the_34_dialogues_are_all_there() -> None:
    numbers = {case.name.split("-")[1] for case in load_cases() if case.name.startswith("dialogue-")}
    assert numbers == {f"{number:02}" for number in range(1, 35)}


def test_that_every_prospects_voice_speaks_in_every_country() -> None:
    spoken = {(c.prospect.persona, c.dialect) for c in load_cases() if c.prospect}
    assert len(spoken) == 36


def test_that_the_schema_for_editors_is_the_one_that_is_used() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema(), (
        "python -m evals schema > …/schema.json"
    )


def test_that_a_case_is_one_entry(tmp_path: Path) -> None:
    case = one(
        tmp_path,
        "{name: a-case, script: [hola, {wait: 5m}, {say: no, reply: {has: [ok]}}], now: 2026-03-11T23:58}",
    )
    assert case.category == "made"
    assert case.script[0] == "hola"
    assert case.script[1] == Wait(wait="5m")  # type: ignore[arg-type]  # as a file has it
    assert case.script[2] == Say(say="no", reply={"has": ["ok"]})  # type: ignore[arg-type]  # as a file has it
    assert case.now == datetime(2026, 3, 11, 23, 58, tzinfo=LIMA)


@pytest.mark.parametrize("text", ["no", "sí", "on", "yes", "15:00", "1:30", "2026-03-12", "ok"])
def test_that_what_customers_write_stays_text(tmp_path: Path, text: str) -> None:
    case = one(tmp_path, f"{{name: a-case, script: [{text}, hola]}}")
    assert case.messages[0].say == text


@pytest.mark.parametrize(("text", "span"), [("5s", 5), ("3m", 180), ("2h", 7200), ("1d", 86_400)])
def test_that_time_passes_as_people_write_it(tmp_path: Path, text: str, span: int) -> None:
    case = one(tmp_path, f"{{name: a-case, script: [hola, {{wait: {text}}}]}}")
    assert case.script[1].wait == timedelta(seconds=span)  # type: ignore[union-attr]  # a wait


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("{name: Mayúsculas, script: [hola]}", "pattern"),
        ("{name: a-case}", "either a script or a prospect"),
        ("{name: a-case, script: [{say: hola, by: nadie}]}", "nobody is called nadie"),
        ("{name: a-case, script: [hola], expects: {}}", "expects: Extra inputs"),
        ("{name: a-case, script: [{wait: 5 minutes}]}", "number and s, m, h or d"),
        ("{name: a-case, script: [{fault: status_500, on: NOPE}]}", "no such operation"),
        ("{name: a-case, script: [hola], expect: {events: [{start: mañana}]}}", "Invalid isoformat"),
        ("{name: a-case, script: [hola, {say: hola, reply: {lacks: ['**']}}]}", "in every reply"),
        ("{name: a-case, script: [hola", "flow"),
    ],
)
def test_that_a_mistake_in_a_file_names_the_file_and_says_what_it_is(
    tmp_path: Path, entry: str, why: str
) -> None:
    with pytest.raises(InvalidCase, match=why) as raised:
        one(tmp_path, entry)
    assert str(raised.value).startswith("made.yaml: ")


def test_that_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "cases: [{name: a-case, script: [hola]}]", "one.yaml")
    written(tmp_path, "cases: [{name: a-case, script: [chau]}]", "two.yaml")
    with pytest.raises(InvalidCase, match="two cases are called a-case"):
        load_cases(tmp_path)
