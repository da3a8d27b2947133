"""What a reply claims to have been done: to an appointment, or at all. Patterns are for folded text, but for
the past tense that only an accent tells ("agendé").

They are broad on purpose: a claim that is missed reaches a customer, an honest sentence that is caught is
only said again. Whatever we "did" that is not known to be harmless needs a fact.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from citas.agent.guard.clauses import Clause, Sentence, denial_in, pattern
from citas.booking.contact import fold


class Deed(Enum):
    """What would make a claim true."""

    EVENT = auto()
    """An event in the calendar."""
    NO_EVENT = auto()
    """That there is none, and none on its way."""
    RECORDED = auto()
    """An event, or a stored request."""
    OTHERS = auto()
    """That somebody else has the slot: a refusal of this turn."""
    TRIED = auto()
    """A booking of which nobody knows the outcome."""
    LOOKED = auto()
    """A look into the calendar in this turn, which answered."""
    HANDED = auto()
    """A stored request to people."""
    NEVER = auto()
    """Nothing: nobody here can do that."""


@dataclass(frozen=True, slots=True)
class Said:
    """A claim, the sentence that makes it, and its words."""

    deed: Deed
    sentence: Sentence
    words: str


_WHAT = r"""(?:cita|reserva|reservacion|reunion|visita|demo|sesion|asesoria|espacio|lugar|cupo|turno|hora
    |horario
|agendamiento|evento)"""
_STATE = r"""(?:reservad|agendad|confirmad|registrad|programad|apartad|(?<!por )separad|cread|asegurad
    |fijad|anotad
|apuntad|asignad|bloquead|coordinad|generad|amarrad|cerrad(?=[oa] (?:la|tu|el|para|entonces))|garantizad
|inscrit
|calendarizad|concretad|pactad|ingresad|guardad|ratificad|validad|oficializad|finiquitad|armad|grabad
|blindad|congelad)(?:it)?[ao]s?"""
_UNDONE_STATE = r"""(?:cancelad|anulad|reprogramad|cambiad|movid|modificad|actualizad|eliminad|borrad
    |corrid|adelantad
|postergad|aplazad|reagendad|trasladad|liberad|dad[oa] de baja|suspendid)[ao]s?"""
_DAY = r"(?:el|este|manana|pasado|hoy|a las?|lunes|martes|miercoles|jueves|viernes|sabado|domingo|para el)"
_VERBS = r"""(?:reserv|agend|confirm|registr|program|apart|separ|anot|apunt|asign|bloque|coordin|fij|asegur
    |cre|gener
|agreg|guard|inscrib|cerr|pus|concret|calendariz|met|ingres|dej)"""
_UNDO_VERBS = r"""(?:cancel|anul|reprogram|cambi|mov|modific|actualiz|elimin|borr|corr|adelant|poster?g
    |aplaz|reagend
|liber|pas)"""
_COPULA = r"""(?:(?:qu|k)ed(?:o|a|an|aste|as|ado|aron|amos)|esta|estas|estan|ha sido|han sido|fue|fueron
    |fuiste|salio
|se encuentra|aparece|aparecen|apareces|figura|figuras|sale|sales|consta|va|tienes|tiene|tenes|cuentas con
|ya es|ya son
|se dio|dej[eo]|dejamos|dejo)"""
_EVENT = pattern(
    rf"""\b{_COPULA}\s+(?:\w+\s+){{0,5}}?{_STATE}\b
    |\b{_WHAT}\s+(?:\w+\s+){{0,3}}?(?:ya\s+)?{_STATE}\b|^\W*(?:listo|hecho|perfecto|genial
    |super)?\W*(?!anotad|registrad){_STATE}\b
    |\b{_STATE}\s+(?:tu|la|su)\s+{_WHAT}\b
    |\b{_WHAT}\s+(?:\w+\s+){{0,3}}?(?:ya\s+)?(?:esta\s+|quedo\s+|fue\s+)?
    (?:list[ao]|hech[ao]|realizada|exitos[ao]|completad[ao]|ok|al 100|en pie|en firme|en regla|activa)\b
    |\b(?:tu|su|la)\s+{_WHAT}\s+va\s*(?:$|[.!])
    |\b(?:he|hemos|ha|han|acabo de|acabamos de)\s+(?:\w+\s+)?
    {_VERBS}(?:ado|ido|ar|er|ir|to|arte|arla|arlo|artela)\b(?!\s+(?:tu|su|el)\s+(?:correo|nombre|dato))
    |\bse\s+(?:te\s+)?(?:ha\s+\w+do|{_VERBS}o|dio de alta|creo|hizo|proceso|genero|efectuo|realizo|completo
    |gestiono)\b\s+
    (?:la|tu|su|el|una)
    |\b(?:nos vemos|te espero|los esperamos|lo esperamos|la esperamos|le esperamos|te veo|nos encontramos
    |nos conectamos|hablamos)\s+(?:entonces\s+|pues\s+)?{_DAY}\b|\b(?:te|los|lo|la|le) esperamos\b
    |(?<!entonces )(?<!que )\b(?:tu|su|la)\s+{_WHAT}\s+(?:es|sera|va)\s+{_DAY}\b
    |\b(?:tienes|tiene|tenes)\s+(?:una\s+|tu\s+|ya\s+)?{_WHAT}\s+{_DAY}\b
    |\b(?:te|le) qued(?:o|a) (?:\w+ )?(?:otra|una|tu|la|su) (?:cita|reserva|reunion)\b
    |\b{_WHAT}\s+(?:\w+\s+){{0,2}}?(?:figura|aparece|consta|existe|esta|entro)\s+(?:ya\s+)?en\s+
    (?:la|el|tu|nuestr[oa]|mi|firme|pie|regla|agenda|calendario)\b|\bfiguras\b|\bfigura en (?:la|el
    |nuestra)\b
    |\bdal[oa] por (?:hech[oa]|agendad[oa]|reservad[oa]|confirmad[oa])\b
    |\bya (?:quedo|queda|quedaste|quedamos|figuras|apareces|tienes|tenes|es tuy[oa]|son tuy[oa]s|salio
    |cuentas)\b
    (?!\s+(?:tu pedido|tu solicitud|en manos|registrad[oa] tu (?:pedido|solicitud)|ocupad|tomad|cerrad
    |alguna?|un dia|el dia
    |algun|pensad|una idea|decidid|definid|al tanto|enterad))
    |\bya (?:esta|estas|estamos|fue)\b(?!\s+(?:tu pedido|en manos|descans|cerrad|atendiendo|interesad
    |enterad|ocupad|tomad|cerrad|con
    |en (?:manos|revision)|viendo|al tanto|revisando|verificando|reservado por|avisad|informad|siendo
    |registrado tu))
    |\b(?:es|son|sera) tuy[oa]s?\b|\ba tu nombre\b|\bestas dentro\b|\btodo (?:esta )?(?:listo|en orden|ok
    |ready|conforme)\b|\bentras (?:el|manana|a tu)\b
    |\btrato hecho\b|\bmision cumplida\b|\blisto el pollo\b|\besta (?:hech[oa]|list[oa])\b
    |\bagenda cerrada\b
    |\b(?:te|la|lo|los|las|le)\s+{_VERBS}(?:amos|imos|e|o)\s*
    (?:para\s+|ya\s+)?(?:{_DAY}|ahi|sin problema|entonces|nomas|pe|de una)\b
    |\b{_VERBS}amos\s+(?:ya\s+)?(?:tu|su)\b
    |\b(?:se )?(?:agendo|reservo|confirmo|registro) (?:con exito|correctamente|exitosamente)\b
    |\b(?:con exito|exitosamente|satisfactoriamente)\b|\b(?:aparece|figura|consta) en (?:la|el
    |nuestra) (?:agenda|calendario)\b
    |\bquedo\s+(?:para\s+)?(?!a la (?:espera|orden|expectativa)){_DAY}\b|\b(?:booked|confirmed|scheduled
    |all set|done deal)\b
    |\bya (?:la |lo |te |le |los )?(?:reserv|agend|confirm|registr|hic|cre)(?:amos|imos)\b
    |\b(?:dimos|di) de alta\b|\bte (?:meto|pongo) en (?:la|el) (?:agenda|calendario)\b|\b(?:hice
    |hicimos) (?:la|tu|su) {_WHAT}\b|\bte (?:puse|pusimos) en\b|^\W*quedo\W*$|^\W*(?:anotad
    |apuntad)\w*\s+(?:para|el)\b|^\W*si quedo\b|\bse procedio (?:a|con)\b|\bya corre\b|\bquedo (?:tu|su
    |la) (?:cita|reserva)\b|\b(?:si|dale) que quedo\b"""
)
_INVITED = pattern(
    r"""\b(?:invitacion|enlace|link|confirmacion|acceso|correo|sala|videollamada|zoom
    |meet)\b(?:\s+\w+){0,4}?\s+
    (?:ya\s+)?(?:fue|esta|ha sido|salio|va|quedo|te llego|llego|debe|deberia|acaba de)\b(?!\s+(?:bien
    |correcto|mal|escrito|a ))
    |\b(?:te|le|les)\s+(?:envie|mande|enviamos|mandamos|(?:he|hemos) (?:enviado|mandado)|llego|llegara
    |debio llegar
    |comparti|reenvie|deje|pase|acabo de (?:enviar|mandar|reenviar|compartir)|va a llegar
    |estara llegando)\s+
    (?:\w+\s+){0,4}?(?:invitacion|enlace|link|confirmacion|acceso|correo|mensaje|sala)\b
    |\bya (?:salio|va|fue|sale) (?:el|la|tu) (?:correo|invitacion)\b|\bte (?:acaba de llegar|cayo
    |llego) (?:el|la|un|una)\b
    |\bya te l[oa]s? (?:envie|mande|pase|deje|comparti)\b|\bte l[oa]s? acab\w+ de (?:re)?(?:enviar|mandar
    |pasar)\b|\bte deje (?:un|una|la|el|puest|apunt|anot|agend|list)\w*
    |\b(?:revisa|mira|chequea|checa|busca)(?:lo|la)? (?:en )?(?:tu|su|la) (?:correo|bandeja|spam|inbox|mail
    |carpeta)"""
)
_TAKEN_FOR_GRANTED = pattern(
    rf"""\b(?:tu|su)\s+{_WHAT}\s+(?:ya\s+)?{_STATE}\b|\bque (?:te|le) (?:mandé|mandamos|envié|enviamos|dejé
    |dejamos|hice
    |reservé|reservamos|agendé|agendamos|acabo de \w+|acabamos de \w+)\b|\bque acab(?:o|amos) de \w+r(?:te
    |le)\b|\bque acabas de (?:obtener|reservar|agendar)\b|\bque ya (?:quedó|está)\b"""
)
_STATUS = re.compile(r"\b(?:estado|status)\b\W*(?:✅|ok\b|confirm|agend|reserv|list[oa])")
_RECORDED = pattern(
    r"""^\W*hecho\W*$|^\W*ya esta\W*$|^\W*(?:listo|hecho|perfecto)?\W*(?:registrad|enviad)[oa]\b|\b(?:quedo
    |queda|ha quedado) (?:anotad|registrad)[oa] que\b
    |\bacab(?:o|amos) de (?:registrar|anotar|enviar|pasar) que\b"""
)
_OTHERS = pattern(
    r"""\b(?:es[ea]|est[ea]|dich[oa]|la|las|el) (?:\S+ )?(?:hora|horario|espacio|lugar|cupo|turno
    |\d\S*(?: [ap]m)?)?\s?(?:ya )?
    (?:esta|fue|fueron|estan|lo tienen|la tienen) (?:reservad|agendad|separad|apartad)[oa]s?\b
    |\bhay alguien (?:agendad|anotad)\w*"""
)
_UNDONE = pattern(
    rf"""\b{_COPULA}\s+(?:\w+\s+){{0,5}}?{_UNDONE_STATE}\b|^\W*(?:listo|hecho)?\W*{_UNDONE_STATE}\b
    |\b{_WHAT}\s+(?:\w+\s+){{0,4}}?{_UNDONE_STATE}\b|\b(?:quedo|queda|esta) sin efecto\b|\bse cayo\b
    |\bya no (?:tienes|figuras|apareces|existe|esta|va) ?(?:\w+ )?(?:{_WHAT})?\b
    |\b(?:he|hemos|acabo de|acabamos de)\s+(?:\w+\s+)?{_UNDO_VERBS}(?:ado|ido|ar|er|ir|arla|arte|erla)\b
    |\b(?:te |la |lo |los )?{_UNDO_VERBS}(?:amos|imos) (?:tu|para|al?|el)\b|\b(?:cita|reserva|reunion|hora
    |horario|fecha)\b(?:\s+\w+){{0,3}}\s+se (?:{_UNDO_VERBS})(?:o|io|aron)\b
    |\bahora (?:es|queda|esta) (?:el|a|para|manana|las)\b|\bte (?:pase|movi|cambie|corri) (?:al?|para|el)\b
    |\b{_WHAT} (?:ya )?(?:no existe|se anulo|se cancelo|paso (?:de|a|al))\b|\b(?:dimos|di|se dio) de baja\b
    |\b(?:hice|hicimos) (?:el|la|tu) (?:cambio|modificacion|cancelacion)\b
    |\btuvo que (?:suspend|cancel|mov|cambi)\w*"""
)
_NO_EVENT = pattern(
    r"""\bno (?:quedo|se (?:registro|agendo|creo|reservo|guardo|concreto|hizo|armo|proceso|confirmo|grabo)
    |entro|paso|salio
    |figura|aparece|existe|se pudo (?:agendar|reservar|registrar|crear)|fue posible (?:agendar|reservar
    |registrar)
    |hay (?:ninguna |ning\w+ )?(?:cita|reserva|reunion)|tienes (?:ninguna |ning\w+ )?(?:cita|reserva
    |reunion)\w*
    |agende|reserve|esta (?:\w+ )?(?:registrada|agendada|reservada|en))\b|\bfall(?:o|aron) (?:la|tu|el)\b
    |\bno (?:hay|queda) registro\b
    |\bse perdio (?:la|tu)\b
    |\b(?:cita|reserva)\b(?:\s+\w+){0,2}?\s+(?:no se pudo|fue rechazad|no fue posible|fracaso)
    |\b(?:reserva|cita) (?:fallo|no entro|se perdio)\b|\b(?:vuelve|vuelva
    |volvamos) a (?:agendar|reservar|pedir)\w*"""
)
_HELD = pattern(
    r"""\b(?:te|lo|la|le)\s+(?:guardo|guardamos|aparto|apartamos|separo|mantengo|mantenemos|bloqueo|reservo
    |sostengo|retengo|cuido
    |congelo)\s+(?:provisionalmente|temporalmente|el|la|las|los|ese|esa|mientras|por|hasta|ahi|un)\b
    |\b(?:lo|la|te (?:lo|la)) dejo (?:bloquead|apartad|separad|reservad|guardad|list)[oa]\b
    |\b(?:nadie mas|ningun otro|otra persona no)\b.{0,30}\b(?:tomar|puede|va a|lo toma|la toma|ocupar)\w*
    |\blista de espera\b|\ben la fila\b|\ben espera por\b|\bpriorid\w+\b|\botra persona (?:mirand|viend
    |interesad)\w*
    |\b(?:solo|apenas|unicamente) (?:me |nos )?(?:queda|quedan)\b|\bqueda un[oa]\b|\bte hago un (?:hueco
    |huequito|espacio)|\bse acaban\b|\bte lo tengo en espera\b|\b(?:te )?teng\w+ (?:separad|apartad|reservad
    |guardad|bloquead)\w*
    |\bte voy (?:guardando|separando|apartando|reservando)\b|\bde suplente\b
    |\bultim[oa]s? (?:\w+ )?(?:espacios?|cupos?|lugar(?:es)?|turnos?|horarios?)\b
    |\b(?:dos|tres|varias|un par de) (?:citas|reservas|reuniones)\b|\breservas tuyas\b
    |\b(?:clientes?|personas?|gente|alguien) mas (?:quier|interesad|mirand|viend)\w*"""
)
_DOING = pattern(
    r"""\b(?:estoy|estamos|ando|andamos)\s+(?:\w+\s+)?(?:te|lo|la )?(?:agend|reserv|registr|confirm|proces
    |complet|gestion|coordin
    |program|separ|apart|ingres|tramit|met|pon|sub|carg|anot|bloque)\w*ndo(?:te|la|lo|tela)?\b
    |^\W*(?:agend|reserv|registr|proces|program)\w*ndo\b
    |\b(?:procedo|procedemos|procedere|paso|voy) a (?:agendar|reservar|registrar|confirmar|programar
    |separar|crear|apartar)\w*
    |\b(?:te )?(?:la|lo) (?:agendo|reservo|registro|confirmo|programo) (?:ya|ahora|ahorita|de una
    |en este momento|al toque)\b
    |\b(?:regreso|vuelvo) con (?:la|una|tu) respuesta\b|\b(?:reserva|cita)\b(?:\s+\S+){0,9}?\s+(?:esta
    |sigue) en (?:proceso|curso|tramite)\b
    |^\W*(?:un|dame un|denme un|deme un) (?:momento|segundo|minuto|momentito|segundito|ratito)\b
    |\b(?:se te |te )?(?:agenda|agendo|agendare|agendaremos|reserva|registra|registrar) (?:automatica
    |sol[oa])\w*"""
)
_GERUND = re.compile(
    r"\b(?:estoy|estamos|sigo|seguimos|se esta|se estan) (?:\w+ )?(?P<verb>[a-z]+ndo)(?:te|la|lo|le)?\b"
)
_HARMLESS_GERUNDS = frozenset(
    """
    ofreciendo atendiendo pensando esperando refiriendo preguntando hablando leyendo proponiendo teniendo
    experimentando presentando descansando
    """.split()
)
_VERIFYING = re.compile(r"^(?:verific|revis|confirm|comprob)")
_LOOKED = pattern(
    r"""\b(?:acabo de (?:ver|revisar|mirar|consultar|verificar)|(?:he|hemos) (?:revisado|verificado
    |consultado|mirado|visto))\s+
    (?:\w+\s+){0,3}?(?:agenda|calendario|disponibilidad|horarios?|sistema|semana)\b
    |\b(?:segun|de acuerdo (?:a|con)|por lo que veo en|viendo|mirando) (?:la|el|mi|nuestra|nuestro)\s+
    (?:agenda|calendario|sistema)\b|\bacabo de (?:ver|consultar|revisar|mirar|checar|chequear)\b
    |\bya (?:revise|verifique|consulte|chequee|mire|vi|busque)\b|\btras (?:comprobar|revisar|consultar
    |verificar)\b"""
)
_CONSULTED = pattern(
    r"""\b(?:consulte|hable|converse|coordine|pregunte|confirme|chequee|valide|lo vi|hablamos
    |acabo de (?:hablar|consultar|conversar|preguntar))\s+(?:\w+\s+){0,2}?(?:con|al?)\s+
    (?:el|la|mi|los|las|un|una|nuestr[oa]|gerencia|contabilidad|ventas|soporte|equipo)\b
    |\b(?:segun|me)\s+(?:me\s+)?(?:comento|dijo|dijeron|confirmo|confirmaron|confirman|indico|indicaron
    |indican|informo|informan
    |informaron|autorizo|autorizaron|comentan|comentaron|dicen|avisaron|avisan)\b
    |\bme acab\w+ de (?:decir|confirmar|avisar)\b|\bvisto bueno de\b|\bhablando (?:de ti|con el|con la
    |con mi)\b|\b(?:asesora?|equipo|jefe|jefa|gerente|encargad[oa]) (?:me )?
    (?:dice|dicen|comenta|comentan|pide|prefiere|recomienda)\b|\b(?:el|la|mi) (?:jefe|jefa|encargad[oa]
    |gerente|supervisora?|directora?|asesora?|especialista)\s+(?:ya\s+)?
    (?:dijo|autorizo|confirmo|aprobo|aprueba|acepto|vio|sabe)\b"""
)
_PAST_I = re.compile(
    r"\b(?!(?:así|aquí|ahí|allí|sí|qué|té|café|porqué|mí|esté|dé|sé|bebé|comité|josé|sumercé)\b)[a-zñü]{2,}(?:é|í)\b"
)
_HARMLESS = frozenset(
    """
    entendí comprendí leí recibí olvidé equivoqué confundí mencioné comenté expliqué pregunté indiqué respondí
    sugerí conté ofrecí escribí logré conseguí noté tomé quedé ayudaré podré sabré perdí encontré mostré iré
    permití pensé creí aprendí referí describí detallé seguiré intenté traté tené poné hacé elegí decí vení
    leé
    respondé tendré agradeceré volveré
    """.split()
)
_PASSED_ON = re.compile(
    r"canalicé|pasé|envié|mandé|derivé|escalé|trasladé|comuniqué|notifiqué|informé|avisé|registré|dejé|anoté|solicité|pedí"
    r"|transferí|transmití|reporté"
)
_TO_PEOPLE = re.compile(
    r"^\s+(?:\w+\s+){0,2}?(?:pedido|solicitud|petición|consulta|mensaje|interés|caso|constancia)\b"
    r"|\b(?:al|a un|a una|con el|equipo|asesor\w*|persona|compañer\w+)\b"
)
_ALWAYS_PEOPLE = frozenset(
    "pedí solicité derivé escalé avisé notifiqué informé comuniqué trasladé reporté canalicé".split()
)
_DATUM = re.compile(
    r"\b(?:correo|nombre|datos?|preferencia|número|e-?mail)\b"
    r"|^\s+(?:lo )?que (?:quier|prefier|te |busc|dese|necesit)"
)
_TRYING = re.compile(
    r"^\s+(?:\w+\s+){0,3}?(?:agend|reserv|registr|program|cre)\w*r(?:la|lo|te)?\b|^\s+tu (?:cita|reserva)\b"
)
_FOR_YOU = re.compile(r"\b(?:cita|reserva|reunion|sesion|turno|ti|tuy[oa]|nombre|usted|contigo|te)\b")
_EVENT_VERB = re.compile(
    r"(?:reserv|agend|confirm|registr|program|apart|separ|anot|apunt|asign|fij|cre|gener|agreg|coordin|inscrib)(?:é|í)$"
)
_LOOK_VERB = re.compile(r"^(?:revis|verifiqu|consult|chequ|chequé|mir|busqu|comprob|valid)é$")
_OF_OUR_TRADE = re.compile(
    rf"{_EVENT_VERB.pattern}|{_LOOK_VERB.pattern}|^(?:{_PASSED_ON.pattern})$"
    r"|^(?:cancel|anul|reprogram|cambi|mov|modifi|actualic|elimin|borr|adelant|posterg|reagend|liber|llam|pagu)(?:é|í)$"
)
_FUTURE = ("aré", "eré", "iré")
_MAY_BE = re.compile(
    r"\b(?:podria|podrias|puede|pueda|puedes|puedo|podemos|podre|podremos|podran|seria|serian|quedaria|estaria"
    r"|(?<!por )si)\b"
)
_REQUEST = re.compile(r"\b(?:pedido|solicitud|peticion|consulta|caso|mensaje|requerimiento|constancia)\b")
_TO_TEAM = re.compile(r"\b(?:al|con el|a mi) equipo\b|\ba (?:un|una) (?:asesora?|persona|companer\w+)\b")
_VERIFIED = re.compile(
    r"\b(?:persona|equipo|asesora?|encargad[oa])\b(?:\s+\w+){0,2}?\s+(?:ya )?(?:lo |la )?"
    r"(?:verificó|revisó|confirmó|respondió|vio)\b"
)
_SPELLING = re.compile(r"\b(?:letras?|correo|e?-?mail|escri\w+)\b")


_YES = re.compile(r"\b[Ss]í\b")


def without_names(text: str, names: Iterable[str]) -> str:
    """The text without the parts of these names that end like something we did: Josué and René are no deeds.
    A name that is one of the deeds of our trade stays: nobody gets to have "Reservé" overlooked."""
    parts = {part for name in names for part in name.split() if part.casefold().endswith(("é", "í"))}
    harmless = [re.escape(part) for part in sorted(parts) if not _OF_OUR_TRADE.search(part.casefold())]
    return re.sub(rf"\b(?:{'|'.join(harmless)})\b", "·", text) if harmless else text


def deeds_in(sentences: tuple[Sentence, ...]) -> Iterator[Said]:
    """Every claim of a reply, in order. A condition claims nothing, nor does a denial; a question only what
    it takes for granted."""
    for sentence in sentences:
        if found := _STATUS.search(sentence.folded):
            yield Said(Deed.EVENT, sentence, found.group())
        for clause in sentence.clauses:
            for deed, words in _claims(clause):
                yield Said(deed, sentence, words)


def _claims(clause: Clause) -> Iterator[tuple[Deed, str]]:
    granted = _TAKEN_FOR_GRANTED.search(clause.text.casefold())
    surely = granted and "acab" in granted.group()
    if granted and (clause.asks or surely or not clause.conditional):
        yield Deed.EVENT, granted.group()
    if clause.asks:
        return
    for deed, claim in (
        (Deed.NEVER, _HELD),
        (Deed.LOOKED, _LOOKED),
        (Deed.RECORDED, _RECORDED),
    ):
        if found := _stated(claim, clause):
            yield deed, found.group()
    # "Me indicó ana@example.com" quotes the customer, no colleague.
    of_an_address = _SPELLING.search(clause.folded) or "@" in clause.folded
    if not of_an_address and (found := _stated(_CONSULTED, clause)):
        yield Deed.NEVER, found.group()
    if not clause.denies and (found := _DOING.search(clause.folded)):
        yield Deed.NEVER, found.group()
    for found in _GERUND.finditer(clause.folded):
        if found["verb"] not in _HARMLESS_GERUNDS and not clause.denies:
            yield (Deed.HANDED if _VERIFYING.search(found["verb"]) else Deed.NEVER), found.group()
    if (found := _NO_EVENT.search(clause.folded)) and not clause.conditional:
        yield Deed.NO_EVENT, found.group()
    if found := _VERIFIED.search(clause.text.casefold()):
        yield Deed.NEVER, found.group()
    yield from _past_tenses(clause)
    if not clause.conditional:
        yield from _states(clause)


def _states(clause: Clause) -> Iterator[tuple[Deed, str]]:
    """That something is done, is undone, is on its way."""
    undone = _stated(_UNDONE, clause) or (
        clause.denies
        and re.search(r"\bya no (?:existe|figuras|va|esta vigente|tienes|aparece)\b", clause.folded)
    )
    if undone and not _REQUEST.search(clause.folded) and not _SPELLING.search(clause.folded):
        yield Deed.NEVER, undone.group()
    elif found := _stated(_INVITED, clause):
        yield (Deed.HANDED if _TO_TEAM.search(clause.folded) else Deed.NEVER), found.group()
    elif (found := _OTHERS.search(clause.folded)) and not _FOR_YOU.search(clause.folded):
        yield Deed.OTHERS, found.group()
    elif _RECORDED.search(clause.folded):
        return
    elif found := _stated(_EVENT, clause):
        yield (Deed.HANDED if _REQUEST.search(clause.folded) else Deed.EVENT), found.group()


def _stated(claim: re.Pattern[str], clause: Clause) -> re.Match[str] | None:
    """The claim, unless the clause denies it or leaves it open before it comes to it."""
    found = claim.search(clause.folded)
    if found is None:
        return None
    # "Sí" with its accent leaves nothing open.
    before = fold(_YES.sub("..", clause.text))[: found.end()]
    open_still = _MAY_BE.search(before) and not before.lstrip().startswith("si quedo")
    return None if denial_in(before) or open_still else found


def _past_tenses(clause: Clause) -> Iterator[tuple[Deed, str]]:
    """What we say we did: whatever is not known to be harmless needs a fact."""
    plain = clause.text.casefold()
    for found in _PAST_I.finditer(plain):
        verb, rest = found.group(), plain[found.end() :]
        future = verb.endswith(_FUTURE)
        if verb in {"intenté", "traté"} and _TRYING.search(rest):
            yield Deed.TRIED, verb
        if verb in _HARMLESS or (future and clause.conditional) or denial_in(plain[: found.start()]):
            continue
        if deed := _deed_of(verb, rest, future=future):
            yield deed, verb


def _deed_of(verb: str, rest: str, *, future: bool) -> Deed | None:
    if _LOOK_VERB.search(verb) or verb == "fijé":
        return Deed.LOOKED
    if verb in _ALWAYS_PEOPLE:
        return Deed.HANDED
    if _PASSED_ON.fullmatch(verb):
        people = _TO_PEOPLE.search(rest)
        if people or not _EVENT_VERB.search(verb):
            return Deed.HANDED if people else None
    if _EVENT_VERB.search(verb):
        return None if _DATUM.search(rest) else Deed.EVENT
    return Deed.HANDED if future else Deed.NEVER
