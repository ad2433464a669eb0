"""What the reader learns from public data and from quotations: rows that stand by themselves."""

from pathlib import Path

import pytest
from training_data import LONG, NLI, SPEAKERS, SQUAD, write_data, write_rows

from knowledge.errors import BadLabels
from retrieval.train.near import Near
from retrieval.train.pairs import sentence_pairs
from retrieval.train.reader_rows import ClaimRow, QuestionRow, reader_rows


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def rows_of(data: Path, kind: str, seed: int = 1) -> list[ClaimRow | QuestionRow]:
    """The rows of a kind, each of which stands by itself."""
    return [row for (row,) in (group for group in reader_rows(data, seed, Near((), {})) if group[0].kind == kind)]


def questions(data: Path, kind: str, seed: int = 1) -> list[QuestionRow]:
    return [row for row in rows_of(data, kind, seed) if isinstance(row, QuestionRow)]


def answer(row: QuestionRow) -> str | None:
    return row.passage[slice(*row.span)] if row.span else None


def test_public_labels_are_decisions_and_unknown_ones_are_left_out(data: Path) -> None:
    two_way = {"source": "rte", "evidence": "It was sold.", "claim": "It was not.", "label": "NOT_SUPPORTED"}
    write_rows(data / "nli_train.jsonl.gz", [*NLI, two_way, two_way | {"label": "MIXED"}])
    assert rows_of(data, "public claim") == [
        ClaimRow("public claim", "A boat was sold.", LONG, "S"),
        ClaimRow("public claim", "It was a mill.", LONG, "N"),
        ClaimRow("public claim", "Sold.", "It was sold.", "C"),
        ClaimRow("public claim", "A boat was bought.", LONG, "C"),
        ClaimRow("public claim", "It was not.", "It was sold.", "not S"),
    ]


def test_public_evidence_is_cut_and_rows_that_are_alike_are_few(data: Path) -> None:
    alike = [NLI[0] | {"source": "conjnli_train", "claim": f"A boat {number}."} for number in range(5100)]
    write_rows(data / "nli_train.jsonl.gz", [NLI[0] | {"evidence": "mill " * 151}, *alike, NLI[1]])
    rows = rows_of(data, "public claim")
    assert rows[0].passage == ("mill " * 150).strip()
    assert (len(rows), rows[-1].text) == (5002, NLI[1]["claim"])
    assert len({row.text for row in rows}) == 5002
    # Which ones, the seed says.
    assert rows == rows_of(data, "public claim") != rows_of(data, "public claim", seed=2)


def test_claims_in_the_words_of_training_texts_and_of_translations_stand_beside_them(data: Path) -> None:
    plain = rows_of(data, "plain claim")
    assert {row.decision for row in plain if isinstance(row, ClaimRow) and row.text in row.passage} == {"S"}
    assert not any("The boat was sold" in row.passage for row in plain)
    pairs = {pair.english: pair.spanish for pair in sentence_pairs(data)}
    translated = rows_of(data, "translated claim")
    assert translated
    assert all(any(text in row.passage for text in (*pairs, *pairs.values())) for row in translated)
    # Which claims, the seed says.
    assert [plain, translated] == [rows_of(data, kind) for kind in ("plain claim", "translated claim")]


def test_public_questions_have_the_place_of_their_answer(data: Path) -> None:
    rows = questions(data, "public question")
    assert [(row.text, row.answered, answer(row)) for row in rows] == [
        (SQUAD[0]["question"], True, "El pescador"),
        (SQUAD[1]["question"], False, None),
    ]
    # Words that stand there do not answer a question that is said to have no answer.
    write_rows(data / "squad_es_train.jsonl.gz", [SQUAD[1] | {"answer": "El pescador"}])
    assert [answer(row) for row in questions(data, "public question")] == [None]


def test_a_quotation_is_answered_by_its_speakers_name_where_that_stands_as_a_word(data: Path) -> None:
    rows = questions(data, "speaker")
    assert [(row.answered, answer(row)) for row in rows] == [
        (True, "Pat Mill"), (False, None), (True, "Mill"),
    ]  # fmt: skip
    assert {row.passage for row in rows} == {"\n\n".join(SPEAKERS[0]["p"])}
    assert all(row.text.startswith("Who said “") for row in rows)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"split": "test"}, r"at split: Input should be 'train', 'dev' or 'unseen'\.$"),
        ({"l": "fr"}, r"at l: "),
        ({"p": []}, r"at p: "),
        ({"q": [{"t": "No.", "s": None}]}, r"at q\.0\.n: Field required"),
        ({"q": [{"t": None, "s": None, "n": None}]}, r"at q\.0\.t: "),
        ({"q": [{"t": " ", "p": 0, "s": None, "n": None}]}, r"at q\.0\.t: "),
        ({"q": [{"t": "No.", "s": None, "n": None}]}, r"at q\.0\.p: Field required"),
    ],
)
def test_a_text_with_quotations_that_breaks_the_format_is_named(
    data: Path, change: dict[str, object], message: str
) -> None:
    write_rows(data / "speakers_train.jsonl.gz", [SPEAKERS[0], SPEAKERS[0] | change])
    with pytest.raises(BadLabels, match=rf"^Line 2 of speakers_train\.jsonl\.gz cannot be used, {message}"):
        rows_of(data, "speaker")
