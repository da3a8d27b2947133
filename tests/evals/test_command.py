"""`python -m evals`: what it writes, what it ends with, and that what cannot be run is said in one line."""

import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from evals import command
from evals.case import SCHEMA, Case, load_cases
from evals.experiment import ROOT, commit, prompt_hash, settings_of
from evals.play import Subject
from evals.results import Check, Results, load_results
from evals.suite import Plan
from tests.evals.playing import ANA, kept, made

SCRIPT, LIE = "dialogue-17-yes-delivered-twice", "confirms-without-booking"
FAILS = made(ANA, name="nobody-confirms", expect={"events": [{"start": "2026-03-12T16:00"}]})
PASSES = made("hola", name="says-hello", category="talk")


def process(directory: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m evals` as somebody would run it, elsewhere and with nothing else in the environment."""
    return subprocess.run(
        [sys.executable, "-m", "evals", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=directory,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "200"} | environment,
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command came to."""

    code: int
    out: str
    err: str


class Command:
    """The same in this process: the entry point with these words, in a directory of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def of(self, *cases: Case) -> None:
        """There are only these cases."""
        self._monkeypatch.setattr(command, "load_cases", lambda: cases)

    def __call__(self, *words: str) -> Ended:
        self._monkeypatch.setattr(sys, "argv", ["evals", *words])
        with pytest.raises(SystemExit) as ended:
            command.cli()
        told = self._capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code, told.out, told.err)


@pytest.fixture
def evals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command, where neither a `.env` nor a variable of ours is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    # What it sets up is the process's; a process of its own shows it.
    monkeypatch.setattr(command, "trace_for_listeners", lambda: None)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "OPENAI_TEMPERATURE", "MAX_TOKENS"):
        monkeypatch.delenv(name, raising=False)
    return Command(monkeypatch, capsys)


class Collector:
    """Takes what is sent: as the OTLP endpoint of traces, and as the proxy to everywhere else."""

    def __init__(self) -> None:
        collector = self
        self.asked: set[str] = set()
        self.received = b""

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                packed = self.headers.get("content-encoding") == "gzip"
                collector.received += gzip.decompress(body) if packed else body
                collector.asked.add(self.path)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def do_CONNECT(self) -> None:
                collector.asked.add(self.path)
                self.send_error(502)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as it is called there
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Listening."""
    made_here = Collector()
    with made_here.server:
        thread = threading.Thread(target=made_here.server.serve_forever)
        thread.start()
        yield made_here
        made_here.server.shutdown()
        thread.join()


def test_that_a_run_writes_its_results_and_a_page_and_tells_what_was_evaluated(
    tmp_path: Path, collector: Collector
) -> None:
    proxies = {"HTTPS_PROXY": collector.url, "NO_PROXY": "127.0.0.1"}
    words = ("--case", SCRIPT, "--out", "made/here", "--concurrency", "1")
    done = process(tmp_path, *words, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, **proxies)
    # Spans of the experiment, and of the worker within it; without a token they go nowhere else.
    assert collector.asked == {"/v1/traces", "/v1/metrics"}
    for part in (b"case: {case_name}", SCRIPT.encode(), b"invoke_agent"):
        assert part in collector.received

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "✓ the gates hold" in done.stdout
    out = tmp_path / "made" / "here"
    assert {file.name for file in out.iterdir()} == {"results.json", "report.html"}
    assert SCRIPT in (out / "report.html").read_text(encoding="utf-8")

    results = load_results(out / "results.json")
    (run,) = results.runs
    assert (run.case, run.passed, run.number) == (SCRIPT, True, 1)
    told = results.experiment
    assert (told.model, told.customers, told.repeats, told.prompt_file) == ("offline", "rules", 1, "")
    assert told.prompt == prompt_hash(Subject())
    assert re.fullmatch(r"([0-9a-f]{12}\+?)?", told.commit)
    assert told.commit.rstrip("+") == commit(ROOT).rstrip("+")
    assert told.settings["temperature"] == "0.5"
    assert told.settings["concurrency"] == "1"
    assert told.seconds > 0


def test_that_a_missing_key_ends_the_process_with_one_line(tmp_path: Path) -> None:
    done = process(tmp_path, "--model", "openai:gpt-4o-mini")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("evals: OPENAI_API_KEY: not set.")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--suite", "nothing"], "nothing is not one of delivery, talk\n"),
        (["--case", "nothing"], "no case is called like nothing; `python -m evals list` names them all\n"),
        (["--suite", "talk", "--case", SCRIPT], f"no case is called like {SCRIPT};"),
        (["--case", SCRIPT, "--case", "nothing"], "no case is called like nothing;"),
        (["--judge", "offline"], "the offline model goes by rules"),
        (["--model", "nonsense:model"], "OPENAI_MODEL: nonsense:model cannot be used"),
        (["--prompt", "nothing.j2"], "nothing.j2: No such file"),
        (["--baseline", "nothing.json"], "nothing.json: No such file"),
        (["--baseline", "."], ".: Is a directory"),
        (["--baseline", "other.json"], "other.json does not hold the results of an evaluation"),
        (["report", "nothing.json"], "nothing.json: No such file"),
        (["report", "other.json"], "other.json does not hold"),
        (["list", "--suite", "nothing"], "nothing is not one of"),
        (["mutations", "nothing"], "nothing is not one of another-seller,"),
        (["--model", "openai:gpt-4o-mini"], "OPENAI_API_KEY: not set"),
        (["--model", "gpt-4o-mini"], "OPENAI_API_KEY: not set"),
        (["--base-url", "no url"], "OPENAI_BASE_URL: "),
        (["--customers", "model"], "a model has to play the customers: name it with --model"),
    ],
)
def test_that_what_cannot_be_run_is_told_in_one_line(
    evals: Command, tmp_path: Path, words: list[str], why: str
) -> None:
    evals.of(kept(SCRIPT), PASSES)
    (tmp_path / "other.json").write_text('{"runs": []}', encoding="utf-8")
    ended = evals(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"evals: {why}")
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "var" / "evals" / "results.json").exists()


def test_that_a_failing_case_fails_the_gates_unless_so_few_are_asked_for(evals: Command) -> None:
    evals.of(FAILS, PASSES)
    assert (fails := evals()).code == 1
    assert "✗ 50.0% of the runs passed, not 100.0%; failed: nobody-confirms" in fails.out
    results = Path("var/evals/results.json")
    assert [run.passed for run in load_results(results).runs] == [False, True]

    baseline = Path("before.json")
    _all_passed(load_results(results)).save(baseline)
    assert (enough := evals("--min-pass", "0.5")).code == 0
    assert "✓ the gates hold" in enough.out
    assert (worse := evals("--min-pass", "0", "--baseline", str(baseline))).code == 1
    assert "✗ passed in the baseline and not now: nobody-confirms" in worse.out


def _all_passed(results: Results) -> Results:
    runs = (
        replace(run, checks=tuple(Check(c.name, True, gate=c.gate) for c in run.checks))
        for run in results.runs
    )
    return replace(results, runs=tuple(runs))


def test_that_another_prompt_is_another_experiment(evals: Command, tmp_path: Path) -> None:
    evals.of(PASSES)
    (tmp_path / "ours.j2").write_text("Eres {{ nombre_bot }}. Atiende.", encoding="utf-8")
    assert evals("--prompt", "ours.j2").code == 0
    told = load_results(Path("var/evals/results.json")).experiment
    assert told.prompt_file == "ours.j2"
    assert told.prompt == prompt_hash(Subject(prompt=tmp_path / "ours.j2")) != prompt_hash(Subject())


def test_that_a_mutation_is_noticed_or_the_command_fails(evals: Command) -> None:
    evals.of(kept(LIE), FAILS.model_copy(update={"gap": "made up"}))
    noticed = evals("mutations", "guard-off")
    assert noticed.code == 0
    assert json.loads(Path("var/evals/mutations.json").read_text(encoding="utf-8")) == {"guard-off": [LIE]}
    missed = evals("mutations", "price-with-tax")
    assert missed.code == 1
    assert "✗ price-with-tax was not noticed" in missed.out


def test_that_the_cases_are_listed_by_category_and_name(evals: Command) -> None:
    assert evals("list", "--suite", "delivery", "--case", "dialogue-17") == Ended(
        0, f"delivery\t{SCRIPT}\t{kept(SCRIPT).about}\n", ""
    )
    everything = evals("list").out.splitlines()
    assert [line.split("\t")[1] for line in everything] == [case.name for case in load_cases()]


def test_that_the_schema_is_printed_as_it_is_kept(evals: Command) -> None:
    assert evals("schema") == Ended(0, SCHEMA.read_text(encoding="utf-8"), "")


def test_that_results_are_shown_again_beside_others(evals: Command, tmp_path: Path) -> None:
    evals.of(FAILS, PASSES)
    evals("--out", "now")
    page = (tmp_path / "now" / "report.html").read_bytes()
    (tmp_path / "now" / "report.html").unlink()
    shown = evals("report", "now/results.json")
    assert shown.code == 0
    assert "nobody-confirms" in shown.out
    assert (tmp_path / "now" / "report.html").read_bytes() == page

    _all_passed(load_results(Path("now/results.json"))).save(Path("before.json"))
    beside = evals("report", "now/results.json", "--baseline", "before.json", "--out", "both.html")
    assert beside.code == 0
    assert (tmp_path / "both.html").read_bytes() != page


def test_that_what_decides_the_outcome_is_told_and_what_is_empty_is_not() -> None:
    told = settings_of(Plan(Subject(base_url="http://local.invalid/v1", timeout=7), mutation="guard-off"))
    assert (told["base_url"], told["timeout"], told["mutation"]) == (
        "http://local.invalid/v1",
        "7",
        "guard-off",
    )
    assert not {"base_url", "mutation"} & settings_of(Plan(Subject())).keys()
    assert "sk-a-secret" not in str(settings_of(Plan(Subject(api_key="sk-a-secret"))))


def test_that_a_directory_that_is_no_checkout_has_no_commit(tmp_path: Path) -> None:
    assert commit(tmp_path) == ""
