"""The product, broken on purpose: what the suite must notice.

A mutation changes the code of the process that plays a case, while it plays it, and nothing on disk.
"""

from evals.mutations.base import Mutation
from evals.mutations.catalogue import MUTATIONS

__all__ = ["MUTATIONS", "Mutation"]
