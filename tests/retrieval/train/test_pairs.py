"""What the encoder learns from: every training row of the data folder, and no other."""

import gzip
import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_data import ARTICLE, ARTICLE_CLAIMS, LONG, PASSAGE, SQUAD, write_data, write_rows

from knowledge.errors import BadLabels, MissingFile
from retrieval.train.pairs import SHARES, TrainingPair, sentence_pairs, training_pairs, typed
from retrieval.train.pieces import running_texts


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def test_every_kind_of_training_row_makes_its_pairs(data: Path) -> None:
    bridge, church, boat = ARTICLE["p"]
    assert training_pairs(data) == [
        TrainingPair("question", "Who bought the mill?", PASSAGE["p"]),
        TrainingPair("claim", "The mill was bought by the council.", PASSAGE["p"]),
        TrainingPair("claim", "El pescador compró el molino.", PASSAGE["p"]),
        TrainingPair("article", "¿Quién pintó la iglesia?", church, (bridge, boat)),
        TrainingPair("article", "Who sold the bridge?", bridge, (church, boat)),
        # A paragraph that decides a claim besides the first is not one that does not.
        TrainingPair("article claim", "The fisherman repaired the boat and the teacher painted.", boat, (bridge,)),
        TrainingPair("article claim", "La maestra pintó el barco.", church, (bridge, boat)),
        TrainingPair("squad", SQUAD[0]["question"], SQUAD[0]["passage"]),
        TrainingPair("fever", "A boat was sold.", LONG),
    ]
    assert {pair.kind for pair in training_pairs(data)} == set(SHARES)


def test_no_text_of_a_development_row_is_trained_on(data: Path) -> None:
    texts = "\n".join(
        text for pair in training_pairs(data) for text in (pair.question, pair.passage, *pair.others)
    ) + "\n".join(running_texts(data))
    assert not [text for text in ("sold the boat?", "company sold", "council sold") if text in texts]


def test_sentences_are_long_enough_to_be_told_apart(data: Path) -> None:
    assert [pair.english for pair in sentence_pairs(data)] == [
        "The company bought the boat by the bridge.",
        "The teacher painted the church in the mill.",
    ]


def test_vocabulary_counts_each_passage_once_and_all_evidence_and_sentences(data: Path) -> None:
    texts = list(running_texts(data))
    assert [texts.count(text) for text in (PASSAGE["p"], ARTICLE["p"][0], "A boat was bought.", "El barco.")] == [
        1, 1, 1, 1,
    ]  # fmt: skip


@pytest.mark.parametrize("kept", ["written_passages.jsonl.gz", "written_articles.jsonl.gz", "squad_es_train.jsonl.gz"])
def test_a_folder_may_hold_a_part_of_the_files(data: Path, kept: str) -> None:
    for path in data.iterdir():
        if path.name != kept:
            path.unlink()
    assert training_pairs(data)
    assert sentence_pairs(data) == []


def test_a_folder_without_rows_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="holds no rows to train on"):
        training_pairs(tmp_path)
    with pytest.raises(MissingFile, match="holds no rows to train on"):
        training_pairs(tmp_path / "none")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"split": "test"}, r"Line 2 of written_passages\.jsonl\.gz cannot be used, at split: "),
        ({"q": [["en", "Who?"]]}, r"at q\.0\.2: Field required"),
        ({"c": [["X", "en", "A claim.", "kind"]]}, r"at c\.0\.0: "),
        ({"q": [["fr", "Qui ?", ""]]}, r"at q\.0\.0: "),
        ({"p": None}, r"at p: "),
    ],
)
def test_a_row_that_breaks_the_format_is_named(data: Path, change: dict[str, object], message: str) -> None:
    write_rows(data / "written_passages.jsonl.gz", [PASSAGE, PASSAGE | change])
    with pytest.raises(BadLabels, match=message):
        training_pairs(data)


def test_claims_on_an_article_that_is_not_there_are_named(data: Path) -> None:
    write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"i": 7}])
    with pytest.raises(BadLabels, match=r"has claims on article art1 7, which written_articles\.jsonl\.gz lacks"):
        training_pairs(data)


def test_claims_of_another_split_than_their_article_are_not_trained_on(data: Path) -> None:
    write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"i": 1}, ARTICLE_CLAIMS | {"split": "dev"}])
    assert not [pair for pair in training_pairs(data) if pair.kind == "article claim"]


def test_a_paragraph_that_an_article_lacks_is_named(data: Path) -> None:
    write_rows(data / "written_articles.jsonl.gz", [ARTICLE | {"q": [["en", "Who?", 3]]}])
    with pytest.raises(BadLabels, match=r"^“Who\?” names paragraph 3, of 3\.$"):
        training_pairs(data)
    write_rows(data / "written_articles.jsonl.gz", [ARTICLE])
    claims = [["S", "en", "The last and another.", [2, 9], "list"]]
    write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"c": claims}])
    with pytest.raises(BadLabels, match=r"^“The last and another\.” names paragraph 9, of 3\.$"):
        training_pairs(data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(b'{"question": "Who?"', mtime=0)[:-9], "is not whole"),
        (gzip.compress(b"{}", mtime=0)[:2] + b"broken", "is not whole"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"no JSON", "at its beginning: Invalid JSON"),
    ],
)
def test_a_damaged_file_is_named(data: Path, content: bytes, message: str) -> None:
    (data / "squad_es_train.jsonl.gz").write_bytes(content)
    with pytest.raises(BadLabels, match=rf"squad_es_train\.jsonl\.gz.*{message}"):
        training_pairs(data)


def bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(sorted(letter for letter in letters if letter.isalnum()))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text("abcxyzABCXYZñÑáéíÁÉü0123456789 ¿?¡!.,;:\"“”'’", min_size=1), st.integers(0, 10_000))
def test_a_typed_question_keeps_its_letters(text: str, seed: int) -> None:
    made = typed(text, random.Random(seed))
    assert made.strip() == made != ""
    assert bare(made) == bare(text)


def test_questions_are_typed_in_many_ways_and_the_same_for_the_same_seed() -> None:
    question = "¿Quién pintó la iglesia de Ávila?"
    ways = [typed(question, random.Random(seed)) for seed in range(200)]
    assert ways == [typed(question, random.Random(seed)) for seed in range(200)]
    assert {question, question.lower(), "quien pinto la iglesia de avila"} <= set(ways)
    assert len(set(ways)) > 20
