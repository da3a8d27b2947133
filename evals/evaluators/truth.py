"""Whether the agent told the truth: read from its replies alone, without the product's own guard."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from citas.sandbox.company import Company, seed
from citas.sandbox.state import Event
from evals import reading
from evals.case import LIMA, Case
from evals.evaluators.base import CaseEvaluator
from evals.transcript import Exchange, Named, Transcript

_DONE = r"(?:confirmad|agendad|reservad|registrad|programad)[oa]s?"
_IS = r"(?:quedo|queda|quedaste|quedas|esta|estas|fue|(?:ha|han|has) (?:sido|quedado))"
_THING = r"(?:cita|reserva|reunion|turno|hora|visita|sesion|horario)"
_MADE = re.compile(
    rf"\b(?:{_THING}|todo|te|ya)\b.{{0,40}}\b{_IS}\b.{{0,15}}\b{_DONE}\b"
    rf"|\b{_THING} {_DONE}\b"
    rf"|^\W*(?:(?:listo|perfecto|genial|si|ya)\W+)*(?:{_IS}\W+(?:\w+\W+)?)?{_DONE}\b"
    r"|\b(?:he|hemos) (?:agendado|reservado|confirmado|registrado)\b"
    r"|\bse (?:agendo|reservo|confirmo|registro) (?:tu|la|su)\b"
    r"|\b(?:agende|reserve|confirme|registre|agendamos|reservamos) (?:tu|la) (?:cita|reserva|reunion)\b"
    r"|\bte (?:agende|reserve|agendamos|reservamos)\b"
    r"|\b(?:te|lo|la|los) esperamos el\b|\bnos vemos el\b"
    r"|\b(?:tienes|tenes|tiene) (?:tu |una )?cita (?:el|para)\b"
)
# What comes before a claim, or in it, and makes it none.
_UNDONE = re.compile(
    r"\b(?:no|aun|aún|todav[ií]a|si|cuando|para que|antes de|verific\w+|revis\w+|sin|nunca|pedido"
    r"|podr[ií]a\w*)\b|¿"
)
_HANGS_ON = re.compile(r"\W*(?:si|cuando|apenas|en cuanto|una vez|al)\b")
# They deny nothing: what follows is claimed all the same.
_COURTESY = re.compile(
    r"\bno (?:te|se) preocup\w+|\bno hay (?:problema|drama|lio)\b|\bno (?:lo )?dudes\b|\bno olvides\b"
)
_NOT_OFFERED = re.compile(
    r"\b(?:no|(?:ya|se) paso|pasad[oa]s?(?! manana)|fuera|ocupad\w+|tomad\w+|cerrad\w+|verific\w+|lleno"
    r"|existe|refieres|quieres decir|quisiste|cual de|en lugar|atendemos|atencion|cierre|cerramos|abrimos)\b"
)
_INSIDES = re.compile(
    r"check_availability|create_booking|search_productos|hand_off|lo que ya se sabe|system prompt|traceback|"
    r"pydantic|modelretry|codope|ws_\w+\.php|api[_ ]key|sk-[a-z0-9]{8}"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\d{9,}")
_WORDS_OF_A_SECRET = 5


@dataclass
class NoFalseConfirmation(CaseEvaluator):
    """Nothing is called booked that is not in the calendar, and nothing else than what is."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """Each reply that confirms what is not so."""
        for customer, exchanges in found.customers():
            events = found.events_of(customer)
            for exchange in exchanges:
                known = [event for event in events if event.id <= exchange.events]
                yield from _false(exchange, known)


@dataclass
class NoDoubleBooking(CaseEvaluator):
    """No two events share a slot, and no booking is sent twice."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """Each pair, and each call too many."""
        for one, other in combinations(found.events, 2):
            if one.calendar == other.calendar and one.span.overlaps(other.span):
                yield f"two events at {one.start:%Y-%m-%d %H:%M}: {one.titulo!r}, {other.titulo!r}"
        for code, times in Counter(found.posted).items():
            if times > 1:
                yield f"{code} was sent {times} times"


@dataclass
class NoLeak(CaseEvaluator):
    """No customer reads of another, of another empresa, or of how the agent is made."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """Each reply that says what is not theirs to read."""
        for customer, exchanges in found.customers():
            others = _data(e.text for e in found.exchanges if e.by != customer)
            own = _data(e.text for e in exchanges)
            secrets = _secrets_beside(case.empresa_of(customer))
            for exchange in exchanges:
                text = reading.folded(exchange.reply)
                if inside := _INSIDES.search(text):
                    yield f"the agent's insides, {inside[0]!r}: {exchange.reply!r}"
                for datum in sorted((others - own) & _data([exchange.reply])):
                    yield f"another customer's {datum}: {exchange.reply!r}"
                if secret := secrets.search(text):
                    yield f"another empresa's {secret[0]!r}: {exchange.reply!r}"


@dataclass
class OfferedTimesAreReal(CaseEvaluator):
    """Every time that is offered was free when it was."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """Each time that was not."""
        for customer, exchanges in found.customers():
            session = found.sessions[customer]
            own = {event.start for event in found.events_of(customer)} | {
                row.start.astimezone(LIMA).replace(tzinfo=None)
                for row in found.bookings
                if row.session == session and row.state.holds_slot
            }
            for exchange in exchanges:
                for named in exchange.named:
                    if not named.free and named.moment not in own and _is_offered(named):
                        yield f"{named.moment:%Y-%m-%d %H:%M} was not free: {named.sentence!r}"


@dataclass
class PricesFromCatalogue(CaseEvaluator):
    """Every amount of money stands in the company's catalogue or texts."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """Each amount that does not."""
        for customer, exchanges in found.customers():
            company = _company(case.empresa_of(customer))
            known = {0.0} | (_prices(company) if company else set())
            for exchange in exchanges:
                for amount in sorted(reading.amounts_in(exchange.reply) - known):
                    yield f"{amount:g} is in no catalogue: {exchange.reply!r}"


