"""The page in a real browser, from disk and offline: it fits a phone, and nothing in it runs."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from evals.report import write_html
from tests.evals.made import HOSTILE, results

PHONE, DESKTOP = (390, 844), (1280, 800)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SMALLEST = 12
TEXT_SIZES = """() => {
    const sizes = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        if (walker.currentNode.data.trim())
            sizes.push(parseFloat(getComputedStyle(walker.currentNode.parentElement).fontSize));
    }
    return sizes;
}"""
UNFOLD = "() => document.querySelectorAll('details').forEach(each => each.open = true)"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Opened:
    """A page, and what it did that it should not have."""

    def __init__(self, page: Page, file: Path, anchor: str = "") -> None:
        self.page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._dismiss)
        page.goto(file.as_uri() + anchor)
        self.asked = [url for url in self.asked if url.partition("#")[0] != file.as_uri()]

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report, on disk."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    write_html(results(), file, results(model="offline"))
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the tests are skipped, but not where they must not be."""
    chromium = shutil.which("chromium")
    if chromium is None:
        how = "Chromium is not installed: apt-get install chromium"
        pytest.fail(how) if os.environ.get("CI") else pytest.skip(how)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, file: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """The page, offline, on a screen of the size that a test asks for: a phone's if it does not."""
    width, height = getattr(request, "param", PHONE)
    context = browser.new_context(offline=True, viewport={"width": width, "height": height})
    yield Opened(context.new_page(), file)
    context.close()


@pytest.mark.parametrize("opened", [PHONE, DESKTOP], indirect=True, ids=["phone", "desktop"])
def test_that_the_page_fits_with_everything_unfolded_and_asks_for_nothing(opened: Opened) -> None:
    assert opened.page.evaluate(OVERFLOW) <= 0
    opened.page.evaluate(UNFOLD)
    assert opened.page.evaluate(OVERFLOW) <= 0
    assert min(opened.page.evaluate(TEXT_SIZES)) >= SMALLEST
    assert opened.asked == []
    assert opened.complaints == []


def test_that_a_failing_chat_is_seen_and_its_tools_unfold(opened: Opened) -> None:
    failing = opened.page.locator("#failing .run").first
    mine, theirs = failing.locator(".mine").first, failing.locator(".theirs").first
    assert mine.is_visible()
    assert theirs.is_visible()
    right, left = mine.bounding_box(), theirs.bounding_box()
    assert right is not None
    assert left is not None
    assert right["x"] + right["width"] > left["x"] + left["width"]
    result = failing.locator(".tool pre").last
    assert not result.is_visible()
    failing.locator(".tool summary").click()
    assert result.is_visible()
    assert result.inner_text() == '{\n  "free": true\n}'


def test_that_a_passing_chat_is_folded_and_unfolds(opened: Opened) -> None:
    category = opened.page.locator("#passing > details").first
    chat = category.locator(".chat").first
    assert not chat.is_visible()
    category.locator("summary").first.click()
    category.locator(".run > summary").first.click()
    assert chat.is_visible()


def test_that_a_link_opens_the_run_it_names(browser: Browser, file: Path) -> None:
    with browser.new_context(offline=True) as context:
        opened = Opened(context.new_page(), file, "#remembers-a-week.1")
        run = opened.page.locator("[id='remembers-a-week.1'] .chat")
        run.wait_for(state="visible", timeout=2000)


def test_that_hostile_text_is_shown_and_does_nothing(opened: Opened) -> None:
    opened.page.evaluate(UNFOLD)
    texts = opened.page.locator(".bubble .text").all_text_contents()
    assert texts.count(HOSTILE) == 2
    assert HOSTILE in opened.page.locator(".why bdi").all_text_contents()
    assert opened.page.locator("script, img, iframe, object, [onerror]").count() == 0
    assert opened.complaints == []


def test_that_the_page_is_dark_where_the_reader_is(browser: Browser, file: Path) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        with browser.new_context(offline=True, color_scheme=scheme) as context:
            page = Opened(context.new_page(), file).page
            colours.add(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
    assert colours == {"rgb(246, 247, 249)", "rgb(15, 20, 24)"}
