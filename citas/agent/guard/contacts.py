"""Links, addresses, numbers and codes: whatever a customer may click, write to, call or quote."""

import re
from collections.abc import Iterator

from citas.agent.guard.clauses import pattern
from citas.agent.guard.facts import Facts
from citas.booking.contact import find_all_emails, fold

DIGITS_OF_A_PHONE = 7
CODE_OF_A_COUNTRY = 3
_TLDS = r"""com|net|org|me|pe|mx|co|ar|cl|es|io|ly|app|gl|info|link|site|xyz|shop|store|online|biz|ai|dev
    |tv|us|br|ec|bo
|uy|py|ve|cr|gt|hn|ni|sv|pa|do|cu|eu|uk|be|cc|ru|top|club|live|page|web|gob|gov|edu|gle|ee|st|to|id|fm|cat
|lat|click
|pro|gd|mobi|tel|ws|int|digital|tech|cloud|agency|team|win|vip|fun|space|website"""
_LINK = pattern(
    rf"""(?i)(?:https?|hxxps?|ftp)\s?:\s?//\s?\S+|\bwww\.\S+|(?<![@\w.-])(?:[\w-]{{1,63}}\.){{1,8}}(?:{_TLDS})\b(?:/\S*)?
    |(?<![@\w./-])[\w-]{{2,63}}\.[a-z]{{2,20}}/\S+|(?<![@\w.-])(?:[a-z0-9-]{{1,63}}\.){{2,8}}[a-z]{{2,20}}(?:/\S*)?
    |(?-i:(?<![@\w./-])[a-z0-9-]{{2,63}}\.[a-z]{{3,20}}\b)|(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?:[:/]\S*)?"""
)
_ABBREVIATION = re.compile(r"(?:[a-zñ]\.){1,4}[a-zñ]{1,3}\.?$", re.IGNORECASE)
_KNOWN_END = pattern(rf"(?i)(?:^|\.)(?:{_TLDS})$")
_SPELT_LINK = pattern(
    rf"""(?<![\w-])[\w-]{{1,63}}\s?(?:\bpunto\b|\bdot\b|\s\.\s)\s?(?:{_TLDS}|barra)\b|\bbarra\s+\w+\b
    |(?<![\w-])[\w-]{{1,63}}(?:\s?\.\s|\s\.)(?:com|net|org|pe|mx|io)\b|\bhache te te pe\b"""
)
_HANDLE = re.compile(r"(?<![\w.])@[\w.]{3,}")
_PHONE = pattern(
    r"""(?<![\d.,/:-])(?:\(?\+?\d{1,4}\)?[ .-]?)?(?:\(\d{1,4}\)[ .-]?)?\d{1,6}(?:[ .\-]\d{1,6}){1,8}(?!\d
    |[.,/:-]\d)
    |(?<![\d.,/:])\+?\d{7,}(?!\d|[.,/:]\d)"""
)
_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\b")
_DIGIT_WORDS = r"(?:cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
_SPELT_PHONE = pattern(
    rf"""\b(?:{_DIGIT_WORDS}[\s,.\-]+){{6,}}{_DIGIT_WORDS}\b
    |\b(?:anexo|interno|extension)\s+[0-9]{{2,}}
    |\b(?:numero|telefono|celular|whatsapp)\s+(?:es|:)\s+(?:el\s+)?{_DIGIT_WORDS}\b"""
)
_REFERENCE = re.compile(r"\bA\s?C\s?-?\s?[A-Z0-9](?:\s?[A-Z0-9]){3}\b")
_CODE = re.compile(
    r"\b(?:codigo|pin|clave|contrasena|numero de (?:reserva|cita)|folio|ticket|referencia|id de reunion)\b"
    r"(?:\s+[a-z]+){0,6}?,?\s*(?:es\s+)?[:#]?\s*(?P<code>(?=[a-z-]*\d)[a-z0-9][a-z0-9-]{2,})\b"
)


def untraced_link(text: str, facts: Facts) -> str | None:
    """A link, in whatever spelling, that nobody of this session gave."""
    known = "\n".join((*facts.company, *facts.customer, *facts.links)).casefold()
    without = text
    for email in find_all_emails(text):
        without = re.sub(re.escape(email), "·", without, flags=re.IGNORECASE)
    without = re.sub(r"\S+@\S+", "·", without)
    for found in _LINK.finditer(without):
        link = found.group().rstrip(".,;:!?)*_\"'»")
        known_end = _KNOWN_END.search(link.partition("/")[0])
        if (_ABBREVIATION.match(link) and not known_end) or _is_sentence_end(link):
            continue
        if not re.search(rf"(?<![\w.-]){re.escape(link.casefold())}(?![\w-])", known):
            return link
    if spelt := _SPELT_LINK.search(fold(without)):
        return spelt.group()
    handles = [str(h) for h in _HANDLE.findall(without) if h.casefold().rstrip(".") not in known]
    return handles[0] if handles else None


def _is_sentence_end(link: str) -> bool:
    """ "cita.Te espero": a full stop without its space, not a domain."""
    first, _, rest = link.partition(".")
    return bool(re.fullmatch(r"[A-ZÁÉÍÓÚ][a-záéíóúñ]+", rest)) and first.isalpha() and len(first) > 2


def untraced_email(text: str, facts: Facts) -> str | None:
    """An address, typed or spelt, that nobody of this session gave."""
    if "@" not in text and "arroba" not in fold(text):
        return None
    given = {email for known in (*facts.company, *facts.customer) for email in find_all_emails(known)}
    said = re.sub(r"(?<=\s)@(?=\w)", " ", text)  # "@gmail.com" alone is no address
    unknown = sorted(find_all_emails(said) - given)
    return unknown[0] if unknown else None


def untraced_phone(text: str, facts: Facts) -> str | None:
    """A number of seven digits and more that nobody of this session gave, spelt ones included."""
    found = [(words, digits) for words, digits in _numbers(text) if not _is_date(words)]
    if found:
        known = {digits for given in (*facts.company, *facts.customer) for _, digits in _numbers(given)}
        for words, digits in found:
            if not any(_same_number(digits, other) for other in known):
                return words
    spelt = _SPELT_PHONE.search(fold(text))
    return spelt.group() if spelt else None


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """The long numbers of a text: as written, and their digits alone."""
    bare = _ISO_DATE.sub(" ", re.sub(r"\S*(?:://|@)\S*", " ", text))
    for found in _PHONE.finditer(bare):
        digits = re.sub(r"\D", "", found.group())
        if len(digits) >= DIGITS_OF_A_PHONE:
            yield found.group(), digits


def _same_number(one: str, other: str) -> bool:
    """Whether they are one number, with or without the code of a country or a trunk's zero."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return longer.endswith(shorter) and len(longer) - len(shorter) <= CODE_OF_A_COUNTRY


def untraced_code(text: str, facts: Facts) -> str | None:
    """A code of a booking, or of anything, that no booking of this session has and nobody gave."""
    for found in _REFERENCE.findall(text.upper()):
        bare = re.sub(r"[\s-]", "", found)
        if f"AC-{bare[2:]}" not in facts.references and not bare.isalpha():
            return str(found)
    folded = fold(text)
    for match in _CODE.finditer(folded):
        code = match["code"]
        known = (
            code.upper() in facts.references or code in facts.company_folded or code in facts.customer_folded
        )
        if not known and not re.fullmatch(r"\d{1,2}(?:am|pm|h)?", code):
            return code
    return None


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,2}[-. ]\d{1,2}[-. ]\d{4}", text.strip()))
