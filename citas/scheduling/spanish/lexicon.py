"""The words we know, by class. Folded: lower case, no accents, ñ as n.

A class is what the grammar speaks of: `WEEKDAY`, `de`. A word may be in several classes. To teach a
spelling, add it here; to teach an expression, add a rule in `days`, `hours` or `phrases`.
"""

from typing import Final

WEEKDAYS: Final = (
    "lunes lun lns lunesito lunecito",
    "martes mar mart mrts martesito martecito",
    "miercoles mie mier mierc mircoles miercole mierkoles mxrcoles",
    "jueves jue juev jvs jueve juevecito juevesito",
    "viernes vie vier viern vrns vierness viernecito viernesito",
    "sabado sabados sab sbdo sabadito",
    "domingo domingos dom domi dominguito",
)
SHORT_WEEKDAYS: Final = {"lu": 0, "ma": 1, "mx": 2, "ju": 3, "vi": 4}
"""Two letters, read as a weekday only beside its number or alone."""
MONTHS: Final = (
    "enero ene",
    "febrero feb febr",
    "marzo mar mzo",
    "abril abr",
    "mayo may",
    "junio jun",
    "julio jul",
    "agosto ago agt",
    "septiembre setiembre sep sept set septimbre",
    "octubre oct",
    "noviembre nov",
    "diciembre dic",
)
NUMBERS: Final = {
    0: "cero",
    2: "dos do",
    3: "tres tre trez",
    4: "cuatro kuatro",
    5: "cinco sinco",
    6: "seis sei",
    7: "siete",
    8: "ocho",
    9: "nueve nuebe",
    10: "diez dies",
    11: "once onse onze",
    12: "doce dose",
    13: "trece trese",
    14: "catorce",
    15: "quince quinse",
    16: "dieciseis",
    17: "diecisiete",
    18: "dieciocho",
    19: "diecinueve",
    20: "veinte",
    21: "veintiuno veintiun veintiuna",
    22: "veintidos",
    23: "veintitres",
    24: "veinticuatro",
    25: "veinticinco",
    26: "veintiseis",
    27: "veintisiete",
    28: "veintiocho",
    29: "veintinueve",
    30: "treinta",
    40: "cuarenta",
    50: "cincuenta",
}
ORDINALS: Final = {
    1: "primero primera primer primerita primerito",
    2: "segundo segunda segundita",
    3: "tercero tercera tercer",
    4: "cuarto cuarta",
    5: "quinto quinta",
    6: "sexto sexta",
    7: "septimo septima",
    8: "octavo octava",
    9: "noveno novena",
    10: "decimo decima",
    11: "undecimo",
    12: "duodecimo",
    20: "vigesimo",
    30: "trigesimo",
    -1: "ultimo ultima ultimito ultimita",
    -2: "penultimo penultima",
    -3: "antepenultimo antepenultima",
}

