"""Spans of turns, model requests and tools.

Without `LOGFIRE_TOKEN` nothing is sent anywhere; an OTLP endpoint in the environment gets the same spans.
"""

import logfire

from citas import __version__


def configure_traces() -> None:
    """Spans of turns, model requests and tools; content stays out of them."""
    logfire.configure(
        send_to_logfire="if-token-present",
        console=False,
        service_name="agent_citas",
        service_version=__version__,
        inspect_arguments=False,
        # The gateway is ours, and so is the evals' own process: their traces go on here.
        distributed_tracing=True,
    )
    logfire.instrument_pydantic_ai(include_content=False, include_binary_content=False)
