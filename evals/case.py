"""A case: what a customer writes, what goes wrong meanwhile, and what must have come of it.

One YAML entry under `evals/cases/`; the file's name is the category. Times are the companies' local time.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from citas.sandbox.faults import ANY, OPERATIONS, Fault
from citas.store.model import RequestKind

LIMA = ZoneInfo("America/Lima")
WEDNESDAY = datetime(2026, 3, 11, 10, 15, tzinfo=LIMA)
CASES = Path(__file__).parent / "cases"
SCHEMA = CASES / "schema.json"
MAIN = "main"
"""The customer who is not named."""
ANYONE = "anyone"
"""Whoever it was: of a race nobody can say who wins."""

Dialect = Literal["pe", "mx", "co", "ar", "cl", "es"]
Persona = Literal["brief", "hurried", "chatty", "undecided", "distrustful", "messy"]
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class InvalidCase(ValueError):
    """A file of cases that cannot be used; says which entry, and why."""


def _span(value: object) -> object:
    """`5m`, `3h`, `2d`: what a person writes."""
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{1,4})([smhd])", value)):
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    raise ValueError("must be a number and s, m, h or d, such as 5m")


def _local(value: object) -> object:
    """A moment without an offset is the companies' local time."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=LIMA)
    raise ValueError("must be a local date and time such as 2026-03-12T16:00")


def _operation(value: str) -> str:
    if value == ANY or value in OPERATIONS:
        return value
    raise ValueError(f"no such operation; there are {', '.join(sorted(OPERATIONS))} and *")


_JSON_TEXT = {"type": "string"}
Span = Annotated[timedelta, BeforeValidator(_span), Field(json_schema_extra=_JSON_TEXT)]
Moment = Annotated[datetime, BeforeValidator(_local)]
OperationName = Annotated[str, BeforeValidator(_operation)]


def _sayable(value: str) -> str:
    """What is left of a text when it is compared must be something: `*` and blanks are in every reply."""
    if all(option.replace("*", "").strip() for option in value.split("|")):
        return value
    raise ValueError("compared without blanks and `*`, this is in every reply")


Texts = tuple[Annotated[str, AfterValidator(_sayable)], ...]


