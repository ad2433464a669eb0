"""What the entailment model learns from, some steps of its training, and a file that shares the word vectors."""

import random
import shutil
from pathlib import Path

import click
import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer

from knowledge.store import sha256
from retrieval.models.hub_encoder import teacher_folder
from retrieval.models.packaged import ENTAILMENT, MODEL, TOKENIZER, packaged_entailment
from retrieval.train.__main__ import load_student
from retrieval.train.entailment import LONGEST, Entailment, Recipe, collated, teach
from retrieval.train.entailment_examples import (
    CONTRADICTS,
    NEUTRAL,
    NOT_SUPPORTS,
    SUPPORTS,
    Example,
    exchanged,
    mined,
    paired,
    read_written,
    reworded,
)
from retrieval.train.make_entailment import chosen, fit_temperature
from retrieval.train.pack import export_float, quantise
from retrieval.train.pack_entailment import pack_entailment, share
from retrieval.train.pairs import Pair


def example(evidence: str, claim: str, label: int, source: str = "fever_dev_gold") -> Example:
    return Example((evidence, evidence), (claim, claim), label, source)


LABELLED = [
    example("The town of Alba sold the old mill to Berta in May.", "In May the town Alba sold a mill.", SUPPORTS),
    example("The mill of Alba was built of stone in 1702.", "The mill of Alba is made of wood.", CONTRADICTS),
    example("A storm took the roof off the church of Alba.", "The church in Alba lost its roof.", SUPPORTS),
]


def test_other_evidence_that_shares_words_is_neutral() -> None:
    made = mined(LABELLED, random.Random(1))
    assert made
    own = {(one.evidence, one.claim) for one in LABELLED}
    for one in made:
        assert (one.label, one.source) == (NEUTRAL, "mined")
        assert (one.evidence, one.claim) not in own


def test_a_name_exchanged_for_another_of_the_evidence_is_not_supported() -> None:
    (one,) = exchanged(LABELLED, random.Random(1))
    assert (one.label, one.source) == (NOT_SUPPORTS, "exchanged")
    assert one.claim[0] in ("In Berta the town Alba sold a mill.", "In May the town Berta sold a mill.")
    assert one.evidence == LABELLED[0].evidence


def test_pairs_become_supported_claims_and_wrong_ones() -> None:
    pairs = [
        Pair(
            f"In the year {1900 + n} the council of Berta{n} bought a bridge and a boat for the town.",
            f"En el año {1900 + n} el ayuntamiento de Berta{n} compró un puente y un barco para el pueblo.",
        )
        for n in range(60)
    ]
    made = paired(pairs, random.Random(2), 50)
    assert len(made) == 50
    assert {(one.source, one.label) for one in made} == {("translations", SUPPORTS), ("numbers", CONTRADICTS)}
    for one in made:
        held = one.claim[0] in one.evidence[0] and one.claim[1] in one.evidence[1]
        assert held == (one.label == SUPPORTS)


def test_written_claims_are_shown_often_and_others_in_part() -> None:
    many = [example(f"Evidence {n}.", f"Claim {n}.", NEUTRAL, "mined") for n in range(9000)]
    written = [example("It is so.", "So it is.", SUPPORTS, "written")]
    made = chosen([*LABELLED, *many], written, {"mined": 8000}, random.Random(1))
    assert made.count(written[0]) == 4
    assert sum(one.source == "mined" for one in made) == 8000
    assert set(LABELLED) <= set(made)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(teacher_folder() / "tokenizer.json"))
    found.enable_truncation(LONGEST)
    found.no_padding()
    return found


@pytest.fixture(scope="module")
def model() -> Entailment:
    torch.manual_seed(1)
    return Entailment(load_student(teacher_folder() / "model.safetensors"))


