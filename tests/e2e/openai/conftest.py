"""Fixtures: a scripted provider, and services whose model is the provider's."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.openai.support import LONG_ENOUGH, connected
from tests.e2e.world import World
from tests.openai_server import OpenAIServer, serve_openai


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[OpenAIServer]:
    """One provider for all tests of this file."""
    async with serve_openai() as provider:
        yield provider


@pytest.fixture
def provider(served: OpenAIServer) -> Iterator[OpenAIServer]:
    """The provider with nothing to say yet. After the test, its script must have been played out."""
    served.forget()
    yield served
    served.assert_played_out()


@pytest_asyncio.fixture(loop_scope="module")
async def world(tmp_path: Path, served: OpenAIServer) -> AsyncIterator[World]:
    """A service of the test's own, with the provider's model and the offline model behind it."""
    async with connected(tmp_path, served) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_for_all(tmp_path_factory: pytest.TempPathFactory, served: OpenAIServer) -> AsyncIterator[World]:
    """A service that the tests of a file have in common."""
    async with connected(tmp_path_factory.mktemp("shared"), served) as opened:
        yield opened
        assert not opened.events


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alone_for_all(
    tmp_path_factory: pytest.TempPathFactory, served: OpenAIServer
) -> AsyncIterator[World]:
    """The same without the offline model."""
    async with connected(tmp_path_factory.mktemp("alone"), served, fallback=False) as opened:
        yield opened
        assert not opened.events


@pytest.fixture
def shared(one_for_all: World) -> World:
    """For tests that leave the calendar empty; each has customers of its own."""
    one_for_all.seconds.advance(LONG_ENOUGH)
    return one_for_all


@pytest.fixture
def alone(alone_for_all: World) -> World:
    """A shared service without the offline model."""
    alone_for_all.seconds.advance(LONG_ENOUGH)
    return alone_for_all
