"""A corpus of a few words that every step of the training can learn from."""

import itertools

import pytest
from tokenizers import Tokenizer

from retrieval.models.hub_encoder import teacher_folder
from retrieval.train.pairs import Pair

SUBJECTS = {"the company": "la empresa", "the council": "el ayuntamiento", "the teacher": "la maestra",
            "the fisherman": "el pescador"}  # fmt: skip
VERBS = {"bought": "compró", "painted": "pintó", "sold": "vendió", "repaired": "reparó"}
OBJECTS = {"the bridge": "el puente", "the boat": "el barco", "the church": "la iglesia", "the mill": "el molino"}


@pytest.fixture(scope="session")
def corpus() -> list[Pair]:
    return [
        Pair(f"{subject} {verb} {what}", f"{SUBJECTS[subject]} {VERBS[verb]} {OBJECTS[what]}")
        for subject, verb, what in itertools.product(SUBJECTS, VERBS, OBJECTS)
    ]


@pytest.fixture(scope="session")
def english() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(teacher_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
