"""Amounts and terms: what is to be paid, and how. Each is the catalogue's or in the company's own words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from citas.agent.guard.clauses import Clause, Sentence, denial_in, pattern
from citas.agent.guard.facts import Facts
from citas.booking.contact import fold

_CURRENCIES = {
    "sol": r"s/\.?|nuevos soles|soles|sol|pen",
    "dollar": r"us\$|u\$s|usd|dolares|dolar",
    "euro": r"€|eur|euros?",
    "peso": r"pesos?(?: (?:mexicanos|colombianos|chilenos|argentinos|uruguayos))?|mxn|cop|clp|ars|mx\$",
    "other": r"bolivianos|guaranies|quetzales|lempiras|cordobas|colones|bolivares|reales|solcitos|solecitos"
    r"|luquitas|lucas|luca|lana|varos|palos"
    r"|mangos|bucks",
    "$": r"\$",
    "%": r"%|por ciento|por cien",
}
_UNIT = "|".join(_CURRENCIES.values())
_NUMBER = r"(?<!\d)\d(?:[\d.,]{0,20}\d)?(?:\s?mil\b)?"
_ONES = {
    word: n
    for n, word in enumerate(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis"
        " diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco"
        " veintiseis veintisiete veintiocho veintinueve".split()
    )
}
_ONES |= {"un": 1, "una": 1}
_ONES |= {
    w: 10 * n for n, w in enumerate("treinta cuarenta cincuenta sesenta setenta ochenta noventa".split(), 3)
}
_HUNDREDS = {"cien": 100, "ciento": 100}
_HUNDREDS |= {
    stem + ending: 100 * n
    for n, stem in enumerate(
        "doscient trescient cuatrocient quinient seiscient setecient ochocient novecient".split(), 2
    )
    for ending in ("os", "as")
}
_WORDS = "|".join(sorted({*_ONES, *_HUNDREDS, "mil"}, key=len, reverse=True))
_SPELT = rf"(?:(?:{_WORDS})(?:\s+y)?\s+){{0,8}}(?:{_WORDS})"
_AMOUNT = pattern(
    rf"""(?P<before>{_UNIT})\s*(?P<a>{_NUMBER})|(?P<b>{_NUMBER})\s*(?P<after>{_UNIT})(?![a-z])
    |\b(?P<c>{_SPELT})\s+(?:de\s+)?(?P<spelt>{_UNIT})(?![a-z])
    |\b(?:cuest\w+|vale|valen|sale|salen|precio\w*|costo\w*|cobra\w*|son|por|inversion\w*|tarifa\w*
    |pagas?)\s+
    (?:es |de |solo |apenas |unos |en |a )*(?P<d>{_NUMBER})\b
    (?!\s*(?:mil\b|{_UNIT}|minut|hora|h\b|dia|am|pm|:|de la|cita|sesion|opcion|servicio|persona|cliente))"""
)
_TERMS = {
    "gratis": r"""grati\w*|gratuit\w*|sin costo|costo cero|cero costo|no tienes que pagar|no (?:tiene
    |cuesta|pagas|cobra\w*)(?: \w+)? (?:costo|nada)
    |por cuenta de la casa|de cortesia|corre por nuestra cuenta|sin pagar|regal(?:o|os|amos|ado)\b
    |obsequi\w*|free
    |de yapa|de napa|de regalo""",
    "descuento": r"""descuent\w*|rebaj\w*|dscto|promo\w*|ofertas?|2x1|dos por uno|cupon\w*|bono|bonific\w*
    |precio especial
    |mas barato|liquidacion|cashback|codigo promocional|mitad de precio|black friday|pagas? menos|te (?:lo
    |la) dejo en
    |por cada|al? precio de|cuartas partes|recargo|bajar el precio|el doble|la mitad|te llevas|lleva(?:s
    |te)? (?:dos|tres|2|3)|paga(?:s)? (?:una|uno|solo)|combo|packs?|paquetes?""",
    "devolucion": r"devol\w+|reembols\w+|devuelv\w+|reintegr\w+|te regresamos",
    "garantia": r"""garanti\w+|(?:te |se )?(?:lo )?asegur(?:o|amos)(?= que| resultados| exito| ganar|$
    |\W*[.!])|sin riesgo
    |100 ?% (?:seguro|efectiv\w+|confiable)|resultados asegurados|duplicar\w*|triplicar\w*|ganar(?:as
    |a) (?:el|mas)|multar
    |te cur\w+|curacion|ahorrar(?:as|a)|si o si|o no pagas|recuper\w+ (?:su|tu) inversion|te libra
    |te doy mi palabra|juicio|tramite aprobado""",
    "pago": r"""cuotas?|mensualidades|mensual(?:es)?|meses sin intereses|sin intereses|yape\w*|plin
    |tarjetas?|transferencias?
    |deposit\w+|efectivo|financ\w+|anticipo|adelanto|abon(?:o|ar|as|es)\b|paypal|contra entrega|credito
    |mercado pago|nequi
    |contado|facturas?|boletas?|pagar|pagos?|(?<!no )pagas?|pague|cobro|cobramos|saldo|deuda|vencid\w+
    |comprobante|voucher|pagad[oa]s?""",
    "impuesto": r"igv|iva|impuestos?|detraccion\w*",
    "cuenta": r"""cuenta (?:bancaria|corriente|de ahorros?|bcp|bbva|interbank)|cbu|cci|clabe|alias|iban|bcp
    |bbva|interbank
    |scotiabank""",
}
_TERM = {name: pattern(rf"\b(?:{words})\b") for name, words in _TERMS.items()}
_ALL = re.compile(r"\b(?:tod[oa]s|cuestan|ambos|ambas|valen|cada un[oa])\b")
_SMALL_TALK = frozenset(
    """
    hola graci acept puede podem podri claro acerc sobre quier tambi usted estas estos nuest direc empie
    cancel mensu medio forma cuent ofrec tenem maner momen reali hacer hacen desea
    """.split()
)
_ABOUT = re.compile(
    r"\b(?:consultas?|dudas?|preguntas?|informacion|tema|detalles?) (?:sobre|de|del|con)\s+(?:\w+\s+)?$"
)
_FREE_OF_CHARGE = re.compile(r"\bgrat(?:i|uit)|\bsin costo|\bs/\.? ?0\b")


@dataclass(frozen=True, slots=True)
class _Prices:
    """What things cost, as catalogue and company say it: every sum, the sum beside a name, the names of what
    is free, and the company's sentences (folded) that call something free."""

    sums: frozenset[tuple[str, Decimal]]
    named: Mapping[str, Decimal]
    free: frozenset[str]
    said_free: tuple[str, ...]


