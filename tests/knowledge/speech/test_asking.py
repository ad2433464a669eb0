"""The question for a speaker, and the stretch of a text that is read for it."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.speech.asking import ask_speaker, speaker_question, stretch_around

WORDS_READ = 190


def laid_out(lengths: list[int]) -> tuple[str, list[tuple[int, int]]]:
    """A text of sentences of so many words, and where they stand."""
    text, spans = "", []
    for number, words in enumerate(lengths):
        start = len(text)
        text += " ".join([f"w{number}"] * words) + ". "
        spans.append((start, len(text) - 1))
    return text, spans


def test_a_question_names_the_first_words_in_the_language_of_the_text() -> None:
    assert speaker_question("We are  leaving\nnow", "en") == "Who said “We are leaving now”?"
    assert speaker_question("Nos vamos ya", "es") == "¿Quién dijo «Nos vamos ya»?"
    assert speaker_question(" ".join(map(str, range(40))), "en") == f"Who said “{' '.join(map(str, range(12)))}”?"


def test_most_of_what_is_read_stands_before_a_quotation_and_a_little_after() -> None:
    text, spans = laid_out([50] * 8)
    assert stretch_around(text, spans, *spans[5]) == (spans[3][0], spans[5][1])
    text, spans = laid_out([20] * 20)
    assert stretch_around(text, spans, *spans[12]) == (spans[6][0], spans[14][1])


def test_a_short_text_is_read_whole() -> None:
    text, spans = laid_out([20, 20, 20])
    assert stretch_around(text, spans, *spans[1]) == (spans[0][0], spans[2][1])


def test_of_a_quotation_that_is_longer_than_what_is_read_the_beginning_is_read() -> None:
    text, spans = laid_out([10, 100, 80, 100])
    assert stretch_around(text, spans, spans[1][0], spans[3][1])[0] <= spans[1][0]


@given(st.lists(st.integers(1, 120), min_size=1, max_size=12), st.integers(0, 11), st.integers(0, 3))
def test_a_stretch_is_of_whole_sentences_and_holds_where_a_quotation_begins(
    lengths: list[int], place: int, more: int
) -> None:
    text, spans = laid_out(lengths)
    first = min(place, len(spans) - 1)
    last = min(first + more, len(spans) - 1)
    start, end = stretch_around(text, spans, spans[first][0], spans[last][1])
    assert start in {span[0] for span in spans}
    assert end in {span[1] for span in spans}
    assert start <= spans[first][0] < end
    assert len(text[start:end].split()) <= max(WORDS_READ, lengths[first])


def test_of_a_long_quotation_the_beginning_is_read_and_every_span_keeps_its_words() -> None:
    long = " ".join(f"w{number}" for number in range(30))
    text = f"Ana Ruiz left. “{long}” was what Eva Sol said."
    names = {
        number: (text.index(name), text.index(name) + len(name))
        for number, name in enumerate(("Ana", "w20", "Eva Sol"))
    }
    start = text.index(long)
    question, spans = ask_speaker(text, [(0, 14), (15, len(text))], [(start, start + len(long))], names, "en")
    assert question.passage == text.replace(long, " ".join(long.split()[:12]) + "…")
    assert [question.passage[slice(*span)] for span in question.spans] == ["Ana", "Eva Sol"]
    assert spans == [0, 2]


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=12),
    st.integers(0, 11),
    st.integers(1, 90),
)
def test_spans_of_a_stretch_hold_the_words_that_they_have_in_the_text(
    lengths: list[int], place: int, words: int
) -> None:
    text, sentences = laid_out(lengths)
    start = sentences[min(place, len(sentences) - 1)][0]
    end = min(len(text) - 1, start + 4 * words)
    everywhere = {at: (at, min(at + 3, len(text))) for at in range(0, len(text), 5)}
    question, spans = ask_speaker(text, sentences, [(start, end)], everywhere, "en")
    assert spans
    for number, (first, last) in zip(spans, question.spans, strict=True):
        assert question.passage[first:last] == text[slice(*everywhere[number])]


@given(st.integers(0, 90), st.integers(1, 60), st.integers(0, 50), st.integers(1, 50))
def test_a_quotation_in_no_sentence_keeps_the_words_of_its_spans(
    start: int, length: int, begin: int, sentence: int
) -> None:
    text = " ".join(f"w{number}" for number in range(40))
    everywhere = {at: (at, at + 3) for at in range(0, len(text) - 3, 5)}
    question, spans = ask_speaker(
        text, [(begin, begin + sentence)], [(start, min(len(text), start + length))], everywhere, "es"
    )
    for number, (first, last) in zip(spans, question.spans, strict=True):
        assert question.passage[first:last] == text[slice(*everywhere[number])]
