"""What one customer message says, read by code: intentions, a name, an address, a time.

The model reads too, and better; but what may lead to an event, and what must not be asked twice, cannot
depend on which model is at work or whether it answers at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from citas.agent.intents import Intent, intents_of, only_yes
from citas.booking.contact import EmailReading, check_name, find_email, fold
from citas.scheduling.model import OpeningHours
from citas.scheduling.spanish import Understanding, understand


class Asked(StrEnum):
    """What our last reply asked for."""

    NAME = "name"
    EMAIL = "email"
    EMAIL_DOUBT = "email_doubt"
    CONFIRM = "confirm"


READ_MAX = 1000  # of a message, for intentions and names: nobody introduces himself further down
_WORD = r"[^\W\d_][^\W\d_.'’\-]*(?:[.'’\-][^\W\d_]+)*\.?"
_INTRODUCED = re.compile(
    r"\b(?:soy|me llamo|se llama|mi nombre(?: completo)? es|a nombre de|nombre\s*:|saluda|habla)\s+"
    rf"(?P<name>{_WORD}(?:[^\S\n]+{_WORD}){{0,6}})",
    re.IGNORECASE,
)
_NOT_NAMES = frozenset(
    """
    si no ok ya dale listo claro hola buenas buenos dias tardes noches gracias quiero quisiera necesito mi
    me mis tu su es el la los las un una unos correo email mail nombre cita para por con sin de del a al en
    que cual como cuando donde manana hoy ayer lunes martes miercoles jueves viernes sabado domingo hora
    horas mejor bien perfecto bueno tengo soy puedo puede tienen hay agendar reservar precio y o pero
    cliente nuevo nueva interesado interesada yo aqui desde ahi porque olvidalo arroba punto com tambien
    esta este ese esa confirmo vale tarde noche dia agendame reservame anotame luego despues estoy espera
    esperame ahorita dejame te se ver aceptan atienden momento jaja jajaja contador contadora abogado
    abogada dueno duena peruano peruana mexicano mexicana chileno chilena colombiano colombiana argentino
    argentina espanol medico ingeniero ingeniera arquitecto arquitecta emprendedor emprendedora
    independiente persona empresa natural sale porfa porfis pues orale uy imposible trabajo dime va vamos
    ignora ignore olvida instrucciones reglas visita visite entra ingresa gana dinero llama haz clic click
    premio deposita transfiere paga gratis oferta www http https
    simon oki okis gusto excelente genial correcto exacto obvio ocupado ocupada
    perdon perdona perdone disculpa disculpe disculpen mm mmm mmmm hmm hm ehm em eh ah ay oh uf uff huy ups
    oye oiga oigan hijole hija mira mire miren fijate fijese bueh epa vaya guau wow caray caramba chuta
    po pos sipo yapo nopo wey guey bro sipi nopi repita repite repitan diga digame cuentame confirme
    confirma corrijo correccion error espere momentito segundito rato chao chau adios venga dele joya
    barbaro che tranqui entendido anotado nada todo ninguno ninguna status success
    ingles catalan frances portugues quechua aleman italiano
    """.split()
)
_JOINERS = frozenset({"de", "del", "la", "las", "los", "y"})
_SPOKEN_ADDRESS = r"\b\S+(?:\s+(?:punto|guion|bajo|\S+))?\s+arroba\s+\S+(?:\s+punto\s+\S+)*"
_PRESENTS = r"\b(?:soy|me llamo|mi (?:nombre|correo|mail|email) es|nombre|correo|mail|email|y)\b"
_BESIDE_EMAIL = re.compile(
    rf"(?:^|[:,\n]|[.!?]\s)\s*(?P<name>{_WORD}(?:\s+{_WORD}){{1,5}})\s*[,;\n]?\s+\S+@\S+"
)
# A picture parts words as a comma does: "mañana a las 4 🙌 Rosa Torres".
_PICTURES = re.compile("[\u2190-\u2bff\u3030\ufe0f\u200d\U0001f000-\U0001faff]+")
# "Ma. Elena" goes on; "mañana a las 9. Paola" does not.
_SENTENCE_END = r"(?<=\w\w\w)[.!]\s"
_LEAD_IN = re.compile(
    r"^\s*(?:(?:s[ií]|ok(?:ey)?|claro|dale|hola|buenas|ya|listo|perfecto|mi nombre es|nombre|es)\b"
    r"[\s,.:;!]*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One message as code understands it."""

    text: str
    intents: frozenset[Intent]
    when: Understanding
    email: EmailReading | None = None
    name: str | None = None

    def has(self, *intents: Intent) -> bool:
        """Whether any of these intentions is in the message."""
        return not self.intents.isdisjoint(intents)

    @property
    def agrees(self) -> bool:
        """Whether it says yes and nothing else: "claro que no", "ok, déjame ver" and "te confirmo" do not.
        The time they say yes to may be named again, and who they are may come with it."""
        if not self.has(Intent.YES) or self.has(Intent.NO, Intent.HOLD, Intent.FORGET, Intent.REFUSE):
            return False
        return self.only_gives

    @property
    def only_gives(self) -> bool:
        """Whether, beside who they are and the time they name, it says nothing but yes: "solo si es gratis"
        after an address is a condition."""
        named = self.when.words
        left = fold(self.text.replace(named, " ") if named else self.text)
        if self.email or self.name:
            given = (re.escape(word) for word in fold(self.name or "").split())
            left = re.sub(rf"\S+@\S+|{_SPOKEN_ADDRESS}|{_PRESENTS}", " ", left)
            left = re.sub(rf"\b(?:{'|'.join(given) or '-'})\b", " ", left)
        return only_yes(left)

    @property
    def refuses(self) -> bool:
        """Whether it turns down what was shown."""
        return self.has(Intent.REFUSE, Intent.NO)