def test_training_learns_and_leaves_word_vectors_as_they_are(model: Entailment, tokenizer: Tokenizer) -> None:
    before = model.transformer.embeddings.word_embeddings.weight.clone()
    examples = [
        example("The mill is open.", "The mill is open today.", SUPPORTS),
        example("The mill is open.", "The mill is closed.", CONTRADICTS),
        example("The mill is open.", "Bread costs three euros.", NEUTRAL),
        example("The mill is open.", "The church is open.", NOT_SUPPORTS),
    ]
    losses: list[float] = []

    def loss() -> float:
        with torch.no_grad():
            scores = model.eval()(*collated(tokenizer, [(one.evidence[0], one.claim[0]) for one in examples[:3]]))
        return float(torch.nn.functional.cross_entropy(scores, torch.tensor([0, 1, 2])))

    losses.append(loss())
    # The rate begins at a hundred-and-fiftieth.
    recipe = Recipe(seconds=600, rate=0.02, most_steps=8)
    assert teach(model, tokenizer, examples, recipe, report=lambda *_: None) == 8
    losses.append(loss())
    assert losses[1] < losses[0]
    assert torch.equal(before, model.transformer.embeddings.word_embeddings.weight)
    assert 0.2 < fit_temperature(model.eval(), tokenizer, examples) < 5


def test_what_is_packed_shares_the_encoders_word_vectors(
    model: Entailment, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    export_float(load_student(teacher_folder() / "model.safetensors"), tmp_path / "float32.onnx")
    quantise(tmp_path / "float32.onnx", tmp_path / MODEL)
    tokenizer.save(str(tmp_path / TOKENIZER))
    manifest = pack_entailment(model.eval(), tmp_path, temperature=1.5)
    assert packaged_entailment(tmp_path).temperature == manifest.temperature == 1.5
    assert (tmp_path / ENTAILMENT).stat().st_size < 0.7 * (tmp_path / MODEL).stat().st_size
    found = tokenizer.encode("The mill is open.", "The mill is closed.")
    session = onnxruntime.InferenceSession(tmp_path / ENTAILMENT, providers=["CPUExecutionProvider"])
    given = {"pieces": np.array([found.ids]), "parts": np.array([found.type_ids])}
    small = session.run(["log_odds"], given)[0][0]
    with torch.no_grad():
        exact = model(*collated(tokenizer, [("The mill is open.", "The mill is closed.")]))[0].numpy()
    assert np.abs(small - exact).max() < 0.5 * np.abs(exact).max()


def test_a_model_of_other_word_vectors_cannot_share_them(tmp_path: Path, model: Entailment) -> None:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    big = numpy_helper.from_array(np.random.default_rng(1).standard_normal((700, 700)).astype(np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])], "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 700])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 700])], [big],
    )  # fmt: skip
    onnx.save(helper.make_model(graph), tmp_path / "other.onnx")
    (tmp_path / MODEL).write_bytes(b"nothing like it")
    with pytest.raises(click.ClickException, match="word vectors"):
        share(tmp_path / "other.onnx", tmp_path / MODEL)


@pytest.mark.skipif(shutil.which("apertium") is None, reason="apertium-eng-spa is not installed")
def test_a_reworded_sentence_is_supported_until_a_detail_is_changed() -> None:
    evidence = [
        f"In {1700 + 3 * n} the first mill of Alba{n} was built for Berta by the council. It was sold later."
        for n in range(30)
    ]
    made = reworded([example(text, "A mill was built.", SUPPORTS) for text in evidence], random.Random(3), 30)
    assert {one.label for one in made} == {SUPPORTS, CONTRADICTS}
    assert sum(one.label == SUPPORTS for one in made) >= sum(one.label == CONTRADICTS for one in made)
    assert {one.source for one in made} == {"reworded"}
    assert all(any(one.evidence[0] == text for text in evidence) for one in made)


@pytest.mark.skipif(shutil.which("apertium") is None, reason="apertium-eng-spa is not installed")
def test_written_claims_are_about_the_evidence_they_name(tmp_path: Path) -> None:
    known, path = "The mill was sold in May.", tmp_path / "written.tsv"
    lines = [
        f"{sha256(known)[:16]}\tC\tes\tEl molino se regaló.",
        f"{sha256(known)[:16]}\tS\ten\tSomebody sold it.",
        "0" * 16 + "\tN\ten\tNobody knows.",
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    first, second = read_written(path, [known])
    assert (first.label, first.evidence[0], first.claim[1]) == (CONTRADICTS, known, "El molino se regaló.")
    assert (second.label, second.claim[0]) == (SUPPORTS, "Somebody sold it.")