def untraced(sentences: Sequence[Sentence], facts: Facts) -> str | None:
    """The first amount or term without a source; its words."""
    if not any(
        _AMOUNT.search(s.folded) or any(t.search(s.folded) for t in _TERM.values()) for s in sentences
    ):
        return None
    prices, said = _prices(facts), ""
    for sentence in sentences:
        for words in (*_wrong_amounts(sentence, prices, facts), *_wrong_terms(sentence, said, prices, facts)):
            return words
        said += f"{sentence.folded}\n"
    return None


def _prices(facts: Facts) -> _Prices:
    named = _prices_in_words(facts) | {fold(i.name): i.price for i in facts.searched if i.price is not None}
    pieces = (piece for text in facts.company for piece in re.split(r"[.\n;](?=\s|$)", fold(text)))
    said_free = tuple(piece for piece in pieces if _FREE_OF_CHARGE.search(piece))
    free = {fold(i.name) for i in facts.searched if i.price == 0}
    free |= {name for name in facts.names for piece in said_free if _speaks_of(piece, name)}
    return _Prices(frozenset(_known(facts)), named, frozenset(free), said_free)


def _wrong_amounts(sentence: Sentence, prices: _Prices, facts: Facts) -> Iterator[str]:
    found = list(_AMOUNT.finditer(sentence.folded))
    ends = [0, *(match.end() for match in found)]
    names = (*facts.names, *prices.named)
    named_after = False
    for n, match in enumerate(found):
        currency, amount = _sum(match)
        words = match.group()
        if currency == "%" and (words.startswith("100") or denial_in(sentence.folded[: match.start()])):
            continue
        before = sentence.folded[ends[n] : match.start()]
        after = sentence.folded[match.end() : found[n + 1].start() if n + 1 < len(found) else None]
        about = _about("" if named_after else before, after, names)
        named_after = about != "" and about in after and about not in before
        if (
            amount is None
            or not _fits(currency, amount, prices.sums)
            or _is_anothers(about, amount, prices, facts)
        ):
            yield words


