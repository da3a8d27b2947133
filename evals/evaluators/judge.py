"""A model that grades what rules cannot see: tone and helpfulness. It gives marks and fails nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext
from pydantic_evals.evaluators.llm_as_a_judge import judge_output

from citas.agent.provider import ProviderAccess, open_model
from evals.case import Case
from evals.play import Subject
from evals.transcript import Transcript

_OF = "Of this WhatsApp conversation in Spanish between a customer and a company's appointment assistant: "
RUBRICS = {
    "tone": _OF
    + "the assistant is warm, brief and natural, never pushy, and speaks as a person of the customer's "
    "country would understand. Give a score from 0 to 1.",
    "helpfulness": _OF
    + "the assistant answers what is asked, asks one thing at a time, never for what it was told, and leads "
    "to the appointment. Give a score from 0 to 1.",
}


@dataclass
class Judge(Evaluator[Case, Transcript, Mapping[str, str]]):
    """Asks `model` for a mark under each rubric, over the access that `subject` has."""

    model: str
    subject: Subject

    async def evaluate(
        self, ctx: EvaluatorContext[Case, Transcript, Mapping[str, str]]
    ) -> Mapping[str, EvaluationReason]:
        """Marks from 0 to 1, with the judge's reasons."""
        access = ProviderAccess(self.model, self.subject.api_key, self.subject.base_url, self.subject.timeout)
        async with open_model(access) as model:
            marks = {
                name: await judge_output(told(ctx.output), rubric, model) for name, rubric in RUBRICS.items()
            }
        return {
            name: EvaluationReason(min(1.0, max(0.0, float(mark.score))), mark.reason)
            for name, mark in marks.items()
        }


def told(found: Transcript) -> str:
    """The conversation as text."""
    return "\n".join(f"Cliente: {e.text}\nAsistente: {e.reply}" for e in found.exchanges)
