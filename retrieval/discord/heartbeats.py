"""The state of a client's gateway connections, as their heartbeats show it."""

import math
import time
from collections.abc import Iterator

import discord

from retrieval.serve.telemetry import ShardView


def shard_views(client: discord.AutoShardedClient) -> Iterator[ShardView]:
    """Yield the state of each connection, with the time since its last heartbeat was acknowledged.

    discord.py has that time in no public attribute.
    """
    for number, shard in client.shards.items():
        keep_alive = getattr(shard._parent.ws, "_keep_alive", None)
        silent_seconds = time.perf_counter() - keep_alive._last_ack if keep_alive else math.inf
        interval_seconds = keep_alive.interval if keep_alive else 0.0
        yield ShardView(number, not shard.is_closed(), silent_seconds, interval_seconds, shard.latency)
