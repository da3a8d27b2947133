"""What a customer may want with a message, by the words they use. Patterns are for folded text: lower case,
no accents. A new way of saying something is one more alternative here and one row in its test."""

import re
from enum import StrEnum


class Intent(StrEnum):
    """What a customer may want with a message; one message may carry several."""

    GREETING = "greeting"
    YES = "yes"
    NO = "no"
    HOLD = "hold"
    FORGET = "forget"
    REFUSE = "refuse"
    PERSON = "person"
    CANCEL = "cancel"
    MOVE = "move"
    PRICE = "price"
    DISCOUNT = "discount"
    OWN_BOOKING = "own_booking"
    BOOK = "book"
    OPTIONS = "options"
    THANKS = "thanks"
    OFFER = "offer"
    HOURS = "hours"
    NO_EMAIL = "no_email"
    INJECTION = "injection"
    QUESTION = "question"


_YES_WORDS = (
    r"si|sii+|sip|claro|dale|ok|okey|okay|okis?|okas|listo|perfecto|correcto|exacto|genial|excelente|sale|orale"
    r"|simon|obvio|conforme|confirmo|confirmado|confirmar|confirm(?:ala|alo|e(?:la|lo)?)|de acuerdo|esta bien"
    r"|aja|chevere|venga|dele|joya|sipo|yapo"
    r"|bacan|adelante|hagale|hazlo|afirmativo|yes|como no|por que no|me parece(?: bien)?|por supuesto|de una"
    r"|asi es|me sirve|me queda|quiero esa|anotame"
    r"|reserv(?:a(?:la|lo|me)?|ela|elo)|agend(?:a(?:la|lo|me)?|ela|elo)"
    r"|vale(?! la pena)|va(?! a\b)|(?<!de )hecho"
    r"|ya(?!\s+(?:tengo|tenia|tuve|fui|fue|habia|he|estoy|es|son|hice|pague|compre|me|les|te|lo|la)\b)"
    r"|es[ae](?=\s*(?:$|[,.;!])|\s+(?:mism[ao]|por|me|esta)\b)"
    r"|bueno(?=\s*(?:$|[.!])|,?\s*(?:si|dale|ok|ya|confirm\w+|gracias|por|pues)\b)"
)
_PEOPLE = r"(?:asesora?|agente|ejecutiv[oa]|persona|alguien|operadora?|encargad[oa])"
_APPOINTMENT = r"\s+(?:de\s+)?(?:mi|la|el|nuestra)?\s*(?:cita|turno|reunion|hora|horario|fecha|dia)\b"
# "La puedo cancelar con yape?" asks how to pay.
_PAYING = r"(?!\s+(?:con|por|en) (?:yape|plin|tarjeta|transferencia|efectivo|deposito|cuotas))"

_MOVING = r"mover|muev\w+|cambi(?:ar|a|o|ame|emos)|posterg\w+|pas(?:ar|a|ame|emos)|aplaz\w+|corr(?:er|e)"
_WHICH = r"(?:que|q|cuales?) (?:dias?|horas?|horarios?|espacios?|fechas?|cupos?)"
_THERE_ARE = r"(?:tien\w+|hay|quedan?|disponibles?|libres?|pueden|manejan)"
_NO_REFUSAL = r"\s*\?|\s+(?:hay (?:problema|drama|lio|apuro)|te preocupes|se preocupe)"

