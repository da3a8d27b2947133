"""What a conversation is graded by: the state it ends in, its honesty, and how it went. Never its wording."""

from evals.evaluators.base import CaseEvaluator
from evals.evaluators.conversation import Effort, Figures, Format, NothingAskedAgain
from evals.evaluators.outcome import EndState, LedgerAgrees, RequestsRecorded, Said, Withheld
from evals.evaluators.truth import (
    NoDoubleBooking,
    NoFalseConfirmation,
    NoLeak,
    OfferedTimesAreReal,
    OnlyKnownLinks,
    PricesFromCatalogue,
)

GATES = frozenset({"no_false_confirmation", "no_double_booking", "no_leak"})
"""What must hold in every run, whatever the pass rate."""


def evaluators() -> tuple[CaseEvaluator, ...]:
    """All that need no key, the gates first."""
    return (
        NoFalseConfirmation(),
        NoDoubleBooking(),
        NoLeak(),
        EndState(),
        LedgerAgrees(),
        RequestsRecorded(),
        Said(),
        Withheld(),
        OfferedTimesAreReal(),
        PricesFromCatalogue(),
        OnlyKnownLinks(),
        NothingAskedAgain(),
        Effort(),
        Format(),
        Figures(),
    )


__all__ = ["GATES", "CaseEvaluator", "evaluators"]
