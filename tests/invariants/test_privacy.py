"""I12: what is logged, counted and answered to a wrong request names nobody.

Every datum of the customer is a canary. The logs are the service's own, at DEBUG, written to a file.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given

from tests.harness import Puppet, Seen
from tests.harness.puppet import Part
from tests.invariants.plays import PLAYS, Play, bounded
from tests.invariants.stage import Stage, open_stage
from tests.logs import logging_to

WHO = list(PLAYS)
NAME, MAIL, NUMBER, TEXT = (
    "Zorzalva Quim",
    "zorzalva.quim@example.net",
    "51977123456",
    "mi ruc es 20998877665",
)
CANARIES = ("zorzalva", "quim@", NUMBER, "20998877665")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the service logs everything; the logging of the test run comes back afterwards."""
    file = tmp_path_factory.mktemp("logs") / "service.log"
    with logging_to(file):
        yield file


@pytest.fixture(scope="module")
def logged_stage(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage whose service logs to that file."""
    with open_stage(tmp_path_factory.mktemp("stage")) as opened:
        yield opened


class Breaks(Puppet):
    """Fails with the customer's own words in its error, as a bug would."""

    def respond(self, seen: Seen) -> Sequence[Part]:
        """Break."""
        raise RuntimeError(seen.customer)


def _own(text: str) -> str:
    """A line of a play as our canary writes it."""
    return text.replace("Ana Torres", NAME).replace("ana@example.com", MAIL)


@pytest.mark.parametrize("who", WHO)
def test_i12_that_no_log_and_no_series_names_a_customer(logged_stage: Stage, log: Path, who: str) -> None:
    @bounded(4)
    @given(PLAYS[who])
    def example(play: Play) -> None:
        async def conversation() -> str:
            story = logged_stage.story(int(NUMBER))
            await logged_stage.tells(story, play.model(), TEXT, *map(_own, play.texts), "sí")
            return (await logged_stage.world.http.get("/metrics")).text

        _check_silent(logged_stage.run(conversation()))

    example()
    text = log.read_text(encoding="utf-8")
    assert '"turn"' in text
    _check_silent(text)


def test_i12_that_an_unexpected_failure_is_logged_without_words(logged_stage: Stage, log: Path) -> None:
    """A model that breaks with the customer's words in its error."""

    async def conversation() -> int:
        story = logged_stage.story(int(NUMBER))
        reply = await logged_stage.tells(story, Breaks(), f"soy {NAME}, {MAIL}. {TEXT}")
        return reply.status

    assert logged_stage.run(conversation()) == 200
    text = log.read_text(encoding="utf-8")
    assert "unexpectedly" in text
    _check_silent(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"session_id": MAIL},
        {"session_id": [NUMBER]},
        {"message": {NAME: TEXT}},
        {"context": {"config": {"id_empresa": MAIL}}},
        {"context": NAME},
        {"message_id": {"x": MAIL}},
    ],
)
def test_i12_that_a_refusal_does_not_quote_what_was_sent(
    logged_stage: Stage, log: Path, wrong: dict[str, object]
) -> None:
    async def post() -> tuple[int, str]:
        body: dict[str, object] = {
            "message": f"{NAME} {MAIL}",
            "session_id": int(NUMBER),
            "context": {"config": {"id_empresa": 101}},
        }
        response = await logged_stage.world.http.post("/api/chat", json=body | wrong)
        return response.status_code, response.text

    status, text = logged_stage.run(post())
    assert status == 422
    _check_silent(text)
    _check_silent(log.read_text(encoding="utf-8"))


def _check_silent(text: str) -> None:
    folded = text.casefold()
    told = [line for line in folded.splitlines() if any(canary in line for canary in CANARIES)]
    assert not told, told[:3]
