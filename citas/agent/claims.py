"""What a sentence claims to have been done to an appointment. Patterns are for folded text, except one.

They are broad on purpose: a claim that is missed reaches a customer, an honest sentence that is caught is
only said again by code. A new way of claiming is one more alternative here and one row in its test.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from citas.booking.contact import fold


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that says something was done: all of it (folded), and the words that say it. `undone` if
    that is a cancellation or a change, which nobody here can carry out."""

    sentence: str
    words: str
    undone: bool


_WHAT = r"(?:cita|reserva|reunion|visita|demo|espacio|lugar|cupo|turno)"
_STATE = (
    r"(?:reservad|agendad|confirmad|registrad|programad|apartad|(?<!por )separad|cread|asegurad"
    r"|cancelad|anulad|reprogramad|cambiad|movid)[ao]s?"
)
_DAY = r"(?:el|este|manana|pasado|hoy|a las?|lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
_VERBS = "reserv|agend|confirm|registr|program|apart|separ|cancel|anul|reprogram"
_OTHER_THINGS = (
    r"(?!\s+(?:\w+\s+)?(?:pedido|solicitud|peticion|correo|nombre|consulta|mensaje|interes|datos|disponibilidad"
    r"|que|con)\b)"
)
_DONE = re.compile(
    rf"\b(?:qued(?:o|a|aste|ado|aron)|estas?|estan|ha sido|fue|tienes|{_WHAT})\s+(?:\w+\s+){{0,5}}?{_STATE}\b"
    rf"|^\W*(?:listo|hecho|perfecto)?\W*{_STATE}\b|\b{_STATE}\s+(?:tu|la|su)\s+{_WHAT}\b"
    rf"|\b{_WHAT}\s+(?:ya\s+)?(?:esta\s+|quedo\s+)?(?:lista|hecha|realizada|exitosa|completada)\b"
    rf"|\b(?:he|hemos|ya)\s+(?:te\s+|la\s+|lo\s+)?(?:(?:{_VERBS})ado|movido|cambiado){_OTHER_THINGS}\b"
    rf"|(?<!que )\b(?:te|la|lo)\s+(?:{_VERBS})e\b|\b(?:{_VERBS})e\s+tu\s+{_WHAT}\b"
    rf"|\b(?:{_VERBS})amos\s+tu\b|\bse\s+(?:ha\s+(?:{_VERBS})ado|(?:{_VERBS})o|creo)\s+(?:\w+\s+)?{_WHAT}\b"
    rf"|\bse\s+(?:{_VERBS})o\b"
    rf"|\b(?:nos vemos|te espero|te esperamos|los esperamos)\s+{_DAY}\b"
    rf"|(?<!entonces )\btu\s+{_WHAT}\s+es\s+{_DAY}\b|\btienes\s+(?:una\s+|tu\s+)?{_WHAT}\s+{_DAY}\b"
    r"|\bte\s+(?:envie|mande|enviamos|mandamos|(?:he|hemos) enviado|llego|llegara)\s+(?:\w+\s+){0,3}?"
    r"(?:invitacion|enlace|link|confirmacion)\b"
    r"|\binvitacion\s+(?:ya\s+)?(?:fue|esta|ha sido)\s+enviada\b"
    rf"|\bte\s+(?:anote|apunte)\s+(?:para\s+)?{_DAY}\b|\bdalo por (?:hecho|agendado|reservado)\b"
    r"|\bya\s+qued[oa]\s*(?:[.,!]|$)"
    rf"|\b(?:hice|hicimos)\s+(?:la|tu|su)\s+{_WHAT}\b|^\W*(?:tu\s+)?{_WHAT}\s+(?:ok|lista)\b"
    rf"|\b(?:te|la|lo)\s+(?:{_VERBS})amos\s+(?:para\s+)?{_DAY}\b|\bqued(?:o|aste)\s+(?:anotad|fijad)[ao]\b"
    r"|\bte\s+(?:puse|pusimos)\s+en\s+(?:el\s+calendario|la\s+agenda)\b|\byou(?:'| a)re all set\b"
    rf"|\b(?:elimine|eliminamos|borre|borramos)\s+tu\s+{_WHAT}\b"
    r"|\b(?:appointment|meeting|booking)\b.{0,20}\b(?:confirmed|booked|scheduled|reserved)\b"
    r"|\bi(?:'ve| have)? (?:booked|scheduled|confirmed)\b"
)
# With its accent it is a past tense: "reserve" may ask for it, "reservé" has done it.
_I_DID = re.compile(
    r"\b(?:(?:reserv|agend|confirm|registr|program|apart|separ|cancel|anul|reprogram)é|moví|cambié)\b"
    r"(?!\s+(?:\w+\s+)?(?:pedido|solicitud|petición|correo|nombre|consulta|mensaje|interés|datos|disponibilidad"
    r"|que|con)\b)"
)
_UNDONE = re.compile(r"elimin|borr|cancel|anul|reprogram|cambi|mov[ií]")
_CLAUSE_NOT_DONE = re.compile(
    r"\b(?:no|aun|todavia|sin|podria|puede|pueda|puedo|podemos|podre|sera|seria|estara|quedara|quedaria)\b"
)
_NOT_DONE = re.compile(
    r"\b(?:para (?:que|tener|dejar|poder|ver)|cuando|antes de|una vez|despues de|hasta que|en cuanto|apenas"
    r"|sin que|si(?!,| senor)|falta|necesito|verific\w+|revis\w+)\b"
)
_LATER = re.compile(r"\b(?:cuando|en cuanto|una vez|apenas|si me|solo si|hasta que|al)\b")
_PAST = re.compile(r"\b(?:quedo|quedaste|quedado|quedaron|ha|han|he|hemos|fue|ya)\b")
_ABOUT_A_REQUEST = re.compile(r"\b(?:pedido|solicitud|peticion|correo|nombre|datos)\b")
_POLITE = re.compile(r"\b(?:no te preocupes|no se preocupe|no hay problema|no hay de que|como no)\b")
_QUESTION = re.compile(r"¿[^?]*\?")
_SENTENCE = re.compile(r"[^.!?¡\n]+[.!?\n]?")
_HALF_OF_DAY = re.compile(r"\b([ap])\.\s?m\.", re.IGNORECASE)
_YES = re.compile(r"\bsí\b", re.IGNORECASE)


