"""A corpus of a few words that every step of the training can learn from."""

import itertools
from collections.abc import Iterator

import pytest
import torch

from retrieval.train.bitext import Pair

SUBJECTS = {"the company": "la empresa", "the council": "el ayuntamiento", "the teacher": "la maestra",
            "the fisherman": "el pescador"}  # fmt: skip
VERBS = {"bought": "compró", "painted": "pintó", "sold": "vendió", "repaired": "reparó"}
OBJECTS = {"the bridge": "el puente", "the boat": "el barco", "the church": "la iglesia", "the mill": "el molino"}


@pytest.fixture(scope="package", autouse=True)
def single_thread() -> Iterator[None]:
    """What is trained here is so small that threads cost more than they save, most of all beside other tests."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def corpus() -> list[Pair]:
    return [
        Pair(f"{subject} {verb} {what}", f"{SUBJECTS[subject]} {VERBS[verb]} {OBJECTS[what]}")
        for subject, verb, what in itertools.product(SUBJECTS, VERBS, OBJECTS)
    ]
