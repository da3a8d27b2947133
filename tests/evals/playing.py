"""What the tests that play cases share: cases made up or kept, and what two plays have in common."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from evals.case import Case, load_cases
from evals.customers import simulated
from evals.evaluators import evaluators
from evals.play import Subject, play
from evals.stage import empty_database
from evals.transcript import Transcript

ANA = "soy Ana Ejemplo, ana.ejemplo@example.com, quiero una cita mañana a las 4pm"
SLOT = "jueves 12 de marzo a las 4:00 p. m."
_BY_CHANCE = re.compile(r"AC-[A-Z0-9]{4}|meet\.google\.com/[a-z-]+")


def made(*script: object, **fields: object) -> Case:
    """A case with this script."""
    return Case.model_validate({"name": "made-up", "script": script} | fields)


@cache
def _cases() -> Mapping[str, Case]:
    return {case.name: case for case in load_cases()}


def kept(name: str) -> Case:
    """The case of that name in evals/cases. Raises `KeyError`."""
    return _cases()[name]


async def played(*script: object, **fields: object) -> Transcript:
    """The transcript of a script before the offline model. `empty_database` must have been made before."""
    return await play(made(*script, **fields), Subject(), simulated, database=empty_database())


def comparable(found: Transcript) -> str:
    """All of a transcript but what differs each time: codes, links and how long it took."""
    timeless = replace(found, exchanges=tuple(replace(e, seconds=0.0) for e in found.exchanges))
    return _BY_CHANCE.sub("***", repr(timeless))


def problems(case: Case, found: Transcript) -> Sequence[str]:
    """What any evaluator has against it, each with the evaluator's name."""
    return [
        f"{evaluator.get_default_evaluation_name()}: {problem}"
        for evaluator in evaluators()
        for problem in evaluator.problems(case, found) or ()
    ]
