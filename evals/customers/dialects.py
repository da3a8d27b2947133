"""How each country writes by WhatsApp: the words a simulated customer chooses from."""

from collections.abc import Mapping
from dataclasses import dataclass

from evals.case import Dialect, Texts


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of one country. `{slot}` is a time as a customer says it, `{when}` a wish."""

    hello: Texts
    yes: Texts
    takes: Texts
    wants: Texts
    declines: Texts
    others: Texts
    """Asks for something else than what is offered."""
    please: str
    fillers: Texts
    thanks: str
    morning: str
    afternoon: str
    clock24: bool = False


SPEECH: Mapping[Dialect, Speech] = {
    "pe": Speech(
        hello=("Hola", "Buenas", "Hola, buenos días", "Holi, buenas"),
        yes=("Sí", "Ya", "Sí, confirmo", "Dale", "Ya, está bien", "Sí, por favor"),
        takes=("{slot}", "{slot} porfa", "Ya, {slot}", "Me quedo con {slot}"),
        wants=("{when}", "{when} porfa", "Me gustaría {when}", "Quisiera {when}"),
        declines=("No puedo ahí", "No puedo a esa hora", "Uy, ahí no puedo", "No me queda bien"),
        others=("¿Qué otro horario tienes?", "¿Tienes otro horario?"),
        please="porfa",
        fillers=("mira", "este", "a ver"),
        thanks="gracias",
        morning="en la mañana",
        afternoon="en la tarde",
    ),
    "mx": Speech(
        hello=("Hola", "Buen día", "Hola, qué tal", "Buenas, ¿cómo están?"),
        yes=("Sí", "Sale", "Va", "Órale, sí", "Sí, por favor", "Sí, confirmo"),
        takes=("{slot}", "{slot} porfa", "Sale, {slot}", "Va, {slot}"),
        wants=("{when}", "{when} porfa", "Quisiera {when}", "Me gustaría {when}"),
        declines=("No puedo a esa hora", "Híjole, ahí no puedo", "Uy no, ahí no me da"),
        others=("¿Qué otros horarios tienen?", "¿No tendrán otro horario?"),
        please="porfa",
        fillers=("oye", "mira", "fíjate que"),
        thanks="mil gracias",
        morning="en la mañana",
        afternoon="en la tarde",
    ),
    "co": Speech(
        hello=("Hola", "Buenas", "Muy buenos días", "Hola, ¿cómo está?"),
        yes=("Sí", "Listo", "Sí señora", "Hágale", "De una", "Sí, por favor"),
        takes=("{slot}", "{slot} por favor", "Listo, {slot}", "Regáleme {slot}"),
        wants=("{when}", "{when} por favor", "Me sirve {when}", "Quisiera {when}"),
        declines=("Qué pena, a esa hora no puedo", "Ahí no puedo", "No me sirve"),
        others=("¿Qué otro horario tiene?", "¿Me regala otras opciones?"),
        please="por favor",
        fillers=("vea", "mire", "pues"),
        thanks="muchas gracias",
        morning="en la mañana",
        afternoon="en la tarde",
    ),
    "ar": Speech(
        hello=("Hola", "Buenas", "Hola, ¿qué tal?", "Hola, buen día"),
        yes=("Dale", "Sí", "Sí, dale", "De una", "Perfecto", "Sí, confirmo"),
        takes=("{slot}", "Dale, {slot}", "Me quedo con {slot}", "{slot} me va bien"),
        wants=("{when}", "{when} porfa", "Me vendría bien {when}", "Quería {when}"),
        declines=("Uh, ahí no puedo", "No puedo a esa hora", "No me sirve"),
        others=("¿Tenés otro horario?", "¿Qué otros horarios tenés?"),
        please="porfa",
        fillers=("che", "mirá"),
        thanks="gracias",
        morning="a la mañana",
        afternoon="a la tarde",
        clock24=True,
    ),
    "cl": Speech(
        hello=("Hola", "Buenas", "Hola, buenos días", "Hola, ¿cómo están?"),
        yes=("Ya", "Sí", "Sí po", "Dale", "Ya, perfecto", "Sí, por favor"),
        takes=("{slot}", "{slot} porfa", "Ya, {slot}", "Me acomoda {slot}"),
        wants=("{when}", "{when} porfa", "Me acomoda {when}", "Necesito {when}"),
        declines=("No puedo a esa hora", "Pucha, ahí no puedo", "No me acomoda"),
        others=("¿Qué otras horas tienen?", "¿Tienes otra hora?"),
        please="porfa",
        fillers=("mira", "oye", "a ver"),
        thanks="gracias",
        morning="en la mañana",
        afternoon="en la tarde",
        clock24=True,
    ),
    "es": Speech(
        hello=("Hola", "Buenas", "Hola, buenas", "Buenos días"),
        yes=("Sí", "Vale", "Sí, perfecto", "De acuerdo", "Venga, sí", "Sí, confirmo"),
        takes=("{slot}", "Vale, {slot}", "Me quedo con {slot}", "{slot}, por favor"),
        wants=("{when}", "{when}, si puede ser", "Me vendría bien {when}", "Querría {when}"),
        declines=("A esa hora no puedo", "Ahí no puedo", "No me viene bien"),
        others=("¿Tenéis otra hora?", "¿Qué otras horas tenéis?"),
        please="por favor",
        fillers=("mira", "oye", "pues", "a ver"),
        thanks="gracias",
        morning="por la mañana",
        afternoon="por la tarde",
        clock24=True,
    ),
}
