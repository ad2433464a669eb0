"""The packaged entailment model: its files, and that nothing but a pair decides what it says."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import UntrustedModel
from retrieval.model import ENTAILMENT_NAME, Stances
from retrieval.models.onnx_entailment import OnnxEntailment
from retrieval.models.packaged import (
    ENTAILMENT,
    ENTAILMENT_MANIFEST,
    ENTAILMENT_TOKENIZER,
    WEIGHTS,
    packaged_entailment,
)
from retrieval.models.reader import open_entailment
from retrieval.models.readings import stances

PAIRS = [
    ("The bridge was opened in 1958.", "The bridge was opened in 1958 and carries two lanes."),
    ("El puente fue abierto en 1958.", "The bridge was opened in 1958 and carries two lanes."),
    ("The bridge was opened in 1958.", "The bakery on the corner sells bread every morning."),
]


@pytest.fixture(scope="module")
def model() -> OnnxEntailment:
    opened = open_entailment(ENTAILMENT_NAME)
    assert isinstance(opened, OnnxEntailment)
    return opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A weights folder of the test's own, with the entailment model alone."""
    place = tmp_path / "weights"
    place.mkdir()
    for name in (ENTAILMENT, ENTAILMENT_MANIFEST, ENTAILMENT_TOKENIZER):
        shutil.copyfile(WEIGHTS / name, place / name)
    return place


def test_probabilities_sum_to_one(model: OnnxEntailment) -> None:
    for found in (reading.stances for reading in model.read(PAIRS)):
        assert found.supports + found.contradicts + found.neutral == pytest.approx(1)


def test_it_reads_both_languages(model: OnnxEntailment) -> None:
    same, across, other = (reading.stances for reading in model.read(PAIRS))
    assert same.supports > max(same.contradicts, same.neutral)
    assert across.supports > max(across.contradicts, across.neutral)
    assert other.neutral > max(other.supports, other.contradicts)


def test_a_pair_is_judged_alike_whatever_stands_beside_it(model: OnnxEntailment) -> None:
    alone = [OnnxEntailment().read([pair])[0] for pair in PAIRS]
    assert OnnxEntailment().read(PAIRS[::-1])[::-1] == alone == model.read(PAIRS)


def test_any_text_can_be_read(model: OnnxEntailment) -> None:
    odd = ["", " ", "\udce9 \x00", "😀" * 3000, "word " * 4000]
    assert len(model.read([(one, other) for one in odd for other in odd])) == len(odd) ** 2
    assert model.read([]) == []


def test_the_model_is_small_and_depends_on_no_file_of_the_encoder() -> None:
    assert (WEIGHTS / ENTAILMENT).stat().st_size < 25_000_000
    manifest = json.loads((WEIGHTS / ENTAILMENT_MANIFEST).read_text("utf-8"))
    assert set(manifest["files"]) == {ENTAILMENT, ENTAILMENT_TOKENIZER}


@pytest.mark.parametrize("name", [ENTAILMENT, ENTAILMENT_TOKENIZER])
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(UntrustedModel, match=name):
        packaged_entailment(folder)


@pytest.mark.parametrize("name", [ENTAILMENT, ENTAILMENT_MANIFEST, ENTAILMENT_TOKENIZER])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UntrustedModel):
        OnnxEntailment(folder)


def test_a_copy_elsewhere_judges_the_same(folder: Path, model: OnnxEntailment) -> None:
    assert OnnxEntailment(folder).read(PAIRS) == model.read(PAIRS)
    assert packaged_entailment(folder).digest == model.digest


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UntrustedModel):
        open_entailment(str(tmp_path / "nothing"))


def test_log_odds_become_probabilities() -> None:
    found = stances(np.array([1000.0, 0.0, -1000.0], np.float32))
    assert found == Stances(1.0, 0.0, 0.0)
