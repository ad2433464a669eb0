"""The lexicon is learnt from pairs, written packed, and read by the program itself."""

from importlib import resources
from pathlib import Path

import pytest

from retrieval.train.bitext import Pair
from retrieval.train.lexicon import learn_lexicon, save_lexicon
from retrieval.words import lexicon as reading


def test_words_translate_both_ways(corpus: list[Pair]) -> None:
    learnt = learn_lexicon(corpus)
    assert max(learnt["es"]["empres"], key=learnt["es"]["empres"].__getitem__) == "compani"
    assert max(learnt["en"]["bridg"], key=learnt["en"]["bridg"].__getitem__) == "puent"
    assert "the" not in learnt["en"]


def test_what_is_saved_is_what_the_program_reads(
    corpus: list[Pair], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt = learn_lexicon(corpus)
    (tmp_path / "weights").mkdir()
    save_lexicon(learnt, tmp_path / "weights" / "lexicon.tsv.gz")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    read = reading.lexicon.__wrapped__()
    assert read.knows("empres", "es")
    assert read.translate("empres", "es") == pytest.approx(learnt["es"]["empres"], abs=0.006)
    assert read.translate("nada", "es") == {}


def test_the_same_lexicon_is_the_same_file(corpus: list[Pair], tmp_path: Path) -> None:
    for name in ("one", "other"):
        save_lexicon(learn_lexicon(corpus), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