_PATTERNS: dict[Intent, tuple[str, ...]] = {
    Intent.GREETING: (
        r"\b(?:hola|holi|buenas|saludos|que tal)\b",
        r"\bbuen(?:os|as)?\s+(?:dias?|tardes?|noches?)\b",
    ),
    Intent.YES: (rf"(?:^|[\s,.;:!¡])(?:{_YES_WORDS})(?=$|[\s,.;:!?])", "[👍👌✅🙌]"),
    Intent.NO: (rf"^\W*(?:no(?!{_NO_REFUSAL})|nop|nel|negativo|para nada|mejor no)\b",),
    # Not yet, or not this one: a message that says this somewhere agrees to nothing.
    Intent.HOLD: (
        rf"(?<!como )(?<!por que )\bno\b(?!{_NO_REFUSAL})",
        r"\b(?:pero|dejame|dejeme|lo pienso|pensarlo|consult\w+|(?:te|le|les) aviso|todavia|aun|depende)\b",
        r"\b(?:esper(?:a|e|ame|eme)|un (?:momento|segundo|rato)|luego|despues|mas (?:tarde|temprano))\b",
        r"\b(?:tal vez|quizas?|otr[oa])\b",
        r"\bsi (?:pudiera|podria|fuera|hubiera|tuvieran|es que)\b",
        r"\bsi (?!(?:confirm|por|quier|esta|gracias|claro|dale|agend|reserv))[^,.;?]*\?",
    ),
    # Not this slot: it is off the table, and others are wanted.
    Intent.REFUSE: (
        r"\bno (?:puedo|podre|podria|podemos|alcanzo|llego)\b",
        r"\bno me (?:queda|sirve|acomoda|conviene|va|viene|da)\b",
        r"\b(?:ese|esa|este|esta) (?:dia|hora|horario|fecha)? ?no\b",
        r"\botr[oa] (?:dia|hora|horario|fecha|opcion|momento)\b",
        r"\b(?:imposible|ningun[oa]s?|estoy ocupad[oa]|trabajo a esa hora)\b",
        r"\b(?:muy|demasiado) (?:temprano|tarde)\b",
        r"\b(?:menos|excepto|salvo) (?:la|el|a las?)\b",
        r"^\W*no\W*(?:gracias\W*)?$",
    ),
    Intent.FORGET: (
        r"\b(?:olvidalo|olvidate|dejalo|dejemoslo|ya fue|mejor no|no gracias)\b",
        r"\bya no (?:quiero|gracias)\b",
        r"\bno quiero (?:la )?(?:cita|nada|agendar)\b",
    ),
    Intent.PERSON: (
        r"\b(?:humano|persona real)\b",
        # "Una cita con un asesor" is a booking; asking for one is not.
        rf"^\W*(?:un|una)?\s*{_PEOPLE}\b",
        rf"\b(?:quiero|quisiera|necesito|deseo|pide|pideme|llama|busco)\s+(?:a\s+)?(?:un|una|el|la)?\s*{_PEOPLE}\b",
        rf"\b(?:habl\w+|comuni\w+|contact\w+|atiend\w+|pas(?:a|e)\w*|derivame|conversar|p[oó]n[eg]?a?me)\W+(?:\w+\W+){{0,2}}?{_PEOPLE}\b",
        r"\balguien (?:real|del equipo|de verdad)\b",
        r"\b(?:hablar|comunicar\w*|contact\w+|pasa\w*)\s+(?:con|a)\s+(?:un|una|el|la|alguien)\b",
    ),
    Intent.CANCEL: (rf"(?<!no quiero )(?<!no quisiera )(?<!no voy a )\b(?:cancel\w+|anul\w+)\b{_PAYING}",),
    Intent.MOVE: (
        r"\b(?:reprogram\w+|reagend\w+)",
        rf"\b(?:{_MOVING}){_APPOINTMENT}",
    ),
    Intent.PRICE: (
        r"\b(?:precios?|costos?|tarifas?|que valor|a como)\b",
        r"\bcuanto (?:cuesta|cuestan|vale|valen|sale|es|cobran|esta)\b",
    ),
    Intent.DISCOUNT: (
        r"\b(?:descuentos?|dscto|dcto|rebaj\w+|promo\w*|mas barato|ofertas?)\b",
        r"\d\s*%",
    ),
    Intent.OWN_BOOKING: (
        r"\b(?:link|enlace|mi (?:cita|reunion))\b",
        r"\ba que hora (?:era|quedo|es mi|quedamos)\b",
        r"\bcuando (?:era|es|quedo) mi\b",
    ),
    Intent.BOOK: (
        r"\b(?:agend\w+|reserv\w+|cita|reunion|turno|hora|espacio|disponib\w+|horarios?|separa\w*|programar)\b",
        r"\b(?:reunir\w+|juntarnos|vernos|libres?)\b",
    ),
    # "You choose": they would take a proposal.
    Intent.OPTIONS: (
        rf"\b{_WHICH}\b.{{0,20}}\b{_THERE_ARE}\b",
        r"\bcuando (?:pueden|puedes|tienen|tienes|hay|podria(?:n|s)?|seria posible)\b",
        r"\b(?:que me recomiendas|lo que tengas|cualquier (?:dia|hora|horario)|cuando (?:quieras|puedas))\b",
    ),
    Intent.THANKS: (r"\b(?:gracias|grax|te agradezco|chau|chao|adios|hasta luego|nos vemos)\b",),
    Intent.OFFER: (
        r"\b(?:servicios|productos|catalogo)\b",
        r"\bque (?:servicios?|productos?|ofrecen|venden|hacen)\b",
    ),
    Intent.HOURS: (
        r"\b(?:a|hasta|desde) que hora (?:se )?(?:atiend\w+|abr\w+|cierr\w+|trabaj\w+)\b",
        r"\bque dias (?:se )?(?:atiend\w+|abr\w+|trabaj\w+)\b",
        r"\bhorarios? de (?:atencion|trabajo|oficina)\b",
    ),
    Intent.NO_EMAIL: (r"\bno (?:tengo|uso|manejo|recuerdo)(?: un| mi| ningun)? (?:correo|e-?mail|mail)\b",),
    Intent.INJECTION: (
        r"\b(?:ignora\w*|olvida\w*|omite)\b.{0,40}\b(?:instruccion\w*|reglas|prompt|indicaciones)\b",
        r"\b(?:tu|el|system) prompt\b|\binstrucciones internas\b|\bmodo desarrollador\b",
    ),
    Intent.QUESTION: (
        r"\?",
        r"^\W*(?:que|como|donde|cuando|cual|cuanto|quien|por que|tienen|hay|aceptan|atienden|puedo|hacen)\b",
    ),
}
_COMPILED = {intent: re.compile("|".join(patterns)) for intent, patterns in _PATTERNS.items()}


