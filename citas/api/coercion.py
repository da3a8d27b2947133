"""How values of the gateway's JSON are read: strictly for identities, leniently for options. Pure.

Go sends a number as an integer, as a float such as ``5.1e12``, or as text; that much is understood
everywhere. An option that makes no sense is replaced by its default, never refused:

===========================================  =======================================================
field                                        what is understood; anything else becomes the default
===========================================  =======================================================
``usuario_id``, ``id_chatbot``               a whole number from 1 to 2^53-1
``duracion_cita_minutos``                    a whole number ≥ 1, moved into 5..480
``slots``                                    a whole number ≥ 1, moved into 1..1440
``agendar_usuario``, ``agendar_sucursal``    1/0, true/false, "si"/"no", "yes"/"no", "on"/"off"
``correo_usuario``                           one e-mail address of at most 254 characters
``personalidad``                             text, cleaned, on one line, cut at 300 characters
``nombre_bot``                               text, cleaned, on one line, cut at 60 characters
``frase_saludo``, ``frase_des``,             text, cleaned, cut at 300 characters
``frase_no_sabe``
``archivo_saludo``                           an http(s) URL of at most 2048 characters
===========================================  =======================================================

Whole numbers of options may carry spaces and zero decimals (``" 60 "``, ``"60.00"``). ``null`` and
``""`` mean "not sent". Unknown keys are ignored.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from citas.api.text import clean, one_line, shorten

MAX_ID = 2**53 - 1
"""The largest whole number that survives a trip through a float."""

_DIGITS = re.compile(r"[0-9]{1,20}")
_LENIENT_WHOLE = re.compile(r"\s*([0-9]{1,20})(?:\.0{1,20})?\s*")
_EMAIL = re.compile(r"[^@\s\"'<>,;:\\]{1,64}@[^@\s\"'<>,;:\\.]+(?:\.[^@\s\"'<>,;:\\.]+)+")
_FLAGS: Mapping[object, int] = {
    **dict.fromkeys((1, "1", "true", "si", "sí", "yes", "on"), 1),
    **dict.fromkeys((0, "0", "false", "no", "off"), 0),
}

Reader = Callable[[object], object | None]
"""Reads one option; None when the value cannot be understood."""


def read_id(value: object) -> int:
    """An int, a whole float or ASCII digits, from 1 to `MAX_ID`. Raises `ValueError`."""
    number = _whole(value, _DIGITS)
    if number is None or not 1 <= number <= MAX_ID:
        raise ValueError("must be a whole number from 1 to 2^53-1, as a number or as digits")
    return number


def coerce_options(config: Mapping[object, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """The options of `config` that could be read, and the names of those that could not."""
    values: dict[str, object] = {}
    defaulted: list[str] = []
    for name, read in _READERS.items():
        raw = config.get(name)
        if raw is None or raw == "":
            continue
        value = read(raw)
        if value is None:
            defaulted.append(name)
        else:
            values[name] = value
    return values, tuple(defaulted)


def _whole(value: object, digits: re.Pattern[str]) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and digits.fullmatch(value):
        return int(value.partition(".")[0])
    return None


def _optional_id(value: object) -> int | None:
    number = _whole(value, _LENIENT_WHOLE)
    return number if number is not None and 1 <= number <= MAX_ID else None


def _amount(low: int, high: int) -> Reader:
    def read(value: object) -> int | None:
        number = _whole(value, _LENIENT_WHOLE)
        return None if number is None or number < 1 else min(max(number, low), high)

    return read


def _flag(value: object) -> int | None:
    if isinstance(value, str):
        return _FLAGS.get(value.strip().casefold())
    return _FLAGS.get(value) if isinstance(value, int | float) else None


def _text(limit: int, tidy: Callable[[str], str]) -> Reader:
    def read(value: object) -> str | None:
        if not isinstance(value, str):
            return None
        return shorten(tidy(value).strip(), limit) or None

    return read


def _email(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > 254:
        return None
    address = value.strip()
    return address if clean(address) == address and _EMAIL.fullmatch(address) else None


def _web_url(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > 2048:
        return None
    url = value.strip()
    if clean(url) != url or len(url.split()) != 1:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


_READERS: Mapping[str, Reader] = {
    "usuario_id": _optional_id,
    "correo_usuario": _email,
    "personalidad": _text(300, one_line),
    "duracion_cita_minutos": _amount(5, 480),
    "slots": _amount(1, 1440),
    "agendar_usuario": _flag,
    "agendar_sucursal": _flag,
    "nombre_bot": _text(60, one_line),
    "frase_saludo": _text(300, clean),
    "frase_des": _text(300, clean),
    "frase_no_sabe": _text(300, clean),
    "archivo_saludo": _web_url,
    "id_chatbot": _optional_id,
}
