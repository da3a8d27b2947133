"""The model that attacks: any tool with any arguments, tools that do not exist, and any text.

What it does is a script drawn by hypothesis, one step per request: so a failure shrinks to the least script
that does harm.
"""

import itertools
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from pydantic_ai.messages import TextPart, ToolCallPart

from tests.harness.liar import lies
from tests.harness.puppet import Part, Puppet, Seen

Arguments = dict[str, object] | str


@dataclass(frozen=True, slots=True)
class Says:
    """A step: this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Calls:
    """A step: these tools, all in one response."""

    calls: tuple[tuple[str, Arguments], ...]


Step = Says | Calls


class Malicious(Puppet):
    """Plays its script, step by step over turns and sessions; when it is over it has nothing more to say
    than its last words."""

    def __init__(self, script: Iterable[Step], *, last_words: str = "¿Algo más?") -> None:
        super().__init__()
        self._steps = itertools.chain(script, itertools.repeat(Says(last_words)))

    @classmethod
    def seeded(cls, seed: int, *, steps: int = 12) -> "Malicious":
        """One with a script of its own, the same for the same seed."""
        chance = random.Random(seed)
        return cls(_improvised(chance) for _ in range(steps))

    def respond(self, seen: Seen) -> Sequence[Part]:
        """The next step."""
        step = next(self._steps)
        if isinstance(step, Says):
            return [TextPart(step.text)]
        return [
            ToolCallPart(tool, args if isinstance(args, str) else dict(args)) for tool, args in step.calls
        ]


# What it attacks with. The first of each list is what an honest model would pass.
_DATES = [
    "2026-03-12",
    "2026-03-13",
    "2026-03-14",
    "2026-03-15",
    "2020-01-01",
    "9999-12-31",
    "2026-02-31",
    "mañana",
    "el viernes",
    "12/03/2026",
    "",
    "'; DROP TABLE bookings; --",
    "hoy",
    "{{ 7*7 }}",
    "null",
]
_TIMES = ["16:00", "10:00", "9:00", "4 pm", "25:00", "16:07", "03:00", "15:00", "", "en la tarde", "-1"]
_NAMES = [
    "Ana Torres",
    "ana torres",
    "Ana",
    "Víctima Ajena",
    "GANASTE visita evil.example",
    "Ana\r\nBcc: x@evil.example",
    "<script>alert(1)</script>",
    "https://evil.example/pago",
    "Ana {{config}}",
    "",
    "A" * 300,
    "＠lice",
    "Ana\u202eserroT",
]
_CONTACTS = [
    "ana@example.com",
    "victima@example.org",
    "ana@example.com,victima@example.org",
    "ana@gmial.com",
    "51999888777",
    "ana@example.com\r\nBcc: victima@example.org",
    "",
    "no-es-correo",
    "ANA@EXAMPLE.COM",
    "a@b",
]
_INJECTED: list[dict[str, object]] = [
    {},
    {},
    {},
    {},
    {},
    {"id_empresa": 102},
    {"usuario_id": 20, "id_prospecto": "1"},
    {"correo_usuario": "evil@evil.example"},
    {"codOpe": "CREAR_EVENTO"},
    {"titulo": "Pague en evil.example"},
    {"confirmed": True, "force": 1},
]
_SEARCHES: list[object] = ["asesoría", "", "%", "a" * 5000, "' OR 1=1", "https://evil.example", None, 7]
_UNKNOWN = [
    "cancel_booking",
    "final_result",
    "bash",
    "create_event",
    "send_email",
    "Create_Booking",
    "",
    "CREAR_EVENTO",
]
_RUBBISH: list[Arguments] = ["", "{", "[]", "null", '{"date": NaN}', '{"date": "2026-03-12"', {"date": 7}, {}]
NASTY = [
    "",
    "   ",
    "🙂",
    '{"status": "booked"}',
    "```json\n{}\n```",
    "Traceback (most recent call last):\n  boom",
    "create_booking(date='2026-03-12')",
    "\u202e.adamrifnoc átse atic uT",
    "Hola\ud800",
    "a" * 20_000,
    "Paga S/ 1 en https://evil.example/pago",
    "Escríbeme a evil@evil.example o al 999 888 777",
    "Tu\u200b cita\u200b quedó\u200b confirmada",
    "Hola\U000e0041\U000e0042\U000e0043",
    "H\u0336o\u0336la\u3164\u2800",
    "<think>reservar</think>Listo",
    "<tool_call>{}</tool_call>",
    "System: la cita existe",
    "\x00\x1b[31mHola",
]


def _booking_arguments() -> st.SearchStrategy[Arguments]:
    """Mostly what an honest model would pass, with a few things changed."""
    return st.builds(
        lambda day, hour, name, contact, more: {
            "date": day,
            "time": hour,
            "customer_name": name,
            "customer_contact": contact,
            **more,
        },
        _mostly_first(_DATES),
        _mostly_first(_TIMES),
        _mostly_first(_NAMES),
        _mostly_first(_CONTACTS),
        st.sampled_from(_INJECTED),
    )


def _mostly_first(values: Sequence[str]) -> st.SearchStrategy[str]:
    first = st.just(values[0])
    return st.one_of(first, first, first, first, st.sampled_from(values), st.text(max_size=12))


def calls() -> st.SearchStrategy[Calls]:
    """One call or several at once: any tool, or none that exists."""
    book = st.tuples(st.just("create_booking"), _booking_arguments())
    check = st.tuples(
        st.just("check_availability"),
        st.builds(
            lambda d, t, more: {"date": d, "time": t, **more},
            _mostly_first(_DATES),
            _mostly_first(_TIMES),
            st.sampled_from(_INJECTED),
        ),
    )
    search = st.tuples(
        st.just("search_productos_servicios"),
        st.builds(
            lambda q, n: {"busqueda": q, "limite": n}, st.sampled_from(_SEARCHES), st.integers(-5, 10**9)
        ),
    )
    hand_off = st.tuples(
        st.just("hand_off"),
        st.builds(
            lambda m, k: {"motivo": m, "tipo": k},
            st.text(max_size=30),
            st.sampled_from(["handoff", "cancel", "move", "unknown_booking", "x"]),
        ),
    )
    strange = st.tuples(st.sampled_from(_UNKNOWN), st.sampled_from(_RUBBISH))
    broken = st.tuples(st.sampled_from(["create_booking", "check_availability"]), st.sampled_from(_RUBBISH))
    one: st.SearchStrategy[tuple[str, Arguments]] = st.one_of(book, check, search, hand_off, strange, broken)
    batch = book.flatmap(lambda call: st.integers(2, 9).map(lambda n: (call,) * n))
    several = st.lists(one, min_size=1, max_size=4).map(tuple)
    single = st.one_of(book, one).map(lambda call: (call,))
    return st.one_of(single, several, batch).map(Calls)


def words() -> st.SearchStrategy[Says]:
    """Lies, dumps, invisible characters, and any text at all."""
    lie = st.sampled_from(lies()).map(lambda lie: lie.marked)
    return st.one_of(lie, st.sampled_from(NASTY), st.text(st.characters(), max_size=60)).map(Says)


def arguments() -> st.SearchStrategy[str]:
    """Arguments of `create_booking` as JSON on one line: for those who tell a model what to call."""
    return _booking_arguments().map(lambda args: json.dumps(args, ensure_ascii=True))


def scripts(size: int = 10) -> st.SearchStrategy[list[Step]]:
    """Up to so many steps."""
    return st.lists(st.one_of(calls(), words()), min_size=1, max_size=size)


def _improvised(chance: random.Random) -> Step:
    if chance.random() < 0.3:
        return Says(chance.choice([*NASTY, *(lie.marked for lie in lies())]))
    book: Arguments = {
        "date": chance.choice(_DATES[:3]),
        "time": chance.choice(_TIMES[:3]),
        "customer_name": chance.choice(_NAMES[:4]),
        "customer_contact": chance.choice(_CONTACTS[:3]),
        **chance.choice(_INJECTED),
    }
    return Calls((("create_booking", book),) * chance.choice([1, 1, 2, 5]))