def done_in(reply: str) -> Iterator[Said]:
    """Every claim of a reply, in order. A question claims nothing, nor does a condition or a denial."""
    text = _YES.sub(" ", unicodedata.normalize("NFC", _HALF_OF_DAY.sub(r"\1m", reply)))
    for sentence in _SENTENCE.findall(_QUESTION.sub(". ", text)):
        stated = sentence.rpartition(",")[0] if sentence.rstrip().endswith("?") else sentence
        if said := _claim(stated):
            yield said


def _claim(sentence: str) -> Said | None:
    plain = _POLITE.sub(" ", sentence.casefold())
    folded = _POLITE.sub(" ", fold(sentence))
    words = _I_DID.search(plain) or _DONE.search(folded)
    if words is None:
        return None
    before = (plain if words.re is _I_DID else folded)[: words.end()]
    clause = fold(re.split(r"[,;:]", before[: words.start()])[-1] + words.group())
    denied = _CLAUSE_NOT_DONE.search(clause) or _NOT_DONE.search(fold(before))
    later = not _PAST.search(clause) and words.re is _DONE and _LATER.search(folded[words.end() :])
    request = words.group().endswith(("registrado", "registrada")) and _ABOUT_A_REQUEST.search(clause)
    if denied or later or request:
        return None
    return Said(folded, words.group(), bool(_UNDONE.search(words.group())))
