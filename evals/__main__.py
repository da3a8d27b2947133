"""`python -m evals`; what it does is in `evals.command`."""

from multiprocessing import forkserver


def main() -> None:
    """Start the process that workers are forked from, which loads all they need while we do the same."""
    forkserver.set_forkserver_preload(["evals.suite"])
    forkserver.ensure_running()
    from evals.command import cli

    cli()


if __name__ == "__main__":
    main()
