"""What the reader learns from: claims and questions beside passages, of training rows alone."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from training_data import (
    ARTICLE,
    ARTICLE_CLAIMS,
    DEV_ARTICLE,
    LONG,
    NLI,
    PASSAGE,
    SPEAKERS,
    SQUAD,
    write_data,
    write_rows,
)

from knowledge.errors import BadLabels, MissingFile
from retrieval.models.encodings import Encodings
from retrieval.train.reader_rows import SHARES, ClaimRow, QuestionRow, Rows, hard_rows, reader_rows, written_rows

BRIDGE, CHURCH, BOAT = ARTICLE["p"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def of_kind(rows: Rows, kind: str) -> list[ClaimRow | QuestionRow]:
    return [row for row in rows if row.kind == kind]


def questions(rows: Rows) -> list[QuestionRow]:
    return [row for row in rows if isinstance(row, QuestionRow)]


def answer(row: QuestionRow) -> str | None:
    return row.passage[slice(*row.span)] if row.span else None


def numbered(number: int, split: str = "train") -> dict[str, Any]:
    """A passage of its own, with a claim, a question and one that it does not answer."""
    return {
        "p": f"The council bought mill {number}.",
        "c": [["S", "en", f"Mill {number} was bought.", "paraphrase"]],
        "q": [["en", f"Who bought mill {number}?", "The council"], ["es", f"¿Quién vendió {number}?", ""]],
        "split": split,
    }


def test_a_written_passage_decides_its_claims_and_answers_its_questions(data: Path) -> None:
    rows = reader_rows(data, 1)
    assert of_kind(rows, "claim") == [
        ClaimRow("claim", "The mill was bought by the council.", PASSAGE["p"], "S"),
        ClaimRow("claim", "El pescador compró el molino.", PASSAGE["p"], "C"),
        ClaimRow("claim", "The mill was painted.", PASSAGE["p"], "N"),
    ]
    assert of_kind(rows, "question") == [
        QuestionRow("question", "Who bought the mill?", PASSAGE["p"], answered=True, span=(0, len("The council"))),
        QuestionRow("question", "¿Quién vendió el molino?", PASSAGE["p"], answered=False, span=None),
    ]


def test_other_passages_decide_and_answer_nothing(data: Path) -> None:
    write_rows(data / "written_passages.jsonl.gz", [numbered(number) for number in range(400)])
    rows = written_rows(data, "train", random.Random(1))
    claims, asked = of_kind(rows, "other claim"), of_kind(rows, "other question")
    own = {f"Mill {number} was bought.": f"mill {number}." for number in range(400)}
    own |= {f"Who bought mill {number}?": f"mill {number}." for number in range(400)}
    for row in (*claims, *asked):
        assert own[row.text] not in row.passage
    assert {row.decision for row in claims if isinstance(row, ClaimRow)} == {"N"}
    assert {(row.answered, row.span) for row in questions(asked)} == {(False, None)}
    # Shares of 0.12 and 0.25; the standard error of the second is 0.02.
    assert len(claims) / 400 == pytest.approx(0.12, abs=0.05)
    assert len(asked) / 400 == pytest.approx(0.25, abs=0.07)
    # A question that its own passage does not answer shows nothing beside another.
    assert not [row for row in asked if row.text.startswith("¿")]


def test_an_answer_that_is_not_in_its_passage_has_no_place(data: Path) -> None:
    write_rows(data / "written_passages.jsonl.gz", [PASSAGE | {"q": [["en", "Who bought it?", "the Council"]]}])
    write_rows(data / "squad_es_train.jsonl.gz", [SQUAD[0] | {"answer": "pescadores"}])
    assert [(row.answered, row.span) for row in questions(of_kind(reader_rows(data, 1), "question"))] == [(True, None)]
    public = questions(of_kind(reader_rows(data, 1), "public question"))
    assert [(row.answered, row.span) for row in public] == [(True, None)]


def test_the_paragraph_that_answers_is_shown_with_others_that_do_not(data: Path) -> None:
    rows = questions(of_kind(reader_rows(data, 1), "article question"))
    right = {"¿Quién pintó la iglesia?": {CHURCH}, "Who sold the bridge?": {BRIDGE}, "Who bought the mill?": set()}
    assert {row.text for row in rows} == set(right)
    for question, answering in right.items():
        shown = [row for row in rows if row.text == question]
        assert {row.passage for row in shown if row.answered} == answering
        others = [row.passage for row in shown if not row.answered]
        assert len(others) == len(set(others)) == 2
        assert not answering & set(others)
    assert {row.span for row in rows} == {None}


def test_a_claim_is_decided_by_its_one_paragraph_and_by_no_other(data: Path) -> None:
    for seed in range(5):
        rows = [row for row in reader_rows(data, seed) if row.kind == "article claim" and isinstance(row, ClaimRow)]
        by_claim = {claim: [row for row in rows if row.text == claim] for claim in {row.text for row in rows}}
        several, painted, sold = (by_claim[claim] for _, _, claim, _, _ in ARTICLE_CLAIMS["c"])
        # What takes two paragraphs neither decides alone.
        assert [(row.passage, row.decision) for row in several] == [(BRIDGE, "N")]
        assert (painted[0].passage, painted[0].decision) == (CHURCH, "C")
        assert [row.decision for row in painted[1:]] == ["N"]
        assert painted[1].passage in (BRIDGE, BOAT)
        assert [row.decision for row in sold] == ["N"]


def test_public_labels_are_decisions_and_unknown_ones_are_left_out(data: Path) -> None:
    two_way = {"source": "rte", "evidence": "It was sold.", "claim": "It was not.", "label": "NOT_SUPPORTED"}
    write_rows(data / "nli_train.jsonl.gz", [*NLI, two_way, two_way | {"label": "MIXED"}])
    assert of_kind(reader_rows(data, 1), "public claim") == [
        ClaimRow("public claim", "A boat was sold.", LONG, "S"),
        ClaimRow("public claim", "It was a mill.", LONG, "N"),
        ClaimRow("public claim", "Sold.", "It was sold.", "C"),
        ClaimRow("public claim", "A boat was bought.", LONG, "C"),
        ClaimRow("public claim", "It was not.", "It was sold.", "not S"),
    ]


def test_public_evidence_is_cut_and_rows_that_are_alike_are_few(data: Path) -> None:
    alike = [NLI[0] | {"source": "conjnli_train", "claim": f"A boat {number}."} for number in range(5100)]
    write_rows(data / "nli_train.jsonl.gz", [NLI[0] | {"evidence": "mill " * 151}, *alike, NLI[1]])
    rows = of_kind(reader_rows(data, 1), "public claim")
    assert rows[0].passage == ("mill " * 150).strip()
    assert (len(rows), rows[-1].text) == (5002, NLI[1]["claim"])
    assert len({row.text for row in rows}) == 5002
    # Which ones, the seed says.
    assert rows == of_kind(reader_rows(data, 1), "public claim") != of_kind(reader_rows(data, 2), "public claim")


def test_public_questions_have_the_place_of_their_answer(data: Path) -> None:
    rows = questions(of_kind(reader_rows(data, 1), "public question"))
    assert [(row.text, row.answered, answer(row)) for row in rows] == [
        (SQUAD[0]["question"], True, "El pescador"),
        (SQUAD[1]["question"], False, None),
    ]
    # Words that stand there do not answer a question that is said to have no answer.
    write_rows(data / "squad_es_train.jsonl.gz", [SQUAD[1] | {"answer": "El pescador"}])
    assert [answer(row) for row in questions(of_kind(reader_rows(data, 1), "public question"))] == [None]


def test_a_quotation_is_answered_by_its_speakers_name_where_that_stands_as_a_word(data: Path) -> None:
    rows = questions(of_kind(reader_rows(data, 1), "speaker"))
    assert [(row.answered, answer(row)) for row in rows] == [
        (True, "Pat Mill"), (True, "the teacher"), (False, None),
    ]  # fmt: skip
    assert {row.passage for row in rows} == {" ".join(SPEAKERS[0]["p"])}
    said = ("The boat was sold by the", "No.", "The boat was sold")
    assert [words in row.text for words, row in zip(said, rows, strict=True)] == [True, True, True]


def test_who_speaks_is_asked_in_several_ways_with_more_or_fewer_words(data: Path) -> None:
    asked = {questions(of_kind(reader_rows(data, seed), "speaker"))[0].text for seed in range(60)}
    six, all_words = "The boat was sold by the", "The boat was sold by the council in the church"
    for words in (six, all_words):
        assert {f"Who said “{words}”?", f"Whose words are “{words}”?", f"who says {words}?"} <= asked
    assert len(asked) == 6


def test_every_kind_appears_and_has_a_share(data: Path) -> None:
    write_rows(data / "written_passages.jsonl.gz", [numbered(number) for number in range(60)])
    assert Counter(row.kind for row in reader_rows(data, 1)).keys() == SHARES.keys()


def test_no_text_of_a_development_or_unseen_row_is_trained_on(data: Path) -> None:
    write_rows(
        data / "written_passages.jsonl.gz",
        [numbered(number, "dev" if number % 2 else "train") for number in range(200)],
    )
    for rows in (reader_rows(data, 1), hard_rows(data, 1, ByWords())):
        texts = {text for row in rows for text in (row.text, row.passage)}
        odd = [text for text in texts if any(text.rstrip(".?").endswith(f" {number}") for number in range(1, 200, 2))]
        assert odd == []
        assert not [text for text in texts for own in ("Compró el barco", "Vendió el barco", "sold the mill")
                    if own in text]  # fmt: skip
    development = written_rows(data, "dev", random.Random(1))
    assert {row.passage for row in development} & {row.passage for row in reader_rows(data, 1)} == set()
    assert {row.kind for row in development} >= {"claim", "question", "article question", "article claim"}


def test_claims_of_another_split_than_their_article_are_in_neither(data: Path) -> None:
    write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"split": "dev"}])
    assert of_kind(reader_rows(data, 1), "article claim") == []
    assert of_kind(written_rows(data, "dev", random.Random(1)), "article claim") == []


def test_the_same_seed_gives_the_same_rows_and_another_other_ones(data: Path) -> None:
    write_rows(data / "written_passages.jsonl.gz", [numbered(number) for number in range(60)])
    assert reader_rows(data, 1) == reader_rows(data, 1) != reader_rows(data, 2)
    first, again, other = (hard_rows(data, seed, ByWords()) for seed in (1, 1, 2))
    assert first == again != other


class ByWords:
    """An encoder whose vectors count the words of a short list."""

    name = digest = "by words"
    words = ("bridge", "church", "boat", "harbour", "mill", "salt")
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


def test_hard_rows_are_the_written_ones_and_the_nearest_paragraphs_that_do_not_answer(data: Path) -> None:
    paragraphs = [
        "The mill and the bridge.",
        "The bridge.",
        "A bridge, a bridge.",
        "The church.",
        "Bridge, bridge, bridge.",
    ]
    asked = [["en", "Who built the bridge?", 1], ["en", "Was the bridge of the church sold?", None]]
    write_rows(data / "written_articles.jsonl.gz", [ARTICLE | {"t": "Salt", "p": paragraphs, "q": asked}, DEV_ARTICLE])
    rows = hard_rows(data, 1, ByWords())
    asked_of = questions(of_kind(rows, "article question"))
    answered, null = ([row for row in asked_of if row.text.startswith(start)] for start in ("Who", "Was"))
    assert [(row.passage, row.answered) for row in answered] == [
        (paragraphs[1], True), (paragraphs[4], False), (paragraphs[2], False), (paragraphs[0], False),
    ]  # fmt: skip
    assert [(row.passage, row.answered) for row in null[:2]] == [(paragraphs[4], False), (paragraphs[2], False)]
    assert len(null) == 3
    everything = reader_rows(data, 1)
    for kind in ("claim", "question"):
        assert of_kind(rows, kind) == of_kind(everything, kind)
    assert {row.kind for row in rows} == {"claim", "question", "article claim", "article question"}


def test_a_short_article_has_as_many_hard_paragraphs_as_there_are(data: Path) -> None:
    write_rows(data / "written_articles.jsonl.gz", [ARTICLE | {"p": ARTICLE["p"][:2], "q": [["en", "Who?", 0]]},
                                                    ARTICLE | {"i": 5, "q": []}])  # fmt: skip
    write_rows(data / "written_article_claims.jsonl.gz", [])
    rows = questions(of_kind(hard_rows(data, 1, ByWords()), "article question"))
    assert [(row.passage, row.answered) for row in rows] == [(BRIDGE, True), (CHURCH, False)]


@pytest.mark.parametrize(
    "name", ["written_tricky", "written_passages", "written_articles", "squad_es_train", "nli_train", "speakers_train"]
)
def test_a_folder_may_hold_a_part_of_the_files(data: Path, name: str) -> None:
    write_rows(data / "written_tricky.jsonl.gz", [PASSAGE])
    for path in data.iterdir():
        if path.name != f"{name}.jsonl.gz":
            path.unlink()
    assert reader_rows(data, 1)


def test_a_folder_without_rows_is_a_missing_file(tmp_path: Path, data: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(MissingFile, match="holds no rows to train on"):
            reader_rows(folder, 1)
        with pytest.raises(MissingFile, match="holds no rows to train on"):
            hard_rows(folder, 1, ByWords())
    for name in ("written_articles", "written_article_claims", "written_passages"):
        (data / f"{name}.jsonl.gz").unlink()
    assert reader_rows(data, 1)
    with pytest.raises(MissingFile, match="holds no rows to train on"):
        hard_rows(data, 1, ByWords())


def test_a_paragraph_that_an_article_lacks_is_named(data: Path) -> None:
    write_rows(data / "written_articles.jsonl.gz", [ARTICLE | {"q": [["en", "Who?", 3]]}])
    with pytest.raises(BadLabels, match=r"^Article art1 0 has no paragraph 3 \(“Who\?”\)\.$"):
        reader_rows(data, 1)
    with pytest.raises(BadLabels, match=r"^Article art1 0 has no paragraph 3 \(“Who\?”\)\.$"):
        hard_rows(data, 1, ByWords())
    write_rows(data / "written_articles.jsonl.gz", [ARTICLE])
    write_rows(
        data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"c": [["S", "en", "A claim.", [9], "kind"]]}]
    )
    with pytest.raises(BadLabels, match=r"^Article art1 0 has no paragraph 9 \(“A claim\.”\)\.$"):
        reader_rows(data, 1)


def test_claims_on_an_article_that_is_not_there_are_named(data: Path) -> None:
    write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"i": 7}])
    with pytest.raises(BadLabels, match=r"has claims on article art1 7, which written_articles\.jsonl\.gz lacks"):
        reader_rows(data, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"split": "test"}, r"at split: Input should be 'train', 'dev' or 'unseen'\.$"),
        ({"l": "fr"}, r"at l: "),
        ({"p": []}, r"at p: "),
        ({"q": [{"t": "No.", "s": None}]}, r"at q\.0\.n: Field required"),
        ({"q": [{"t": None, "s": None, "n": None}]}, r"at q\.0\.t: "),
    ],
)
def test_a_text_with_quotations_that_breaks_the_format_is_named(
    data: Path, change: dict[str, object], message: str
) -> None:
    write_rows(data / "speakers_train.jsonl.gz", [SPEAKERS[0], SPEAKERS[0] | change])
    with pytest.raises(BadLabels, match=rf"^Line 2 of speakers_train\.jsonl\.gz cannot be used, {message}"):
        reader_rows(data, 1)
