"""Any CrossEncoder for natural language inference as the reader, which then reads claims alone."""

from pathlib import Path

import pytest

from knowledge.errors import UntrustedModel
from retrieval.engine import open_engine
from retrieval.models.hub_reader import label_order
from retrieval.models.reader import open_reader
from retrieval.settings import Settings


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CrossEncoder of a few words, with labels in an order of its own."""
    return saved(tmp_path_factory.mktemp("cross") / "model", ["contradiction", "entailment", "neutral"])


def saved(folder: Path, labels: list[str]) -> Path:
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(3)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "bridge", "ferry", "opened"]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=32, id2label=dict(enumerate(labels)),
        label2id={label: place for place, label in enumerate(labels)},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def test_a_cross_encoder_runs_with_its_own_order_of_labels(small_model: Path) -> None:
    model = open_reader(str(small_model))
    pairs = [("ferry", "bridge opened"), ("bridge caf\udce9", "ferry")]
    readings = model.read(pairs)
    given = [reading.stances for reading in readings]
    assert [each.supports + each.contradicts + each.neutral for each in given] == pytest.approx([1, 1])
    assert {(reading.answered, reading.span) for reading in readings} == {(None, None)}
    assert model.read(pairs[1:]) == readings[1:]
    assert (model.name, len(model.digest)) == (str(small_model), 64)
    assert model.read([]) == []


def test_named_in_the_settings_it_judges_claims_and_leaves_answers_to_search(small_model: Path, home: Path) -> None:
    with open_engine(Settings(home=home, bundled=False, reader=str(small_model))) as engine:
        checked = engine.check("The restoration cost 9.4 million euros.")
        answer = engine.ask("How much did the restoration cost?")
    assert (checked.reader, checked.reader_digest) == (str(small_model), engine.reader.digest)
    assert (checked.calibrated, answer.calibrated) == (False, False)
    assert (checked.verdicts[0].evidence or checked.verdicts[0].nearest) != ()
    assert "2.4 million euros" in (answer.citations or answer.nearest)[0].exact


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        (["contradiction", "entailment", "neutral"], (1, 0, 2)),
        (["ENTAILMENT", "NEUTRAL", "CONTRADICTION"], (0, 2, 1)),
        (["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], (0, 1, 2)),
    ],
)
def test_labels_are_known_by_their_names(labels: list[str], order: tuple[int, int, int]) -> None:
    assert label_order("some model", dict(enumerate(labels))) == order


@pytest.mark.parametrize("labels", [["LABEL_0", "LABEL_1", "LABEL_2"], ["entailment", "not_entailment"], []])
def test_a_model_that_tells_something_else_is_refused(labels: list[str]) -> None:
    with pytest.raises(UntrustedModel, match="some model"):
        label_order("some model", dict(enumerate(labels)))
