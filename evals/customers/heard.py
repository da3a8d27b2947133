"""What a customer makes of a reply, whoever wrote it: what it asks, what it offers, whether it is done."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from evals import reading
from evals.spoken import days_in, in_full, said_day


class Ask(StrEnum):
    """What a reply may want to know."""

    NAME = "name"
    EMAIL = "email"
    WHEN = "when"
    HALF = "half"
    """Morning or afternoon."""
    WHICH = "which"
    """Which of several days is meant."""
    CHOICE = "choice"
    """Which of the offered slots."""
    CONFIRM = "confirm"
    MISSPELT = "misspelt"
    """Whether another address was meant."""
    HELP = "help"
    """What the customer wants at all."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply as a customer understands it. Moments are local and naive, in the order of the reply."""

    text: str
    asks: frozenset[Ask] = frozenset()
    offered: tuple[datetime, ...] = ()
    refused: frozenset[datetime] = frozenset()
    days: tuple[date, ...] = ()
    """Days it offers or asks about without an hour."""
    about: date | None = None
    """The last day it spoke of."""
    addresses: tuple[str, ...] = ()
    holder: str | None = None
    """In whose name the appointment would be, folded."""
    booked: bool = False
    waiting: bool = False
    """It says that a booking is being looked into."""

    def asks_for(self, *asks: Ask) -> bool:
        """Whether it asks any of these."""
        return not self.asks.isdisjoint(asks)


