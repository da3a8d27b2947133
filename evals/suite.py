"""Runs cases against a subject: as a pydantic-evals experiment, each case in a worker process of its own.

A conversation with the offline model is work for the processor, so cases share the cores; and what is broken
on purpose in a worker is whole here.
"""

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from logfire.propagate import ContextCarrier, attach_context, get_context
from pydantic_evals import Case as EvalCase
from pydantic_evals import Dataset
from pydantic_evals.evaluators import Evaluator
from pydantic_evals.reporting import EvaluationReport, ReportCase, ReportCaseFailure

from citas.agent.provider import ProviderAccess, open_model
from citas.settings import OFFLINE
from evals.case import Case
from evals.customers import played_by, simulated
from evals.evaluators import GATES, evaluators
from evals.mutations import MUTATIONS
from evals.play import Subject, play
from evals.results import Check, Run
from evals.sqlite import run_in_the_loops_thread
from evals.stage import empty_database
from evals.traces import trace_for_listeners
from evals.transcript import Transcript

Meta = Mapping[str, str]
CASE_SECONDS = 900.0
"""After so long a case is given up: a slow local model needs minutes, an offline one a second."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How cases are run. `customers` names the model that plays the prospects, if rules are not to;
    `mutation` is what is broken on purpose; `judge` gives grades beside the checks."""

    subject: Subject
    repeats: int = 1
    concurrency: int = 2
    customers: str | None = None
    mutation: str | None = None
    judge: Evaluator[Case, Transcript, Meta] | None = None
    progress: bool = False
    name: str = "citas"
    metadata: Mapping[str, Any] | None = None

    def times(self, case: Case) -> int:
        """How often a case is played. A script before a model made of rules is the same conversation each
        time, so once tells all."""
        same = case.prospect is None and (self.subject.model == OFFLINE or bool(case.model))
        return 1 if same else self.repeats


async def run_cases(cases: Sequence[Case], plan: Plan) -> tuple[Run, ...]:
    """Every case as often as the plan says, played and judged; in the order of the cases."""
    dataset: Dataset[Case, Transcript, Meta] = Dataset(
        name="citas",
        cases=[
            EvalCase(name=f"{case.name} {number}/{times}", inputs=case, metadata=_meta(case, number))
            for case in cases
            for times in (plan.times(case),)
            for number in range(1, times + 1)
        ],
        evaluators=[*evaluators(), *([plan.judge] if plan.judge else [])],
    )
    # Workers are forked from a process that has loaded everything and runs nothing else.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(plan.concurrency, context, initializer=_prepare) as pool:
        loop, begun = asyncio.get_running_loop(), Counter[str]()

        async def task(case: Case) -> Transcript:
            begun[case.name] += 1
            work = partial(_play, case, plan.subject, begun[case.name], plan.customers, plan.mutation)
            return await loop.run_in_executor(pool, work, get_context())

        report = await dataset.evaluate(
            task,
            name=plan.name,
            max_concurrency=plan.concurrency,
            progress=plan.progress,
            metadata=dict(plan.metadata or {}),
        )
    return _runs(cases, report)


def _prepare() -> None:
    """A worker says nothing by itself; with a token, or an OTLP endpoint, its spans join the experiment's."""
    run_in_the_loops_thread()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    trace_for_listeners()


def _play(
    case: Case,
    subject: Subject,
    seed: int,
    customers: str | None,
    mutation: str | None,
    carrier: ContextCarrier,
) -> Transcript:
    broken: AbstractContextManager[object] = MUTATIONS[mutation].applied() if mutation else nullcontext()
    database = empty_database()
    with attach_context(carrier), broken:
        return asyncio.run(asyncio.wait_for(_played(case, subject, seed, customers, database), CASE_SECONDS))


async def _played(
    case: Case, subject: Subject, seed: int, customers: str | None, database: bytes
) -> Transcript:
    if customers is None or case.prospect is None:
        return await play(case, subject, simulated, seed, database)
    access = ProviderAccess(customers, subject.api_key, subject.base_url, subject.timeout)
    async with open_model(access) as model:
        return await play(case, subject, played_by(model, subject.timeout), seed, database)


def _meta(case: Case, number: int) -> Meta:
    return {"case": case.name, "category": case.category, "dialect": case.dialect, "run": str(number)}


def _runs(cases: Sequence[Case], report: EvaluationReport[Case, Transcript, Meta]) -> tuple[Run, ...]:
    order = {case.name: at for at, case in enumerate(cases)}
    runs = [_judged(found) for found in report.cases] + [_failed(found) for found in report.failures]
    return tuple(sorted(runs, key=lambda run: (order[run.case], run.number)))


def _judged(found: ReportCase[Case, Transcript, Meta]) -> Run:
    checks = tuple(
        Check(name, result.value, result.reason or "", name in GATES)
        for name, result in found.assertions.items()
    )
    scores = {name: float(result.value) for name, result in found.scores.items()}
    broken = "; ".join(f"{f.name}: {f.error_message}" for f in found.evaluator_failures)
    return replace(
        _begun(found.inputs, found.metadata),
        checks=checks,
        scores=scores,
        transcript=found.output,
        error=f"could not be judged: {broken}" if broken else "",
    )


def _failed(found: ReportCaseFailure[Case, Transcript, Meta]) -> Run:
    return replace(_begun(found.inputs, found.metadata), error=f"could not be played: {found.error_message}")


def _begun(case: Case, meta: Meta | None) -> Run:
    number = int((meta or {})["run"])
    simulated = case.prospect is not None
    return Run(case.name, case.category, number, case.dialect, case.about, case.gap, simulated=simulated)
