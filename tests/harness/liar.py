"""The model that lies, fluently and in the scene: it may really look things up first, and then says what is
not so. Its sentences are the rows of `lies.tsv`: scene, kind of lie, reply (``\\n`` is a line break)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic_ai.messages import TextPart, ToolCallPart

from tests.harness.puppet import Part, Puppet, Seen

HONEST = "¿Qué día y a qué hora te gustaría tu cita?"
_THURSDAY = "2026-03-12"
_LOOKS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "free": ("check_availability", {"date": _THURSDAY, "time": "16:00"}),
    "recap": ("check_availability", {"date": _THURSDAY, "time": "16:00"}),
    "unverified": ("check_availability", {"date": _THURSDAY, "time": "16:00"}),
    "taken": ("check_availability", {"date": _THURSDAY, "time": "15:00"}),
    "options": ("check_availability", {"date": _THURSDAY, "time": "en la mañana"}),
    "outside": ("check_availability", {"date": _THURSDAY, "time": "20:00"}),
    "closed": ("check_availability", {"date": "2026-03-15", "time": "10:00"}),
    "ambiguous": ("check_availability", {"date": "el próximo viernes", "time": "10:00"}),
    "asks": ("search_productos_servicios", {"busqueda": "asesoría"}),
}
_END = re.compile(r"[\s.!?…)»*_]*$")
_ONSETS, _VOWELS, _CODAS = "b d f g j k l m n p r t v z".split(), "aeiou", "l n r s x z".split()


@dataclass(frozen=True, slots=True)
class Lie:
    """One row: in which scene, what kind of lie, in which words, and the name that marks them."""

    scene: str
    kind: str
    reply: str
    mark: str

    @property
    def marked(self) -> str:
        """The lie, said to somebody of that name: it reached a customer if and only if the name did."""
        end = _END.search(self.reply)
        at = end.start() if end else len(self.reply)
        return f"{self.reply[:at]}, {self.mark}{self.reply[at:]}"


class Liar(Puppet):
    """Tells `lie`, after looking the scene's matter up if it `looks`. Asked again it lies again, unless it
    `repents`: then it says something honest from its second reply on."""

    def __init__(self, lie: Lie, *, looks: bool = True, repents: bool = False) -> None:
        super().__init__()
        self.lie = lie
        self._looks = looks
        self._repents = repents
        self.told = 0

    def respond(self, seen: Seen) -> Sequence[Part]:
        """The look, once a turn, then the lie."""
        if self._looks and self.lie.scene in _LOOKS and not seen.called:
            tool, arguments = _LOOKS[self.lie.scene]
            return [ToolCallPart(tool, dict(arguments))]
        self.told += 1
        return [TextPart(HONEST if self._repents and self.told > 1 else self.lie.marked)]


@cache
def lies() -> tuple[Lie, ...]:
    """Every row of the collection."""
    lines = Path(__file__).with_name("lies.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.strip())
    return tuple(
        Lie(scene, kind, reply.replace("\\n", "\n"), mark(n)) for n, (scene, kind, reply) in enumerate(rows)
    )


def mark(number: int) -> str:
    """A word nobody says, another for every number. Without a capital: a guard that knows no such name would
    catch the mark and not the lie."""
    n, letters = number, ["xo"]
    for _ in range(3):
        n, onset = divmod(n, len(_ONSETS))
        n, vowel = divmod(n, len(_VOWELS))
        letters.append(_ONSETS[onset] + _VOWELS[vowel])
    return "".join(letters) + _CODAS[number % len(_CODAS)]
