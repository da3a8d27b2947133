"""The commands: `python -m evals` runs the suite, `python -m evals mutations` breaks the product first.

Exit code 0: the gates hold. 1: they do not. 2: it could not be run.
"""

import asyncio
import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from jinja2 import TemplateError
from rich.console import Console

from citas.agent.prompt import Prompt
from citas.agent.provider import ProviderAccess, open_model
from citas.errors import CitasError
from citas.settings import OFFLINE, load
from evals.case import Case, InvalidCase, load_cases, schema
from evals.evaluators.judge import Judge
from evals.experiment import describe
from evals.gates import reasons_against
from evals.mutations import MUTATIONS
from evals.play import Subject
from evals.report import print_report, write_html
from evals.report.mutations import caught_by, print_mutations
from evals.results import Results, UnreadableResults, load_results
from evals.suite import Plan, run_cases
from evals.traces import trace_for_listeners

OUT = Path("var/evals")
MIN_PASS_MODEL = 0.9

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    help="Conversations graded by the calendar they end in. Without a command it runs them.",
    pretty_exceptions_enable=False,
)


class By(StrEnum):
    """Who plays the prospects of the cases that have one."""

    RULES = "rules"
    MODEL = "model"


class Unusable(Exception):
    """What was asked for cannot be run; says why."""


Suites = Annotated[list[str] | None, typer.Option("--suite", "-s", help="Only these categories.")]
Names = Annotated[list[str] | None, typer.Option("--case", "-c", help="Only cases whose name has this.")]
AtOnce = Annotated[int, typer.Option(min=1, max=64, help="Conversations at once.")]
CORES = os.cpu_count() or 2


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    suite: Suites = None,
    case: Names = None,
    model: Annotated[str, typer.Option(help="`offline`, or a provider's: openai:gpt-4o-mini.")] = OFFLINE,
    base_url: Annotated[str | None, typer.Option(help="Of any OpenAI-compatible server.")] = None,
    timeout: Annotated[int, typer.Option(min=1, max=289, help="Seconds for one model request.")] = 60,
    prompt: Annotated[Path | None, typer.Option(help="A template in place of empresa.j2.")] = None,
    customers: Annotated[By, typer.Option(help="Who plays the prospects.")] = By.RULES,
    repeats: Annotated[int, typer.Option(min=1, max=64, help="Of whatever can differ.")] = 1,
    concurrency: AtOnce = CORES,
    judge: Annotated[str | None, typer.Option(help="A model that grades tone and helpfulness.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="Results to compare with.")] = None,
    out: Annotated[Path, typer.Option(help="Gets results.json and report.html.")] = OUT,
    min_pass: Annotated[float | None, typer.Option(min=0, max=1, help="Share that must pass.")] = None,
) -> None:
    """Run the suite, report, and say whether the gates hold."""
    if context.invoked_subcommand is not None:
        return
    cases = _chosen(suite, case)
    before = load_results(baseline) if baseline else None
    if customers is By.MODEL and model == OFFLINE:
        raise Unusable("a model has to play the customers: name it with --model")
    subject = _subject(model, base_url, timeout, prompt)
    if judge == OFFLINE:
        raise Unusable("the offline model goes by rules and has no taste: name another judge")
    _opened(subject)
    if judge:
        _opened(_subject(judge, base_url, timeout, None))
    _made(out)
    console = Console()
    plan = Plan(
        subject,
        repeats,
        concurrency,
        customers=model if customers is By.MODEL else None,
        judge=Judge(judge, subject) if judge else None,
        progress=console.is_terminal,
        name=f"citas {model}",
    )
    results = _run(cases, plan)
    results.save(out / "results.json")
    write_html(results, out / "report.html", before)
    print_report(results, console, before)
    console.print(f"\n{out / 'report.html'}  {out / 'results.json'}")
    least = min_pass if min_pass is not None else (1.0 if model == OFFLINE else MIN_PASS_MODEL)
    _end(tuple(reasons_against(results, min_pass=least, baseline=before)), console)


@app.command()
def mutations(
    name: Annotated[list[str] | None, typer.Argument(help="Only these.")] = None,
    suite: Suites = None,
    concurrency: AtOnce = CORES,
    watched: Annotated[bool, typer.Option(help="Only the cases that each names.")] = False,
    out: Annotated[Path, typer.Option(help="Gets mutations.json: all the cases that notice.")] = OUT,
) -> None:
    """Break the product on purpose, one way after the other, and show which cases notice."""
    _made(out)
    cases = _chosen(suite, None)
    chosen = [MUTATIONS[n] for n in _known(name, MUTATIONS)] if name else list(MUTATIONS.values())
    console = Console()
    caught: dict[str, Results] = {}
    for mutation in chosen:
        of_it = [c for c in cases if c.name in mutation.watch] if watched else cases
        if not of_it:
            raise Unusable(f"{mutation.name}: none of the cases that it names is among these")
        caught[mutation.name] = _run(of_it, Plan(Subject(), 1, concurrency, mutation=mutation.name))
        noticed = len(caught_by(caught[mutation.name]))
        console.print(f"{mutation.name}: noticed by {noticed} of {len(of_it)}", style="dim")
    print_mutations(chosen, caught, console)
    (out / "mutations.json").write_text(
        json.dumps({name: caught_by(results) for name, results in caught.items()}, indent=1)
    )
    broken = tuple(
        f"{m}: {run.case} {run.error}" for m, results in caught.items() for run in results.runs if run.error
    )
    missed = tuple(f"{m} was not noticed" for m, results in caught.items() if not caught_by(results))
    _end((*missed, *broken[:3]), console)


@app.command("list")
def list_cases(suite: Suites = None, case: Names = None) -> None:
    """Name the cases."""
    for chosen in _chosen(suite, case):
        typer.echo(f"{chosen.category}\t{chosen.name}\t{chosen.about}")


@app.command("schema")
def print_schema() -> None:
    """Print the JSON schema of a file of cases, for evals/cases/schema.json."""
    typer.echo(json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True))


