"""A reply cut into what it says one thing at a time, and how it says it: asked, on a condition, denied."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citas.booking.contact import fold


def pattern(text: str) -> re.Pattern[str]:
    """A regular expression written over several lines: line breaks and indentation count for nothing."""
    return re.compile("".join(line.strip() for line in text.splitlines()))


_SENTENCE = re.compile(r"[^\n.!?¡;]*(?:\.(?=[\w@])[^\n.!?¡;]*)*[.!?;\n]*", re.DOTALL)
# "Domingo: cerrado" says one thing.
_CUT = re.compile(
    r",\s+|:\s+(?!cerrad|no (?:se )?(?:atend|atiend|abr|trabaj|hay))|\s+[-–—]\s+"
    r"|\s+(?=(?:pero|aunque|sino que|sin embargo|en cambio)\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\(([^()]*)\)")
# What the customer still has to do: a sentence that hangs on it states nothing yet.
_ACT = r"""
    (?:me |nos |lo |la |el |tu |que |usted |ustedes |con |no |te |le )*
    (?:confirm\w+|d(?:e|es|en|as|an|iga|igas|igan|ices)\b|envi\w+|mand\w+|pas(?:es|as|e|a)\b|compart\w+
    |indi(?:ques|que|cas|ca)\b|respond\w+|escrib\w+|elij\w+|elig\w+|escoj\w+|escog\w+|decid\w+|quier\w+
    |quisier\w+
    |gust\w+|prefier\w+|acept\w+|autoric\w+|avis(?:es|as|e|en)\b|teng(?:a|amos) (?:tu|tus|su|sus|esos|los
    |el|la)\b
    |tengas\b|complet\w+|parec\w+|sirv\w+|acomod\w+|conven\w+|convien\w+|dese\w+|neces\w+
    |est(?:as|es|a|e) de acuerdo|anim\w+|llames\b|recib\w+ (?:tu|tus|su|sus)|recibir\w*|busc\w+|queda\b
    |cuadra\b|late\b|viene\b|va bien
    |sea\b|puedas\b|puedes\b|cambi\w+|surg\w+|hac\w+ falta|algun\w*|es (?:posible|necesario)|hay (?:alg\w+
    |un)
    |tu (?:ok|confirmacion|visto)|falt\w+|necesit\w+|pued\w+)