_YES_ONLY = frozenset(
    """
    si sip claro dale ok okey okay oki okis okas listo perfecto correcto exacto genial excelente sale orale
    simon obvio conforme confirmo confirmado confirmada confirmar confirma confirmala confirmalo confirmame
    acuerdo esta bien aja chevere bacan adelante hagale hazlo afirmativo yes por supuesto parece una asi es
    sirve queda quiero esa ese eso reserva reservala reservalo reservar reservame agenda agendala agendalo
    agendame agendar agende anotame vale va hecho ya bueno super de favor porfa porfis porfavor xfa plis
    please gracias muchas pues entonces que senorita senor amigo amiga la lo el las los todo muy cita hora
    reunion mi me con gusto nomas a en hagamoslo perfectamente buenisimo encantado encantada seguro segura
    tambien mismo misma y dia listos pe parce oka po sipo yapo venga joya dele confirme confirmela confirmelo
    confirmalo agendela agendelo agendalo reservela reservelo senora doctora doctor ahora verdad late che
    """.split()
)
_SPOKEN = re.compile(r"^\s*\[(?:voz|audio|nota de voz)\]")
_ALSO_YES = re.compile(
    r"¿\s*no\s*\?|\b(?:como|por que|pero por que) no\b|\bno hay (?:problema|drama|lio|apuro)\b"
)


def only_yes(folded: str) -> bool:
    """Whether a folded text says yes and nothing that could mean anything else."""
    words = re.findall(r"[a-z0-9@]+", _ALSO_YES.sub(" ", _SPOKEN.sub("", folded)))
    return all(re.sub(r"(.)\1+$", r"\1", word) in _YES_ONLY or word in _YES_ONLY for word in words)


def intents_of(folded: str) -> frozenset[Intent]:
    """Every intention in a folded text."""
    return frozenset(intent for intent, pattern in _COMPILED.items() if pattern.search(folded))
