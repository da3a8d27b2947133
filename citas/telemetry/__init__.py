"""What those who watch the service see: logs, traces, series. Nothing here knows a customer."""

from citas.telemetry.logs import configure_logs, session_tag
from citas.telemetry.metrics import BackendMetrics, BookingMetrics, TurnMetrics
from citas.telemetry.traces import configure_traces

__all__ = [
    "BackendMetrics",
    "BookingMetrics",
    "TurnMetrics",
    "configure_logs",
    "configure_traces",
    "session_tag",
]
