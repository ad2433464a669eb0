"""What a long-running interface counts and measures, and whether it is well.

Figures are in Prometheus' text format. Health is judged by facts alone: a client may call itself ready long after the
task that reads its connection has died.
"""

import math
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

DONE = "done"
"""The outcome of a request that was answered."""

# Seconds, from a question that takes 19 ms (`tests/benchmarks/speed.py`) to the 14 minutes after which none is of use.
_ANSWER_BUCKETS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 840.0)
# Seconds, to the three within which Discord wants an interaction acknowledged; our own bound is one.
# https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
_ACKNOWLEDGEMENT_BUCKETS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0)
# Heartbeats that may pass without an acknowledgement: one can be lost in a connection that is resumed.
_HEARTBEATS_MISSED = 2


@dataclass(frozen=True, slots=True)
class ShardView:
    """One gateway connection. `silent_seconds` is the time since a heartbeat was last acknowledged, or infinite."""

    number: int
    connected: bool
    silent_seconds: float
    interval_seconds: float
    latency_seconds: float


@dataclass(frozen=True, slots=True)
class HealthView:
    """The facts that health is judged by; `index` is the fingerprint of the index, where it is known."""

    client_alive: bool
    shards: tuple[ShardView, ...]
    queue_depth: int
    queue_bound: int
    workers_alive: bool
    index: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """A judgement, with a reason for everything that is not as it should be."""

    reasons: tuple[str, ...]
    view: HealthView

    @property
    def status(self) -> Literal["ok", "failing"]:
        """Whether there is no reason to worry."""
        return "failing" if self.reasons else "ok"


def health(view: HealthView) -> Health:
    """Judge the facts. A connection that is being made anew is well as long as its heartbeats are recent."""
    reasons = [] if view.client_alive else ["the client has ended"]
    if view.client_alive and not view.shards:
        reasons.append("there is no connection")
    for shard in view.shards:
        if math.isinf(shard.silent_seconds):
            reasons.append(f"shard {shard.number} has had no heartbeat acknowledged")
        elif shard.silent_seconds > _HEARTBEATS_MISSED * shard.interval_seconds:
            reasons.append(f"shard {shard.number} has had no heartbeat acknowledged for {shard.silent_seconds:.0f} s")
    if view.queue_depth >= view.queue_bound:
        reasons.append("the queue is full")
    if not view.workers_alive:
        reasons.append("a worker thread has ended")
    return Health(tuple(reasons), view)


class Telemetry:
    """Counters and measures in a registry of their own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        # Memory, open files and processor time, under Prometheus' usual names.
        ProcessCollector(registry=registry)
        self._questions = Counter(
            "citabot_questions", "Requests by command and outcome.", ("command", "outcome"), registry=registry
        )
        self._verdicts = Counter(
            "citabot_verdicts", "Verdicts on claims and quotations.", ("verdict",), registry=registry
        )
        self._refusals = Counter("citabot_refusals", "Questions not answered.", ("reason",), registry=registry)
        self._errors = Counter("citabot_errors", "Failures that no one foresaw.", ("kind",), registry=registry)
        self._answers = Histogram(
            "citabot_answer_seconds",
            "Seconds from a request to its answer, waiting included.",
            ("command",),
            registry=registry,
            buckets=_ANSWER_BUCKETS,
        )
        self._acknowledgements = Histogram(
            "citabot_acknowledgement_seconds",
            "Seconds from an interaction to its acknowledgement.",
            registry=registry,
            buckets=_ACKNOWLEDGEMENT_BUCKETS,
        )
        self._healthy = Gauge("citabot_healthy", "1 when health is ok.", registry=registry)
        self._queue = Gauge("citabot_queue_depth", "Requests that wait for a thread.", registry=registry)
        self._connected = Gauge(
            "citabot_shard_connected", "1 when the gateway connection is open.", ("shard",), registry=registry
        )
        self._heartbeat = Gauge(
            "citabot_shard_heartbeat_seconds",
            "Seconds from a heartbeat to its acknowledgement.",
            ("shard",),
            registry=registry,
        )
        self._build = Info("citabot_build", "The version, and the index that answers.", registry=registry)
        self._version = version("citabot")
        self._build.info({"version": self._version, "index": ""})

    def question(self, command: str, outcome: str, seconds: float) -> None:
        """Count a request; its time is measured where it was answered, as refusals at once would hide slow answers."""
        self._questions.labels(command, outcome).inc()
        if outcome == DONE:
            self._answers.labels(command).observe(seconds)

    def verdict(self, verdict: str) -> None:
        """Count a verdict."""
        self._verdicts.labels(verdict).inc()

    def refusal(self, reason: str) -> None:
        """Count a question that was not answered."""
        self._refusals.labels(reason).inc()

    def error(self, kind: str) -> None:
        """Count a failure."""
        self._errors.labels(kind).inc()

    def acknowledged(self, seconds: float) -> None:
        """Measure an acknowledgement; where two clocks disagree, none comes before its interaction."""
        self._acknowledgements.observe(max(0.0, seconds))

    def observe(self, state: Health) -> None:
        """Show the present state of queue, connections and index."""
        view = state.view
        self._healthy.set(state.status == "ok")
        self._queue.set(view.queue_depth)
        self._build.info({"version": self._version, "index": view.index or ""})
        self._connected.clear()
        self._heartbeat.clear()
        for shard in view.shards:
            self._connected.labels(shard.number).set(shard.connected)
            self._heartbeat.labels(shard.number).set(shard.latency_seconds)


def as_json(state: Health) -> dict[str, Any]:
    """Return health as JSON; times that are not known are null."""
    return {
        "status": state.status,
        "reasons": list(state.reasons),
        "shards": [{name: _finite(value) for name, value in asdict(shard).items()} for shard in state.view.shards],
        "queue": state.view.queue_depth,
        "index": state.view.index,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
