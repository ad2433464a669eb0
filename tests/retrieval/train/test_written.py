"""Written texts become one base, whose questions are asked of their own article or of everything."""

from pathlib import Path

import pytest
from training_data import write_data, write_rows

from knowledge.errors import MissingFile
from retrieval.train.calibrate.step import Bases
from retrieval.train.calibrate.written import ask_written, read_written


def test_only_development_texts_are_read_with_their_questions_and_claims(tmp_path: Path) -> None:
    article, passage = read_written(write_data(tmp_path / "data"))
    assert (article.name, article.title) == ("art1-001", "El puerto")
    assert article.questions == (("en", "Who bought the bridge?", 1), ("es", "¿Quién vendió el molino?", 0))
    assert [claim.verdict for claim in article.claims] == ["supported", "contradicted", "not enough evidence"]
    assert (passage.name, passage.title, passage.paragraphs) == ("passage-000", None, ("The company sold the boat.",))
    assert passage.questions == (("en", "Who sold the boat?", 0),)


def test_a_question_is_asked_of_its_article_or_of_the_whole_base(tmp_path: Path, bases: Bases) -> None:
    texts = read_written(write_data(tmp_path / "data"))
    with bases.open_written(texts) as engine:
        english, spanish, passage = ask_written(engine.base, texts)
        titles = {source.id: source.title for source in engine.sources()}
    assert titles["art1-001"] == "El puerto"
    assert [english.group, spanish.group, passage.group] == ["articles, en", "articles, es", "passages, en"]
    assert english.passages == english.asked.article
    assert english.asked.gold <= english.asked.article
    assert passage.passages is None
    assert passage.asked.gold


def test_a_folder_without_texts_is_said_to_be_so(tmp_path: Path) -> None:
    write_rows(tmp_path / "written_articles.jsonl.gz", [])
    with pytest.raises(MissingFile, match="holds no written texts for development"):
        read_written(tmp_path)
