"""Holds a reply against the facts, one kind of claim after the other."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from citas.agent.deps import CitasDeps
from citas.agent.guard import calendar, contacts, money, talk, times
from citas.agent.guard.clauses import Sentence, sentences
from citas.agent.guard.deeds import Deed, Said, deeds_in, without_names
from citas.agent.guard.facts import Facts
from citas.agent.guard.plain import foreign_language, foreign_script, plain
from citas.agent.guard.promises import promises_in
from citas.booking.contact import fold
from citas.scheduling.model import Slot


class Claim(StrEnum):
    """What kind of untraceable claim a reply made."""

    EMPTY = "empty"
    COMMITMENT = "claim"
    PROMISE = "promise"
    TIME = "time"
    LINK = "url"
    EMAIL = "email"
    PHONE = "phone"
    PRICE = "price"
    IDENTITY = "identity"
    COMPANY = "company"
    LANGUAGE = "language"
    LEAK = "leak"


@dataclass(frozen=True, slots=True)
class Violation:
    """A claim without a fact behind it, with the words that made it."""

    claim: Claim
    words: str


_REASONS = {
    Claim.EMPTY: "no dice nada.",
    Claim.COMMITMENT: "afirma algo que no ha ocurrido: sin el sistema no hay cita ni cambio.",
    Claim.PROMISE: "promete algo que nadie tiene registrado; para eso está `hand_off`.",
    Claim.TIME: "es un día u hora que la agenda no ha dado; consulta `check_availability`.",
    Claim.LINK: "es un enlace que nadie ha dado.",
    Claim.EMAIL: "es un correo que nadie ha dado.",
    Claim.PHONE: "es un número que nadie ha dado.",
    Claim.PRICE: "es un precio o condición que la empresa no ha dado; consulta `search_productos_servicios`.",
    Claim.IDENTITY: "dice que escribe una persona; eres un asistente virtual.",
    Claim.COMPANY: "es un dato que la empresa no ha dado.",
    Claim.LANGUAGE: "no está en español.",
    Claim.LEAK: "muestra algo interno.",
}


def examine(reply: str, deps: CitasDeps) -> Violation | None:
    """The first claim in `reply` that traces to no fact of this session and turn."""
    if not any(c.isalnum() for c in reply):
        return Violation(Claim.EMPTY, "")
    if monster := _MONSTER.search(reply):
        return Violation(Claim.LEAK, monster.group()[:40])
    return next(_violations(reply, deps), None)


_MONSTER = re.compile(r"[^\s/:?&=.,-]{100}")
"""No word of a reply to a person is that long."""


def why(violation: Violation) -> str:
    """The reason in Spanish, for the model that shall write the reply again."""
    fault = f"«{violation.words}» {_REASONS[violation.claim]}"
    remedy = "Escríbela otra vez sin eso, o usa primero la herramienta que lo comprueba."
    return f"Tu respuesta no se puede enviar: {fault} {remedy} No menciones esta corrección."


def shown_in(reply: str, slots: Sequence[Slot], now: datetime) -> tuple[Slot, ...]:
    """Which of these slots the reply really shows: their hour, on their day."""
    return times.shown_in(sentences(plain(reply)), slots, now) if slots else ()


def _violations(reply: str, deps: CitasDeps) -> Iterator[Violation]:
    facts = Facts(deps)
    text = _without_quotes(plain(reply), facts)
    said = sentences(_without_addresses(text, facts))
    checks: tuple[tuple[Claim, Callable[[], str | None]], ...] = (
        (Claim.LEAK, lambda: talk.leak(reply) or talk.leak(text)),
        (Claim.LANGUAGE, lambda: foreign_script(text) or foreign_language(text)),
        (Claim.LINK, lambda: contacts.untraced_link(text, facts)),
        (Claim.EMAIL, lambda: contacts.untraced_email(text, facts)),
        (Claim.PHONE, lambda: contacts.untraced_phone(text, facts)),
        (Claim.COMMITMENT, lambda: contacts.untraced_code(text, facts)),
        (Claim.PRICE, lambda: money.untraced(said, facts)),
        (Claim.IDENTITY, lambda: talk.claims_to_be_human(said)),
    )
    for claim, check in checks:
        words = check()
        if words is not None:
            yield Violation(claim, words)
    yield from _deeds(sentences(without_names(_without_addresses(text, facts), facts.customer_names)), facts)
    for words, may_be_stored in promises_in(said):
        if not (may_be_stored and facts.handed):
            yield Violation(Claim.PROMISE, words)
    if words := calendar.untraced(said, facts):
        yield Violation(Claim.TIME, words)
    for found in (
        talk.wrong_duration(said, facts),
        talk.only_company_knows(said, facts),
        talk.unknown_name(said, facts),
    ):
        if found is not None:
            yield Violation(Claim.COMPANY, found)


def _without_quotes(text: str, facts: Facts) -> str:
    """The text without what it quotes of the customer: «el 30 de febrero» is theirs, not ours."""
    quoted = re.compile(r"[«“\"]([^«»“”\"]+)[»”\"]")
    return quoted.sub(lambda m: "«»" if fold(m[1]).strip() in facts.customer_folded else m.group(), text)


def _without_addresses(text: str, facts: Facts) -> str:
    """The text without links, addresses and codes of our bookings: those are traced as a whole, and the "9H"
    in one of them is no hour."""
    known = "|".join(map(re.escape, facts.references))
    found = rf"[^\s(¿¡]*(?:://|@)[^\s?!)]*|\bwww\.[^\s?!)]+{'|' if known else ''}{known}"
    return re.sub(found, lambda m: "@" if "@" in m.group() else "·", text)


def _deeds(said: tuple[Sentence, ...], facts: Facts) -> Iterator[Violation]:
    for deed in deeds_in(said):
        if not _is_true(deed, facts):
            yield Violation(Claim.COMMITMENT, deed.words)


def _is_true(said: Said, facts: Facts) -> bool:
    match said.deed:
        case Deed.EVENT:
            starts = [b.start for b in facts.events]
            return bool(starts) and times.may_be_about(
                said.sentence, tuple(facts.starts_elsewhere(starts)), facts.now
            )
        case Deed.NO_EVENT:
            return not facts.events and not facts.unresolved
        case Deed.RECORDED:
            return facts.handed or bool(facts.events)
        case Deed.OTHERS:
            return bool(facts.refused) and facts.looked
        case Deed.TRIED:
            return bool(facts.unresolved)
        case Deed.LOOKED:
            return facts.looked
        case Deed.HANDED:
            return facts.handed
        case Deed.NEVER:
            return False