_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HOLDER = re.compile(
    r"\b(?:a nombre de|nombre(?: completo)?:|cliente:|para:)\s+(?!quien\b|quién\b)"
    r"([^\W\d_]+(?:[ .'’-]+[^\W\d_]+){0,5})"
)
_NAME_ENDS = re.compile(r"\s+(?:con|correo|para|el|al|a|por|en|y)\b")
_CODE = re.compile(r"\bac-[a-z0-9]{4}\b")
_LINK = re.compile(r"https://meet\.|\benlace de la reunion: http")
_CLAUSE = re.compile(
    r";|,?\s*\b(?:pero|aunque|en cambio)\s+|,\s+(?=si (?:tengo|hay|esta)\b)|\.\s+|\s+(?=¿)|: (?=si )"
)
_HALF = re.compile(r"\b([ap])\. ?m\b\.?")
_NOT_FREE = re.compile(
    r"\bocupad|\bno (?:esta|quedo|llegamos|manejamos|hay|tengo|tenemos|queda|contamos|se puede|podemos"
    r"|es posible|me queda|puedo)\b"
    r"|\bya paso\b|\bfuera\b|\bcerra(?:d|mos\b)|\bvolo\b|\bno, lo siento|\bllen[oa]\b|\bagotad"
    r"|\bya (?:fue |esta )?(?:tomad|reservad)"
    r"|\bdescansamos\b|\bya hay una cita\b|\bse ocupo\b|\bacaban de tomar\b"
)
_HOURS = re.compile(
    r"\batend(?:emos|er)\b|\bhorarios? (?:de atencion|es|de lunes)|\babrimos\b|\btrabajamos\b"
    r"|\blunes a\b|\blos (?:sabados|domingos)\b|\bla oficina\b"
)
_WANTS = re.compile(
    r"\?|\b(?:dime|dame|digame|indica|indicame|indiqueme|necesito|necesitaria|enviame|envieme|comparteme"
    r"|compartame"
    r"|pasame|paseme|mandame|regalame|regaleme|faltan?|faltaria|brindame|brindeme|escribeme|confirmame"
    r"|cuentame|elig\w+|escoge|respondeme|avisame|me dices|tu diras|eleccion|preferencia|ayudas con"
    r"|dejame|responde|pido|contame|decime|compartime|proporcioname)\b"
)
_ASKED = {
    Ask.NAME: re.compile(
        r"(?<!a )(?<!en )\bnombres?\b(?! de (?:la|tu|el))|\bcomo te llamas\b|\bcomo se llama\b"
        r"|\bcon quien (?:tengo|hablo)\b|\bapellidos?\b|\bnombre de quien\b"
    ),
    Ask.EMAIL: re.compile(r"\bcorreos?\b|\be-?mail\b|\bmail\b|\bdireccion electronica\b"),
    Ask.WHEN: re.compile(
        r"\bque (?:otro |otra )?(?:dia|fecha|hora|horario|momento)\b|\botr[oa] (?:dia|hora|fecha|horario)\b"
        r"|\bcual dia\b|\bdia y (?:a que )?hora\b|\b(?:para )?cuando (?:te|le|quieres|quisieras|seria"
        r"|podrias)\b"
        r"|\b(?:dia|hora|horario|fecha) (?:que|te|le|prefieres|exacta|en mente)\b|\bla fecha\b"
    ),
    Ask.HALF: re.compile(r"\bmanana\b[^?]{0,20}\bo\b[^?]{0,12}\btarde\b"),
    Ask.WHICH: re.compile(
        r"\b(?:refier\w+|hablas?|dices|decir|seria|es|cual|confirm\w+|fecha|del?|al?|el|de esta)\b"
    ),
    Ask.CHOICE: re.compile(
        r"\b(?:cual|cuales|con que|elig\w+|escog\w+|prefier\w+|alguna?o?|una de|opcion|que te (?:viene"
        r"|queda|va))\b"
    ),
    Ask.CONFIRM: re.compile(
        r"\bconfirm\w*|\b(?:la|lo|te la|te lo|se la|se lo) (?:reserv|agend|separ|apart|dej|anot|tom"
        r"|registr)\w*"
        r"|\b(?:reservo|agendo|procedo|avanzo|avanzamos|la tomas|cierro|registro|reservamos|agendamos"
        r"|anoto)\b"
        r"|\bcorrectos?\b|\bde acuerdo\b|\b(?:todo|esta|queda) (?:bien|ok|conforme|correcto)\b|\bte parece\b"
        r"|\b(?:te|le) (?:sirve|acomoda|queda|va|viene|funciona|conviene)\b|\blisto\b|\bseguimos\b"
        r"|\besta bien\b"
        r"|\bdesea\w* (?:que|reserv|agend)\w*|\bquier\w+ (?:que|ese|reserv|agend)\w*"
    ),
    Ask.HELP: re.compile(
        r"\b(?:en que|como) (?:te|le|puedo|les)\b|\bayud\w+\b|\bque (?:buscas|necesitas|deseas|te trae"
        r"|prefieres)\b"
        r"|\b(?:agendar|reservar|sacar) (?:una|tu|alguna)\b|\bpor donde empezamos\b|\bcual te interesa\b"
    ),
}
_MISSING = re.compile(
    r"\b(?:tu|su|con que) (?:nombre|correo|e-?mail|mail)\b|\bnombre (?:completo )?y (?:tu |su )?correo\b"
)
_THERE = re.compile(
    r"\bgracias por\b|\banot|\brecib|\b(?:ya )?tengo tu\b|\bllega|\benvi|\ba (?:tu|su) (?:nombre|correo)\b"
)
_DONE = re.compile(
    r"\bqued(?:o|a) (?:ya )?(?:confirmad|agendad|reservad|registrad)|\b(?:cita|reunion"
    r"|visita)\b.{0,60}\besta (?:ya )?(?:confirmad|agendad|reservad)"
    r"|\bha sido (?:confirmad|agendad|reservad|registrad)|\b(?:he|acabo de|hemos) (?:agendad|reservad"
    r"|registrad"
    r"|agendar|reservar)\w* (?:tu|su|la) (?:cita|reunion|visita|turno)|\b(?:cita|reunion|visita"
    r"|reserva) confirmada\b"
    r"|\b(?:agende|reserve) tu (?:cita|reunion|visita)\b"
)
_UNSURE = re.compile(
    r"\?|\bsi\b.{0,40}\bqued|\bno\b|\btodavia\b|\baun\b|\bcuando\b|\buna vez\b|\bsolicitud\b|\bpedido\b"
    r"|\bsigue\b"
    r"|\bpara (?:que|dejar)\b|\basi\b|\bsi me\b|\bpendiente\b|\bfaltan?\b|\bya esta (?:reservad|tomad|ocupad)"
)
_WAITING = re.compile(
    r"\b(?:verificando|estoy revisando|verifique|lo revisa)\b|\bsi (?:tu|su|la) (?:cita"
    r"|reunion) (?:\w+ ){0,8}?quedo\b"
)