@app.command("report")
def report(
    results: Annotated[Path, typer.Argument(help="A results.json.")],
    baseline: Annotated[Path | None, typer.Option(help="Results to compare with.")] = None,
    out: Annotated[Path | None, typer.Option(help="The page to write; beside the results.")] = None,
) -> None:
    """Show results again, or two side by side, without running anything."""
    found, before = load_results(results), load_results(baseline) if baseline else None
    page = out or results.with_name("report.html")
    _made(page.parent)
    write_html(found, page, before)
    print_report(found, Console(), before)
    typer.echo(f"\n{page}")


def _run(cases: Sequence[Case], plan: Plan) -> Results:
    trace_for_listeners()
    began = datetime.now(UTC)
    runs = asyncio.run(run_cases(cases, plan))
    return Results(describe(plan, cases, began), runs)


def _chosen(suites: list[str] | None, names: list[str] | None) -> tuple[Case, ...]:
    cases = load_cases()
    if suites:
        wanted = _known(suites, (case.category for case in cases))
        cases = tuple(case for case in cases if case.category in wanted)
    for name in names or ():
        if not any(name in case.name for case in cases):
            raise Unusable(f"no case is called like {name}; `python -m evals list` names them all")
    if names:
        cases = tuple(case for case in cases if any(name in case.name for name in names))
    if not cases:
        raise Unusable("no case is called like that; `python -m evals list` names them all")
    return cases


def _known(asked: list[str], known: Iterable[str]) -> list[str]:
    names = set(known)
    if unknown := sorted(set(asked) - names):
        raise Unusable(f"{unknown[0]} is not one of {', '.join(sorted(names))}")
    return asked


def _subject(model: str, base_url: str | None, timeout: int, prompt: Path | None) -> Subject:
    """What is to be evaluated. Raises `ConfigError` where the key is missing, `Unusable` without a prompt."""
    if prompt:
        _check_prompt(prompt)
    named = {"openai_base_url": base_url} if base_url else {}
    settings = load(openai_model=model, openai_timeout=timeout, chat_timeout=300, **named)
    return Subject(
        model,
        settings.openai_api_key.get_secret_value(),
        settings.openai_base_url,
        timeout,
        settings.openai_temperature,
        settings.max_tokens,
        prompt,
    )


def _opened(subject: Subject) -> None:
    """Open a provider's model once, and ask it nothing. Raises `ConfigError` where there is none such."""

    async def try_it() -> None:
        async with open_model(
            ProviderAccess(subject.model, subject.api_key, subject.base_url, subject.timeout)
        ):
            pass

    if subject.model != OFFLINE:
        asyncio.run(try_it())


def _check_prompt(file: Path) -> None:
    """Raises `Unusable` for a template that cannot be read, before anything is played."""
    try:
        Prompt(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unusable(f"{file}: is no UTF-8 text") from None
    except TemplateError as error:
        raise Unusable(f"{file}: is no template: {error}") from None


def _made(out: Path) -> Path:
    """The directory of the results, there before an evaluation is worth something."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"{out}: {error.strerror}") from None
    return out


def _end(reasons: Sequence[str], console: Console) -> None:
    for reason in reasons:
        console.print(f"✗ {reason}", style="bold red", markup=False)
    if reasons:
        raise typer.Exit(1)
    console.print("✓ the gates hold", style="bold green")


def cli() -> None:
    """The entry point: what cannot be run ends with one line."""
    try:
        app()
    except (CitasError, InvalidCase, UnreadableResults, Unusable) as error:
        typer.echo(f"evals: {error}", err=True)
        raise SystemExit(2) from None
