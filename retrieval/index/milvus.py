"""A collection of Milvus that keeps vectors by their places: the only module that knows pymilvus.

Milvus: Wang et al. 2021, "Milvus: A Purpose-Built Vector Data Management System", SIGMOD. Passages and quotes are
partitions of the collection. Its index is FLAT, so that every vector is compared. What it holds is said in a property.
"""

import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex, IndexUnreachable
from knowledge.extras import from_extra
from retrieval.index.lookup import FAMILIES, Family
from retrieval.settings import MilvusAddress

# The most that a search or a query returns (https://milvus.io/docs/limitations.md).
MOST_HITS = 16_384
# Vectors that are sent together, and ranges of places in one condition. Our choice: at 384 dimensions 2 MB of the 64 MB
# that a server takes by default.
_VECTORS_AT_A_TIME, _RANGES_AT_A_TIME = 1024, 64
# How long a question waits for the collection, how long a change of it may take, and how long a collection that did not
# answer is not asked again. Our choices: a question of a busy server takes half a second.
_QUESTION_SECONDS, _CHANGE_SECONDS, _PAUSE_SECONDS = 5.0, 60.0, 15.0
# Milvus' code for a collection that is not there (pkg/util/merr in its repository).
_NO_COLLECTION = 100
# Characters of another program's message that are shown. Our choice.
_SHOWN = 200
_PROPERTY = "citabot"
# A new connection asks at once, rather than when one before it would ask again, up to two minutes later
# (https://grpc.github.io/grpc/core/group__grpc__arg__keys.html).
_CHANNEL = {"grpc.use_local_subchannel_pool": 1}

Places = tuple[int, int]
"""A range of places: the first, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a collection holds: vectors of a base by an encoder, up to what `published` names.

    While it is added to, `pending` names what it will hold then; else it is empty.
    """

    base: str
    encoder: str
    published: str
    pending: str = ""