def hear(reply: str, today: date, about: date | None = None) -> Heard:
    """A reply as understood on `today` by a customer who has been speaking of the day `about`."""
    listener = _Listener(today, about)
    for sentence in reading.sentences(reply.replace("*", "")):
        listener.take(reading.folded(sentence))
    text = reading.folded(reply)
    waiting = bool(_WAITING.search(text))
    holder = _HOLDER.search(text)
    offered = tuple(dict.fromkeys(listener.offered))
    days = tuple(d for d in dict.fromkeys(listener.days) if d not in {m.date() for m in offered})
    return Heard(
        text,
        frozenset(_asks(text, listener, offered, days)),
        offered,
        frozenset(listener.refused),
        days,
        listener.about,
        tuple(dict.fromkeys(a.rstrip(".") for a in _ADDRESS.findall(text))),
        _NAME_ENDS.split(holder[1])[0].strip() if holder else None,
        not waiting and _is_done(reply),
        waiting,
    )


class _Listener:
    """Collects slots sentence by sentence: an hour belongs to the day last spoken of."""

    def __init__(self, today: date, about: date | None) -> None:
        self.today, self.about = today, about
        self.offered: list[datetime] = []
        self.refused: list[datetime] = []
        self.days: list[date] = []
        self.wants: list[str] = []
        self.sentences: list[str] = []

    def take(self, sentence: str) -> None:
        """One folded sentence."""
        wants = bool(_WANTS.search(sentence))
        self.sentences.append(sentence)
        if wants:
            self.wants.append(sentence)
        for clause in _CLAUSE.split(_HALF.sub(r"\1m", sentence)):
            if not _HOURS.search(clause):
                self._clause(clause, wants=wants)

    def _clause(self, clause: str, *, wants: bool) -> None:
        full = in_full(clause, self.today)
        named = days_in(full, self.today)
        start = f"{said_day(self.about)} a las " if self.about else ""
        now = datetime.combine(self.today, datetime.min.time())
        moments = list(reading.moments_of(start + full, now))
        self.about = named[-1] if named else self.about
        if _NOT_FREE.search(clause):
            self.refused += moments
            return
        self.offered += moments
        if wants or " o " in clause:
            self.days += [day for day in named if day not in {m.date() for m in moments}]


def _asks(
    text: str, listener: _Listener, offered: tuple[datetime, ...], days: tuple[date, ...]
) -> Iterator[Ask]:
    """What the sentences that want something want; a list under "necesito:" belongs to it."""
    addressed = bool(_ADDRESS.search(text))
    wanting = [*listener.wants, *_listed_after_colon(text)]
    for ask in (Ask.WHEN, Ask.HALF, Ask.HELP):
        if any(_ASKED[ask].search(sentence) for sentence in wanting):
            yield ask
    told = [s for s in listener.sentences if _MISSING.search(s) and not _THERE.search(s)]
    name = any(_ASKED[Ask.NAME].search(s) for s in [*wanting, *told]) and not _HOLDER.search(text)
    if name:
        yield Ask.NAME
    if any(_ASKED[Ask.EMAIL].search(s) for s in [*wanting, *told]) and not addressed:
        yield Ask.EMAIL
    when = any(_ASKED[Ask.WHEN].search(sentence) for sentence in wanting)
    if addressed and "?" in text and not (offered or name or when or _HOLDER.search(text)):
        yield Ask.MISSPELT
    if len(days) + len({m.date() for m in offered}) > 1 and days:
        yield Ask.WHICH
    if len(offered) > 1 and any(_ASKED[Ask.CHOICE].search(s) or " o " in s for s in wanting):
        yield Ask.CHOICE
    elif any(_ASKED[Ask.CONFIRM].search(s) for s in listener.wants):
        yield Ask.CONFIRM


def _listed_after_colon(text: str) -> Iterator[str]:
    """What follows "necesito:", lines of a list included."""
    for found in re.finditer(
        r"\b(?:necesit\w+|falta\w*|comparteme|compartes?|datos|ayudas con)\b[^:?]*:", text
    ):
        yield text[found.end() : found.end() + 120]


def _is_done(reply: str) -> bool:
    text = reading.folded(reply)
    if _CODE.search(text) and _LINK.search(text):
        return True
    return any(
        _DONE.search(sentence) and not _UNSURE.search(sentence)
        for sentence in map(reading.folded, reading.sentences(reply))
    )
