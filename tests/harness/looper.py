"""The model that never comes to an end: there is always one more tool to call."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic_ai.messages import ToolCallPart

from tests.harness.puppet import Part, Puppet, Seen

BOOK: dict[str, object] = {
    "date": "2026-03-12",
    "time": "16:00",
    "customer_name": "Ana Torres",
    "customer_contact": "ana@example.com",
}
_CHECK: dict[str, object] = {"date": "2026-03-12", "time": "16:00"}


class Loops(StrEnum):
    """How it goes in circles."""

    SAME = "the same call"
    ALTERNATING = "two calls in turn"
    INVENTED = "a tool of another name each time"
    TWENTY_CHECKS = "twenty checks at once"
    TWENTY_BOOKINGS = "twenty bookings at once"
    BROKEN = "arguments that are no JSON"


class Looper(Puppet):
    """Calls tools for ever, in the given way."""

    def __init__(self, loops: Loops) -> None:
        super().__init__()
        self.loops = loops

    def respond(self, seen: Seen) -> Sequence[Part]:
        """The next calls; never a text."""
        match self.loops:
            case Loops.SAME:
                return [ToolCallPart("check_availability", dict(_CHECK))]
            case Loops.ALTERNATING:
                tool, arguments = [("check_availability", _CHECK), ("create_booking", BOOK)][seen.rounds % 2]
                return [ToolCallPart(tool, dict(arguments))]
            case Loops.INVENTED:
                return [ToolCallPart(f"herramienta_{self.asked}", {})]
            case Loops.TWENTY_CHECKS:
                return [ToolCallPart("check_availability", dict(_CHECK)) for _ in range(20)]
            case Loops.TWENTY_BOOKINGS:
                return [ToolCallPart("create_booking", dict(BOOK)) for _ in range(20)]
            case Loops.BROKEN:
                return [ToolCallPart("create_booking", '{"date": ')]