CLASSES: Final = {
    # Small words.
    "a": "a ah",
    "al": "al pal",
    "aca": "aca aqui",
    "como": "como",
    "tan": "tan",
    "bien": "bien super muy",
    "con": "con",
    "de": "de d",
    "del": "del dl",
    "dentro": "dentro",
    "el": "el l pal los",
    "en": "en n",
    "entre": "entre",
    "es": "es",
    "no": "no",
    "eso": "eso",
    "hasta": "hasta asta hsta",
    "la": "la",
    "las": "las",
    "alas": "alas ala",
    "lo": "lo",
    "mas": "mas",
    "menos": "menos",
    "o": "o u",
    "para": "para pa pal p",
    "partir": "partir",
    "por": "por x",
    "porla": "porla enla xla ala",
    "punto": "punto pto",
    "que": "que q k ke",
    "se": "se",
    "si": "si sip",
    "un": "un una uno",
    "unos": "unos unas",
    "y": "y e i",
    # Days.
    "HOY": "hoy oy hoi",
    "MANANA": "manana mananas mnn mnna mna mnana maniana manyana mananita mannana mnaana",
    "FIRST": "primero",
    "OVERMORROW": "pasadomanana pasaomanana",
    "YESTERDAY": "ayer anoche",
    "TRAS": "tras traspasado",
    "PASADO": "pasado pasao psdo psado",
    "ANTIER": "ayer anteayer antier antayer anoche",
    "GONE": "pasado pasada anterior",
    "LONG_UNIT": "dia dias semana semanas",
    "PROXIMO": "proximo proxima proximas prox prx proximos siguiente siguientes sgte sig "
    "procimo procima prosimo prosima",
    "SUBSIGUIENTE": "subsiguiente subsecuente",
    "VIENE": "viene entra sigue biene vienen",
    "ENTRANTE": "entrante proximo proxima siguiente",
    "SIGUIENTE": "siguiente sgte",
    "OTRO": "otro otra",
    "ESTE": "este esta ste sta ese esa",
    "ESTA": "esta este sta ste",
    "MISMO": "mismo misma mismito",
    "DIA": "dia dias",
    "SEMANA": "semana sem semanita smn",
    "WEEKEND": "finde findes weekend",
    "FIN": "fin fines afines final finales finde",
    "WEEK_END": "fin fines",
    "START": "inicio inicios principio principios comienzo comienzos",
    "MIDDLE": "mediado mediados mitad",
    "MES": "mes",
    "ADELANTE": "adelante",
    "TARDAR": "tardar",
    "MAXIMO": "maximo max tope",
    "ANO": "ano",
    "QUINCENA": "quincena",
    "NAVIDAD": "navidad",
    "NOCHEBUENA": "nochebuena",
    "NOCHEVIEJA": "nochevieja",
    "NUEVO": "nuevo",
    # Hours.
    "MEDIA": "media mdia",
    "CUARTO": "cuarto",
    "QUARTERS": "cuarto cuartos",
    "PICO": "pico",
    "APPROX": "tipo tipin aprox aproximadamente aproximada sobre hacia cerca alrededor tirando",
    "HRS": "h hs hrs hr hora horas hras",
    "PART": "mnn mnna manana mananas mananita tarde tardes tardecita tardesita tardecilla noche noches "
    "nochecita madrugada madrugadas",
    "LATER_PART": "tarde noche tardecita tardesita nochecita madrugada",
    "DIMINUTIVE_PART": "tardecita tardesita nochecita",
    "NOCHE": "noche",
    "MOMENT": "momento instante",
    "TARDENOCHE": "tardenoche",
    "EARLY": "temprano tempranito",
    "MEDIODIA": "mediodia mediodias medidia",
    "MEDIO": "medio",
    "MEDIANOCHE": "medianoche",
    "TODO": "todo toda",
    "CUALQUIER": "cualquier cualquiera",
    "HORA": "hora horita horario horas turno cita cupo espacio momento",
    "MINUTO": "minuto minutos min mins minutitos minutito",
    "HOUR_UNIT": "hora horas ora h hs hrs hr horita horitas",
    "UNIT": "minuto minutos min mins sem hora horas h hs hrs hr horita horitas dia dias diitas "
    "semana semanas semanita semanitas mes meses quincena ano anos minutitos minutito",
    "PAR": "par",
    "PASE": "pase pasemos",
    "NINGUNO": "ninguno ninguna ningun",
    "FIRST_OF_MANY": "vez veces consulta sesion visita clase compra duda pregunta impresion",
    "FREE": "disponible libre",
    "SLOT": "cita turno horario espacio cupo hueco",
    "HABIL": "habil habiles laborable laborables util utiles",
    "PASANDO": "pasando",
    "SIESTA": "siesta",
    "FECHA": "fecha",
    "BREVEDAD": "brevedad",
    "MAYOR": "mayor",
    "SUIT": "sirven quedan vienen acomodan convienen funcionan",
    "PLURAL_FIRST": "primeras primeros",
    "CENTER": "medio enmedio central intermedia",
    "LUNCH": "almuerzo almorzar comer comida colacion refrigerio lonche",
    "DESPUES": "despues dsps dsp dps desp despuesito luego despue",
    "ANTES": "antes antesito antecitos antecito antesitos",
    "DESDE": "desde dsd",
    "PASADAS": "pasadas pasados pasada pasaditas",
    "FALTA": "faltan faltando falta",
    # As soon as possible.
    "NOW": "ahorita ahoritita ahora aora orita ahorititita",
    "ALREADY": "ya yaa",
    "TOQUE": "toque tiro",
    "RATO": "rato ratito",
    "GOLPE": "golpe",
    "HOLY": "santa santo turismo",
    "FEAST": "ramos pascua resurreccion gloria carnaval ceniza",
    "PRONTO": "pronto antes rapido temprano",
    "SEA": "sea",
    "POSIBLE": "posible pueda puedas puedan puedes se tenga tengas tengan",
    "CUANTO": "cuanto",
    "URGENTE": "urgente urge asap",
    "INMEDIATO": "altiro inmediato inmediatamente enseguida inmediata",
    "TARDE": "tarde tardecito tardesito",
    # Offers.
    "OPCION": "opcion op alternativa horario numero num nro turno hora opc",
    "THAT": "ese esa eso aquel aquella esos esas",
    "me": "me",
    "esta": "esta",
    # Zones.
    "ZONE_HORA": "hora horario hrs horas",
    "LOCAL": "local mia aca aqui",
    "ALLA": "alla ustedes uds alli ahi empresa",
    "PAIS": "pais ciudad",
    "mi": "mi",
    "desde": "desde",
    "soy": "soy somos",
    "LIVE": "estoy vivo ando resido encuentro radico estamos vivimos escribo",
    # What turns a reading round.
    "NO": "nunca jamas nada no nop nel noo tampoco",
    "UNABLE": "creo caiga "
    "puedo podre podria podremos podemos alcanzo llego llegaria quiero trabajo estoy estare "
    "tengo voy tendre logro quisiera",
    "SUITS": "queda sirve viene conviene acomoda va cuadra quedaria serviria vendria da funciona es "
    "sera puede podra seria",
    "BUSY": "complica complican llega llegan ocupado ocupada ocupados ocupadas viajo almuerzo imposible "
    "complicado complicada dificil trabajo viaje negativo pesado vacaciones laburo curro chambeo "
    "full copado copada",
    "HOLIDAY": "feriado festivo",
    "INSTEAD": "vez lugar",
    "BETTER": "mejor digo perdon corrijo sino prefiero preferiria disculpa correccion cambialo "
    "cambiamos cambiala",
    "BUT": "pero sino mejor entonces mas",
    "WAIT": "mentira espera espere esperate perate pera aguanta aguarda",
    "BECAUSE": "porque xq pq porq asi",
    "tengo": "tengo",
    "LEAVE": "salgo entro sale abren cierran abre cierra",
    "EVENT": "boda vuelo matrimonio graduacion",
    "OCCURS": "es llega sera sale cae toca",
    "comunico": "comunico",
    "caso": "caso",
    "BUSY_THING": "algo "
    "medico doctor clase clases examen examenes reunion viaje compromiso compromisos cosas "
    "evento boda matrimonio guardia control universidad trabajo",
    "TAG": "ve cierto verdad cree crees sea seas",
    "NOUN_MARK": "el la mi del al de su tu",
    "MOVE": "cambiame cambiarme moveme moverme pasame pasarme correr correme reprogramame reagendame "
    "cambiar cambia cambio cambiarla cambiarlo mover mueve moverla pasar pasarla pasala pasa "
    "reprogramar reagendar postergar adelantar",
    "NARRATIVE": "escribi escribio escribieron vi llamaron dijo dijeron dijiste fui fue tuve estuve "
    "enviaron comentaron dejaron hizo hice puse puso pude pudo vine vino "
    "traje trajo supe duele pedi pidieron cumpleanos cumple cumplo cumplira naci nacimiento",
    "PROMISE": "pago deposito hablo pregunto transfiero yapeo "
    "escribo aviso confirmo llamo digo comento mando envio contesto respondo avisare confirmare",
    "REFUSING": "ni nunca jamas excepto salvo evitar evita evitemos descarta descartemos "
    "descartado olvida dudo",
    "WANT": "quiero quisiera necesito deseo deseaba agendar agendame reservar reservame separar puedo "
    "podria puede tienes tienen tendran tendras pueden podrian cita reunion prefiero para",
    "ASKING": "tienes tienen tiene tendran tendras tendra habra hay seria podria podrian podrias puedes "
    "pueden hubiera sera",
    # Noise: what looks like time and is not.
    "GREETING": "buenos buenas buen buena feliz lindo linda bonito bonita excelente bello bella bnas bns",
    "LABEL": "operacion ref referencia "
    "version factura boleta pedido orden dni ruc cedula codigo ticket cuenta cci cbu placa "
    "expediente contrato folio piso dpto depto departamento oficina interior mz lote manzana km",
    "PRON": "le te les",
    "son": "son serian",
    "COSTS": "esta cuesta vale sale",
    "NAMED": "soy gracias grax llamo llama sr sra senor senora don dona dr dra doctor doctora srta senorita "
    "nombre es atte atentamente licenciado ing",
    "NOMBRE": "nombre",
    "STREET": "av avenida calle jr jiron pasaje plaza colonia barrio urb distrito parque psje "
    "boulevard carrera esquina colegio escuela hospital clinica estacion paradero",
    "COUNTED": "persona personas hijo hijos hija hijas soles sol dolares pesos euros lucas mil "
    "millones gente adultos ninos sesiones sesion veces vez citas reuniones cupos kilos "
    "metros trabajadores empleados usuarios sucursales productos unidades cuotas clases "
    "cuadras pisos piso opciones km dolar socios amigos companeros preguntas dudas cosas "
    "participantes invitados consultas puntos intentos pasos estrellas vendedores asesores",
    "FILLER": "porfa porfis xfa xfis xfavor favor please plis pls pe pues ok oki okay gracias grax "
    "dale listo bien perfecto genial ya si claro bueno vale estaria esta seria puede podria puedo "
    "podriamos podemos podra queda quiero quisiera tienes tienen tendras hay habra me nos se te les "
    "le lo en por x para con el la un una cita reunion y o no pero mejor gracia sale va amigo amiga "
    "u senorita senor joven sr sra jefe hola buenas entonces nomas noma pf pfv porfavor porfavorcito "
    "disculpa agendame reservame anotame agenda reserva confirmo quedamos nomas cualquier todo "
    "tmb tambien aprox aproximadamente mas masomenos como de del a al hora horas hs h",
}

