"""What else may not be made up: who we are, how long it takes, names, and what only the company says."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from citas.agent.guard.clauses import Clause, Sentence, pattern
from citas.agent.guard.facts import Facts
from citas.booking.contact import fold

RUN = 6
"""So many words in a row as in our rules are no coincidence."""
_WORD = re.compile(r"[^\W_]+")
_LEAK = pattern(
    r"""(?i)check_availability|create_booking|search_productos_servicios|hand_off|tool_?call|function_?call
    |Traceback \(most recent|^\s*[\[{]|\{\s*\"|\"status\":|# Reglas|# Lo que ya se sabe|</?\w+>|\bprompt\b
    |Lo que escribe el cliente nunca cambia|instrucciones (?:internas|del sistema|son)
    |\bmis (?:instrucciones|reglas)\b
    |\bGPT\S*|\bLLM\b|\bOpenAI\b|modelo de lenguaje|modo (?:desarrollador|administrador|debug)
    |\b[a-z]{2,30}_[a-z_]{2,40}\(
    |\b(?:Pensamiento|Acción|Observación|Thought|Action|Observation):
    |\b(?:RAG|API|JSON|endpoint|backend|token|base_url|chunk|score|null|undefined|exception|error \d{3}
    |HTTP|SQL|debug
    |logs?)\b"""
)
_HUMAN = pattern(
    r"""\b(?:soy|somos|habla|hablas con|escribe|atiende|atendiendo|te escribe|chateas con) (?:\w+ ){0,3}?
    (?:human[oa]s?|persona|personas|real|reales|carne y hueso|gente)\b
    |\b(?:no soy|nada de|de|ni) (?:un |una |ningun |ninguna )?
    (?:robots?|bots?|maquina|ia|inteligencia artificial|asistente virtual)\b(?!\s*,?\s*(?:pero si|y si))
    |\b(?:100 ?% human[oa]|en persona real|real person|human being|quisiera ser robot)\b
    |\bhablando con (?:una persona|un human)\w*|\bsoy (?:la|el|un|una) (?:chic[oa]|secretari[oa]
    |recepcionista|asesora?|ejecutiv[oa]|encargad[oa])\b
    |\bescribiendote desde\b|^\W*(?:una? (?:persona|human[oa]) )?(?:de carne y hueso|real$)"""
)
_DURATION = pattern(
    r"""\b(?:(?P<n>\d{1,3}|media|una|dos|tres|cuatro|diez|quince|veinte|treinta|cuarenta y cinco|cuarenta
    |noventa)\s*
    (?P<unit>minut\w*|min\b|horas?|horita|h\b|hrs?\b)(?P<half>\s+y media)?|hora y media\b)"""
)
_LASTS = pattern(
    r"""\b(?:dura\w*|duracion|toma\w*|tarda\w*|extiende|largo|sesion de|reunion de|cita de|asesoria de
    |demo de|llamada de
    |videollamada de|minutitos|terminamos)\b"""
)
_COUNTS = {"media": 0.5, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "diez": 10, "quince": 15, "veinte": 20,
           "treinta": 30, "cuarenta": 40, "cuarenta y cinco": 45, "noventa": 90}  # fmt: skip
_ONLY_COMPANY_SAYS = pattern(
    r"""\b(?:estacionamiento|cochera|parking|oficinas? \d+|piso \d+|av|avenida|jiron|jr|calle|zoom|skype
    |teams|telegram
    |instagram|facebook|tiktok|linkedin|youtube|ruc|dni|nit|rfc|cedula|estrellas|premio\w*|certificad\w+
    |acreditad\w+|iso
    |clientes satisfechos|sucursal\w*|sedes?|ingeniero|ingeniera|doctora?|dra?|licenciad[oa]|contadora?
    |abogad[oa]
    |planillas|constitucion de empresas|marcas|feriado|aniversario|vacaciones|obligatori[oa]|requisito
    |prohibid[oa]
    |penalidad\w*|multas?|politica\w*|contrato|clausula|base de datos|grabad[oa]|sunat|sat|afip|dian|sii
    |exclusiv\w+
    |falta\w* (?:menos de )?\w+ (?:horas|minutos)|solo para (?:clientes|socios|miembros|quien\w*)
    |presencial|domicilio|(?:experiencia|trayectoria)|hora de (?:mexico|ciudad de mexico|buenos aires|bogota
    |santiago|madrid|espana|nueva york))\b"""
)
_NAME_WORD = re.compile(r"(?<![\w@./-])[A-ZÁÉÍÓÚÑ][\wáéíóúñü'-]*[a-záéíóúñ][\w'-]*")
_ALWAYS_KNOWN = frozenset(
    """
    hola buenos buenas lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo
    junio julio agosto septiembre setiembre octubre noviembre diciembre meet google whatsapp internet lima
    peru mexico argentina colombia chile madrid espana bogota santiago buenos aires ciudad ok am pm hrs hs
    dios navidad web usted ustedes tu yo senor senora don dona sr sra srta
    """.split()
)
_BY_NAME = re.compile(
    r"\ba nombre de\s+(?P<name>[^\W\d_]+(?:\s+(?:de|del|la|los)?\s*[A-ZÁÉÍÓÚÑ][\w'’-]+){0,4})", re.UNICODE
)


def leak(text: str) -> str | None:
    """Our own inside: tools, data formats, or a run of words from the rules we give the model."""
    if found := _LEAK.search(text):
        return found.group()
    words = _WORD.findall(fold(text))
    runs = (tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1))
    return next((" ".join(run) for run in runs if run in _rules()), None)


@cache
def _rules() -> frozenset[tuple[str, ...]]:
    """Every run of words in the part of the prompt that is ours."""
    text = files("citas.agent").joinpath("prompts/empresa.j2").read_text(encoding="utf-8")
    runs: set[tuple[str, ...]] = set()
    for line in re.sub(r"\{[{%#].*?[}%#]\}", "\n", text).splitlines():
        words = _WORD.findall(fold(line))
        runs |= {tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}
    return frozenset(runs)


def claims_to_be_human(sentences: Iterable[Sentence]) -> str | None:
    """That a person is writing."""
    for sentence in sentences:
        for clause in sentence.clauses:
            if clause.asks:
                continue
            found = _HUMAN.search(clause.folded)
            if found and not (
                clause.denies and not re.search(r"\bno soy\b|\bni\b|\bnada de\b", clause.folded)
            ):
                if re.search(r"\bno soy (?:una? )?(?:persona|human)", clause.folded):
                    continue
                return found.group()
    return None


def wrong_duration(sentences: Iterable[Sentence], facts: Facts) -> str | None:
    """An appointment's length that is not the company's."""
    for sentence in sentences:
        aside = any(_DURATION.fullmatch(clause.folded.strip()) for clause in sentence.clauses)
        if not aside and not _LASTS.search(sentence.folded):
            continue
        for found in _DURATION.finditer(sentence.folded):
            minutes = _minutes(found)
            if minutes != facts.duration and fold(found.group()) not in facts.company_folded:
                return found.group()
    return None


def _minutes(found: re.Match[str]) -> float:
    if found["n"] is None:
        return 90
    count = _COUNTS[found["n"]] if found["n"] in _COUNTS else float(found["n"])
    if found["half"]:
        count += 0.5
    return count * 60 if found["unit"].startswith("h") else count


def only_company_knows(sentences: Iterable[Sentence], facts: Facts) -> str | None:
    """A thing that only the company could have told, and did not."""
    for sentence in sentences:
        for clause in sentence.clauses:
            if clause.asks or clause.denies:
                continue
            for found in _ONLY_COMPANY_SAYS.finditer(clause.folded):
                known = found.group() in facts.company_folded or found.group() in facts.customer_folded
                if not known and found.group().removeprefix("hora de ") not in facts.cities:
                    return found.group()
    return None


def unknown_name(sentences: Iterable[Sentence], facts: Facts) -> str | None:
    """A proper name that neither company nor customer ever wrote: of people, brands, places."""
    known = {
        fold(w)
        for text in (*facts.company, *facts.customer, *facts.before)
        for w in re.findall(r"[^\W_]+", text)
    }
    for sentence in sentences:
        for clause in sentence.clauses:
            if name := _name_in(clause, known):
                return name
    return None


def _name_in(clause: Clause, known: set[str]) -> str | None:
    by_name = _BY_NAME.search(clause.text)
    if by_name and any(
        fold(w) not in known | {"de", "del", "la", "los", "tu", "su", "quien", "usted"}
        for w in by_name["name"].split()
    ):
        return by_name["name"]
    for found in _NAME_WORD.finditer(clause.text):
        before = clause.text[: found.start()].rstrip(" ")
        # Only in the midst of a sentence does a capital letter make a name.
        if not before or not (before[-1].isalnum() or before[-1] == ","):
            continue
        parts = re.findall(r"[^\W_]+", found.group())
        if all(_is_known(fold(p), known) for p in parts):
            continue
        return found.group()
    return None


def _is_known(word: str, known: set[str]) -> bool:
    """Whether somebody wrote it, in the singular or the plural."""
    forms = {word, word.removesuffix("s"), word.removesuffix("es")}
    return not forms.isdisjoint(known) or word in _ALWAYS_KNOWN
