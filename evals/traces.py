"""The spans of an evaluation: the experiment's and the service's, if anybody is to get them."""

import os

from citas.telemetry import configure_traces

_LISTENERS = ("LOGFIRE_TOKEN", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def trace_for_listeners() -> None:
    """Set up what the service does, where a token or an OTLP endpoint is in the environment.

    Elsewhere spans would cost each turn a tenth of its time and go nowhere.
    """
    if any(os.environ.get(name) for name in _LISTENERS):
        configure_traces()
