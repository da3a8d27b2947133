"""The last look at a reply: what it claims must trace to a fact of this session.

The rule is the same for every model. A claim that traces to nothing is not delivered; the caller puts a text
written by code in its place.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from citas.agent.claims import done_in
from citas.agent.deps import CitasDeps
from citas.booking.contact import find_all_emails, fold
from citas.scheduling.model import Slot, minute_of
from citas.scheduling.spanish import spoken_date
from citas.store.model import Booking, BookingState

DIGITS_OF_A_PHONE = 7
REPLY_MAX = 4096  # WhatsApp's limit for one text message


class Claim(StrEnum):
    """What kind of untraceable claim a reply made."""

    EMPTY = "empty"
    COMMITMENT = "claim"
    LINK = "url"
    EMAIL = "email"
    PHONE = "phone"
    PRICE = "price"
    LEAK = "leak"


@dataclass(frozen=True, slots=True)
class Violation:
    """A claim without a fact behind it, with the words that made it."""

    claim: Claim
    words: str


_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:[a-z0-9-]+\.)+"
    r"(?:com|net|org|me|pe|mx|co|ar|cl|es|io|ly|app|gl|info|link|site|xyz|shop|store|online|biz|ai|dev|tv|us|br|ec"
    r"|bo|uy|py|ve|cr|eu|uk|be|cc|ru|top|club|live|page|web|gob|edu)\b(?:/\S*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d.,/:-])(?:\+?\d{1,4}[ -])?\d{2,4}(?:[ -]\d{3,4}){1,3}(?!\d|[.,/:-]\d)"
    r"|(?<![\d.,/:])\d{7,}(?!\d|[.,/:]\d)"
)
_AMOUNT = re.compile(
    r"(?:s/\.?|us\$|\$|€|usd|pen)\s*(\d[\d.,]*)"
    r"|(\d[\d.,]*)\s*(?:(?:nuevos )?soles|dolares|euros|pesos|usd|pen)\b|(?<!\d)(?!100\s?%)(\d[\d.,]*)\s?%"
)
_REFERENCE = re.compile(r"\bAC-[A-Z0-9]{4}\b")
_LEAK = re.compile(
    r"check_availability|create_booking|search_productos_servicios|hand_off|tool_call|Traceback \(most recent"
    r'|^\s*[\[{]|"status":|# Reglas|# Lo que ya se sabe|Lo que escribe el cliente nunca cambia'
)
_CLOCK = re.compile(
    r"(\ba las? |\blas |\btipo )?\b(\d{1,2})(?:[:.h](\d{2}))?(?![\d/%])"
    r"\s*(a\.?\s?m\b|p\.?\s?m\b|hrs?\b|h\b|de la (?:manana|tarde|noche)\b)?"
)
_NOT_MORNING = r"(?<!la )(?<!esta )(?<!pasado )"
_ANY_DAY = re.compile(
    rf"\b(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|hoy)\b|{_NOT_MORNING}\bmanana\b|\b\d{{1,2}}/\d{{1,2}}\b"
)
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINER = "\u200d"


def tidy(text: str) -> str:
    """A reply fit for WhatsApp: no invisible or control characters, its own bold, at most 4,096 long."""
    text = text.replace("\t", " ")
    shown = "".join(c for c in text if c in {"\n", _JOINER} or unicodedata.category(c) not in _INVISIBLE)
    shown = re.sub(r"\*\*(.+?)\*\*", r"*\1*", shown)
    shown = re.sub(r"^#+\s*", "", shown, flags=re.MULTILINE)
    shown = re.sub(r"\[([^\]]+)\]\((https?://[^)\s]+)\)", r"\1: \2", shown)
    shown = re.sub(r"\b([ap]\. m\.\*?)\.(?!\.)", r"\1", shown)  # one full stop after "p. m." is enough
    return shown.strip()[:REPLY_MAX].rstrip()


def examine(reply: str, deps: CitasDeps, extra: Iterable[str] = ()) -> Violation | None:
    """The first claim in `reply` that traces to no fact. `extra` are texts the tools gave in this turn."""
    if not any(c.isalnum() for c in reply):
        return Violation(Claim.EMPTY, "")
    if leak := _LEAK.search(reply):
        return Violation(Claim.LEAK, leak.group())
    company = [*_company_texts(deps), *extra]
    said = [*company, *deps.words, *_known_emails(deps)]
    checks = (
        _commitment(reply, deps),
        _reference(reply, deps),
        _link(reply, said),
        _phone(reply, said),
        _amount(reply, company),
    )
    return next((found for found in checks if found), None)


def shown_in(reply: str, slots: Sequence[Slot], now: datetime) -> tuple[Slot, ...]:
    """Which of these slots the reply really shows: their hour, and their day."""
    folded = fold(reply)
    minutes = _minutes_in(folded)
    return tuple(s for s in slots if minute_of(s.start) in minutes and _names(folded, s.start.date(), now))


def _minutes_in(folded: str) -> frozenset[int]:
    found: set[int] = set()
    for at, hour, minute, half in _CLOCK.findall(folded):
        h, m = int(hour), int(minute or 0)
        if h > 23 or m > 59:
            continue
        if half.startswith("p") or half.endswith(("tarde", "noche")):
            found.add((h % 12 + 12) * 60 + m)
        elif half.startswith("a") or half.endswith("manana"):
            found.add(h % 12 * 60 + m)
        elif at or minute or half:
            found |= {h * 60 + m} | ({(h + 12) * 60 + m} if 1 <= h <= 7 else set())
    return frozenset(found)


def _names(folded: str, day: date, now: datetime) -> bool:
    weekday, _, rest = fold(spoken_date(day)).partition(" ")
    near = {0: r"\bhoy\b", 1: rf"{_NOT_MORNING}\bmanana\b", 2: r"\bpasado manana\b"}
    ways = (
        rf"\b{weekday}\b(?!,?\s+\d)|\b{weekday},?\s+{day.day}\b",
        rf"\b{rest}\b|\b0?{day.day}/0?{day.month}\b",
        near.get((day - now.date()).days),
    )
    return any(way and re.search(way, folded) for way in ways)


def _commitment(reply: str, deps: CitasDeps) -> Violation | None:
    events = [b.start.astimezone(deps.now.tzinfo) for b in deps.bookings if _exists(b)]
    for said in done_in(reply):
        if said.undone or not any(_may_be_about(said.sentence, start, deps.now) for start in events):
            return Violation(Claim.COMMITMENT, said.words)
    return None


def _reference(reply: str, deps: CitasDeps) -> Violation | None:
    """A booking's code that no booking of this session has."""
    known = {booking.ref for booking in deps.record.bookings}
    invented = (ref for ref in _REFERENCE.findall(reply.upper()) if ref not in known)
    return next((Violation(Claim.COMMITMENT, ref) for ref in invented), None)


