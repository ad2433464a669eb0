"""Where sentence pairs come from."""

import gzip
import json
import random
import shutil
from pathlib import Path

import click
import pytest

from retrieval.train import bitext
from retrieval.train.bitext import LONG, Pair, joined, read_pairs, read_prose, to_english, translated

LINES = 'tatoeba\tThe dog sleeps.\tEl perro duerme.\nweb\tHe said "no".\tDijo "no".\n'


def test_pairs_are_read_from_plain_and_packed_files(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text(LINES, "utf-8")
    with gzip.open(tmp_path / "pairs.tsv.gz", "wt", encoding="utf-8") as file:
        file.write(LINES)
    expected = [Pair("The dog sleeps.", "El perro duerme."), Pair('He said "no".', 'Dijo "no".')]
    assert read_pairs(tmp_path / "pairs.tsv") == read_pairs(tmp_path / "pairs.tsv.gz") == expected


def test_prose_is_taken_from_the_wanted_english_sources_once(tmp_path: Path) -> None:
    rows = [
        {"source": "good", "lang": "en", "evidence": "A  fact.", "claim": "A claim."},
        {"source": "good", "lang": "en", "evidence": "A fact.", "claim": "Another."},
        {"source": "good", "lang": "es", "evidence": "Un hecho.", "claim": "Algo."},
        {"source": "bad", "lang": "en", "evidence": "No.", "claim": "No."},
    ]
    with gzip.open(tmp_path / "prose.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    assert read_prose(tmp_path / "prose.jsonl.gz", ["good"]) == ["A fact.", "A claim.", "Another."]


def test_short_pairs_are_joined_side_by_side() -> None:
    short = [Pair(f"word{number} here", f"palabra{number} aquí") for number in range(50)]
    made = joined(short, random.Random(1))
    assert made
    for pair in made:
        english, spanish = pair.english.split(" here"), pair.spanish.split(" aquí")
        assert [word.strip().removeprefix("word") for word in english] == [
            word.strip().removeprefix("palabra") for word in spanish
        ]
        assert 4 <= pair.words <= 12 or pair.words >= LONG
    assert joined(short, random.Random(1)) == made


def test_without_apertium_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitext.shutil, "which", lambda name: None)
    with pytest.raises(click.ClickException, match="apt install apertium-eng-spa"):
        translated(["A sentence."])


@pytest.mark.skipif(shutil.which("apertium") is None, reason="apertium-eng-spa is not installed")
def test_apertium_keeps_texts_apart() -> None:
    assert len(to_english(["El perro duerme.", "La casa es\nroja."])) == 2
    (one, two) = translated(["The dog sleeps.", "The house is red."])
    assert (one.english, two.english) == ("The dog sleeps.", "The house is red.")
    assert "perro" in one.spanish
