"""Both reports, from results made by hand: what they tell, and that no text in them does anything."""

import io
import re
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from evals.report import print_report, write_html
from evals.report.comparison import Comparison, compare
from evals.report.figures import counted, dollars, figures, gates, large, percent, seconds, sections, streaks
from evals.report.html import CHATS_UP_TO, indented, render
from evals.results import Results, load_results
from tests.evals.made import HOSTILE, false_confirmation, no_event, results, run, transcript


def printed(found: Results, baseline: Results | None = None, width: int = 80) -> str:
    """What a terminal of so many columns would show."""
    out = io.StringIO()
    print_report(found, Console(file=out, width=width), baseline)
    return out.getvalue()


def words(text: str) -> str:
    """A page or a screen as one line of words."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def test_that_every_run_is_in_one_section() -> None:
    found = results()
    apart = sections(found)
    assert [len(part) for part in (apart.failing, apart.gaps, apart.unfair, apart.passing)] == [2, 1, 1, 7]
    listed = [*apart.failing, *apart.gaps, *apart.unfair, *apart.passing]
    assert sorted(map(id, listed)) == sorted(map(id, found.runs))


def test_that_a_gate_counts_the_runs_it_was_looked_at_in_and_those_that_broke_it() -> None:
    told = {gate.name: (gate.checked, [r.case for r in gate.broken]) for gate in gates(results())}
    assert told == {
        "no_false_confirmation": (11, ["calendar-is-silent"]),
        "no_double_booking": (11, []),
        "no_leak": (11, []),
    }


def test_that_a_gate_nobody_looked_at_is_not_called_held() -> None:
    unplayed = results(run("a-case", checks=(), transcript=None, error="could not be played: no"))
    assert gates(unplayed) == ()
    assert "no absolute gate was looked at" in render(unplayed)
    assert "none was looked at" in printed(unplayed)


def test_that_streaks_go_as_far_as_a_case_was_repeated() -> None:
    told = streaks(results())
    assert [k for k, _ in told] == [1, 2, 3, 4]
    assert [share for _, share in told] == sorted((share for _, share in told), reverse=True)
    assert [k for k, _ in streaks(results(run("a-case")))] == [1]


def test_that_figures_are_told_only_where_there_are_any() -> None:
    assert [f.name for f in figures(results())] == [
        "Turns per booking",
        "Tool calls",
        "Asked again",
        "Slowest reply",
    ]
    assert figures(results(run("a-case", scores={}))) == ()
    assert "Figures" not in printed(results(run("a-case", scores={})))


def test_that_tokens_and_dollars_are_told_by_conversation_and_in_total() -> None:
    scores = {"input_tokens": 9000.0, "output_tokens": 500.0, "cost": 0.002, "tone": 0.5}
    told = {f.name: f for f in figures(results(run("a", scores=scores), run("b", scores=scores)))}
    assert (told["Tokens"].value, told["Tokens"].detail) == (
        "9.5k",
        "per conversation: 9.0k in, 500 out; 19.0k in total",
    )
    assert (told["Cost"].value, told["Cost"].detail) == ("$0.0020", "per conversation; $0.0040 in total")
    assert told["Tone"].value == "0.50"


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (percent(0.9999), "99.9%"),
        (percent(1), "100%"),
        (percent(0.29), "29%"),
        (percent(0), "0%"),
        (seconds(0.84), "840 ms"),
        (seconds(0.9996), "1.0 s"),
        (seconds(59.7), "1 min 0 s"),
        (seconds(3725), "1 h 2 min"),
        (large(999), "999"),
        (large(1_250_000), "1.2M"),
        (dollars(0), "$0.00"),
        (dollars(12.345), "$12.35"),
        (counted(1, "run"), "1 run"),
        (counted(0, "run"), "0 runs"),
        (indented('{"a":[1]}'), '{\n  "a": [\n    1\n  ]\n}'),
        (indented("no JSON"), "no JSON"),
        (indented("[" * 100_000), "[" * 100_000),
    ],
)
def test_that_numbers_are_told_as_a_person_reads_them(told: str, wanted: str) -> None:
    assert told == wanted


def test_that_a_comparison_names_what_broke_was_mended_came_and_went() -> None:
    before = results(
        run("breaks"), run("is-mended", "booking", 1, no_event()), run("goes"), run("gives-in"), run("stays")
    )
    now = results(
        run("breaks", "booking", 1),
        run("breaks", "booking", 2, no_event()),
        run("is-mended"),
        run("comes", "faults"),
        run("gives-in", "booking", 1, no_event(), gap="we know"),
        run("stays"),
    )
    found = compare(before, now)
    assert (found.broke, found.mended, found.conceded) == (("breaks",), ("is-mended",), ("gives-in",))
    assert (found.new, found.gone) == (("comes",), ("goes",))
    booking, faults = found.rates
    assert booking.before is not None
    assert booking.now is not None
    assert (booking.before.total, booking.now.total, round(booking.gain, 2)) == (5, 5, -0.2)
    assert (faults.category, faults.before, faults.gain) == ("faults", None, 0.0)


def test_that_a_case_with_only_unfair_customers_is_neither_broken_nor_gone() -> None:
    unfair = run("a-case", "booking", 1, no_event(), transcript=transcript(unfair="lied"))
    found = compare(results(run("a-case")), results(unfair))
    assert found.same_cases


def test_that_a_comparison_says_what_was_evaluated_otherwise() -> None:
    before = results(settings={"temperature": "0.5", "seed": "1"})
    found = compare(before, results(model="offline", settings={"temperature": "0.9"}))
    assert [(c.name, c.before, c.now) for c in found.setup] == [
        ("model", "openai:gpt-4o-mini", "offline"),
        ("temperature", "0.5", "0.9"),
        ("seed", "1", ""),
    ]
    nothing: Comparison = compare(before, before)
    assert (nothing.same_cases, nothing.rates, nothing.figures, nothing.setup) == (True, (), (), ())


def test_that_the_page_tells_everything_in_order() -> None:
    page = render(results(), results(model="offline"))
    told = [
        "70%",
        "1 of 3 absolute gates broken",
        'id="gates"',
        'id="categories"',
        "pass^4",
        'id="figures"',
        'id="baseline"',
        'id="failing"',
        'id="books-on-thursday.4"',
        'id="calendar-is-silent.1"',
        'id="gaps"',
        "nobody transcribes audio yet",
        'id="unfair"',
        "named a day it does not want",
        'id="passing"',
        'id="remembers-a-week.1"',
    ]
    places = [page.find(each) for each in told]
    assert -1 not in places
    assert places == sorted(places)
    assert "7 of 10 runs passed, 1 failed as known gaps" in words(page)
    for fact in ("421ca13f0a1b", "0f3ac1d2e4b5", "2 min 31 s", "11 Mar 2026, 15:20 UTC", "5/6", "83.3%"):
        assert fact in page


def test_that_the_page_links_to_failing_runs_it_has() -> None:
    page = render(results(), results(run("calendar-is-silent", "faults")))
    links, anchors = set(re.findall(r'href="#([^"]+)"', page)), set(re.findall(r'id="([^"]+)"', page))
    assert {"calendar-is-silent.1", "books-on-thursday.4"} <= links
    assert links <= anchors


def test_that_hostile_text_stays_text_on_the_page() -> None:
    mean = run(HOSTILE, HOSTILE, 1, false_confirmation(HOSTILE), about=HOSTILE, gap="", error=HOSTILE)
    found = results(*results().runs, mean, run(HOSTILE, gap=HOSTILE), model=HOSTILE, commit=HOSTILE)
    page = render(found, results(run(HOSTILE, HOSTILE), settings={HOSTILE: HOSTILE}))
    assert "<script" not in page
    assert "<img" not in page
    assert "49" not in words(page).split()
    assert escape(HOSTILE).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page


def test_that_the_page_asks_the_network_for_nothing() -> None:
    page = render(results())
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert not re.search(r"<(?:script|link|img|iframe|object|embed|base|form)\b|<[^>]*\bsrc=", page)
    assert not re.search(r"@import|url\(", page)
    assert not re.search(r'href="(?!#)', page)


def test_that_a_long_evaluation_names_what_passed_and_shows_what_failed() -> None:
    many = [run(f"case-{number}") for number in range(CHATS_UP_TO)]
    page = render(results(*many, run("it-fails", "booking", 1, no_event())))
    assert f"More than {CHATS_UP_TO} runs" in page
    assert "case-7" in page
    assert page.count('class="chat"') == 1
    assert "case-7" in render(results(*many))
    assert render(results(*many)).count('class="chat"') == CHATS_UP_TO


def test_that_nothing_is_called_failing_where_all_is_well() -> None:
    well = results(run("a-case"), run("another", "faults"))
    page = words(render(well))
    assert "100% 2 of 2 runs passed ✓ 3 absolute gates held" in page
    assert "Nothing fails that is not a known gap" in page
    screen = printed(well)
    assert "Failing" not in screen
    assert "Known gaps" not in screen


def test_that_results_read_from_a_file_make_the_same_page(tmp_path: Path) -> None:
    found = results()
    found.save(tmp_path / "results.json")
    write_html(load_results(tmp_path / "results.json"), tmp_path / "there" / "report.html")
    assert (tmp_path / "there" / "report.html").read_text(encoding="utf-8") == render(found)


def test_that_half_a_surrogate_pair_does_not_stop_the_page(tmp_path: Path) -> None:
    write_html(results(run("a-case", error="\ud83d")), tmp_path / "report.html")
    assert "error" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_that_eighty_columns_without_colour_tell_it_all() -> None:
    screen = printed(results(), results(model="offline"))
    assert max(cell_len(line) for line in screen.splitlines()) <= 80
    for told in (
        "70%  7 of 10 runs passed",
        "failing 2 · known gaps 1 · unfair 1",
        "✗  no false confirmation  broken in 1 of 11 runs: calendar-is-silent (1)",
        "✓  no leak                held in 11 runs",
        "████████████████░░░░  83.3%  5/6",
        "pass^1 62.5%",
        "Turns per booking     4.0  mean; median 4",
        "○ chatty-prospect (1): named a day it does not want",
        "~ reads-a-voice-note: nobody transcribes audio yet",
        "✗ books-on-thursday  booking, 1 of 4 runs",
        "end state: no event for main at 2026-03-12 16:00",
        "no case came, went, broke or was mended",
        "offline → openai:gpt-4o-mini",
    ):
        assert told in screen


def test_that_a_terminal_obeys_no_text() -> None:
    mean = run("it-fails", "booking", 1, false_confirmation("[red]x[/red]\x07\r\n\x9b2J"), error="[/]")
    screen = printed(results(mean, run("gap", "booking", 1, no_event(), gap=HOSTILE)))
    assert all(letter.isprintable() for letter in screen.replace("\n", ""))
    assert "[red]x[/red]" in screen
    assert "      [/]" in screen


def test_that_a_reason_takes_two_lines_at_most() -> None:
    long = run("it-fails", "booking", 1, false_confirmation("muchas palabras " * 40), no_event())
    screen = printed(results(long)).splitlines()
    at = screen.index("  ✗ it-fails  booking")
    assert [line[:6].strip() for line in screen[at + 1 :]] == ["", "", ""]
    assert screen[at + 2].rstrip().endswith("…")
    assert screen[at + 3].strip().startswith("end state:")


def test_that_a_comparison_in_the_terminal_names_cases_and_rates() -> None:
    before = results(run("breaks"), run("is-mended", "booking", 1, no_event()), run("goes", "faults"))
    now = results(run("breaks", "booking", 1, no_event()), run("is-mended"), run("also", "booking"))
    screen = printed(now, before)
    for told in (
        r"✗ broke \(1\) +breaks",
        r"✓ mended \(1\) +is-mended",
        r"\+ new \(1\) +also",
        r"- gone \(1\) +goes",
        r"booking +50% → 66\.6% \(\+16\.7\)",
        r"faults +100% → –",
    ):
        assert re.search(told, screen)


def test_that_a_known_gap_that_passes_is_said_to() -> None:
    found = replace(results(), runs=(run("fixed", gap="it once failed"),))
    assert "fixed: passes now: take the gap out. it once failed" in printed(found)
