"""The Prometheus series, one class for each part of the service that counts something.

Labels take values from closed sets only; no series names a session, a customer or an empresa.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15)
_BREAKER = {"closed": 0, "half_open": 1, "open": 2}


class BackendMetrics:
    """Calls to the company's back end."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "agent_citas_api_call_duration_seconds",
            "Time of one call to the back end, failures included.",
            ["endpoint"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._results = Counter(
            "agent_citas_api_calls",
            "Calls to the back end by how they ended.",
            ["endpoint", "result"],
            registry=registry,
        )
        self._dirty = Counter(
            "agent_citas_php_dirty_json",
            "Answers whose JSON came with warnings, a BOM or in another encoding.",
            registry=registry,
        )
        self._shape = Counter(
            "agent_citas_php_shape",
            "Answers that could not be read, or not all of them.",
            registry=registry,
        )
        self._auth = Counter(
            "agent_citas_php_auth",
            "Answers that sent us to a login or denied us.",
            registry=registry,
        )
        self._availability = Counter(
            "agent_citas_availability_errors",
            "Availability questions the calendar left unanswered.",
            registry=registry,
        )
        self._breaker = Gauge(
            "agent_citas_breaker_state",
            "0 closed, 1 half open, 2 open.",
            ["endpoint"],
            registry=registry,
        )

    def observe(self, endpoint: str, seconds: float, result: str, *, dirty: bool = False) -> None:
        """Count one call."""
        self._seconds.labels(endpoint).observe(seconds)
        self._results.labels(endpoint, result).inc()
        if dirty:
            self._dirty.inc()
        if result == "denied":
            self._auth.inc()

    def odd_shape(self) -> None:
        """An answer that could not be read, or in which something was not what it should be."""
        self._shape.inc()

    def availability_unknown(self) -> None:
        """The calendar did not say whether a slot is free."""
        self._availability.inc()

    def breaker(self, endpoint: str, state: str) -> None:
        """Where a breaker stands now."""
        self._breaker.labels(endpoint).set(_BREAKER[state])


class BookingMetrics:
    """What booking attempts came to."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.success = Counter("agent_citas_booking_success", "Events created.", registry=registry)
        self.failed = Counter(
            "agent_citas_booking_failed",
            "Attempts that made no event, by why.",
            ["reason"],
            registry=registry,
        )
        self.unknown = Counter(
            "agent_citas_booking_unknown", "Attempts whose outcome nobody knows.", registry=registry
        )
        self.not_sent = Counter(
            "agent_citas_booking_not_sent", "Attempts that never left us.", registry=registry
        )
        self.race = Counter(
            "agent_citas_booking_race",
            "Slots taken by somebody else between the check and the booking.",
            registry=registry,
        )
        self.unverified = Counter(
            "agent_citas_booking_unverified",
            "Events created although the calendar could not be asked (BOOKING_ON_UNVERIFIED=accept).",
            registry=registry,
        )
        self.meet_link = Counter(
            "agent_citas_meet_link", "Events created, by their Meet link.", ["state"], registry=registry
        )
        self.reconcile = Counter(
            "agent_citas_reconcile",
            "Unresolved bookings looked into, by what was found.",
            ["result"],
            registry=registry,
        )
        self.outcome_commit_failed = Counter(
            "agent_citas_outcome_commit_failed",
            "Outcomes that the store did not take; the row still says SENT.",
            registry=registry,
        )
        self.recovered_claims = Counter(
            "agent_citas_recovered_claims",
            "Claims found without an outcome: whoever sent them was gone.",
            registry=registry,
        )


class TurnMetrics:
    """How turns and the models' part in them went."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.llm_errors = Counter(
            "agent_citas_llm_errors", "Failed model requests, by kind.", ["kind"], registry=registry
        )
        self.turn_deadline = Counter(
            "agent_citas_turn_deadline", "Turns whose time ran out.", registry=registry
        )
        self.fallback_confirm = Counter(
            "agent_citas_fallback_confirm",
            "Bookings confirmed by code after the model failed in the same turn.",
            registry=registry,
        )
        self.tool_args_invalid = Counter(
            "agent_citas_tool_args_invalid", "Tool calls with unusable arguments.", registry=registry
        )
        self.usage_limit = Counter(
            "agent_citas_usage_limit", "Turns stopped by a usage limit.", registry=registry
        )
        self.reply_guard = Counter(
            "agent_citas_reply_guard",
            "Replies the guard did not let pass, by the kind of claim; each draft counts.",
            ["kind"],
            registry=registry,
        )
        self.llm_refusal = Counter(
            "agent_citas_llm_refusal", "Refusals and content filters.", registry=registry
        )