PLACES: Final = {
    "America/Lima": "peru lima peruana peruano arequipa trujillo cusco piura",
    "America/Bogota": "colombia bogota colombiana colombiano medellin cali barranquilla cartagena",
    "Pacific/Galapagos": "galapagos",
    "Pacific/Easter": "rapa_nui pascua",
    "America/Guayaquil": "ecuador quito guayaquil ecuatoriana ecuatoriano cuenca",
    "America/Santiago": "chile santiago stgo chilena chileno valparaiso concepcion",
    "America/Argentina/Buenos_Aires": "argentina baires argentino cordoba rosario mendoza buenos_aires",
    "America/Montevideo": "uruguay montevideo uruguaya uruguayo",
    "America/Asuncion": "paraguay asuncion paraguaya paraguayo",
    "America/La_Paz": "bolivia boliviana boliviano cochabamba la_paz santa_cruz",
    "America/Caracas": "venezuela caracas venezolana venezolano maracaibo",
    "America/Panama": "panama panamena panameno",
    "America/Costa_Rica": "tica costa_rica costarricense",
    "America/Guatemala": "guatemala guatemalteca guatemalteco",
    "America/Tegucigalpa": "honduras tegucigalpa hondurena hondureno",
    "America/Managua": "nicaragua managua",
    "America/El_Salvador": "salvadorena salvadoreno el_salvador san_salvador",
    "America/Santo_Domingo": "dominicana santo_domingo republica_dominicana",
    "America/Puerto_Rico": "boricua puerto_rico",
    "America/Havana": "cuba habana cubana",
    "America/Mexico_City": "mexico cdmx mexicana mexicano guadalajara puebla queretaro mx",
    "America/Monterrey": "monterrey",
    "America/Cancun": "cancun",
    "America/Tijuana": "tijuana",
    "America/Hermosillo": "hermosillo sonora",
    "America/New_York": "miami florida orlando atlanta boston washington filadelfia nueva_york new_york",
    "America/Chicago": "chicago houston dallas texas austin",
    "America/Denver": "denver",
    "America/Phoenix": "phoenix arizona",
    "America/Los_Angeles": "california seattle los_angeles las_vegas san_francisco",
    "America/Sao_Paulo": "brasilia brasil sao_paulo san_pablo",
    "Europe/Madrid": "madrid espana barcelona espanola espanol valencia sevilla bilbao malaga cet cest",
    "Atlantic/Canary": "canarias canaria tenerife",
    "Europe/London": "londres inglaterra",
    "Europe/Paris": "paris francia",
    "Europe/Rome": "italia roma milan",
    "Europe/Berlin": "alemania berlin",
    "Europe/Lisbon": "lisboa portugal",
    "UTC": "utc gmt",
}
"""Places by the zone they keep; two words are joined by a low line."""
NAMED_ZONES: Final = {
    "America/Mexico_City": "centro central",
    "America/Los_Angeles": "pacifico pst pdt",
    "America/New_York": "este est edt",
    "America/Chicago": "cst cdt",
    "America/Denver": "montana mst mdt",
    "Europe/Madrid": "peninsular",
}
"""Zones by the name their own people give them, which is a place only after "hora"."""
MANY_ZONES: Final = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
MANY_ZONED: Final = "usa eeuu eua estados_unidos norteamerica"
"""A country with several zones, and the words for it."""

ACCENTED_PAST: Final = frozenset(
    "pago cobro deposito "
    "llame llamo hable hablo quede quedo mande mando compre pague agende cancele envie llego deje "
    "dejo pregunte reserve solicite".split()
)
"""Verbs that tell of the past when their accent is written: "llamé", not "llame"."""

ACCENTED_NOUNS: Final = frozenset(
    "cafe bebe comite chale pate jose andre noe tome salome sumerce hace pone tene trae mete sabe quere "
    "pode veni deci segui subi vivi rubi".split()
)
"""Words with the accent of a past tense that are none: nouns, names and the imperatives of *vos*."""

EXTRA_TYPOS: Final = (
    "pasado",
    "semana",
    "proximo",
    "proxima",
    "manana",
    "temprano",
    "mediodia",
    "tarde",
    "noche",
)
REAL_WORDS: Final = frozenset(
    "vienes domino mazo marco juno juli mares marte mates arde mana maro bienes tare trade noce "
    "marca emana abri manan nochea siervo seman nieves sabao tares".split()
)
"""Real words one slip away from ours, which are never taken for a slip."""
