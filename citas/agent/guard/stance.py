"""What a reply says of the times in it: that they are free, taken, asked about. By it the facts count."""

import re
from collections.abc import Callable
from enum import Enum, auto

from citas.agent.guard.clauses import Clause, Sentence, pattern, without_courtesies


class Says(Enum):
    """What a clause says of the times in it."""

    PROPOSES = auto()
    FREE = auto()
    TAKEN = auto()
    CLOSED = auto()
    HOURS = auto()
    DOUBTS = auto()
    ASKS = auto()
    WITHIN = auto()


_PLACE = r"""(?:libres?|disponibles?|disponibilidad(?:es)?|espacios?|espacito|cupos?|campos?|huecos?
    |vacantes?
|lugar(?:es)?)"""
_HAVE = r"""(?:tengo|tenemos|hay|habria|habra|queda|quedan|quedo|quedaron|quedamos|esta|estan|estaria|sigue
    |siguen|cuento
|contamos|aparece|aparecen|figura|veo|encontre|dispongo|disponemos|sobra|sobran|se libero|se abrio|cabe)"""
_FREE = pattern(
    rf"""\b{_HAVE}\b(?:\s+[\w:/.]+){{0,7}}?\s+{_PLACE}\b|\b(?:libre|libres|disponible|disponibles)\b
    |\b(?:tengo|tenemos|hay|quedan?) (?:\w+ )?(?:horarios?|turnos?|citas?)\b
    |\b(?:vaci[oa]|abiert[oa]|despejad[oa]|desocupad[oa]|a tu disposicion|cabe tu|acaba de liberar|huequito
    |hago un (?:hueco|espacio)
    |nos (?:queda|viene) (?:bien|al pelo|perfecto|excelente))\b
    |\b(?:andamos|estamos|esta|anda|se ve|luce) (?:mas |bastante |muy )?tranquil"""
)
_YES = re.compile(r"\b[Ss]í (?:se puede|hay|tengo|tenemos|podemos|puedo|está|queda|alcanza)\b")
_NOBODY = re.compile(
    r"\b(?:no hay nadie|nadie (?:agendad|anotad|mas)|no ten(?:go|emos) a nadie|no tengo nada agendado)"
)
_EVERYTHING = pattern(
    r"""\b(?:(?:el|la|al|a la) (?:horario |hora |dia )?que (?:quieras|gustes|prefieras|mejor te)
    |(?:a )?cualquier (?:otra )?(?:hora|dia|horario)|todo el dia|toda la (?:manana|tarde|semana)
    |todos los (?:horarios|dias)|todas las horas|(?:las )?24 horas|los 7 dias|siempre
    |entre las \d+ y las \d+)\b"""
)
_TAKEN = pattern(
    rf"""\b(?:ocupad[oa]s?|tomad[oa]s?|llen[oa]s?|copad[oa]s?|agotad[oa]s?|(?:dia|agenda|horarios?|semana
    |tarde|manana|cupos?|estamos|esta|estan) complet[oa]s?|saturad[oa]s?|topad[oa]s?
    |ganaron|se lo llevaron|lo tomo otra|ya la tomo|comprometid[oa]s?|cubiert[oa]s?
    |full|a tope|ya volo|ya volaron|
tiene otra (?:reunion|cita)|esta en (?:otra )?reunion)\b
    |\b(?:no|ni|tampoco) (?:me |nos |se )?(?:queda|quedan|hay|habra|tengo|tenemos|contamos|esta|estan
    |encontre|hubo)\b
    (?:\s+\w+){{0,4}}?\s+(?:{_PLACE}|horarios?|turnos?|citas?|nada|donde meterte)\b|\bsin (?:{_PLACE}
    |horarios)\b
    |\bya no (?:me |nos )?(?:queda|quedan|hay|tengo|tenemos)\b|\bse (?:agotaron|llenaron|lleno|ocupo
    |ocuparon)\b"""
)
_CANNOT = re.compile(
    r"\b(?:ya )?(?:esta|fue) (?:reservad|agendad|separad|apartad)[oa]s?\b"
    r"|\bno (?:va a poder ser|se puede|sera posible|es posible|alcanza)\b"
)
_ALL_TAKEN = pattern(
    r"""\bel resto de (?:la semana|el dia|los dias|la tarde)\b|\bno (?:me |nos )?(?:queda|quedan
    |hay) (?:nada|ningun\w*|mas)\b|\btodo (?:esta |el dia )?(?:llen|ocupad|copad)
    |\b(?:el|la) (?:dia|semana|tarde|manana|agenda) (?:\w+ )?(?:llen|complet|copad|ocupad|saturad)"""
)
_CLOSED = pattern(
    r"""\b(?:cerrad[oa]s?|cerramos|cierra|cierran|feriado|(?:no|tampoco) (?:atendemos|atienden|abrimos
    |abren|trabajamos|laboramos
    |hay atencion|tenemos atencion|es laborable|damos citas|estamos|contamos con atencion|se atiende
    |brindamos
    |agendamos|realizamos|hacemos|manejamos)|fuera (?:de|del)\s+(?:\w+\s+){0,3}?(?:horario|atencion)
    |descansamos|descanso|pausa|almuerzo|receso|sin atencion|pasaria? del cierre|dia no laborable
    |pasa(?:ria)? de(?:l)? (?:horario|cierre)|qued\w+ fuera)\b"""
)
_HOURS = pattern(
    r"""\b(?:atendemos|atienden|atencion|abrimos|abren|horarios? (?:es|son|de|van|va)|laborables?|jornada
    |trabajamos
    |cerramos|cierre|apertura|oficina abre|nuestro horario|en horario|refrigerio|se atiende|estamos de)\b
    |\bhorario\W*$"""
)
_STRONG_DOUBT = pattern(
    r"""\bno (?:me |nos |lo |la |te |los |se )*(?:pude|puedo|podemos|pudimos|pudo|logre|logro|tengo forma
    |tengo como
    |alcanzo|quiero|quisiera|sabria|se si|he podido|hemos podido|podria|me deja|esta respondiendo|responde
    |carga)\b
    |\bpued[ae]\w* (?:estar|que)\b|\bsin (?:verificar|confirmar|consultar|revisar|comprobar|ver)\w*\b
    |\b(?:aun|todavia) no\b
    |(?<!^)(?<!, )\bsi\s+(?:\w+\s+){0,3}?(?:hay|tengo|tenemos|esta|estan
    |queda|quedan|sigue|libre|disponible|este|esten|haya)\b
    |\b(?:ver|verificar|verifico|verifique|revisar|reviso|revise|consultar|consulto|consulte|chequear
    |chequeo|saber
    |confirmar|comprobar|checar|checo|mirar|me fijo|busco|buscar|mostrarte|muestro|decirte|digo|validar
    |valido|averiguar)
    \s+(?:\w+\s+){0,3}?(?:si|que|cual|cuales|la|el|los|las|tu|otro|otra|algun|alguna|opciones|horarios
    |disponibilidad)\b
    |\b(?:segun|sujeto a|depende de|de acuerdo a|por) (?:la |nuestra )?disponibilidad\b|\bno aparece\b"""
)
_INDIRECT = pattern(
    r"""\b(?:qué|cuál|cuáles|cuándo|cuánto|cuántos|cómo)\s+(?:\w+\s+){0,3}?(?:hay|tengo|tenemos|está|están
    |queda|quedan|sigue
    |libre|disponible|esté|estén|haya)\b"""
)
_WEAK_DOUBT = pattern(
    r"""\b(?:dime|dame|indic\w+|elig\w+|elij\w+|escog\w+|escoj\w+|cuentame|prefier\w+|gustaria|quier(?:es|e
    |as|a)\b
    |quisier\w+|dese\w+|entiendo|entendi\w*|anot\w+|pides|pediste|mencion\w+|indicas|querias|buscas|busca
    |solicit\w+|dijiste|propon\w+|te refieres|se refiere|pedido|respecto|sobre|recibi|recibido|intent\w+
    |podriamos probar|preferencia|me (?:confirm|dic|dig|indic|avis|pas)\w+|verificand\w+|revisand\w+
    |verific\w+|consult\w+|pregunt\w+|querer|quedaria|seria|serian)\b"""
)