def read(
    text: str,
    now: datetime,
    *,
    hours: OpeningHours | None,
    offers: Sequence[datetime],
    pending: date | None,
    last_reply: str,
    elsewhere: ZoneInfo | None = None,
) -> Reading:
    """Read a customer message received at `now`, after our `last_reply` and the `offers` it showed.
    `elsewhere` is the zone they spoke of before, if any."""
    asked, head = asked_in(last_reply), text[:READ_MAX]
    parted = _PICTURES.sub(",", head)
    return Reading(
        text=text,
        intents=intents_of(fold(head)),
        when=understand(text, now, hours=hours, offers=offers, pending=pending, elsewhere=elsewhere),
        email=find_email(text),
        name=_find_name(parted, asked),
    )


def asked_in(reply: str) -> frozenset[Asked]:
    """What a reply of ours, by whichever model, asks the customer for."""
    asked: set[Asked] = set()
    for question in re.findall(r"¿[^?¿]*\?", fold(reply)):
        if "nombre" in question:
            asked.add(Asked.NAME)
        if re.search(r"\bcorreo\b|\be-?mail\b", question):
            asked.add(Asked.EMAIL)
        if re.search(r"quisiste|quiso|querias|es correcto el dominio", question):
            asked.add(Asked.EMAIL_DOUBT)
        if re.search(r"\bconfirm|\bla reservo|\bla agendo|\bte la (?:reservo|agendo|separo)", question):
            asked.add(Asked.CONFIRM)
    return frozenset(asked)


def is_name(text: str) -> bool:
    """Whether a text is a person's name from its first word to its last, as far as code can tell."""
    return _as_name(text, whole=True) is not None


def _find_name(text: str, asked: frozenset[Asked]) -> str | None:
    for found in _INTRODUCED.finditer(re.sub(r"\S+@\S+", ",", text)):
        if name := _as_name(found.group("name")):
            return name
    if Asked.NAME not in asked:
        full = _as_name(text, whole=True) if Asked.EMAIL in asked else None
        return full if full and " " in full else _beside_email(text)
    without_email = re.sub(r"\S+@\S+|\S+://\S+|\b\S+\s+arroba\b.*", " ", text)
    first = re.split(
        rf"[,:;\n/|]|{_SENTENCE_END}|\s[-–]\s|\by mi correo\b|\bcorreo\b", _LEAD_IN.sub("", without_email)
    )
    answers = (piece for piece in first if not re.search(r"[¿?]", piece))
    return next((name for piece in answers if (name := _as_name(piece, whole=True))), None)


def _beside_email(text: str) -> str | None:
    """Name and address given unasked: "mis datos: Ana Torres, ana@example.com"."""
    found = _BESIDE_EMAIL.search(text)
    name = _as_name(found.group("name"), whole=True) if found else None
    return name if name and " " in name else None


def _as_name(text: str, *, whole: bool = False) -> str | None:
    """The name a text begins with, or (`whole`) is; None when it is ordinary words."""
    words: list[str] = []
    for word in text.strip(" .,:;!¡¿?()\"'").split():
        plain = fold(word).strip(".,")
        if plain in _NOT_NAMES and not (words and plain in _JOINERS):
            if whole:
                return None
            break
        words.append(word.strip(","))
        if word.endswith(","):
            break
    while words and fold(words[-1]) in _JOINERS:
        words.pop()
    if not 1 <= len(words) <= 7 or all(len(w) < 2 for w in words):
        return None
    name = check_name(" ".join(words))
    return name if isinstance(name, str) else None