class Collection:
    """A collection, connected to when it is first asked; after a failure it is left alone for some seconds.

    Every method raises IndexUnreachable where the collection cannot be asked or is not ours, DamagedIndex where there
    is none, and MissingExtra where pymilvus is not installed.
    """

    def __init__(self, address: MilvusAddress, token: str | None) -> None:
        self.address = address
        self._token = token
        self._client: Any = None  # pymilvus has no types for what is used here
        self._failure = ""
        self._next_attempt = 0.0

    def mark(self) -> Mark:
        """Return what the collection holds."""
        with self._asked() as client:
            properties = client.describe_collection(self.address.collection, timeout=_QUESTION_SECONDS)["properties"]
        try:
            return Mark(**json.loads(properties[_PROPERTY]))
        except (KeyError, TypeError, ValueError) as error:
            raise self.foreign("was not made by this citabot") from error

    def set_mark(self, mark: Mark) -> None:
        """Say what the collection holds."""
        with self._asked() as client:
            client.alter_collection_properties(self.address.collection, _property(mark), timeout=_CHANGE_SECONDS)

    def create(self, dimension: int, mark: Mark) -> None:
        """Make an empty collection in place of the one that is there."""
        from pymilvus import DataType

        name = self.address.collection
        with self._asked() as client:
            client.drop_collection(name, timeout=_CHANGE_SECONDS)
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("place", DataType.INT64, is_primary=True)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
            client.create_collection(name, schema=schema, properties=_property(mark), timeout=_CHANGE_SECONDS)
            for family in FAMILIES:
                client.create_partition(name, family, timeout=_CHANGE_SECONDS)
            index = client.prepare_index_params()
            index.add_index("vector", index_type="FLAT", metric_type="IP")
            client.create_index(name, index, timeout=_CHANGE_SECONDS, sync=False)
            client.load_collection(name, timeout=_CHANGE_SECONDS)

    def upsert(self, family: Family, places: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Store vectors (n, d) at these places, in place of those that stand there."""
        with self._asked() as client:
            for start in range(0, len(places), _VECTORS_AT_A_TIME):
                numbers = range(start, min(start + _VECTORS_AT_A_TIME, len(places)))
                rows = [{"place": int(places[number]), "vector": vectors[number]} for number in numbers]
                client.upsert(self.address.collection, rows, partition_name=family, timeout=_CHANGE_SECONDS)

    def delete(self, ranges: Sequence[Places]) -> None:
        """Delete what stands at these places."""
        with self._asked() as client:
            for start in range(0, len(ranges), _RANGES_AT_A_TIME):
                condition = " or ".join(map(_within, ranges[start : start + _RANGES_AT_A_TIME]))
                client.delete(self.address.collection, filter=condition, timeout=_CHANGE_SECONDS)

    def settle(self) -> None:
        """Have Milvus Lite write what it keeps in memory to its file, where it searches faster; a server does so."""
        if self.address.is_file:
            with self._asked() as client:
                client.flush(self.address.collection, timeout=_CHANGE_SECONDS)

    def nearest(
        self, family: Family, places: Places, query: NDArray[np.float32], count: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the scores and places of the `count` vectors that are nearest of those at such places, or of all.

        Everything that was stored or deleted before is seen. More than a search returns are asked for by halves.
        """
        with self._asked() as client:
            (hits,) = client.search(
                self.address.collection,
                [query],
                anns_field="vector",
                filter=_within(places),
                limit=min(count, MOST_HITS),
                output_fields=["place"],
                partition_names=[family],
                consistency_level="Strong",
                timeout=_QUESTION_SECONDS,
            )
        scores, near = np.array(hits.distances, dtype=np.float32), np.array(hits.ids, dtype=np.int64)
        if count <= MOST_HITS or len(near) < MOST_HITS:
            return scores, near
        middle = sum(places) // 2
        halves = [self.nearest(family, half, query, count) for half in ((places[0], middle), (middle, places[1]))]
        scores, near = (np.concatenate(column) for column in zip(*halves, strict=True))
        best = np.argsort(-scores, kind="stable")[:count]
        return scores[best], near[best]

    def vectors(self, family: Family, places: Places) -> dict[int, NDArray[np.float32]]:
        """Return the vectors at such places, by place."""
        with self._asked() as client:
            rows = client.query(
                self.address.collection,
                filter=_within(places),
                output_fields=["place", "vector"],
                partition_names=[family],
                consistency_level="Strong",
                limit=MOST_HITS,
                timeout=_CHANGE_SECONDS,
            )
        if len(rows) == MOST_HITS:
            middle = sum(places) // 2
            return self.vectors(family, (places[0], middle)) | self.vectors(family, (middle, places[1]))
        return {row["place"]: np.array(row["vector"], dtype=np.float32) for row in rows}

    def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def foreign(self, what: str) -> IndexUnreachable:
        """Return the error that says what is wrong with a collection that is not ours."""
        hint = "Name another collection in CITABOT_INDEX, or drop this one."
        return IndexUnreachable(f"The collection {self.address} {what}.", hint=hint)

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """Yield a client, and translate its errors."""
        if time.monotonic() < self._next_attempt:
            raise IndexUnreachable(self._failure)
        exceptions = _quiet_exceptions()
        try:
            if self._client is None:
                self._client = self._connected()
            yield self._client
        except exceptions as error:
            if getattr(error, "code", None) == _NO_COLLECTION:
                raise DamagedIndex(f"The collection {self.address} is gone.") from error
            self._failure = f"The collection {self.address} cannot be asked: {_reason(self.address, error)}."
            self._next_attempt = time.monotonic() + _PAUSE_SECONDS
            self.close()
            raise IndexUnreachable(self._failure) from error

    def _connected(self) -> Any:  # noqa: ANN401 (as above)
        from pymilvus import MilvusClient

        with from_extra("milvus", "milvus-lite", purpose="A file of Milvus Lite"):
            if self.address.is_file:
                import milvus_lite  # noqa: F401 (pymilvus starts it)
        uri, name = self.address.uri, self.address.collection
        client = MilvusClient(
            uri, token=self._token or "", timeout=_QUESTION_SECONDS, grpc_options=_CHANNEL, dedicated=True
        )
        if client.has_collection(name, timeout=_QUESTION_SECONDS):
            properties = client.describe_collection(name, timeout=_QUESTION_SECONDS)["properties"]
            if _PROPERTY in properties:
                client.load_collection(name, timeout=_QUESTION_SECONDS)
        return client


def _quiet_exceptions() -> tuple[type[Exception], ...]:
    """Return the errors of a client, and keep it from logging them with their tracebacks: they are translated."""
    with from_extra("milvus", "pymilvus", purpose="A collection of Milvus"):
        from grpc import RpcError
        from pymilvus import MilvusException
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return (MilvusException, RpcError)


def _property(mark: Mark) -> dict[str, str]:
    return {_PROPERTY: json.dumps(asdict(mark))}


def _within(places: Places) -> str:
    return f"(place >= {places[0]} and place < {places[1]})"


def _reason(address: MilvusAddress, error: Exception) -> str:
    """Return what a client says of an error, in a line; of a file it says little."""
    if address.is_file and not Path(address.uri).parent.is_dir():
        return f"there is no folder {Path(address.uri).parent}"
    details = getattr(error, "details", None)  # of an RpcError that a call raised
    text = str(details() if callable(details) else getattr(error, "message", "") or error)
    guess = "; another program may have it open, or it is no file of Milvus Lite" if address.is_file else ""
    return " ".join(text.split())[:_SHOWN].rstrip(".") + guess
