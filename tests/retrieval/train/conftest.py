"""A corpus of a few words that every step of the training can learn from, and tiny models to begin with."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import tiny_models
import torch

from retrieval.model import ENCODER_NAME, Reading
from retrieval.train.bitext import Pair
from retrieval.train.calibrate.step import Bases
from retrieval.train.transformer import Base, open_base

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


@pytest.fixture(scope="package")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with base, encoder, reader and lexicon, for tests that change nothing in it."""
    return tiny_models.write_work(tmp_path_factory.mktemp("work") / "work")


@pytest.fixture(scope="package")
def base(work: Path) -> Base:
    return open_base(work)


class NoReader:
    """A reader of nothing, for steps that are never to read."""

    name = digest = "none"

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        assert not pairs
        return []


@pytest.fixture
def bases(tmp_path: Path) -> Bases:
    """The bases that calibration asks, with the encoder that ships."""
    return Bases(tmp_path / "bases", ENCODER_NAME, NoReader())
