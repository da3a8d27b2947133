"""What every simulated customer is: somebody who reads a reply and writes the next message, or leaves."""

from typing import Protocol


class Customer(Protocol):
    """One prospect of one conversation."""

    @property
    def unfair(self) -> str:
        """What they did against their own rules, if anything: then the agent is not to blame."""
        ...

    async def writes(self, reply: str | None) -> str | None:
        """Their next message after `reply` (None: they open); None when they are done or have had enough."""
        ...