def _about(before: str, after: str, names: Sequence[str]) -> str:
    """The words that say what an amount is for: those right before it, or else those right after."""
    nearest = re.split(r"[,;:)|·•\n]", before)[-1]
    for words in (nearest, re.split(r"[,;|·•\n]", after)[0], before):
        if any(_speaks_of(words, name) for name in names):
            return words
    return ""


def amounts(folded: str) -> Iterator[tuple[str, Decimal | None, str]]:
    """The currency, the amount and the words of every sum of money or share in a folded text."""
    for found in _AMOUNT.finditer(folded):
        yield *_sum(found), found.group()


def _sum(found: re.Match[str]) -> tuple[str, Decimal | None]:
    unit = found["before"] or found["after"] or found["spelt"] or ""
    digits = found["a"] or found["b"] or found["d"]
    return _currency(unit), number(digits) if digits else _spelt_number(found["c"])


def _known(facts: Facts) -> Iterator[tuple[str, Decimal]]:
    for item in facts.searched:
        if item.price is not None:
            yield "sol", item.price
    for text in (*facts.company, *facts.before):
        for currency, amount, _ in amounts(fold(text)):
            if amount is not None and currency:
                yield currency, amount


def _fits(currency: str, amount: Decimal, known: Iterable[tuple[str, Decimal]]) -> bool:
    """The same amount in the same money; a bare number may be any, and "$" is dollars or pesos."""
    return any(amount == value and _same_money(currency, unit) for unit, value in known)


def _same_money(one: str, other: str) -> bool:
    return one in {"", other} or ("$" in {one, other} and {one, other} <= {"$", "dollar", "peso"})


def _is_anothers(about: str, amount: Decimal, prices: _Prices, facts: Facts) -> bool:
    """Words about one thing that give the price of another."""
    priced = prices.named
    named = [name for name in dict.fromkeys((*priced, *facts.names)) if _speaks_of(about, name)]
    own = {priced[name] for name in named if name in priced}
    if len(named) > 1 and _ALL.search(about):
        return any(priced.get(name) != amount for name in named)
    others = {price for name, price in priced.items() if name not in named}
    return bool(named) and amount not in own and amount in others


def _speaks_of(folded: str, name: str) -> bool:
    """Whether a text names a thing: all of its name, or its first word when that is a long one."""
    first = name.split()[0] if name.split() else ""
    return bool(
        re.search(rf"\b{re.escape(name)}\b", folded)
        or (len(first) > 5 and re.search(rf"\b{re.escape(first)}\b", folded))
    )


def _prices_in_words(facts: Facts) -> dict[str, Decimal]:
    """What the company's texts price, with the one amount beside it: "el plan anual S/ 1,200"."""
    found: dict[str, Decimal] = {}
    for text in facts.company:
        for piece in re.split(r"[.,\n;?!](?=\s|$)|\by\b", fold(text)):
            sums = [
                (a, words) for unit, a, words in amounts(piece) if a is not None and unit not in {"%", ""}
            ]
            if len(sums) == 1:
                label = re.sub(
                    r"\b(?:el|la|los|las|un|una|cuesta|cuestan|vale|sale|es|de|a|en|son|tiene|precio)\b",
                    " ",
                    piece,
                )
                label = " ".join(label.partition(sums[0][1])[0].split())
                names = [name for name in facts.names if name in piece] or (
                    [label] if 3 < len(label) < 40 else []
                )
                found |= {name: sums[0][0] for name in names if name not in found}
    return found


