"""Where the features leave a speaker in doubt: what is asked, and the part that the answer has."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import FoundQuote, Language, Paragraph
from knowledge.quotes import find_quotes
from knowledge.segment import segment
from knowledge.speech.asking import Ask, SpanQuestion
from knowledge.speech.doubt import weighed
from knowledge.speech.ranking import Asking, weights
from knowledge.speech.scene import NOBODY

ASKING = Asking("", 0.5, 0.9, reader=0.5, nobody=0.0, threshold=0.8)
DOUBTFUL: dict[Language, str] = {
    "en": "Ann Moss met Al Boyd and Eve Carr at the mill on Monday. The roof had fallen in. “It cannot be saved.”",
    "es": "Ana Ruiz vio a Raúl Cid y a Eva Sol en el molino el lunes. El tejado se había caído. «No tiene arreglo».",
}
PLAIN: dict[Language, str] = {
    "en": "“It cannot be saved,” said Ann Moss.",
    "es": "«No tiene arreglo», dijo Ana Ruiz.",
}


def quotes(text: str, language: Language, ask: Ask | None = None) -> tuple[FoundQuote, ...]:
    paragraphs = [Paragraph(0, len(text))]
    sentences = segment(text, paragraphs, language=language).sentences
    return find_quotes(text, paragraphs, language=language, sentences=sentences, ask=ask)


class Reader:
    """Says of every span with these words that the answer is there, and remembers what it was asked."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.asked: list[SpanQuestion] = []

    def __call__(self, questions: Sequence[SpanQuestion]) -> list[list[float]]:
        self.asked += questions
        return [[float(own.passage[slice(*span)] == self.words) for span in own.spans] for own in questions]


@pytest.fixture
def doubting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is in doubt: names from nothing up to all but certain, with the weights that ship."""
    shipped = weights()
    assert shipped.asking is not None
    wide = Asking("", 0.0, 0.999, reader=1.0, nobody=-4.0, threshold=0.5)
    monkeypatch.setattr(
        "knowledge.speech.said_by.weights",
        lambda: type(shipped)(shipped.mention, shipped.referent, shipped.threshold, wide),
    )


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_reader_decides_among_those_who_are_named(doubting: None, language: Language) -> None:
    text = DOUBTFUL[language]
    for name in ("Al Boyd", "Eve Carr") if language == "en" else ("Raúl Cid", "Eva Sol"):
        reader = Reader(name)
        (quote,) = quotes(text, language, reader)
        (asked,) = reader.asked
        assert name in [asked.passage[slice(*span)] for span in asked.spans]
        assert quote.speaker in (name, None)
        if quote.speaker is None:
            assert quotes(text, language)[0].speaker is None
    speakers = {quotes(text, language, Reader(name))[0].speaker for name in _names(text, language)}
    assert len(speakers - {None}) > 1


def _names(text: str, language: Language) -> list[str]:
    reader = Reader("")
    quotes(text, language, reader)
    (asked,) = reader.asked
    return [asked.passage[slice(*span)] for span in asked.spans]


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_plain_attribution_is_asked_of_nobody(language: Language) -> None:
    reader = Reader("")
    assert quotes(PLAIN[language], language, reader) == quotes(PLAIN[language], language)
    assert not reader.asked


@pytest.mark.parametrize("language", ["es", "en"])
def test_without_a_reader_the_features_decide(doubting: None, language: Language) -> None:
    assert quotes(DOUBTFUL[language], language, lambda questions: None) == quotes(DOUBTFUL[language], language)


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_questions_of_a_text_are_asked_together(doubting: None, language: Language) -> None:
    calls: list[int] = []

    def ask(questions: Sequence[SpanQuestion]) -> None:
        calls.append(len(questions))

    quotes(" ".join([DOUBTFUL[language]] * 2), language, ask)
    assert calls == [2]


SHARES = st.dictionaries(st.integers(NOBODY, 5), st.floats(0.001, 1), min_size=2)


@given(SHARES, st.dictionaries(st.integers(0, 5), st.floats(0, 1)))
def test_probabilities_with_a_reader_are_shares(shares: dict[int, float], read: dict[int, float]) -> None:
    together = weighed(shares, read, ASKING)
    assert together.keys() == shares.keys()
    assert sum(together.values()) == pytest.approx(1)


@given(SHARES, st.floats(0.01, 1))
def test_whoever_a_reader_points_at_is_likelier_than_without(shares: dict[int, float], share: float) -> None:
    who = max(shares)
    assert weighed(shares, {who: share}, ASKING)[who] > weighed(shares, {}, ASKING)[who]
