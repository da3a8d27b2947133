"""What single values of the wire mean: truth, text, prices, moments, links. None raises."""

import re
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

MAX_MARKUP = 50_000
"""Characters of HTML looked at; the parser's time can grow with the square of hostile input."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|<!--|&#?\w+;", re.IGNORECASE)
_BLOCKS = frozenset(
    {
        "address",
        "br",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "table",
        "tr",
        "ul",
    }
)
_HIDDEN = frozenset({"script", "style"})
_PRICE = re.compile(
    r"""(?:s/\.?|pen)?\s*(?:
        (?P<plain>\d{1,9}(?:\.\d{1,20})?)                     # 60  60.00  60.100000000000001
      | (?P<commas>\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?)          # 1,250.00
      | (?P<dots>\d{1,3}(?:\.\d{3})+,\d{1,2}|\d{1,9},\d{1,2}) # 1.250,00  60,5
    )""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_MEET = re.compile(r"https://meet\.google\.com/[\w-]+(?:/[\w-]+)*(?:\?[\w=&-]*)?", re.ASCII)
"""No dot, colon or percent after the host: `/linkredirect?dest=` would lead anywhere."""


def truth(value: object) -> bool | None:
    """True for true, 1, "1", "true"; False for false, 0, "0", "false"; None for all else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str):
        return {1: True, "1": True, "true": True, 0: False, "0": False, "false": False}.get(value)
    return None


def text(value: object) -> str:
    """A string or number as valid Unicode without control characters; "" for all else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    valid = str(value).encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("", valid.replace("\r\n", "\n").replace("\r", "\n")).strip()


def plain(value: object) -> str:
    """`text` without HTML: tags gone, entities read, blocks on lines of their own."""
    raw = text(value)
    if not _MARKUP.search(raw):
        return raw
    parser = _Stripper()
    try:
        parser.feed(raw[:MAX_MARKUP])
        parser.close()
    except AssertionError:  # html.parser on a malformed `<![`; what came before it is kept
        pass
    lines = (" ".join(line.split()) for line in text("".join(parser.parts)).split("\n"))
    return "\n".join(line for line in lines if line)


def price(value: object) -> Decimal | None:
    """An amount in soles below 10^9; None when unsure, or in another currency."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    match = _PRICE.fullmatch(str(value).strip())
    if match is None:
        return None
    if dots := match["dots"]:
        return Decimal(dots.replace(".", "").replace(",", "."))
    amount = Decimal((match["plain"] or match["commas"]).replace(",", ""))
    # Old PHP prints 60.1 as 60.100000000000001.
    return round(amount, 2) if len(str(amount % 1)) > len("0.0000") else amount


def moment(value: object, zone: ZoneInfo) -> datetime | None:
    """`YYYY-MM-DD HH:MM[:SS]` on the clocks of `zone`, aware; None when it is not that."""
    raw = text(value)
    if len(raw) <= len("YYYY-MM-DD"):
        return None
    try:
        read = datetime.fromisoformat(raw)
        return read.astimezone(zone) if read.tzinfo else read.replace(tzinfo=zone)
    except (ValueError, OverflowError):  # the latter: an offset at the edge of the calendar
        return None


def meet_link(value: object) -> str | None:
    """The link, only if it is https and leads to a room on exactly meet.google.com."""
    return value if isinstance(value, str) and _MEET.fullmatch(value) else None


class _Stripper(HTMLParser):
    """Collects the text a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the base's signature
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
