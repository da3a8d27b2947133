"""A reply as a customer would read it: disguises off, so that a rule need not know them.

Bold inside a word, spaced letters, look-alike letters and digits for letters hide a claim from a pattern and
from nobody else.
"""

import re
import unicodedata

REPLY_MAX = 4096  # WhatsApp's limit for one text message
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINER = "\u200d"
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_·]{1,3}){3,}[^\W\d_](?![^\W_])")
_AT, _DOT = (
    re.compile(r"\s*[\[(](?:arroba|at)[\])]\s*", re.IGNORECASE),
    re.compile(r"\s*[\[(](?:punto|dot|\.)[\])]\s*", re.IGNORECASE),
)
_LEET = str.maketrans("013457@$", "oieastas")
_DISGUISED = re.compile(r"\b(?=\w*[a-zñáéíóú]{2})(?=\w*[013457])[^\W_]*[^\W\d_][013457]+[^\W\d_]+[^\W_]*\b")
_HALF_OF_DAY = re.compile(r"\b([apAP])\s?\.\s?[mM]\s?\.(?=(\s+[A-ZÁÉÍÓÚÑ¿¡]|\s*\n|\s*$)?)")
_NOON = re.compile(r"(?<=\d)\s*m\.(?=\s|$)")


def tidy(text: str) -> str:
    """A reply fit for WhatsApp: no invisible or control characters, its own bold, at most 4,096 long."""
    text = text.replace("\t", " ")
    shown = "".join(c for c in text if c in {"\n", _JOINER} or unicodedata.category(c) not in _INVISIBLE)
    shown = re.sub(r"\*\*(.+?)\*\*", r"*\1*", shown)
    shown = re.sub(r"^#+\s*", "", shown, flags=re.MULTILINE)
    shown = re.sub(r"\[([^\]]+)\]\((https?://[^)\s]+)\)", r"\1: \2", shown)
    shown = re.sub(r"\b([ap]\. m\.\*?)\.(?!\.)", r"\1", shown)  # one full stop after "p. m." is enough
    return shown.strip()[:REPLY_MAX].rstrip()


def plain(reply: str) -> str:
    """The same words without marks of bold, disguises and the dots of "p. m."."""
    text = unicodedata.normalize("NFKC", reply)[:REPLY_MAX]
    text = re.sub(r"\n\s*\n", "\n\n", re.sub(r"[^\S\n]+", " ", text))
    text = re.sub(r"[*~`]+|(?<!\w)_|_(?!\w)", "", text)
    text = re.sub(r"(?m)^\s*\d\ufe0f?\u20e3(?!\s*\d\ufe0f?\u20e3)", "• ", text)  # a list, numbered by keycaps
    text = re.sub(r"(?<=\S)\s*[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f? +(?=[A-ZÁÉÍÓÚÑ])", ". ", text)
    text = re.sub(r"[\ufe0f\u20e3]", "", text).replace("\u3002", ".")
    text = re.sub(
        r"(?<=\d)(?:\s[–—-]|:)\s+(?=\d{1,2}(?::\d|\s?[ap]))", ", ", text
    )  # "viernes 13: 10:00" has one hour in it
    text = _DOT.sub(".", _AT.sub("@", text))
    text = re.sub(r"(?<!\S)(?:\S ){6,}\S(?!\S)", lambda m: _address(m.group()), text)
    text = _SPACED.sub(lambda m: re.sub(r"[ .\-_·]", "", m.group()), text)
    text = re.sub(r"([^\W\d_wW])\1{2,}", r"\1", text)
    text = _DISGUISED.sub(lambda m: m.group().translate(_LEET), text)
    text = re.sub(r"[^\W\d_]{4,}", lambda m: _as_heard(m.group()), text)
    text = _NOON.sub(" m", text)
    # The dots of "p. m." end no sentence, unless the next word begins one.
    return _HALF_OF_DAY.sub(lambda m: f"{m[1]}m{'.' if m[2] else ''}", text)


def _address(spaced: str) -> str:
    """An address typed with a space after each character, put together; anything else as it was."""
    return spaced.replace(" ", "") if "@" in spaced else spaced


def _as_heard(word: str) -> str:
    """A claim's key word that is misspelt, spelt right: "kedo rezervada"."""
    plain_word = _unaccented(word.casefold())
    return word if plain_word in _BY_SOUND.values() else _BY_SOUND.get(_sound(plain_word), word)


def _sound(word: str) -> str:
    for letters, sound in (
        ("qu", "k"),
        ("ce", "se"),
        ("ci", "si"),
        ("c", "k"),
        ("z", "s"),
        ("v", "b"),
        ("h", ""),
    ):
        word = word.replace(letters, sound)
    return word


def foreign_script(text: str) -> str | None:
    """The first word with letters that are not Latin, which no Spanish reply has."""
    for word in re.findall(r"[^\W\d_]+", text):
        if any(not unicodedata.name(c, "").startswith("LATIN") for c in word if c not in "ºªµ"):
            return str(word)
    return None


_SPANISH = frozenset(
    """
    el la los las un una de del que en por para con tu te su me se es esta hay ya lo le no si muy mas pero
    como cuando donde cual quien este ese aqui dia hora cita gracias hola claro listo puedo quieres gustaria
    prefieres tengo tenemos nombre correo y o a al mi nos
    """.split()
)
_OTHER = frozenset(
    """
    the your you is are for at and with of to in on we have has will can be it's you're i'm this that not our
    my please thanks thank see tomorrow booked confirmed appointment meeting scheduled free
    você voce seu sua está não nao sim obrigado obrigada amanhã amanha às horário foi marcado confirmado
    agendado reunião consulta uma um ela ele muito bom
    votre vous est pour avec demain rendez-vous confirmé merci le les des une
    ihr ihre ist und der die das für um uhr gebucht termin bestätigt danke
    il tuo è confermato appuntamento domani grazie
    """.split()
).difference(_SPANISH)


def foreign_language(text: str) -> str | None:
    """A sentence that is rather not Spanish: our rules cannot tell what it claims."""
    for sentence in re.split(r"[.!?¡¿\n]+", text.casefold()):
        words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)?", sentence)
        spanish = sum(_unaccented(w) in _SPANISH for w in words)
        other = sum(w in _OTHER for w in words)
        if other > spanish and (other >= 2 or other == len(words)):
            return sentence.strip()
    return None


def _unaccented(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_KEY_WORDS = """
cita quedo queda reserva reservada reservado agendada agendado confirmada confirmado registrada registrado
""".split()
_BY_SOUND = {_sound(word): word for word in _KEY_WORDS}
