"""What a reply promises: that somebody will write, call, confirm or remind. Only a stored request makes such
a promise true, and no request makes us remind or call by ourselves."""

import re
from collections.abc import Iterator

from citas.agent.guard.clauses import Clause, Sentence, pattern

_PEOPLE = r"""(?:un|una|el|la|los|las|nuestr[oa]s?|mi|otr[oa]|algun|alguna)?\s*(?:asesor(?:a|es)?
    |ejecutiv[oa]s?|persona
|companer[oa]s?|equipo|agente|humano|especialistas?|consultor(?:a|es)?|encargad[oa]s?|representante
|colegas?|alguien
|vendedor(?:a|es)?|supervisora?|area|gente)"""
_REACH = r"""(?:contact\w+|llam\w+|escrib\w+|comuni\w+|respond\w+|confirm\w+|avis\w+|atend\w+|revis\w+
    |ayud\w+|busc\w+
|marc\w+|inform\w+|ver[ae]\b|vea\b|pondr\w+|ponga|va a|van a|dar[ae]|tom\w+|encarg\w+|orient\w+|mand\w+
|envi\w+)"""
_SOMEONE = pattern(rf"\b{_PEOPLE}\b(?:\s+\w+){{0,4}}?\s+(?:se |te |lo |la |le |les |ya )*{_REACH}")
_I_WILL = pattern(
    r"""\b(?:te|le|les|os|lo|la)\s+(?:\w+\s+)?(?:aviso|avisare|avisamos|avisaremos|escribo|escribire
    |escribimos
    |escribiremos|llamo|llamare|llamamos|llamaremos|llaman|llamaran|marcamos|marcaremos|contacto|contactare
    |contactamos
    |contactaremos|contactan|contactaran|buscaremos|recordare|recordaremos|informare|informamos
    |informaremos|notifico|notificare|notificamos|notificaremos|mantengo|mantendre|mantenemos
    |mantendremos|hago llegar|haremos llegar|hare llegar|doy noticias|daremos noticias|devuelvo|devolvemos
    |devolveremos
    |respondere|responderemos|mando|mandare|mandamos|mandaremos|enviare|enviaremos|estare|estaremos
    |cuento luego
    |tengo al tanto|dire|diremos|confirmare|confirmaremos|confirmaran|atendera|atenderan|recibira|llamara
    |contactara|escribira|escribiran|avisaran|responderan|llegara|llegaran
    |paso luego)\b
    |\b(?:te|le) (?:confirmo|confirmamos|respondo|digo|paso|envio|enviamos|cuento|doy|informo)\b
    (?!\s+(?:que|tambien|los|las|el|la|tu|su)\b)(?:\s+\w+){0,6}?\s+
    (?:luego|mas tarde|en breve|enseguida|en un rato|manana|pronto|en unos|en cuanto|apenas|al rato|ahorita
    |en un momento|despues|hoy mismo|antes del?|durante|a la brevedad|lo antes posible|en minutos)\b
    |\b(?:luego|mas tarde|en breve|pronto|en un rato|al rato|despues|manana|en unos minutos) te\b
    |\bestar(?:e|emos) (?:pendientes?|al pendiente|atent[oa]s?)\b|\bseras? (?:el|la) primer[oa]\b
    |\brecibiras?\b
    |\bquedo (?:pendiente|en avisar)\w*(?! (?:de|a) (?:su|tu|lo que))|\bcualquier novedad\b
    |\bse comunica\w* contigo\b|\ben breve (?:se|te|le)\b
    |\b(?:vuelvo|regreso) (?:contigo|con)\b
    |\b(?:ahorita|enseguida|en un momento|al rato|en un ratito|luego) te (?:paso|envio|mando|comparto|digo
    |confirmo|doy)\b
    |\b(?:te|le) (?:llama|escribe|contacta|marca|responde|busca)\s+(?:un|una|el|la|alguien|nuestr[oa])\b
    |\besper\w+ (?:la|nuestra|su|tu) llamada\b|\btimbr\w+\b|\blo averiguo\b|\bte l[oa] paso (?:luego
    |mas tarde|esta|manana|en un|pronto)|\btelefonazo\b|\bte marcamos\b|\b(?:ya )?reportamos\b
    |\bte (?:vamos|van|va|voy) a (?:llamar|escribir|avisar|confirmar|contactar|llegar|enviar|mandar
    |buscar)\b
    |\b(?:vamos|voy) a (?:llamar|escribir|avisar|confirmar|contactar|mandar|enviar|record)\w*te\b
    |\bte (?:estan|estaran|estaremos)\s+\w+ndo\b"""
)
_PASSED = pattern(
    r"""\b(?:lo|la|los|las) (?:tiene|tienen|sabe|saben|vio|vieron) (?:ya )?(?:el|la|los|las|un|una)\s+
    (?:equipo|asesora?|persona|encargad\w+)\b|\bya saben de\b
    |\b(?:te|lo|la|le) (?:comunico|paso|derivo|transfiero|conecto|contacto|pongo en contacto
    |enlazo)\s+(?:con|al?)\b
    |(?<!que )\b(?:pase|derive|escale|traslade|comunique|notifique|informe|avise|deje constancia|deje dicho
    |di aviso|hice llegar
    |puse al tanto)\b(?=.{0,40}\b(?:equipo|asesora?|persona|encargad|companer|area|humano|gerencia|alguien
    |pedido
    |solicitud|caso|voz|constancia|ellos)\w*)
    |\b(?:ya )?(?:esta|estan|quedo|queda) (?:\w+ )?(?:en manos de|al tanto|enterad[oa]s?|avisad[oa]s?
    |derivad[oa]
    |con un asesor|con el equipo)\b
    |\b(?:tu|su) (?:pedido|solicitud|caso|mensaje|consulta) (?:ya )?(?:esta|quedo|queda|fue|ha sido|llego
    |va)\b
    |\b(?:pedido|solicitud) (?:registrad|enviad|recibid|derivad|anotad)[oa]\b
    |\bhe (?:pasado|enviado|registrado|dejado|derivado|avisado|comunicado|trasladado|escalado)\b
    |\bhemos (?:pasado|registrado|derivado|avisado|escalado|trasladado)\b
    |\bse (?:derivo|traslado|escalo|registro|paso|aviso|comunico|notifico) (?:tu|su|al|a un|el)\b
    |\b(?:esta|estan) (?:\w+ )?(?:viendo|revisando|verificando|atendiendo) (?:tu|lo tuyo|su|el caso)\b
    |\bestamos (?:revisando|verificando|viendo) (?:tu|su)\b"""
)
_REMIND = pattern(
    r"""\b(?:recordatorios?|alertas?|notificacion(?:es)?|te recordar\w+|te recordamos(?! que)
    |te hare acordar|te hago acordar|haremos acordar|te despierto
    |alarma)\b|\b(?:te|le)(?: l[oa])? recuerdo (?:antes|un dia|una hora|ese dia|manana|el mismo)\b"""
)
_ABILITY = re.compile(r"\b(?:puedo|puede|podria|podemos|podrian|pueden|quieres que|prefieres que)\b")


def promises_in(sentences: tuple[Sentence, ...]) -> Iterator[tuple[str, bool]]:
    """Every promise: its words, and whether a stored request would make it true."""
    for sentence in sentences:
        for clause in sentence.clauses:
            if not clause.asks and not clause.conditional:
                yield from _of(clause)


def _of(clause: Clause) -> Iterator[tuple[str, bool]]:
    text = clause.folded
    if (found := _REMIND.search(text)) and not clause.denies:
        yield found.group(), False
    if _ABILITY.search(text):
        return
    for promise in (_PASSED, _SOMEONE, _I_WILL):
        if found := promise.search(text):
            yield found.group(), True
