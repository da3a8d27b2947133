"""Finding what the company has said: which product a question is about, which written answer fits it."""

import re
from collections.abc import Iterable

from citas.agent.deps import CitasDeps
from citas.agent.intents import Intent
from citas.booking.contact import fold

_COMMON = frozenset(
    """
    a al algo ahi aqui con como cual cuales cuando cuanto cuantos cuesta cuestan cobran costo costos precio
    precios de del desde donde el ella en es esa ese eso esta este esto hay hola la las le lo los me mi mis
    muy no o para pero por que quiero quisiera saber se si sin sobre son su sus te tiene tienen tu un una
    uno unos vale valen y ya yo buenas buenos dias tardes noches gracias favor porfa pueden puede puedo
    ustedes usted tarifa tarifas valor sale informacion info dame dime cita citas reunion
    """.split()
)
_ENOUGH = 0.5


def topic(deps: CitasDeps) -> str | None:
    """The product, service or words a question is about; None when it is about everything."""
    asked = _tokens(deps.reading.text)
    names = (*(deps.profile.services or ()), *(deps.profile.products or ()))
    best = max(names, key=lambda name: _overlap(_tokens(name), asked), default=None)
    if best is not None and _overlap(_tokens(best), asked) > 0:
        return best
    generic = {
        "servicio",
        "servicios",
        "producto",
        "productos",
        "ofrecen",
        "venden",
        "hacen",
        "catalogo",
        "lista",
    }
    words = [
        w for w in re.findall(r"[a-z0-9]+", fold(deps.reading.text)) if _stem(w) in asked - _stems(generic)
    ]
    return " ".join(words[:4]) or None


def mentions_offer(deps: CitasDeps) -> bool:
    """Whether the message names something from the company's offer."""
    asked = _tokens(deps.reading.text)
    names = (*(deps.profile.services or ()), *(deps.profile.products or ()))
    return any(_overlap(_tokens(name), asked) >= _ENOUGH for name in names)


def answer(deps: CitasDeps) -> str | None:
    """The company's written answer to a question like this one, if one is close enough."""
    asked = _tokens(deps.reading.text)
    if not asked:
        return None
    faqs = deps.profile.faqs or ()
    best = max(faqs, key=lambda f: _likeness(_tokens(f.question), asked), default=None)
    if best is not None and _likeness(_tokens(best.question), asked) >= _ENOUGH:
        return best.answer
    if not deps.reading.has(Intent.QUESTION):
        return None
    telling = max(faqs, key=lambda f: _overlap(asked, _tokens(f.answer)), default=None)
    if telling is None or _overlap(asked, _tokens(telling.answer)) < _ENOUGH:
        return None
    return telling.answer


def _tokens(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z0-9]+", fold(text))
    return _stems(w for w in words if w not in _COMMON and len(w) > 2)


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_stem, words))


def _stem(word: str) -> str:
    """Plural and singular, and the commonest endings, compared as one."""
    for ending in ("es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word[: -len(ending)]
    return word


def _overlap(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over the words of the shorter text, at least two shared unless one has only one."""
    shared = len(one & other)
    shorter = min(len(one), len(other))
    if not shorter or (shared < 2 <= shorter):
        return 0.0
    return shared / shorter