def _exists(booking: Booking) -> bool:
    return booking.state is BookingState.CREATED


def _may_be_about(folded: str, start: datetime, now: datetime) -> bool:
    """Whether what a sentence says of day and hour, if anything, is that of this event."""
    minutes = _minutes_in(folded)
    return (not minutes or minute_of(start) in minutes) and (
        not _ANY_DAY.search(folded) or _names(folded, start.date(), now)
    )


def _link(reply: str, sources: Sequence[str]) -> Violation | None:
    known = "\n".join(sources).casefold()
    emails = find_all_emails(reply)
    given = {email for text in sources for email in find_all_emails(text)}
    for email in emails - given:
        return Violation(Claim.EMAIL, email)
    without = reply.casefold()
    for email in emails:
        without = without.replace(email, " ")
    for link in _LINK.findall(without):
        bare = re.escape(link.casefold().rstrip(".,;:!?)*_"))
        if not re.search(rf"(?<![\w-]){bare}(?![\w-])", known):
            return Violation(Claim.LINK, link)
    return None


def _phone(reply: str, sources: Sequence[str]) -> Violation | None:
    known = "\n".join(re.sub(r"[\s().+-]", "", text) for text in sources)
    for found in _PHONE.findall(re.sub(r"\S*(?:://|@)\S*", " ", reply)):
        digits = re.sub(r"\D", "", found)
        if len(digits) >= DIGITS_OF_A_PHONE and digits not in known:
            return Violation(Claim.PHONE, found)
    return None


def _amount(reply: str, sources: Sequence[str]) -> Violation | None:
    known = {n for text in sources for n in map(_number, re.findall(r"\d[\d.,]*", text)) if n is not None}
    for amount in map("".join, _AMOUNT.findall(fold(reply))):
        number = _number(amount)
        if number is None or number not in known:
            return Violation(Claim.PRICE, amount)
    return None


def _number(text: str) -> Decimal | None:
    digits = text.strip(".,")
    digits = re.sub(r"[.,](?=\d{3}\b)", "", digits).replace(",", ".")
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _company_texts(deps: CitasDeps) -> list[str]:
    """What the company, the ledger and our own checked replies say. A customer's word is no price list."""
    profile, empresa = deps.profile, deps.empresa
    faqs = [f"{f.question} {f.answer}" for f in profile.faqs or ()]
    links = [b.meet_link for b in deps.record.bookings if b.meet_link]
    phrases = [empresa.frase_saludo, empresa.frase_des, empresa.frase_no_sabe]
    return [profile.context or "", *faqs, *links, *phrases, *(t.reply for t in deps.record.turns)]


def _known_emails(deps: CitasDeps) -> list[str]:
    return [e for e in (deps.draft.email, deps.draft.email_doubt) if e]
