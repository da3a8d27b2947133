"""What all evaluators share: a case, its transcript, and a reason for every no."""

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from evals.case import Case
from evals.transcript import Transcript

REASONS_SHOWN = 3


@dataclass
class CaseEvaluator(Evaluator[Case, Transcript, Mapping[str, str]]):
    """Looks for what is wrong with a conversation; what is not looked for in a case is not there."""

    @abstractmethod
    def problems(self, case: Case, found: Transcript) -> Iterable[str] | None:
        """What is wrong, in words; None if the case is not about this."""

    def get_default_evaluation_name(self) -> str:
        """`no_leak` for `NoLeak`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def evaluate(
        self, ctx: EvaluatorContext[Case, Transcript, Mapping[str, str]]
    ) -> EvaluationReason | Mapping[str, EvaluationReason | float]:
        """As pydantic-evals wants it: a yes, or a no with reasons."""
        problems = self.problems(ctx.inputs, ctx.output)
        if problems is None:
            return {}
        told = list(dict.fromkeys(problems))
        more = len(told) - REASONS_SHOWN
        shown = "; ".join(told[:REASONS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        return EvaluationReason(not told, shown or None)