def _wrong_terms(sentence: Sentence, said: str, prices: _Prices, facts: Facts) -> Iterator[str]:
    """Terms nobody granted, after what was `said` before. A question offers nothing, and a denial of one
    grants nothing."""
    for clause in sentence.clauses:
        for name, term in _TERM.items():
            for found in () if clause.asks else term.finditer(clause.folded):
                if _ABOUT.search(clause.folded[: found.start()]):
                    continue
                if name == "gratis":
                    at = len(said) + sentence.folded.find(found.group())
                    granted = _is_free(at, said + sentence.folded, clause, prices, facts)
                else:
                    granted = _is_granted(name, found.group(), clause, facts)
                if not granted:
                    yield found.group()


def _is_granted(name: str, words: str, clause: Clause, facts: Facts) -> bool:
    known = _company_says(name, words, facts)
    match name:
        case "impuesto":
            included = re.search(r"\binclu\w+|\bmas\b|\bno\b|\bsin\b", clause.folded)
            return known and (included is None or included.group() in facts.company_folded)
        case "pago" | "cuenta":
            honest = re.search(r"\bno (?:puedo|tengo|manejo|cuento)\b", clause.folded)
            return (known and _in_its_words(clause, facts)) or honest is not None
        case "garantia" | "devolucion":
            before = clause.folded[: clause.folded.find(words)]
            return known or (denial_in(before) is not None and not re.search(r"\b(?:si|o) no\b", before))
        case _:
            return known or (clause.denies and not re.search(r"\b(?:si|o) no\b", clause.folded))


def _in_its_words(clause: Clause, facts: Facts) -> bool:
    """Whether what is said of payment is what the company says: each longer word of it is one of its own."""
    return all(stem in facts.company_folded for stem in _longer_words(clause))


def _longer_words(clause: Clause) -> frozenset[str]:
    """The beginnings of the words that carry what a clause says."""
    return frozenset(word[:5] for word in re.findall(r"[a-z]{5,}", clause.folded)) - _SMALL_TALK


def _company_says(name: str, words: str, facts: Facts) -> bool:
    stem = words[: max(4, len(words) - 3)]
    return any(known.group().startswith(stem) for known in _TERM[name].finditer(facts.company_folded))


def _is_free(at: int, said: str, clause: Clause, prices: _Prices, facts: Facts) -> bool:
    """Whether what is called free costs nothing: the thing named last before it, or else next after it; of
    what is no product ("estacionamiento gratuito") the company must say so in these words."""
    named = [(m.start(), name) for name in facts.names for m in re.finditer(rf"\b{re.escape(name)}\b", said)]
    before = [pair for pair in named if pair[0] < at]
    after = [pair for pair in named if pair[0] > at]
    near = max(before, default=None) or min(after, default=None)
    if near is not None:
        return near[1] in prices.free
    return any(all(stem in piece for stem in _longer_words(clause)) for piece in prices.said_free)


def number(text: str) -> Decimal | None:
    """A number as people write it: "1,200.00", "1.200", "150"."""
    thousand = text.endswith("mil")
    digits = text.removesuffix("mil").strip().strip(".,")
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        return Decimal(digits) * (1000 if thousand else 1)
    except InvalidOperation:
        return None


def _spelt_number(text: str) -> Decimal:
    total, part = 0, 0
    for word in text.split():
        if word == "mil":
            total, part = total + (part or 1) * 1000, 0
        elif word != "y":
            part += _HUNDREDS.get(word) or _ONES.get(word, 0)
    return Decimal(total + part)


def _currency(unit: str) -> str:
    return next((name for name, words in _CURRENCIES.items() if re.fullmatch(words, unit)), "")
