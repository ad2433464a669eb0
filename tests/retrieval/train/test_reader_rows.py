"""What the reader learns from: claims and questions beside passages, in groups, of training rows alone."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from training_data import (
    ARTICLE,
    ARTICLE_CLAIMS,
    DEV_ARTICLE,
    DEV_DOSSIER,
    DEV_PASSAGE,
    DOSSIER,
    PASSAGE,
    SQUAD,
    write_data,
    write_rows,
)

from knowledge.errors import BadLabels, MissingFile
from retrieval.train.near import Near
from retrieval.train.reader_rows import SHARES, ClaimRow, Group, QuestionRow, reader_rows, written_rows

BRIDGE, CHURCH, BOAT = ARTICLE["p"]
NOTHING_NEAR = Near((), {})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def near_to(text: str, passages: Sequence[str]) -> Near:
    """What is near to a text, nearest first, and nothing to any other."""
    return Near(passages, {text: range(len(passages))})


def of_kind(groups: Iterable[Group], kind: str) -> list[Group]:
    return [group for group in groups if group[0].kind == kind]


def rows_of(groups: Iterable[Group], kind: str) -> list[ClaimRow | QuestionRow]:
    return [row for group in of_kind(groups, kind) for row in group]


def questions(groups: Iterable[Group], kind: str) -> list[QuestionRow]:
    return [row for row in rows_of(groups, kind) if isinstance(row, QuestionRow)]


def of_question(groups: Iterable[Group], question: str) -> tuple[QuestionRow, ...]:
    """The rows of the only group of a question."""
    (group,) = (group for group in groups if group[0].text == question)
    return tuple(row for row in group if isinstance(row, QuestionRow))


def of_claim(groups: Iterable[Group], claim: str) -> list[tuple[str, str]]:
    """Passages and decisions of a claim, each of a group of its own."""
    rows = [row for group in groups if len(group) == 1 for row in group if isinstance(row, ClaimRow)]
    return [(row.passage, row.decision) for row in rows if row.text == claim]


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


def mills(data: Path, number: int) -> list[str]:
    """So many passages in the data folder, and nothing else: their texts."""
    for path in data.iterdir():
        path.unlink()
    rows = [numbered(place) for place in range(number)]
    write_rows(data / "written_passages.jsonl.gz", rows)
    return [row["p"] for row in rows]


def test_a_written_passage_decides_its_claims_and_answers_its_questions(data: Path) -> None:
    groups = reader_rows(data, 1, NOTHING_NEAR)
    assert of_kind(groups, "claim") == [
        (ClaimRow("claim", "The mill was bought by the council.", PASSAGE["p"], "S"),),
        (ClaimRow("claim", "El pescador compró el molino.", PASSAGE["p"], "C"),),
        (ClaimRow("claim", "The mill was painted.", PASSAGE["p"], "N"),),
    ]
    # There is no other passage to show.
    assert of_kind(groups, "question") == [
        (QuestionRow("question", "Who bought the mill?", PASSAGE["p"], answered=True, span=(0, len("The council"))),),
        (QuestionRow("question", "¿Quién vendió el molino?", PASSAGE["p"], answered=False, span=None),),
    ]
    assert of_kind(groups, "near claim") == []


def test_a_question_stands_with_its_passage_and_then_with_those_nearest_to_it(data: Path) -> None:
    texts = mills(data, 12)
    question = "Who bought mill 3?"
    # The question's own passage is not among the others, and what is no single passage neither.
    near = near_to(question, [texts[7], texts[3], BRIDGE, texts[2], texts[9], texts[0], texts[11]])
    drawn = set()
    for seed in range(40):
        own, *others = of_question(reader_rows(data, seed, near), question)
        assert own == QuestionRow("question", question, texts[3], answered=True, span=(0, len("The council")))
        assert [row.passage for row in others[:4]] == [texts[7], texts[2], texts[9], texts[0]]
        assert len(others) == 5
        drawn.add(others[4].passage)
    # One more is any of the rest.
    assert drawn == {texts[place] for place in (1, 4, 5, 6, 8, 10, 11)}


def test_whether_others_answer_a_question_on_a_single_passage_is_not_known(data: Path) -> None:
    mills(data, 6)
    for group in of_kind(reader_rows(data, 1, NOTHING_NEAR), "question"):
        known = [(row.answered, row.span) for row in group if isinstance(row, QuestionRow)]
        if group[0].text.startswith("¿"):
            # A question that its own passage does not answer shows nothing beside another.
            assert known == [(False, None)]
        else:
            assert known == [(True, (0, len("The council"))), *[(None, None)] * 4]


def test_where_nothing_is_near_other_passages_are_drawn(data: Path) -> None:
    texts = mills(data, 8)
    drawn = set()
    for seed in range(40):
        own, *others = of_question(reader_rows(data, seed, NOTHING_NEAR), "Who bought mill 3?")
        passages = {row.passage for row in others}
        assert (own.passage, len(others), len(passages)) == (texts[3], 4, 4)
        drawn |= passages
    assert drawn == {*texts} - {texts[3]}


def test_a_claim_is_sometimes_shown_beside_another_passage_that_decides_nothing(data: Path) -> None:
    texts = mills(data, 400)
    near = Near(texts, {f"Mill {number} was bought.": (number, 399 - number, 0) for number in range(0, 400, 2)})
    rows = [row for row in rows_of(reader_rows(data, 1, near), "near claim") if isinstance(row, ClaimRow)]
    numbers = [int(row.text.split()[1]) for row in rows]
    # A share of 0.4, whose standard error is 0.02.
    assert len(rows) / 400 == pytest.approx(0.4, abs=0.07)
    assert len(set(numbers)) == len(numbers)
    assert {row.decision for row in rows} == {"N"}
    assert not [row for row, number in zip(rows, numbers, strict=True) if row.passage == texts[number]]
    # The nearest but for its own; any where none is known.
    nearest = [row.passage == texts[399 - number] for row, number in zip(rows, numbers, strict=True) if not number % 2]
    drawn = {row.passage for row, number in zip(rows, numbers, strict=True) if number % 2}
    assert all(nearest)
    assert len(nearest) > 50
    assert len(drawn) > 50


def test_an_answer_that_is_not_in_its_passage_has_no_place(data: Path) -> None:
    write_rows(data / "written_passages.jsonl.gz", [PASSAGE | {"q": [["en", "Who bought it?", "the Council"]]}])
    write_rows(data / "written_dossiers.jsonl.gz", [DOSSIER | {"q": [["en", "Who?", [0], "The Company"]]}])
    write_rows(data / "squad_es_train.jsonl.gz", [SQUAD[0] | {"answer": "pescadores"}])
    groups = reader_rows(data, 1, NOTHING_NEAR)
    for kind in ("question", "dossier question", "public question"):
        first = questions(groups, kind)[0]
        assert (first.answered, first.span) == (True, None)


def test_a_question_on_an_article_stands_with_its_paragraph_and_then_with_the_nearest_of_the_others(
    data: Path,
) -> None:
    paragraphs = [f"Paragraph {number}." for number in range(8)]
    answered, null = "Who built it?", "Who sold it?"
    asked = [["en", answered, 3], ["en", null, None]]
    write_rows(data / "written_articles.jsonl.gz", [ARTICLE | {"p": paragraphs, "q": asked}, DEV_ARTICLE])
    # The paragraph that answers and a passage of another text stand among the nearest.
    passages = [paragraphs[6], PASSAGE["p"], paragraphs[3], *paragraphs[:3], paragraphs[7]]
    drawn = set()
    for seed in range(30):
        groups = reader_rows(data, seed, Near(passages, {answered: range(7), null: range(7)}))
        rows = of_question(groups, answered)
        assert rows[0] == QuestionRow("article question", answered, paragraphs[3], answered=True, span=None)
        assert [row.passage for row in rows[1:5]] == [paragraphs[6], *paragraphs[:3]]
        assert [(row.answered, row.span) for row in rows[1:]] == [(False, None)] * 5
        drawn.add(rows[5].passage)
        rows = of_question(groups, null)
        assert [row.passage for row in rows[:4]] == [paragraphs[6], paragraphs[3], *paragraphs[:2]]
        assert [(row.answered, row.span) for row in rows] == [(False, None)] * 5
    assert drawn == {paragraphs[4], paragraphs[5], paragraphs[7]}


def test_a_short_article_has_as_many_paragraphs_as_there_are(data: Path) -> None:
    groups = reader_rows(data, 1, NOTHING_NEAR)
    for question, right in (("¿Quién pintó la iglesia?", [CHURCH]), ("Who sold the bridge?", [BRIDGE])):
        rows = of_question(groups, question)
        assert [row.passage for row in rows if row.answered] == right == [rows[0].passage]
        assert sorted(row.passage for row in rows) == sorted(ARTICLE["p"])
    (null,) = (group for group in of_kind(groups, "article question") if group[0].text == "Who bought the mill?")
    assert sorted(row.passage for row in null) == sorted(ARTICLE["p"])
    assert {row.span for row in questions(groups, "article question")} == {None}


def test_a_claim_on_an_article_is_decided_by_its_one_paragraph_and_by_no_other(data: Path) -> None:
    several, painted, sold = (claim for _, _, claim, _, _ in ARTICLE_CLAIMS["c"])
    for seed in range(5):
        groups = of_kind(reader_rows(data, seed, NOTHING_NEAR), "article claim")
        # What takes two paragraphs neither decides alone.
        assert of_claim(groups, several) == [(BRIDGE, "N")]
        assert of_claim(groups, painted)[0] == (CHURCH, "C")
        assert sorted(of_claim(groups, painted)[1:]) == [(BRIDGE, "N"), (BOAT, "N")]
        assert sorted(of_claim(groups, sold)) == sorted((paragraph, "N") for paragraph in ARTICLE["p"])
        assert len(groups) == 7


@pytest.mark.parametrize("kind", ["article claim", "dossier claim"])
def test_the_passages_nearest_to_a_claim_are_shown_and_some_of_the_others(data: Path, kind: str) -> None:
    texts = [f"Paragraph {number}." for number in range(8)]
    claim: list[Any] = ["S", "en", "It was sold.", [2]]
    if kind == "article claim":
        write_rows(data / "written_articles.jsonl.gz", [ARTICLE | {"p": texts, "q": []}, DEV_ARTICLE])
        write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"c": [[*claim, "kind"]]}])
    else:
        write_rows(data / "written_dossiers.jsonl.gz", [DOSSIER | {"p": texts, "q": [], "c": [claim]}])
    near = near_to("It was sold.", [texts[5], texts[2], PASSAGE["p"], texts[1], texts[7], texts[0]])
    drawn = set()
    for seed in range(30):
        rows = of_claim(of_kind(reader_rows(data, seed, near), kind), "It was sold.")
        assert rows[:4] == [(texts[2], "S"), (texts[5], "N"), (texts[1], "N"), (texts[7], "N")]
        assert [decision for _, decision in rows[4:]] == ["N"]
        drawn.add(rows[4][0])
        by_chance = of_claim(of_kind(reader_rows(data, seed, NOTHING_NEAR), kind), "It was sold.")
        assert by_chance[0] == (texts[2], "S")
        assert [decision for _, decision in by_chance[1:]] == ["N"] * 3
        assert texts[2] not in {passage for passage, _ in by_chance[1:]}
    assert drawn == {texts[place] for place in (0, 3, 4, 6)}


def test_all_passages_of_a_dossier_that_answer_stand_first_and_the_first_shows_where(data: Path) -> None:
    (question, texts) = ("Which company bought the boat?", DOSSIER["p"])
    # Passages that answer are not shown again, near as they are.
    near = near_to(question, [texts[2], texts[4], PASSAGE["p"], texts[5], texts[0]])
    rows = of_question(reader_rows(data, 1, near), question)
    assert rows[:2] == (
        QuestionRow("dossier question", question, texts[4], answered=True, span=(7, 18)),
        # These words stand in the second passage too.
        QuestionRow("dossier question", question, texts[2], answered=True, span=None),
    )
    assert answer(rows[0]) == DOSSIER["q"][0][3]
    assert [row.passage for row in rows[2:4]] == [texts[5], texts[0]]
    assert sorted(row.passage for row in rows[4:]) == sorted([texts[1], texts[3]])
    assert [(row.answered, row.span) for row in rows[2:]] == [(False, None)] * 4


def test_a_question_that_no_passage_of_a_dossier_answers_is_answered_by_none(data: Path) -> None:
    question = "¿Quién vendió la iglesia?"
    near = near_to(question, DOSSIER["p"][::-1])
    rows = of_question(reader_rows(data, 1, near), question)
    assert [row.passage for row in rows[:4]] == DOSSIER["p"][:1:-1]
    assert rows[4].passage in DOSSIER["p"][:2]
    assert [(row.kind, row.answered, row.span) for row in rows] == [("dossier question", False, None)] * 5


def test_each_passage_of_several_decides_a_claim_on_a_dossier_and_the_others_do_not(data: Path) -> None:
    bought, sold, painted = (claim for _, _, claim, _ in DOSSIER["c"])
    texts = DOSSIER["p"]
    for seed in range(5):
        groups = of_kind(reader_rows(data, seed, NOTHING_NEAR), "dossier claim")
        rows = of_claim(groups, bought)
        assert rows[:2] == [(texts[2], "S"), (texts[4], "S")]
        assert [decision for _, decision in rows[2:]] == ["N"] * 3
        assert {passage for passage, _ in rows[2:]} < {texts[place] for place in (0, 1, 3, 5)}
        rows = of_claim(groups, sold)
        assert rows[0] == (texts[3], "C")
        assert [decision for _, decision in rows[1:]] == ["N"] * 3
        assert [decision for _, decision in of_claim(groups, painted)] == ["N"] * 3
        assert len(groups) == 5 + 4 + 3


def test_what_is_no_question_with_written_passages_stands_by_itself(data: Path) -> None:
    several = {"question", "article question", "dossier question"}
    mixed = [numbered(number) for number in range(30)]
    write_rows(data / "written_passages.jsonl.gz", mixed)
    groups = reader_rows(data, 1, NOTHING_NEAR)
    assert {group[0].kind for group in groups if len(group) > 1} == several
    for group in groups:
        assert len({(row.kind, row.text) for row in group}) == 1


def test_every_kind_appears_and_has_a_share(data: Path) -> None:
    counted = numbered(60) | {"p": "The mill of Orvane opened in May 1911 with 320 workers.", "c": [], "q": []}
    write_rows(data / "written_passages.jsonl.gz", [*(numbered(number) for number in range(60)), counted])
    assert {row.kind for group in reader_rows(data, 1, NOTHING_NEAR) for row in group} == SHARES.keys()


def test_no_text_of_a_development_or_unseen_row_is_trained_on(data: Path) -> None:
    rows = [numbered(number, "dev" if number % 2 else "train") for number in range(40)]
    write_rows(data / "written_passages.jsonl.gz", [*rows, DEV_PASSAGE])
    write_rows(data / "written_dossiers.jsonl.gz", [DEV_DOSSIER, DOSSIER])
    development = [*DEV_ARTICLE["p"], *DEV_DOSSIER["p"], DEV_PASSAGE["p"], *(row["p"] for row in rows[1::2])]
    asked = [row[1] for row in (*PASSAGE["q"], *ARTICLE["q"], *DOSSIER["q"])]
    asked += [row[2] for row in (*ARTICLE_CLAIMS["c"], *DOSSIER["c"])] + [f"Who bought mill {n}?" for n in range(40)]
    # Even where development texts are said to be the nearest of all.
    for near in (NOTHING_NEAR, Near(development, dict.fromkeys(asked, range(len(development))))):
        groups = reader_rows(data, 1, near)
        texts = {text for group in groups for row in group for text in (row.text, row.passage)}
        assert not texts & {
            *development,
            *(row[1] for row in (*DEV_ARTICLE["q"], *DEV_DOSSIER["q"], *DEV_PASSAGE["q"])),
        }
        assert not texts & {row[2] for row in (*DEV_DOSSIER["c"], *DEV_PASSAGE["c"])}
        assert not [text for text in texts for number in range(1, 40, 2) if text.rstrip(".?").endswith(f" {number}")]
        assert not [text for text in texts for own in ("Compró el barco", "Vendió el barco") if own in text]


def test_development_rows_are_of_development_texts_alone(data: Path) -> None:
    write_rows(data / "written_passages.jsonl.gz", [PASSAGE, DEV_PASSAGE, numbered(1, "dev")])
    write_rows(data / "written_dossiers.jsonl.gz", [DOSSIER, DEV_DOSSIER])
    groups = written_rows(data, "dev", random.Random(1), NOTHING_NEAR)
    passages = {row.passage for group in groups for row in group}
    assert passages == {DEV_PASSAGE["p"], numbered(1)["p"], *DEV_ARTICLE["p"], *DEV_DOSSIER["p"]}
    kinds = {"claim", "article claim", "dossier claim", "question", "article question", "dossier question"}
    assert {group[0].kind for group in groups} - {"near claim"} == kinds


def test_claims_of_another_split_than_their_article_are_in_neither(data: Path) -> None:
    write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"split": "dev"}])
    assert of_kind(reader_rows(data, 1, NOTHING_NEAR), "article claim") == []
    assert of_kind(written_rows(data, "dev", random.Random(1), NOTHING_NEAR), "article claim") == []


def test_the_same_seed_gives_the_same_rows_and_another_other_ones(data: Path) -> None:
    write_rows(data / "written_passages.jsonl.gz", [numbered(number) for number in range(60)])
    first, again, other = (reader_rows(data, seed, NOTHING_NEAR) for seed in (1, 1, 2))
    assert first == again
    for kind in ("near claim", "question", "dossier question", "dossier claim", "speaker"):
        assert of_kind(first, kind) != of_kind(other, kind)


@pytest.mark.parametrize(
    "name",
    [
        "written_tricky", "written_passages", "written_articles", "written_dossiers", "squad_es_train", "nli_train",
        "speakers_train",
    ],
)  # fmt: skip
def test_a_folder_may_hold_a_part_of_the_files(data: Path, name: str) -> None:
    write_rows(data / "written_tricky.jsonl.gz", [PASSAGE])
    for path in data.iterdir():
        if path.name != f"{name}.jsonl.gz":
            path.unlink()
    assert reader_rows(data, 1, NOTHING_NEAR)


def test_a_folder_without_rows_is_a_missing_file(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(MissingFile, match="holds no rows to train on"):
            reader_rows(folder, 1, NOTHING_NEAR)
    write_rows(tmp_path / "written_dossiers.jsonl.gz", [DEV_DOSSIER])
    with pytest.raises(MissingFile, match="holds no rows to train on"):
        reader_rows(tmp_path, 1, NOTHING_NEAR)


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        ("articles", ARTICLE | {"q": [["en", "Who?", 3]]}, r"^“Who\?” names paragraph 3, of 3\.$"),
        ("article_claims", ARTICLE_CLAIMS | {"c": [["S", "en", "A claim.", [0, 9], "kind"]]},
         r"^“A claim\.” names paragraph 9, of 3\.$"),
        ("dossiers", DOSSIER | {"q": [["en", "Who?", [0, 6], ""]]}, r"^“Who\?” names paragraph 6, of 6\.$"),
        ("dossiers", DOSSIER | {"c": [["N", "en", "A claim.", [7]]]}, r"^“A claim\.” names paragraph 7, of 6\.$"),
    ],
)  # fmt: skip
def test_a_paragraph_that_is_not_there_is_named(data: Path, name: str, row: dict[str, Any], message: str) -> None:
    write_rows(data / f"written_{name}.jsonl.gz", [row])
    if name == "articles":
        write_rows(data / "written_article_claims.jsonl.gz", [])
    with pytest.raises(BadLabels, match=message):
        reader_rows(data, 1, NOTHING_NEAR)


def test_claims_on_an_article_that_is_not_there_are_named(data: Path) -> None:
    write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"i": 7}])
    with pytest.raises(BadLabels, match=r"has claims on article art1 7, which written_articles\.jsonl\.gz lacks"):
        reader_rows(data, 1, NOTHING_NEAR)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p": []}, r"at p: "),
        ({"q": [["en", "Who?", [-1], ""]]}, r"at q\.0\.2\.0: "),
        ({"q": [["en", "Who?", 1, ""]]}, r"at q\.0\.2: "),
        ({"q": [["en", "Who?", [1]]]}, r"at q\.0\.3: Field required"),
        ({"c": [["not S", "en", "A claim.", [1]]]}, r"at c\.0\.0: "),
        ({"split": "unseen"}, r"at split: "),
    ],
)
def test_a_dossier_that_breaks_the_format_is_named(data: Path, change: dict[str, object], message: str) -> None:
    write_rows(data / "written_dossiers.jsonl.gz", [DOSSIER, DOSSIER | change])
    with pytest.raises(BadLabels, match=rf"^Line 2 of written_dossiers\.jsonl\.gz cannot be used, {message}"):
        reader_rows(data, 1, NOTHING_NEAR)
