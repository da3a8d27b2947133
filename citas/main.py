"""The command line: `python -m citas.main` serves; `citas demo`, `chat`, `sandbox` and `when` help.

The service is imported by the commands that run it, so that `citas when` answers at once: the model
library alone takes seconds to load.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from citas.errors import CitasError
from citas.when import Company, answer_line, report

DemoFiles = Annotated[Path, typer.Option(help="Where the demo keeps its two files.")]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    help="An appointment agent for WhatsApp. Without a command it serves.",
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """Serve when no command is named."""
    if context.invoked_subcommand is None:
        serve()


@app.command()
def serve() -> None:
    """Serve POST /api/chat with the configured model and back end."""
    from citas import serving

    serving.serve()


@app.command()
def demo(var: DemoFiles = Path("var")) -> None:
    """Serve with the embedded sandbox and the offline model: no key, no network."""
    from citas import serving

    serving.demo(var)


@app.command()
def chat(var: DemoFiles = Path("var")) -> None:
    """Talk with the demo in the terminal; an empty line ends it."""
    from citas import serving

    serving.chat(var)


@app.command()
def sandbox(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8003,
    var: Annotated[Path, typer.Option(help="Where the sandbox keeps its file.")] = Path("var"),
) -> None:
    """Serve the stand-in for the company's back end alone."""
    from citas import serving

    serving.sandbox(host, port, var)


@app.command()
def when(
    words: Annotated[
        list[str] | None, typer.Argument(help="What a customer wrote.", show_default=False)
    ] = None,
    now: Annotated[str, typer.Option(help="When it was received, ISO; the clock's time by default.")] = "",
    tz: Annotated[str, typer.Option(help="The company's time zone.")] = "America/Lima",
    opening: Annotated[
        str, typer.Option("--open", help='Opening hours of every day, 09:00-18:00; they settle "a las 3".')
    ] = "",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read {text, now} lines, write one line each.")
    ] = False,
) -> None:
    """Say which date and time a message means."""
    company = Company.of(tz, opening)
    received = company.moment(now) if now else None
    if jsonl == bool(words):
        raise typer.BadParameter("give either what the customer wrote, or --jsonl and lines to read")
    if words:
        typer.echo(report(" ".join(words), company, received))
        return
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answer_line(line, company, received))
        sys.stdout.buffer.flush()


def cli() -> None:
    """The entry point: what we raise on purpose ends the program with one line."""
    try:
        app()
    except CitasError as error:
        typer.echo(f"citas: {error}", err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    cli()
