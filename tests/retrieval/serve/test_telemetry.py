import json
import math
from dataclasses import replace
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from retrieval.serve.telemetry import HealthView, ShardView, Telemetry, as_json, health

WELL = ShardView(number=0, connected=True, silent_seconds=10, interval_seconds=41.25, latency_seconds=0.05)
FINE = HealthView(
    client_alive=True, shards=(WELL,), queue_depth=3, queue_bound=160, workers_alive=True, index="0123abcd"
)
UNHEARD = ShardView(0, connected=False, silent_seconds=math.inf, interval_seconds=0, latency_seconds=math.inf)

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def shown(telemetry: Telemetry) -> Samples:
    return samples(generate_latest(telemetry.registry).decode())


# Health


def test_all_is_well_while_tasks_live_and_heartbeats_are_acknowledged() -> None:
    judged = health(FINE)
    assert (judged.status, judged.reasons) == ("ok", ())


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (replace(FINE, client_alive=False), "the client has ended"),
        (replace(FINE, shards=()), "there is no connection"),
        (replace(FINE, shards=(UNHEARD,)), "shard 0 has had no heartbeat acknowledged"),
        (
            replace(FINE, shards=(WELL, replace(WELL, number=1, silent_seconds=83))),
            "shard 1 has had no heartbeat acknowledged for 83 s",
        ),
        (replace(FINE, queue_depth=160), "the queue is full"),
        (replace(FINE, workers_alive=False), "a worker thread has ended"),
    ],
)
def test_each_fact_that_is_wrong_is_a_reason(view: HealthView, reason: str) -> None:
    judged = health(view)
    assert (judged.status, judged.reasons) == ("failing", (reason,))


def test_reasons_add_up() -> None:
    view = HealthView(client_alive=False, shards=(), queue_depth=2, queue_bound=2, workers_alive=False)
    assert len(health(view).reasons) == 3


def test_a_connection_made_anew_is_well_while_its_heartbeats_are_recent() -> None:
    assert health(replace(FINE, shards=(replace(WELL, connected=False),))).status == "ok"


@given(st.floats(0, 1e6), st.floats(0.001, 1e3))
def test_two_heartbeats_may_pass_without_an_acknowledgement(silent: float, interval: float) -> None:
    shard = replace(WELL, silent_seconds=silent, interval_seconds=interval)
    assert (health(replace(FINE, shards=(shard,))).status == "ok") == (silent <= 2 * interval)


def test_health_is_json_even_where_times_are_not_known() -> None:
    told = as_json(health(replace(FINE, shards=(UNHEARD, replace(WELL, latency_seconds=math.nan)))))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["shards"][0]["silent_seconds"], told["shards"][1]["latency_seconds"]) == (None, None)


# Metrics


def test_what_happens_is_counted() -> None:
    telemetry = Telemetry()
    for outcome in ("done", "done", "busy"):
        telemetry.question("ask", outcome, 0.15)
    telemetry.verdict("supported")
    telemetry.refusal("empty-base")
    telemetry.error("KeyError")
    found = shown(telemetry)
    assert value(found, "citabot_questions_total", command="ask", outcome="done") == 2
    assert value(found, "citabot_questions_total", command="ask", outcome="busy") == 1
    assert value(found, "citabot_verdicts_total", verdict="supported") == 1
    assert value(found, "citabot_refusals_total", reason="empty-base") == 1
    assert value(found, "citabot_errors_total", kind="KeyError") == 1


def test_times_are_of_answers_and_refusals_at_once_do_not_hide_slow_ones() -> None:
    telemetry = Telemetry()
    telemetry.question("check", "done", 0.15)
    telemetry.question("check", "done", 7.0)
    telemetry.question("check", "busy", 0.0)
    found = shown(telemetry)
    assert value(found, "citabot_answer_seconds_count", command="check") == 2
    assert value(found, "citabot_answer_seconds_bucket", command="check", le="0.2") == 1
    assert value(found, "citabot_answer_seconds_bucket", command="check", le="10.0") == 2


def test_acknowledgements_are_measured_and_never_come_before_their_interaction() -> None:
    telemetry = Telemetry()
    telemetry.acknowledged(0.3)
    telemetry.acknowledged(-0.2)
    found = shown(telemetry)
    assert value(found, "citabot_acknowledgement_seconds_sum") == pytest.approx(0.3)
    assert value(found, "citabot_acknowledgement_seconds_bucket", le="0.01") == 1
    assert value(found, "citabot_acknowledgement_seconds_bucket", le="1.0") == 2


def test_the_present_state_replaces_the_one_before() -> None:
    telemetry = Telemetry()
    telemetry.observe(health(replace(FINE, shards=(WELL, replace(UNHEARD, number=1)))))
    found = shown(telemetry)
    assert value(found, "citabot_healthy") == 0
    assert value(found, "citabot_queue_depth") == 3
    assert value(found, "citabot_shard_connected", shard="0") == 1
    assert value(found, "citabot_shard_connected", shard="1") == 0
    assert value(found, "citabot_shard_heartbeat_seconds", shard="0") == 0.05
    telemetry.observe(health(replace(FINE, index="4567cdef")))
    found = shown(telemetry)
    assert value(found, "citabot_healthy") == 1
    assert [labels for name, labels in found if name == "citabot_shard_connected"] == [frozenset({("shard", "0")})]
    assert [dict(labels) for name, labels in found if name == "citabot_build_info"] == [
        {"version": version("citabot"), "index": "4567cdef"}
    ]


def test_nothing_is_shared_between_two_and_nothing_is_global() -> None:
    before = {family.name for family in REGISTRY.collect()}
    one, other = Telemetry(), Telemetry()
    one.error("KeyError")
    assert ("citabot_errors_total", frozenset({("kind", "KeyError")})) not in shown(other)
    assert {family.name for family in REGISTRY.collect()} == before