class Entry(BaseModel):
    """What all parts of a case have in common: values, and no word nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reply(Entry):
    """What the answer to one message must be like. Texts are compared without accents, case and `*`; `a | b`
    asks for either."""

    has: Texts = ()
    lacks: Texts = ()
    link: bool | None = Field(default=None, description="Whether `url` carries a meeting's link.")


class Say(Entry):
    """A message. With an `id`, the same id again is the same message delivered again."""

    say: str
    by: str = Field(default=MAIN, description="Who writes it, if not the main customer; see `customers`.")
    id: str | None = None
    reply: Reply = Reply()


class Together(Entry):
    """Messages that are all on their way before one is answered."""

    together: tuple[Say | str, ...]


class Wait(Entry):
    """Time passes."""

    wait: Span


class Restart(Entry):
    """The service stops and starts again on what it has stored."""

    restart: Literal[True]


class Break(Entry):
    """The next calls of an operation go wrong. `unreachable`: nobody listens."""

    fault: Fault | Literal["unreachable"]
    on: OperationName = ANY
    times: int | None = Field(default=1, description="null: until it is mended.")
    commits: bool | None = Field(default=None, description="Whether the operation acts all the same.")


class Mend(Entry):
    """Nothing goes wrong any more."""

    mend: Literal[True]


class Take(Entry):
    """Somebody else takes a slot."""

    take: Moment
    minutes: int = 60


Step = str | Say | Together | Wait | Restart | Break | Mend | Take


class ToolUse(Entry):
    """A tool call that a model makes."""

    tool: str
    arguments: dict[str, str | int] = Field(default_factory=dict)


class Slip(Entry):
    """What a wayward model does at the customer's n-th message: tool calls, then words.

    In `says`, `{today}` is the day that its instructions name. At other messages the offline model answers.
    """

    at: int = Field(ge=1)
    calls: tuple[ToolUse, ...] = ()
    says: str = ""


class Window(Entry):
    """The days and hours that suit a prospect."""

    days: tuple[date, ...]
    begin: time = time(0)
    end: time = time(23, 59)

    def suits(self, start: datetime) -> bool:
        """Whether an appointment may begin then."""
        return start.date() in self.days and self.begin <= start.time() <= self.end


class Prospect(Entry):
    """A customer with a goal who reacts to what is asked: see `evals.customers`."""

    name: str
    email: str
    wants: Window
    says: str = Field(description="How they put their wish, in their own words.")
    persona: Persona = "brief"
    opens_with: Literal["hello", "wish", "everything"] = "hello"
    asks: Texts = Field(default=(), description="What else they want to know, asked in between.")
    changes_to: Window | None = Field(default=None, description="What suits after a change of mind.")
    changed: str = Field(
        default="", description="How they put that change, once they have been offered a slot."
    )
    patience: int = Field(default=10, ge=1, le=30, description="Messages they write before they give up.")

    @property
    def suits(self) -> Window:
        """What suits them in the end."""
        return self.changes_to or self.wants


class Customer(Entry):
    """Somebody else who writes: to the same empresa unless another is named."""

    empresa: int | None = None
    session: int | None = None


class ExpectedEvent(Entry):
    """An event the calendar must hold. What is left out may be anything; by `anyone`: whoever was first."""

    start: Moment
    name: str | None = None
    email: str | None = None
    by: str = MAIN


class Expect(Entry):
    """How it must end: exactly these events, exactly these requests for people, no more in the ledger."""

    events: tuple[ExpectedEvent, ...] = ()
    requests: tuple[RequestKind, ...] = ()
    unknown: int = Field(default=0, description="Bookings of which nobody knows whether they were made.")
    says: Texts = Field(default=(), description="Each in at least one reply.")
    never: Texts = Field(default=(), description="In no reply.")
    withheld: bool | None = Field(default=None, description="Whether the guard must have stopped a reply.")


class Bounds(Entry):
    """What it may take."""

    turns: int | None = Field(
        default=None, description="Messages of a customer until the booking, or the end."
    )
    tool_calls: int | None = Field(default=None, description="In the whole conversation.")
    asked_again: int = Field(default=0, description="Questions for what was told already.")


class Case(Entry):
    """One conversation, or several that meet."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    about: str = Field(default="", description="What it is there for, if the name does not say it.")
    dialect: Dialect = "pe"
    now: Moment = WEDNESDAY
    empresa: int = 101
    config: dict[str, str | int] = Field(default_factory=dict, description="Of `context.config`.")
    settings: dict[str, str | int] = Field(default_factory=dict, description="Of the service.")
    careless: bool = Field(default=False, description="The calendar does not look for overlaps.")
    taken: tuple[Moment, ...] = ()
    faults: tuple[Break, ...] = ()
    customers: dict[str, Customer] = Field(default_factory=dict)
    script: tuple[Step, ...] = ()
    prospect: Prospect | None = None
    model: tuple[Slip, ...] = Field(
        (), description="A wayward model in the place of the one that is evaluated."
    )
    expect: Expect = Expect()
    bounds: Bounds = Bounds()
    gap: str = Field(
        default="", description="Why it is known to fail. It must be taken out once the case passes."
    )
    category: SkipJsonSchema[str] = ""  # the file's name

    @model_validator(mode="after")
    def _one_customer(self) -> Self:
        if bool(self.script) == bool(self.prospect):
            raise ValueError("needs either a script or a prospect")
        named = {s.by for s in self.messages} | {e.by for e in self.expect.events}
        if unknown := named - {MAIN, ANYONE, *self.customers}:
            raise ValueError(f"nobody is called {min(unknown)}: name them under `customers`")
        return self

    @property
    def messages(self) -> tuple[Say, ...]:
        """All that the script has anybody write, in order."""
        found: list[Say] = []
        for step in self.script:
            if isinstance(step, Together):
                found += [as_say(said) for said in step.together]
            elif isinstance(step, str | Say):
                found.append(as_say(step))
        return tuple(found)

    def empresa_of(self, customer: str) -> int:
        """The empresa that a customer writes to."""
        other = self.customers.get(customer)
        return other.empresa if other and other.empresa else self.empresa


class CaseFile(Entry):
    """A file of cases: one category."""

    about: str = ""
    cases: tuple[Case, ...]


def as_say(step: str | Say) -> Say:
    """A bare text is a message of the main customer."""
    return Say(say=step) if isinstance(step, str) else step


def load_cases(directory: Path = CASES) -> tuple[Case, ...]:
    """Every case of a directory, by category and in their order. Raises `InvalidCase`."""
    cases = tuple(case for file in sorted(directory.glob("*.yaml")) for case in _read(file))
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise InvalidCase(f"two cases are called {case.name}")
        seen.add(case.name)
    return cases


def schema() -> Mapping[str, object]:
    """The JSON schema of a file, for editors."""
    return CaseFile.model_json_schema()


_SAYS_LITTLE = frozenset({"string_type", "missing", "extra_forbidden", "model_type"})


class _Loader(yaml.SafeLoader):
    """YAML 1.2's few words: `no` and `on` are what people write, and 15:00 is no number of base sixty."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)$"), [*"n~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?\d+$"), list("-0123456789"))


def _read(file: Path) -> tuple[Case, ...]:
    try:
        found = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506  a SafeLoader
        read = CaseFile.model_validate(found)
    except yaml.YAMLError as error:
        raise InvalidCase(f"{file.name}: {error}") from error
    except ValidationError as error:
        raise InvalidCase(f"{file.name}: {_first(error)}") from None
    return tuple(case.model_copy(update={"category": file.stem}) for case in read.cases)


def _first(error: ValidationError) -> str:
    """The problem that says most: a step is tried as each kind of step, and is none of the others anyway."""
    found = error.errors(include_url=False)
    told = min(found, key=lambda problem: problem["type"] in _SAYS_LITTLE)
    return f"{'.'.join(map(str, told['loc']))}: {told['msg']}"
