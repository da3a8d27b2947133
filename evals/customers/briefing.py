"""What a model is told about the prospect it plays."""

from collections.abc import Mapping
from datetime import date, time

from evals.case import Dialect, Persona, Prospect, Window
from evals.customers.voice import full_date

END = "FIN"
"""What it answers when the conversation is over for it."""

_COUNTRIES: Mapping[Dialect, str] = {
    "pe": "Eres de Perú y escribes como peruano (porfa, al toque, ya pues), tuteando.",
    "mx": "Eres de México y escribes como mexicano (porfa, órale, sale, ahorita).",
    "co": "Eres de Colombia y escribes como colombiano, de usted (qué pena, hágale, me regala).",
    "ar": "Eres de Argentina y escribes con voseo (dale, tenés, che, turno).",
    "cl": "Eres de Chile y escribes como chileno (al tiro, ya po, hora en vez de cita).",
    "es": "Eres de España y escribes como español (vale, me viene bien, tenéis).",
}
_PERSONAS: Mapping[Persona, str] = {
    "brief": "Escribes lo mínimo: pocas palabras, sin saludos ni adornos.",
    "hurried": "Tienes prisa: abreviaturas (xfa, q), impaciencia si te preguntan lo que ya dijiste.",
    "chatty": "Eres conversador: cuentas algo, agradeces, usas algún emoji.",
    "undecided": "Dudas: «mmm», «a ver», pides otra opción una vez antes de elegir, pero al final eliges.",
    "distrustful": "Desconfías: preguntas para qué quieren tu correo antes de darlo, pero lo das.",
    "messy": "Escribes con faltas: sin tildes, sin signos, alguna letra cambiada. Nunca en tu correo.",
}
_OPENINGS = {
    "hello": "Tu primer mensaje es solo un saludo.",
    "wish": "Tu primer mensaje es tu deseo, con estas palabras: «{says}»",
    "everything": "Tu primer mensaje dice todo: tu deseo («{says}»), tu nombre y tu correo.",
}
_BRIEFING = """\
Haces de cliente en una conversación de WhatsApp con el asistente de una empresa. Tú NO eres el asistente.

Hoy es {today}.
Te llamas {name}. Tu correo es {email}. No tienes otros datos: ni teléfono, ni otro nombre, ni otro correo.
Quieres una cita. Lo dirías así: «{says}»
Te viene bien: {wants}. Nada más te viene bien: si te ofrecen otra cosa, di que no puedes.
{more}{opening}
{country} {persona}

Reglas:
- Un solo mensaje por turno, corto, como en WhatsApp. Solo el texto del mensaje, sin comillas.
- Responde a lo que te preguntan. Da tu nombre y tu correo cuando te los pidan, exactamente como están aquí.
- Elige solo horarios que el asistente te haya ofrecido y que te vengan bien.
- Confirma un resumen solo si el día, la hora, el nombre y el correo son los tuyos; si no, corrígelo.
- No inventes datos, precios ni horarios, y no hables como si fueras la empresa.
- No escribas dos veces el mismo mensaje.
- Cuando te digan que tu cita quedó confirmada, responde exactamente {end}. Antes de eso no te despidas.
"""


def briefing(prospect: Prospect, dialect: Dialect, today: date) -> str:
    """The instructions, in Spanish, for whoever plays this prospect."""
    return _BRIEFING.format(
        today=full_date(today),
        name=prospect.name,
        email=prospect.email,
        says=prospect.says,
        wants=_window(prospect.wants),
        more=_more(prospect),
        opening=_OPENINGS[prospect.opens_with].format(says=prospect.says),
        country=_COUNTRIES[dialect],
        persona=_PERSONAS[prospect.persona],
        end=END,
    )


def _more(prospect: Prospect) -> str:
    lines = [f"En algún momento pregunta, una sola vez: «{question}»" for question in prospect.asks]
    if prospect.changes_to:
        changed = f", con estas palabras: «{prospect.changed}»" if prospect.changed else ""
        lines.append(
            f"Cuando te hayan ofrecido un horario, cambia de idea una vez{changed}. "
            f"Desde entonces solo te viene bien: {_window(prospect.changes_to)}."
        )
    return "".join(f"{line}\n" for line in lines)


def _window(window: Window) -> str:
    days = " o ".join(full_date(day) for day in window.days)
    if window.begin == window.end:
        return f"{days} a las {window.begin:%H:%M}"
    if (window.begin, window.end) == (time(0), time(23, 59)):
        return f"{days} a cualquier hora"
    return f"{days}, empezando entre las {window.begin:%H:%M} y las {window.end:%H:%M}"
