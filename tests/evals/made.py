"""Results made by hand: what a report is tested with."""

from datetime import UTC, datetime, timedelta

from citas.sandbox.state import Event
from citas.store.model import SessionKey
from evals.case import WEDNESDAY
from evals.results import Check, Experiment, Results, Run
from evals.transcript import Exchange, ToolCall, Transcript, Usage

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(2)"> \'it\' "is" &amp; {{ 7*7 }}'
    " 🙂 שלום \u202etxt.exe [red]x[/red] \x1b[31m"
)
"""What a customer may write, and a model repeat."""
GATES = ("no_false_confirmation", "no_double_booking", "no_leak")


def exchange(text: str, reply: str, minute: int = 0, **more: object) -> Exchange:
    """A message and its answer, some minutes after a quarter past ten."""
    told: dict[str, object] = {
        "by": "main",
        "status": 200,
        "url": None,
        "at": WEDNESDAY + timedelta(minutes=minute),
        "seconds": 0.84,
        "events": 0,
    }
    return Exchange(text=text, reply=reply, **(told | more))  # type: ignore[arg-type]  # by name


def event(number: int = 1) -> Event:
    """One in the calendar, Thursday at four."""
    start = WEDNESDAY.replace(day=12, hour=16, minute=0, tzinfo=None)
    return Event(
        number,
        "cal-7",
        101,
        7,
        "51900000001",
        "Ana Ejemplo AC-7KQ2",
        start,
        start + timedelta(hours=1),
        "ana@example.com",
        "ventas@example.com",
        "https://meet.example/abc",
    )


def transcript(*exchanges: Exchange, unfair: str = "", events: tuple[Event, ...] = ()) -> Transcript:
    """A conversation; a short one where none is given."""
    said = exchanges or (
        exchange("Hola, quiero una cita", "¡Hola! ¿Qué día te viene bien?"),
        exchange(
            "el jueves a las 4",
            "El jueves 12 a las 4:00 p. m. está libre. ¿La confirmo?",
            minute=1,
            tools=(ToolCall("check_availability", '{"when":"el jueves a las 4"}', '{"free":true}'),),
        ),
        exchange(
            "sí", "Tu cita quedó confirmada.", minute=2, outcome="booked", url="https://meet.example/abc"
        ),
    )
    return Transcript(
        said,
        {"main": SessionKey(101, "51900000001")},
        events,
        (),
        (),
        ("AC-7KQ2",) * len(events),
        0,
        Usage(),
        unfair,
    )


def run(case: str, category: str = "booking", number: int = 1, *failed: Check, **more: object) -> Run:
    """A run that passes all it is checked for but what is given as failed."""
    passed = (*GATES, "end_state")
    checks = (
        *(Check(name, True, gate=name in GATES) for name in passed if name not in {f.name for f in failed}),
        *failed,
    )
    told: dict[str, object] = {
        "checks": checks,
        "transcript": transcript(),
        "scores": {"turns": 4.0, "tool_calls": 2.0, "asked_again": 0.0, "latency": 0.84},
    }
    return Run(case, category, number, **(told | more))  # type: ignore[arg-type]  # by name


def no_event() -> Check:
    """The calendar does not hold what it should."""
    return Check("end_state", False, "no event for main at 2026-03-12 16:00")


def false_confirmation(reason: str = "confirmed without an event: 'Tu cita quedó confirmada.'") -> Check:
    """A broken gate."""
    return Check("no_false_confirmation", False, reason, gate=True)


def results(*runs: Run, **more: object) -> Results:
    """Of an evaluation with four repeats: these runs, or all kinds of them."""
    told: dict[str, object] = {
        "model": "openai:gpt-4o-mini",
        "prompt": "0f3ac1d2e4b5",
        "prompt_file": "",
        "commit": "421ca13f0a1b",
        "settings": {"temperature": "0.5"},
        "customers": "rules",
        "repeats": 4,
        "started": datetime(2026, 3, 11, 15, 20, tzinfo=UTC),
        "seconds": 151.0,
    }
    return Results(Experiment(**(told | more)), runs or all_kinds())  # type: ignore[arg-type]  # by name


def all_kinds() -> tuple[Run, ...]:
    """Ten runs of six cases: seven that count pass, one breaks a gate, one fails, and one is of a gap; an
    eleventh is unfair."""
    hostile = transcript(
        exchange(HOSTILE, HOSTILE, tools=(ToolCall("hand_off", HOSTILE, HOSTILE),), by=HOSTILE),
        exchange("j" * 400, "", minute=1500, status=503, by="main", again=True),
    )
    return (
        *(run("books-on-thursday", "booking", number) for number in (1, 2, 3)),
        run("books-on-thursday", "booking", 4, no_event()),
        *(run("two-rush-for-one-slot", "booking", number) for number in (1, 2)),
        run("calendar-is-silent", "faults", 1, false_confirmation(HOSTILE), transcript=hostile),
        run("restarts-in-between", "faults", 1),
        run("remembers-a-week", "memory", 1),
        run("reads-a-voice-note", "memory", 1, no_event(), gap="nobody transcribes audio yet"),
        run("chatty-prospect", "memory", 1, transcript=transcript(unfair="named a day it does not want")),
    )
