"""Who writes to the agent: a script, a prospect simulated by rules, or one played by a model."""

from evals.customers.base import Customer

__all__ = ["Customer"]
