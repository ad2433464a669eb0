"""Sentence pairs are read from a file of three columns, or the line that is none is named."""

import gzip
from pathlib import Path

import pytest

from knowledge.errors import BadLabels, MissingFile
from retrieval.train.bitext import Pair, read_pairs

LINES = 'tatoeba\tThe dog sleeps.\tEl perro duerme.\nweb\tHe said "no".\tDijo "no".\n'


def test_pairs_are_read_from_plain_and_packed_files(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text(LINES, "utf-8")
    (tmp_path / "windows.tsv").write_bytes(LINES.replace("\n", "\r\n").encode())
    with gzip.open(tmp_path / "pairs.tsv.gz", "wt", encoding="utf-8") as file:
        file.write(LINES)
    expected = [Pair("The dog sleeps.", "El perro duerme."), Pair('He said "no".', 'Dijo "no".')]
    for name in ("pairs.tsv", "windows.tsv", "pairs.tsv.gz"):
        assert read_pairs(tmp_path / name) == expected


def test_an_empty_file_has_no_pairs(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").touch()
    assert read_pairs(tmp_path / "pairs.tsv") == []


@pytest.mark.parametrize("line", ["no tab", "tatoeba\tThe dog sleeps.", "tatoeba\tThe dog.\tEl perro.\tmore", " "])
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "pairs.tsv").write_text(f"{LINES}{line}\n", "utf-8")
    with pytest.raises(BadLabels, match=r"^Line 3 of pairs\.tsv does not hold source, English, Spanish\.$"):
        read_pairs(tmp_path / "pairs.tsv")


@pytest.mark.parametrize(
    ("content", "message"),
    [(gzip.compress(LINES.encode(), mtime=0)[:-9], "is not whole"), (b"web\t\xff\tno\n", "is not UTF-8 text")],
)
def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "pairs.tsv.gz").write_bytes(content)
    with pytest.raises(BadLabels, match=rf"^pairs\.tsv\.gz {message}"):
        read_pairs(tmp_path / "pairs.tsv.gz")


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        read_pairs(tmp_path / "pairs.tsv")


def test_words_are_counted_on_the_english_side() -> None:
    assert Pair("The dog sleeps.", "El perro está durmiendo.").words == 3
