"""The passages nearest to each written question and claim: those of training rows, in order, for this data alone."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save
from safetensors.torch import save as torch_save
from training_data import (
    ARTICLE,
    ARTICLE_CLAIMS,
    DEV_ARTICLE,
    DEV_DOSSIER,
    DEV_PASSAGE,
    DOSSIER,
    PASSAGE,
    write_data,
    write_rows,
)

from knowledge.errors import BadInput, BadLabels, DamagedData, MissingFile
from retrieval.models.encodings import Encodings
from retrieval.train.near import NEAR, Near, read_near, write_near


class ByWords:
    """An encoder whose vectors count the words of a short list."""

    name = digest = "by words"
    words = ("bridge", "church", "boat")
    dimension = token_dimension = len(words)

    def encode_questions(self, texts: Sequence[str]) -> Encodings:
        vectors = np.array([[text.lower().count(word) for word in self.words] for text in texts], np.float32)
        return Encodings(vectors.reshape(-1, self.dimension), ())

    def encode_passages(
        self,
        texts: Sequence[str],
        *,
        spans: Sequence[Sequence[tuple[int, int]]] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encodings:
        return self.encode_questions(texts)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def written(data: Path) -> Near:
    """What is read of the file that is written for a data folder."""
    write_near(data, ByWords(), data / NEAR)
    return read_near(data, data / NEAR)


def with_article(data: Path, paragraphs: Sequence[str], questions: Sequence[str]) -> Path:
    """The data folder with this article alone."""
    asked = [["en", question, None] for question in questions]
    for path in data.iterdir():
        path.unlink()
    write_rows(data / "written_articles.jsonl.gz", [ARTICLE | {"p": paragraphs, "q": asked}])
    return data


BRIDGES = [
    "A bridge and a bridge.",
    "The church.",
    "Bridge, bridge, bridge.",
    "The bridge by the church.",
    "A bridge.",
]


def test_the_most_alike_passages_stand_first_and_of_equal_ones_the_first_written(data: Path) -> None:
    near = written(with_article(data, BRIDGES, ["Who built the bridge?", "Who built the church?"]))
    assert near.nearest("Who built the bridge?", ()) == [BRIDGES[place] for place in (2, 0, 3, 4, 1)]
    assert near.nearest("Who built the church?", ()) == [BRIDGES[place] for place in (1, 3, 0, 2, 4)]


def test_passages_that_are_left_out_leave_the_others_in_order(data: Path) -> None:
    near = written(with_article(data, BRIDGES, ["Who built the bridge?"]))
    without = [BRIDGES[2], BRIDGES[3]]
    assert near.nearest("Who built the bridge?", without) == [BRIDGES[place] for place in (0, 4, 1)]


def test_nothing_is_near_to_a_text_that_is_not_known(data: Path) -> None:
    assert written(data).nearest("Who built the bridge of another town?", ()) == []


def test_passages_of_every_written_file_are_near_to_the_questions_and_claims_of_every_other(data: Path) -> None:
    tricky = PASSAGE | {"p": "A boat, a boat, a boat.", "q": [], "c": [["S", "en", "It is a boat.", "paraphrase"]]}
    write_rows(data / "written_tricky.jsonl.gz", [tricky])
    near = written(data)
    assert near.passages == [PASSAGE["p"], tricky["p"], *ARTICLE["p"], *DOSSIER["p"]]
    rows = [*PASSAGE["c"], *tricky["c"], *ARTICLE_CLAIMS["c"], *DOSSIER["c"]]
    asked = {row[2] for row in rows} | {row[1] for row in (*PASSAGE["q"], *ARTICLE["q"], *DOSSIER["q"])}
    assert near.places.keys() == asked
    for text in ("Which company bought the boat?", "It is a boat."):
        first, second, *_ = near.nearest(text, ())
        assert (first, second) == (tricky["p"], DOSSIER["p"][0])


def test_no_development_row_is_looked_at(data: Path) -> None:
    write_rows(data / "written_dossiers.jsonl.gz", [DEV_DOSSIER, DOSSIER])
    # Claims of another split than their article are in neither.
    mixed = ARTICLE_CLAIMS | {"c": [["S", "en", "Claimed of another split.", [0], "list"]]}
    write_rows(data / "written_article_claims.jsonl.gz", [mixed | {"split": "dev"}, mixed | {"i": 1}])
    near = written(data)
    assert not {DEV_PASSAGE["p"], *DEV_ARTICLE["p"], *DEV_DOSSIER["p"]} & set(near.passages)
    asked = {row[1] for dev in (DEV_PASSAGE, DEV_ARTICLE, DEV_DOSSIER) for row in dev["q"]}
    asked |= {row[2] for row in (*DEV_PASSAGE["c"], *DEV_DOSSIER["c"])} | {"Claimed of another split."}
    # A training row asks the same as a development row.
    assert asked & near.places.keys() == {PASSAGE["q"][1][1]}


def test_what_stands_several_times_is_there_once(data: Path) -> None:
    assert PASSAGE["q"][0][1] == ARTICLE["q"][2][1]
    write_rows(data / "written_tricky.jsonl.gz", [PASSAGE, PASSAGE])
    near = written(data)
    assert len(near.passages) == len(set(near.passages)) == 1 + len(ARTICLE["p"]) + len(DOSSIER["p"])
    assert all(len(set(places)) == len(places) == len(near.passages) for places in near.places.values())


def test_the_number_of_different_questions_and_claims_is_returned(data: Path) -> None:
    rows = (PASSAGE["c"], PASSAGE["q"], ARTICLE["q"], ARTICLE_CLAIMS["c"], DOSSIER["q"], DOSSIER["c"])
    number = write_near(data, ByWords(), data / NEAR)
    assert number == len(read_near(data, data / NEAR).places) == sum(map(len, rows)) - 1


def test_the_nearest_of_many_passages_are_there_for_each_of_many_questions(data: Path) -> None:
    # More questions than are compared at a time, and more passages than are written of each.
    asked = [f"Who built {('bridge', 'church', 'boat')[number % 3]} {number}?" for number in range(1100)]
    paragraphs = [f"{word} {number}." for number in range(30) for word in ("Bridge", "Church", "Boat")]
    near = written(with_article(data, paragraphs, asked))
    assert list(near.places) == asked
    for number, question in enumerate(asked):
        assert near.nearest(question, ()) == paragraphs[number % 3 : 72 : 3]


Change = Callable[[Path], None]
CHANGES: dict[str, Change] = {
    "a passage": lambda data: write_rows(data / "written_tricky.jsonl.gz", [PASSAGE | {"p": "Another.", "q": []}]),
    "a question": lambda data: write_rows(data / "written_articles.jsonl.gz", [
        ARTICLE | {"q": [["en", "Who painted the church?", 1], *ARTICLE["q"][1:]]}, DEV_ARTICLE
    ]),
    "a claim": lambda data: write_rows(data / "written_article_claims.jsonl.gz", [
        ARTICLE_CLAIMS | {"c": [*ARTICLE_CLAIMS["c"], ["N", "en", "The mill was old.", [], "other"]]}
    ]),
    "the order": lambda data: write_rows(data / "written_passages.jsonl.gz", [
        PASSAGE | {"c": PASSAGE["c"][::-1]}, DEV_PASSAGE
    ]),
    "no dossiers": lambda data: (data / "written_dossiers.jsonl.gz").unlink(),
    "a text that moves": lambda data: write_rows(data / "written_dossiers.jsonl.gz", [
        DOSSIER | {"p": [*DOSSIER["p"], "The mill was old."]}
    ]),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_file_about_other_training_rows_is_refused(data: Path, change: Change) -> None:
    write_near(data, ByWords(), data / NEAR)
    change(data)
    with pytest.raises(BadInput, match=r"near\.safetensors is not about the rows of .*data\.$") as caught:
        read_near(data, data / NEAR)
    assert not isinstance(caught.value, DamagedData | MissingFile | BadLabels)
    assert written(data).places


def test_development_and_public_rows_may_change(data: Path) -> None:
    before = written(data)
    write_rows(data / "written_passages.jsonl.gz", [PASSAGE])
    write_rows(data / "written_dossiers.jsonl.gz", [DOSSIER, DEV_DOSSIER])
    (data / "nli_train.jsonl.gz").unlink()
    after = read_near(data, data / NEAR)
    assert (after.passages, after.places) == (before.passages, before.places)


def parts(path: Path) -> tuple[Any, dict[str, str]]:
    """The numbers and the metadata of a file."""
    with safe_open(str(path), framework="numpy") as file:
        return file.get_tensor("nearest"), file.metadata()


def test_a_file_without_a_digest_is_about_no_rows(data: Path) -> None:
    write_near(data, ByWords(), data / NEAR)
    nearest, _ = parts(data / NEAR)
    (data / NEAR).write_bytes(save({"nearest": nearest}))
    with pytest.raises(BadInput, match="is not about the rows of"):
        read_near(data, data / NEAR)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[:-1],
        lambda content: content + b"0",
        lambda content: b"\xff" * 8 + content[8:],
        lambda content: content.replace(b'"nearest"', b'"another"'),
        lambda content: content.replace(b'"I32"', b'"F99"'),
    ],
    ids=["empty", "cut in the header", "cut at the end", "longer", "header", "another name", "no type"],
)
def test_a_damaged_file_is_said_to_be_so(data: Path, damage: Callable[[bytes], bytes]) -> None:
    write_near(data, ByWords(), data / NEAR)
    (data / NEAR).write_bytes(damage((data / NEAR).read_bytes()))
    with pytest.raises(DamagedData, match=r"near\.safetensors cannot be read: "):
        read_near(data, data / NEAR)


def test_numbers_of_a_type_that_numpy_may_lack_are_damaged(data: Path) -> None:
    write_near(data, ByWords(), data / NEAR)
    _, described = parts(data / NEAR)
    (data / NEAR).write_bytes(torch_save({"nearest": torch.zeros(1, dtype=torch.bfloat16)}, described))
    # It has the type where another library has brought it along.
    with pytest.raises(DamagedData, match=r"near\.safetensors (cannot be read: |has numbers that are not those)"):
        read_near(data, data / NEAR)


@pytest.mark.parametrize(
    "damage",
    [
        lambda nearest: np.where(nearest == 1, 10, nearest),
        lambda nearest: np.where(nearest == 1, -1, nearest),
        lambda nearest: nearest[1:],
        lambda nearest: nearest[:, 1:],
        lambda nearest: nearest[:, 0],
        lambda nearest: nearest.astype(np.float32),
    ],
    ids=["too large", "negative", "too few texts", "too few passages", "one dimension", "no whole numbers"],
)
def test_numbers_that_are_none_of_passages_are_damage(data: Path, damage: Callable[[Any], Any]) -> None:
    write_near(data, ByWords(), data / NEAR)
    nearest, described = parts(data / NEAR)
    assert nearest.max() == 9
    (data / NEAR).write_bytes(save({"nearest": np.ascontiguousarray(damage(nearest))}, described))
    with pytest.raises(DamagedData, match=r"near\.safetensors has numbers that are not those of passages\.$"):
        read_near(data, data / NEAR)


def test_a_file_that_is_missing_is_named_with_what_writes_it(data: Path) -> None:
    for path in (data / NEAR, data):
        with pytest.raises(MissingFile, match=rf"^There is no file {path}\.$") as caught:
            read_near(data, path)
        assert "python -m retrieval.train near" in str(caught.value.hint)


def test_a_folder_without_written_training_rows_is_a_missing_file(tmp_path: Path, data: Path) -> None:
    without = tmp_path / "without"
    without.mkdir()
    write_rows(without / "written_passages.jsonl.gz", [DEV_PASSAGE, PASSAGE | {"c": [], "q": []}])
    for name in ("written_passages", "written_articles", "written_article_claims", "written_dossiers"):
        (data / f"{name}.jsonl.gz").unlink()
    for folder in (tmp_path / "none", tmp_path, without, data):
        with pytest.raises(MissingFile, match=rf"^{folder} holds no written rows\.$"):
            write_near(folder, ByWords(), tmp_path / NEAR)
    assert not (tmp_path / NEAR).exists()


def test_two_writes_give_the_same_bytes(tmp_path: Path, data: Path) -> None:
    other = write_data(tmp_path / "other")
    for folder in (data, other):
        write_near(folder, ByWords(), folder / NEAR)
    first = (data / NEAR).read_bytes()
    assert first == (other / NEAR).read_bytes()
    write_near(data, ByWords(), data / NEAR)
    assert first == (data / NEAR).read_bytes()