"""
_IF = pattern(
    rf"""\b(?:si|cuando|apenas|en cuanto|una vez(?: que)?|ni bien|luego de que|despues de que|antes de que
    |hasta que
    |tan pronto(?: como)?|siempre que|al (?=confirm|elegir|dar|recibir))\s*{_ACT}"""
)
_FIRST = pattern(
    r"""^\W*para (?:poder |que |tener |dejar |agendar|reservar|confirmar|coordinar|completar|registrar
    |separar|cerrar
    |avanzar|continuar|asegurar|apartar|programar)|\bantes de (?:agendar|confirmar|reservar|registrar
    |cerrar)
    |\b(?:necesito|necesitaria|requiero|preciso|bastaria con|me falta|me faltan)\b
    |(?<!hace )\bfaltar?(?:ia|ian|n)? (?:tu|tus|su|sus|que|confirmar|saber|el|un|una|solo)\b
    |\b(?:dime|dame|pasame|mandame|enviame|indicame|comparteme|confirmame|regalame|escribeme
    |responde(?:me)?|elige|escoge
    |avisame|cuentame|diganos|indiqueme|digame|deme|mandeme|confirmeme|brindame|decime|contame|elegi
    |escribime
    |brindeme|facilitame|compartame|(?<!te )(?<!le )(?<!se )confirm[ae]|ayudame)\b"""
)
_DENIAL = re.compile(r"\b(?:no|ni|nunca|tampoco|ningun[oa]?|sin|jamas|nada)\b")
_POLITE = pattern(
    r"""\b(?:no te preocup\w+|no se preocup\w+|no hay (?:problema|drama|lio|apuro)|no hay de que|como no
    |por que no
    |no tienes que \w+(?: \w+)?|no hace falta \w+|no necesitas (?:hacer|confirmar) nada(?: mas)?|nada mas
    |no lo dudes|no mas|ni bien|no solo|sin (?:falta|duda|problema)s?|nadie mas|sin costo|sin efecto
    |no hay nadie|no te apur\w+|no se apur\w+|no te afan\w+)\b"""
)
# What has happened does not hang on what the customer may do next.
_NONE_THE_LESS = re.compile(r"\W*(?:porque|pues|ya|igual|aunque)\b")
_PAST = re.compile(
    r"\b(?:quedo|quedaste|quedaron|ha|han|he|hemos|fueron?|ya (?:esta|es|fue|la|lo|te)|acab(?:o|amos) de)\b"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence, from `start` on. `folded` has neither capitals nor accents; `asks`: it is of a
    question; `conditional`: it hangs on something the customer has still to do; `denies`: by some word."""

    start: int
    text: str
    folded: str
    asks: bool
    conditional: bool
    denies: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, question or line. `heads`: the next lines are its list; `item`: it is one of them."""

    text: str
    folded: str
    clauses: tuple[Clause, ...]
    asks: bool
    heads: bool
    item: bool


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a plain reply, in order."""
    found: list[Sentence] = []
    open_list = False
    for raw, asks in _pieces(text):
        stripped = raw.strip()
        if not any(c.isalnum() for c in stripped):
            open_list = open_list and bool(stripped or "\n\n" not in raw)
            continue
        item = open_list and (
            re.match(r"\s*(?:[•\-–▪◦✅📅🕓🕐⏰]|\d+[.)°]|[a-e]\)|\W*\b\w)", raw) is not None
        )
        sentence = _sentence(stripped, asks=asks, item=item)
        open_list = sentence.heads or (open_list and item and not asks)
        found.append(sentence)
    return tuple(found)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Sentences and whether each is a question. "¿" opens one; without it the last clause asks."""
    at = 0
    for question in re.finditer(r"¿[^?¿]*\?+", text):
        yield from _statements(text[at : question.start()])
        yield question.group(), True
        at = question.end()
    yield from _statements(text[at:])


def _statements(text: str) -> Iterator[tuple[str, bool]]:
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        if not piece.strip():
            continue
        if piece.rstrip().endswith("?"):
            stated, _, asked = piece.rpartition(",")
            if stated.strip():
                yield stated, False
            yield asked, True
        else:
            yield piece, False


def _sentence(text: str, *, asks: bool, item: bool) -> Sentence:
    pieces = list(_cut(text))
    folded = [fold(piece) for _, piece in pieces]
    hangs = _hanging(folded)
    clauses = tuple(
        Clause(start, piece, plain, asks, hangs[n], bool(denial_in(plain)))
        for n, ((start, piece), plain) in enumerate(zip(pieces, folded, strict=True))
    )
    return Sentence(text, fold(text), clauses, asks, text.rstrip().endswith(":"), item)


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """The clauses and where they begin. What stands in brackets is said by itself, after the rest."""
    bare = _ASIDE.sub(lambda m: " " * len(m.group()), text)
    at = 0
    for cut in (*_CUT.finditer(bare), None):
        piece = bare[at : cut.start() if cut else None]
        if piece.strip():
            yield at, piece
        at = cut.end() if cut else at
    for aside in _ASIDE.finditer(text):
        if aside[1].strip():
            yield aside.start(1), aside[1]


def _hanging(clauses: Sequence[str]) -> list[bool]:
    """Which clauses wait for the customer: for what they say themselves, what came before them, or, unless
    told as past, an "if" after them."""
    ifs = [bool(_IF.search(clause)) for clause in clauses]
    own = [found or bool(_FIRST.search(clause)) for found, clause in zip(ifs, clauses, strict=True)]
    found: list[bool] = []
    for n, clause in enumerate(clauses):
        past = _PAST.search(clause) is not None
        excepted = past and _NONE_THE_LESS.match(clause) is not None
        before, after = any(own[:n]), any(ifs[n + 1 :])
        found.append(own[n] or (before and not excepted) or (after and not before and not past))
    return found


def denial_in(folded: str) -> re.Match[str] | None:
    """The first word that denies; "no te preocupes" denies nothing."""
    return _DENIAL.search(without_courtesies(folded))


def without_courtesies(folded: str) -> str:
    """The text with "no te preocupes" and the like blanked out: they deny nothing."""
    return _POLITE.sub(lambda m: " " * len(m.group()), folded)
