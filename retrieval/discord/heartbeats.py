"""How a client's gateway connections stand, as far as their heartbeats tell."""

import math
import time
from collections.abc import Iterator

import discord

from retrieval.serve.telemetry import ShardView


def shard_views(client: discord.AutoShardedClient) -> Iterator[ShardView]:
    """Each connection, with the time since its last heartbeat was acknowledged, which discord.py keeps to itself."""
    for number, shard in client.shards.items():
        keeper = getattr(shard._parent.ws, "_keep_alive", None)
        silent = time.perf_counter() - keeper._last_ack if keeper else math.inf
        interval = keeper.interval if keeper else 0.0
        yield ShardView(number, not shard.is_closed(), silent, interval, shard.latency)
