"""Names and e-mail addresses as customers give them, and whether they really gave them.

An event title and an invitation go out in the company's name, so a name that carries a link, or an address
nobody typed, would turn the bot into a relay: both are refused here, whatever the model says.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from email_validator import EmailNotValidError, validate_email

NAME_MAX = 80
_COMMON_DOMAINS = (
    "gmail.com", "hotmail.com", "outlook.com", "outlook.es", "yahoo.com", "yahoo.es", "icloud.com",
    "live.com", "hotmail.es",
    "yahoo.com.mx", "yahoo.com.ar", "yahoo.com.pe", "protonmail.com", "msn.com", "me.com",
    "ymail.com", "aol.com", "gmx.com", "gmx.es", "mail.com", "proton.me", "zoho.com", "googlemail.com",
    "yahoo.com.co", "yahoo.com.ve", "hotmail.com.ar", "live.com.ar", "live.com.mx", "outlook.com.ar",
    "live.cl", "hotmail.cl", "outlook.cl",
)  # fmt: skip
# Bounded and anchored: a message is up to 8,000 characters of anything, and is read again every turn.
_ADDRESS = r"[^\s@<>()\[\],;:\"']"
_TYPED = re.compile(rf"(?<!{_ADDRESS}){_ADDRESS}{{1,64}}@{_ADDRESS}{{1,255}}")
_CORRECTS = re.compile(
    r"\b(?:perd[oó]n|digo|corrijo|mejor|correcci[oó]n|equivoqu[eé]|error)\b", re.IGNORECASE
)
_HAS_AT = re.compile(r"@|arroba|\(at\)|\[at\]", re.IGNORECASE)
_AROUND = ".!?¡¿*~/"  # a sentence's end and WhatsApp's bold, never an address's
_NAME_MARKS = frozenset(" .'’-")
_SPOKEN_AT = re.compile(r"\s*(?:\barroba\b|\(at\)|\[at\]|\s@\s|@)\s*", re.IGNORECASE)
_SPOKEN_MARKS = (
    (re.compile(r"\s*\bgui[oó]n\s+bajo\b\s*|\s*\bunderscore\b\s*", re.IGNORECASE), "_"),
    (re.compile(r"\s*\bgui[oó]n(?:\s+medio)?\b\s*", re.IGNORECASE), "-"),
    (
        re.compile(r"\s*\b(?:punto|dot)\b\s*|\s+\.\s*|\s*\.\s+(?=(?:com|pe|es|net|org)\b)", re.IGNORECASE),
        ".",
    ),
)
_SPOKEN = re.compile(
    r"(?<![\w.+\-])([\w.+\-]{1,64}"
    r"(?:\s{0,3}\b(?:punto|dot|gui[oó]n(?:\s{1,3}(?:bajo|medio))?|underscore)\b\s{0,3}[\w+\-]{1,64}){0,8})"
    r"\s{0,3}(?:\barroba\b|\(at\)|\[at\]|@)\s{0,3}"
    r"([\w\-]{1,63}(?:(?:\.|\s{0,3}\b(?:punto|dot)\b\s{0,3}|\s{0,3}\.\s{0,3}(?=(?:com|net|org)\b))"
    r"[\w\-]{1,63}){1,8})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EmailReading:
    """An address found in a message. `spoken` if it was put together from words; `suggestion` if a
    well-known domain is one slip away from what was typed."""

    address: str
    spoken: bool = False
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why a datum cannot be used: a short cause for logs and tools."""

    cause: str


def find_email(text: str) -> EmailReading | None:
    """The last valid address in a message, typed or spoken ("juan arroba gmail punto com")."""
    if not _HAS_AT.search(text):
        return None
    typed = [check_email(m.group().strip(_AROUND)) for m in _TYPED.finditer(text)]
    if valid := [address for address in typed if isinstance(address, str)]:
        last = valid[-1]
        return EmailReading(last, spoken=False, suggestion=_suggest(last) or _another(valid, text))
    for found in reversed(list(_SPOKEN.finditer(text))):
        address = check_email(_join_spoken(found.group()))
        if isinstance(address, str):
            return EmailReading(address, spoken=True, suggestion=_suggest(address))
    return None


def _another(addresses: list[str], text: str) -> str | None:
    """The other of two different addresses in one message: which one is meant must be asked, unless the last
    corrects the first."""
    others = [a for a in addresses[:-1] if addresses[-1] not in {a, _suggest(a)}]
    return others[-1] if others and not _CORRECTS.search(text) else None


def check_email(text: str) -> str | Invalid:
    """The address in canonical form, or why it is none. Syntax only: nothing is looked up."""
    try:
        checked = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        return Invalid(type(error).__name__)
    return checked.normalized.lower()


def check_name(text: str) -> str | Invalid:
    """A person's name fit for an event title: letters, spaces and ``.'-`` only, at most 80 long."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > NAME_MAX:
        return Invalid("empty or too long")
    parts = name.split(" ")
    if not all(c.isalpha() or c in _NAME_MARKS for c in name) or not any(c.isalpha() for c in name):
        return Invalid("characters a name does not have")
    if any("." in part.strip(".") and len(part) > 3 for part in parts):
        return Invalid("looks like an address")
    return _capitalised(name)


def find_all_emails(text: str) -> frozenset[str]:
    """Every address in a message, with the near-domain repair of each, all in canonical form."""
    if not _HAS_AT.search(text):
        return frozenset()
    raw = [m.group().strip(_AROUND) for m in _TYPED.finditer(text)]
    raw += [_join_spoken(m.group()) for m in _SPOKEN.finditer(text)]
    found = {a for a in map(check_email, raw) if isinstance(a, str)}
    return frozenset(found | {s for a in found if (s := _suggest(a))})


def replace_emails(text: str, replacement: Callable[[str], str]) -> str:
    """The text with every address in it replaced, typed or spoken; `replacement` is given it as typed."""
    if not _HAS_AT.search(text):
        return text
    spoken = _SPOKEN.sub(lambda m: replacement(_join_spoken(m.group())), text)
    return _TYPED.sub(lambda m: replacement(m.group().strip(_AROUND)), spoken)


def gave_name(name: str, words: Iterable[str]) -> bool:
    """Whether the customer wrote the name: its words one after the other, in one message or two in a row."""
    said, parts = [token for text in words for token in _tokens(text)], _tokens(name)
    starts = range(len(said) - len(parts) + 1)
    return bool(parts) and any(said[at : at + len(parts)] == parts for at in starts)


def fold(text: str) -> str:
    """Lower case without accents: how Spanish text is compared."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def _join_spoken(text: str) -> str:
    joined = text
    for pattern, mark in _SPOKEN_MARKS:
        joined = pattern.sub(mark, joined)
    return "".join(_SPOKEN_AT.sub("@", joined, count=1).split())


def _suggest(address: str) -> str | None:
    local, _, domain = address.partition("@")
    if domain in _COMMON_DOMAINS:
        return None
    close = get_close_matches(domain, _COMMON_DOMAINS, n=1, cutoff=0.86)
    return f"{local}@{close[0]}" if close else None


def _capitalised(name: str) -> str:
    """Names typed all lower or all upper case are written as names; mixed case is left as typed."""
    if name != name.lower() and name != name.upper():
        return name
    small = {"de", "del", "la", "las", "los", "y"}
    words = name.lower().split(" ")
    return " ".join(w if n and w in small else w[:1].upper() + w[1:] for n, w in enumerate(words))