_OPENS_ANEW = pattern(
    rf"""^\W*(?:pero|sino|en cambio|aunque)\b|^\W*(?:si|tambien)\s|\b(?:{_HAVE}|tienes|tenes|puedes|podes
    |podemos|puedo|ofrec\w+
    |proponer\w*|propongo|te sirve|encontre|revise|lo mas (?:cercano|proximo|pronto|temprano|tarde))\b"""
)
_WITHIN = re.compile(
    r"\b(?:dentro de(?:l)?|entra(?:n)? en|cae(?:n)? en|es parte de)\s+(?:\w+\s+)?(?:horario|atencion)"
)
_TERMS = re.compile(r"\b(?:descuent|promo|oferta)")
_CROSS = re.compile(r"[❌✖🚫⛔]")


def stances(sentence: Sentence, before: Says | None) -> Callable[[int], Says]:
    """What each place of a sentence says. A clause without a word for it goes on from the one before it, the
    first of a list's line from the heading (`before`), and else from the one after it ("2 p. m.: libre")."""
    found: list[tuple[int, Says]] = []
    own = [(clause.start, own_stance(clause)) for clause in sentence.clauses]
    last = before
    for n, (start, says) in enumerate(own):
        reset = says is None and _OPENS_ANEW.search(sentence.clauses[n].folded)
        after = next((s for _, s in own[n + 1 :] if s is not None), None) if last is None or reset else None
        last = says or after or (Says.PROPOSES if reset else last) or Says.PROPOSES
        found.append((start, last))
    found.sort()

    def at(place: int) -> Says:
        return next((says for start, says in reversed(found) if start <= place), Says.PROPOSES)

    return at


