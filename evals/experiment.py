"""What is evaluated, told so that it can be done again: model, prompt, commit, settings."""

import hashlib
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from evals.case import Case
from evals.play import Subject
from evals.results import Experiment
from evals.suite import Plan

ROOT = Path(__file__).parent.parent
HASH_LETTERS = 12


def describe(plan: Plan, cases: Sequence[Case], began: datetime) -> Experiment:
    """The experiment that ends now."""
    subject = plan.subject
    return Experiment(
        model=subject.model,
        prompt=prompt_hash(subject),
        prompt_file=str(subject.prompt or ""),
        commit=commit(ROOT),
        settings=settings_of(plan) | {"cases": hashed(repr(cases))},
        customers=plan.customers or "rules",
        repeats=plan.repeats,
        started=began,
        seconds=(datetime.now(UTC) - began).total_seconds(),
    )


def prompt_hash(subject: Subject) -> str:
    """Of the company's template and the turn's, as they are."""
    ours = files("citas.agent").joinpath("prompts")
    company = subject.prompt or ours.joinpath("empresa.j2")
    return hashed(company.read_text("utf-8") + "\0" + ours.joinpath("turno.j2").read_text("utf-8"))


def settings_of(plan: Plan) -> dict[str, str]:
    """What else decides the outcome."""
    subject = plan.subject
    told = {
        "temperature": subject.temperature,
        "max_tokens": subject.max_tokens,
        "timeout": subject.timeout,
        "base_url": subject.base_url or "",
        "concurrency": plan.concurrency,
        "mutation": plan.mutation or "",
        "judge": getattr(plan.judge, "model", ""),
        "python": platform.python_version(),
        "pydantic_ai": version("pydantic-ai-slim"),
    }
    return {name: str(value) for name, value in told.items() if value != ""}


def commit(root: Path) -> str:
    """The commit of a checkout, with a + if files differ from it; nothing outside of one."""
    try:
        head = _git(root, "rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def hashed(text: str) -> str:
    """Short, and the same on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LETTERS]


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=True)  # noqa: S603, S607  fixed words
    return done.stdout.strip()
