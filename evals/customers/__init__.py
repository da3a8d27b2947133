"""Who writes to the agent: a script, a prospect simulated by rules, or one played by a model."""

from evals.customers.base import Customer
from evals.customers.played import PlayedProspect, played_by
from evals.customers.simulated import SimulatedProspect, simulated

__all__ = ["Customer", "PlayedProspect", "SimulatedProspect", "played_by", "simulated"]