def own_stance(clause: Clause) -> Says | None:
    """What a clause by itself says of its times; None when it has no word for it."""
    text = without_courtesies(clause.folded)
    if clause.asks:
        return Says.ASKS
    if _WITHIN.search(text):
        return Says.WITHIN
    if _NOBODY.search(clause.folded):
        return Says.FREE
    if _STRONG_DOUBT.search(text) or _INDIRECT.search(clause.text.casefold()):
        return Says.DOUBTS
    if _CLOSED.search(text):
        return Says.CLOSED
    if _TAKEN.search(text) or _CANNOT.search(text) or _CROSS.search(clause.text):
        return Says.TAKEN
    if (_FREE.search(text) or _YES.search(clause.text)) and not clause.denies:
        return Says.DOUBTS if clause.conditional and not re.search(rf"\b{_HAVE}\b", text) else Says.FREE
    if _HOURS.search(text):
        return Says.HOURS
    if _WEAK_DOUBT.search(text) or clause.conditional or clause.denies:
        return Says.DOUBTS
    return None


def says_everything(clause: Clause) -> bool:
    """ "A cualquier hora": no calendar says that."""
    return bool(_EVERYTHING.search(clause.folded))


def says_free(clause: Clause) -> bool:
    """Whether it calls something free, by a word."""
    return bool(_FREE.search(clause.folded) or _NOBODY.search(clause.folded))


def says_taken(clause: Clause) -> bool:
    """Whether it calls something taken, by a word."""
    return bool(_TAKEN.search(clause.folded)) and not _TERMS.search(clause.folded)


def says_all_taken(clause: Clause) -> bool:
    """Whether it calls a whole day or more full."""
    return bool(_ALL_TAKEN.search(clause.folded))
