"""Where tests keep vectors in Milvus: on the server that MILVUS_SERVER names (http://HOST:PORT), or in a file."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from retrieval.index.milvus import Collection
from retrieval.settings import milvus_address

SERVER = os.environ.get("MILVUS_SERVER")


@contextmanager
def milvus_place(folder: Path) -> Iterator[str]:
    """The setting of a collection that is not there yet, and at the end is there no longer."""
    pymilvus = pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    name = f"test_{secrets.token_hex(8)}"
    if SERVER:
        yield f"milvus+{SERVER}/{name}"
        client = pymilvus.MilvusClient(SERVER)
        client.drop_collection(name)
        client.close()
    else:
        from milvus_lite import server_manager_instance

        yield f"milvus+file:{folder / name}.db"
        server_manager_instance.release_server(f"{folder / name}.db")


def collection_at(setting: str) -> Collection:
    """The collection that a setting names, for doing what another program might."""
    address = milvus_address(setting)
    assert address is not None
    return Collection(address, None)