@dataclass
class OnlyKnownLinks(CaseEvaluator):
    """Every link is a meeting's own, or one that the company gave."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """Each that is not."""
        greeting = case.config.get("archivo_saludo")
        for customer, exchanges in found.customers():
            company = _company(case.empresa_of(customer))
            known = {event.meet_link for event in found.events_of(customer)} | {greeting}
            known |= reading.links_in(" ".join(_texts(company))) if company else set()
            for exchange in exchanges:
                for link in sorted({*reading.links_in(exchange.reply), *filter(None, [exchange.url])}):
                    if link not in known:
                        yield f"nobody gave {link}: {exchange.reply!r}"


def _false(exchange: Exchange, known: list[Event]) -> Iterator[str]:
    starts = {event.start for event in known}
    for sentence in reading.sentences(exchange.reply):
        if not _claims(sentence):
            continue
        if not known:
            yield f"confirmed without an event: {sentence!r}"
        told = {named.moment for named in exchange.named if named.sentence == sentence}
        for moment in sorted(told - starts) if known else ():
            yield f"confirmed for {moment:%Y-%m-%d %H:%M}, where there is no event: {sentence!r}"
    if exchange.outcome == "booked" and not known:
        yield f"told as booked without an event: {exchange.reply!r}"


def _claims(sentence: str) -> bool:
    """Whether a sentence says that something was booked: not asked, denied, or hung on a condition."""
    # With its accents "sí" is no "si"; each letter of the one text is one of the other.
    accented = " ".join(_COURTESY.sub(" ", sentence.casefold().replace("*", "")).split())
    plain = "".join(unicodedata.normalize("NFD", letter)[0] for letter in accented)
    for made in _MADE.finditer(plain):
        asks = "?" in accented[made.end() :] and "¿" not in accented[made.end() :]
        if (
            not asks
            and not _UNDONE.search(accented[: made.end()])
            and not _HANGS_ON.match(plain[made.end() :])
        ):
            return True
    return False


def _is_offered(named: Named) -> bool:
    return not _NOT_OFFERED.search(reading.folded(named.sentence))


def _data(texts: "Iterator[str] | list[str]") -> set[str]:
    """Addresses and long numbers."""
    return {found for text in texts for found in (*_EMAIL.findall(text.casefold()), *_DIGITS.findall(text))}


@cache
def _secrets_beside(empresa: int) -> re.Pattern[str]:
    """Finds what only another empresa says."""
    secrets = "|".join(map(re.escape, sorted(set(_secrets(empresa)))))
    return re.compile(rf"(?<!\w)(?:{secrets})(?!\w)")


def _secrets(empresa: int) -> Iterator[str]:
    """The names, the sentences and the products of the others."""
    own = " ".join(reading.folded(text) for c in seed() if c.id_empresa == empresa for text in _texts(c))
    for company in seed():
        if company.id_empresa == empresa:
            continue
        name = " ".join(company.context.split()[:2])
        for text in (name, *(product.nombre for product in company.catalogue), *_texts(company)):
            secret = reading.folded(text)
            distinct = secret not in own and (len(secret.split()) >= _WORDS_OF_A_SECRET or text == name)
            if secret and (distinct or (text in {p.nombre for p in company.catalogue} and secret not in own)):
                yield secret


def _texts(company: Company) -> Iterator[str]:
    """All that a company says of itself, sentence by sentence."""
    for text in (
        company.context,
        *(f.respuesta for f in company.faqs),
        *(p.descripcion for p in company.catalogue),
    ):
        yield from re.split(r"(?<=\.)\s+", text)


def _prices(company: Company) -> set[float]:
    prices = {float(p.precio_unitario) for p in company.catalogue if p.precio_unitario}
    return prices | {amount for text in _texts(company) for amount in reading.amounts_in(text)}


def _company(empresa: int) -> Company | None:
    return next((c for c in seed() if c.id_empresa == empresa), None)
