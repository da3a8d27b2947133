"""How a conversation went: what it asked again, what it took, what it looked like."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic_evals.evaluators import EvaluationReason, EvaluatorContext

from evals import reading
from evals.case import MAIN, Case
from evals.evaluators.base import CaseEvaluator
from evals.transcript import Exchange, Transcript

LONGEST = 1200
"""Characters that a message on a phone may have before nobody reads it."""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\barroba\b", re.IGNORECASE)
_ASKS_NAME = re.compile(
    r"¿[^?]*\bnombre\b[^?]*\?|\b(?:dime|indicame|necesito|enviame|comparteme) tu nombre\b"
)
_ASKS_EMAIL = re.compile(
    r"¿[^?]*\b(?:correo|e-?mail|mail)\b[^?]*\?"
    r"|\b(?:dime|indicame|necesito|enviame|comparteme) tu (?:correo|e-?mail)\b"
)
_NOT_WHATSAPP = {
    "a heading": re.compile(r"^#{1,6} ", re.MULTILINE),
    "Markdown's bold": re.compile(r"\*\*|__"),
    "a Markdown link": re.compile(r"\[[^\]]+\]\([^)]+\)"),
    "a table": re.compile(r"^\s*\|.*\|\s*$", re.MULTILINE),
    "an HTML tag": re.compile(r"</?[a-z][a-z0-9]*[^<>\n]*>", re.IGNORECASE),
    "a fenced block": re.compile(r"```"),
    "a template's mark": re.compile(r"\{\{|\}\}|\{%|\$\{"),
    "JSON": re.compile(r"\{\s*\"\w+\"\s*:"),
}


@dataclass
class NothingAskedAgain(CaseEvaluator):
    """Nothing is asked for that was told before."""

    def problems(self, case: Case, found: Transcript) -> Iterable[str]:
        """The questions, once they are more than the case allows."""
        asked = [question for _, exchanges in found.customers() for question in asked_again(case, exchanges)]
        return asked if len(asked) > case.bounds.asked_again else ()


@dataclass
class Effort(CaseEvaluator):
    """It took no more messages and tool calls than the case allows."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """What was over its bound."""
        turns, calls = turns_of(found.of(MAIN)), sum(len(e.tools) for e in found.exchanges)
        if case.bounds.turns is not None and turns > case.bounds.turns:
            yield f"{turns} messages, not {case.bounds.turns}"
        if case.bounds.tool_calls is not None and calls > case.bounds.tool_calls:
            yield f"{calls} tool calls, not {case.bounds.tool_calls}"


@dataclass
class Format(CaseEvaluator):
    """What is sent is fit for WhatsApp: its own formatting only, and short."""

    def problems(self, case: Case, found: Transcript) -> Iterator[str]:
        """What a phone would show oddly."""
        for exchange in found.exchanges:
            for what, pattern in _NOT_WHATSAPP.items():
                if pattern.search(exchange.reply):
                    yield f"{what}: {exchange.reply!r}"
            if len(exchange.reply) > LONGEST:
                yield f"{len(exchange.reply)} characters: {exchange.reply[:80]!r}…"


@dataclass
class Figures(CaseEvaluator):
    """The numbers of a conversation, for whoever compares two: nothing is passed or failed by them."""

    def problems(self, case: Case, found: Transcript) -> None:
        """None: this one only counts."""

    def evaluate(
        self, ctx: EvaluatorContext[Case, Transcript, Mapping[str, str]]
    ) -> Mapping[str, EvaluationReason | float]:
        """Turns until the booking, tool calls, repeated questions, seconds, tokens and dollars."""
        case, found = ctx.inputs, ctx.output
        booked = bool(found.events_of(MAIN))
        figures = {
            "tool_calls": float(sum(len(e.tools) for e in found.exchanges)),
            "asked_again": float(sum(1 for _, es in found.customers() for _ in asked_again(case, es))),
            "latency": max((e.seconds for e in found.exchanges), default=0.0),
        }
        if booked:
            figures["turns"] = float(turns_of(found.of(MAIN)))
        if found.usage.requests:
            figures["input_tokens"] = float(found.usage.input_tokens)
            figures["output_tokens"] = float(found.usage.output_tokens)
        if found.usage.cost is not None:
            figures["cost"] = found.usage.cost
        return dict(figures)


def turns_of(exchanges: tuple[Exchange, ...]) -> int:
    """The messages that a customer wrote until they read of their booking, or to the end."""
    mine = [e for e in exchanges if not e.again]
    for number, exchange in enumerate(mine, start=1):
        if exchange.outcome == "booked":
            return number
    return len(mine)


def asked_again(case: Case, exchanges: tuple[Exchange, ...]) -> Iterator[str]:
    """Each question for a name or an address that the customer had written before it."""
    names = {e.name for e in case.expect.events if e.name} | (
        {case.prospect.name} if case.prospect else set()
    )
    told_name = told_email = False
    for exchange in exchanges:
        text, reply = reading.folded(exchange.text), reading.folded(exchange.reply)
        told_name = told_name or any(reading.folded(name) in text for name in names)
        told_email = told_email or bool(_EMAIL.search(exchange.text))
        if told_name and _ASKS_NAME.search(reply):
            yield f"asked for the name again: {exchange.reply!r}"
        if told_email and _ASKS_EMAIL.search(reply) and "@" not in reply:
            yield f"asked for the address again: {exchange.reply!r}"
