"""The series of this layer. Labels come from fixed sets, so that no stranger can grow them."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from citas.api.errors import Problem
from citas.api.limits import Turns

_SECONDS = (0.05, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)


class ApiMetrics:
    """Counts of what came in and how it ended, registered in `registry` (one app per registry)."""

    def __init__(self, registry: CollectorRegistry, turns: Turns) -> None:
        self._auth_failed = Counter(
            "agent_citas_auth_failed", "Requests without one valid token.", registry=registry
        )
        self._bad_request = Counter(
            "agent_citas_bad_request", "Requests that were wrong.", ["code"], registry=registry
        )
        self._shed = Counter(
            "agent_citas_shed", "Messages turned away for load.", ["reason"], registry=registry
        )
        self._errors = Counter(
            "agent_citas_unexpected_errors", "Requests that ended in 500.", registry=registry
        )
        self._defaulted = Counter(
            "agent_citas_config_defaulted", "Options not understood.", ["field"], registry=registry
        )
        self.undelivered = Counter(
            "agent_citas_undelivered_replies",
            "Replies whose gateway had hung up.",
            registry=registry,
        )
        self.chat_seconds = Histogram(
            "agent_citas_chat_seconds", "Time of one turn.", buckets=_SECONDS, registry=registry
        )
        Gauge("agent_citas_turns_running", "Turns running now.", registry=registry).set_function(
            lambda: len(turns)
        )

    def refused(self, problem: Problem) -> None:
        """Count a request that got a problem instead of a reply."""
        if problem.status == 401:
            self._auth_failed.inc()
        elif problem.status in {429, 503}:
            self._shed.labels(problem.code).inc()
        elif problem.status >= 500:
            self._errors.inc()
        else:
            self._bad_request.labels(problem.code).inc()

    def defaulted(self, fields: tuple[str, ...]) -> None:
        """Count the options of one request that could not be understood."""
        for field in fields:
            self._defaulted.labels(field).inc()
