"""`make spanish-time`: the resolver beside dateparser on the golden phrases, in one run, and how fast.

Verdicts, the same for both. *right*: what the golden file says. *asked*: a question where one answer was
there to be had. *wrong*: any other answer, given silently; a question about the wrong readings too.
*silent*: nothing found in a phrase that says something. dateparser answers each phrase as its documentation
advises for Spanish chat: whole text first, else the first date found in it; an hour that it fills in by
itself is not held against it.
"""

import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateparser.date import DateDataParser
from dateparser.search import search_dates

from tests.scheduling.golden import FILES, Row, rows, shown

VERDICTS = ("right", "asked", "wrong", "silent")
ASKING = frozenset({"ambiguous", "contradictory", "impossible", "past"})
MEDIAN_MS, MOST_MS = 0.5, 5.0
"""What a phrase may take, in CPU milliseconds; `main` fails when it takes more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader said of a phrase, in the words of the golden file."""

    kind: str
    date: str = ""
    time: str = ""
    exact: bool = False


Reader = Callable[[Row], Answer]


def ours(row: Row) -> Answer:
    """The resolver's answer."""
    found = shown(row.given.understand(row.text))
    return Answer(found[0], found[1], found[2], exact=found[:5] == row.expected[:5])


def _settings(row: Row) -> dict[str, object]:
    return {
        "RELATIVE_BASE": row.given.now.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "DMY",
        "RETURN_TIME_AS_PERIOD": True,
    }


def theirs(row: Row) -> Answer:
    """dateparser's answer."""
    return _read_by(DateDataParser(languages=["es"], settings=_settings(row)), row)


def _read_by(parser: DateDataParser, row: Row) -> Answer:
    settings = _settings(row)
    data = parser.get_date_data(row.text)
    if data.date_obj is None:
        found = search_dates(row.text, languages=["es"], settings=settings) or []
        if not found:
            return Answer("nothing")
        data = parser.get_date_data(found[0][0])
    moment = data.date_obj
    if moment is None:
        return Answer("nothing")
    on = "" if _filled_in(row, moment.date()) else str(moment.date())
    return Answer("resolved", on, f"{moment:%H:%M}" if data.period == "time" else "")


def _filled_in(row: Row, day: date) -> bool:
    """Whether a day nobody spoke of was added to an hour: today, or tomorrow when the hour has gone by."""
    today = row.given.now.date()
    return not row.expected[1] and day in (today, today + timedelta(days=1))


def verdict(row: Row, answer: Answer) -> str:
    """How an answer stands to what the golden file says."""
    kind, on, at = row.expected[:3]
    same = (answer.kind, answer.date, answer.time) == (kind, on, at)
    if answer.exact or (same and kind in {"resolved", "nothing"}):
        return "right"
    if answer.kind == "nothing":
        return "silent"
    if kind in ASKING | {"range"} or answer.kind not in ASKING:
        return "wrong"
    return "asked"


def table(readers: dict[str, Reader], phrases: Sequence[Row]) -> list[str]:
    """One line a reader: how often each verdict, of all phrases."""
    lines = [f"{'':<12}" + "".join(f"{name:>16}" for name in VERDICTS)]
    for name, reader in readers.items():
        count = Counter(verdict(row, reader(row)) for row in phrases)
        cells = (f"{count[v]:>8} ({count[v] / len(phrases):>4.0%})" for v in VERDICTS)
        lines.append(f"{name:<12}" + "".join(f"{cell:>16}" for cell in cells))
    return lines


def milliseconds(reader: Reader, row: Row, repeats: int) -> float:
    """The least CPU time of several readings: what the reading costs, not what the machine was doing."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        reader(row)
        best = min(best, time.process_time() - start)
    return best * 1000


def main() -> int:
    """Print the tables and the speed; 1 when a phrase takes longer than it may."""
    warnings.simplefilter("ignore")  # dateparser warns of what its own future versions will do
    readers: dict[str, Reader] = {"citas": ours, "dateparser": theirs}
    for file in FILES:
        phrases = rows(file)
        settled = [row for row in phrases if row.expected[0] == "resolved"]
        for title, chosen in (("all phrases", phrases), ("phrases with one answer", settled)):
            print(f"\n{file.name}: {len(chosen)} {title}")  # noqa: T201  a report is its purpose
            print("\n".join(table(readers, chosen)))  # noqa: T201  a report is its purpose
    everything = rows()
    cost = sorted(milliseconds(ours, row, 5) for row in everything)
    sample = everything[:: len(everything) // 100]
    parsers = {row: DateDataParser(languages=["es"], settings=_settings(row)) for row in sample}
    other = [milliseconds(lambda row: _read_by(parsers[row], row), row, 5) for row in sample]
    median, most = statistics.median(cost), cost[-1]
    print(f"\nCPU of one phrase: median {median:.2f} ms, most {most:.2f} ms")  # noqa: T201  a report is its purpose
    print(f"dateparser takes {statistics.median(other) / median:.0f} times as long (median)")  # noqa: T201  a report is its purpose
    return int(median > MEDIAN_MS or most > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
