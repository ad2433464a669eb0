"""The reader over the best evidence: whether a passage answers enters its rank, and the words that answer are marked.

Search ranks passages without having seen question and passage together; the reader has, but takes as long for one
passage as search for all (Nogueira and Cho 2019, "Passage Re-ranking with BERT", https://arxiv.org/abs/1901.04085). So
it reads the best alone, and more of them only where none of these answers.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from knowledge.marks import blanked
from knowledge.model import Span
from retrieval.model import Evidence, Reading
from retrieval.models.fitted import read_fitted
from retrieval.models.reader import Reader
from retrieval.search.question import Question

# Passages that are always read: as many as are cited. Passages read where none of these surely answers.
FIRST_READ, MOST_READ = 3, 6
# The least probability with which one of the first answers for no more to be read.
SURE = 0.8
FITTED = read_fitted("retrieval.answer", "reading.json")
WEIGHT = float(FITTED.values["answered"])
"""What the log-odds of an answer count beside the fused score."""
# The least probability of the words that answer, that of both ends, with which they are marked, and with which they
# stand by themselves before the sentence. Of answers to written development questions on one passage 0.98 and 0.84 are
# at least as probable, and share most words with the right one for 0.86 and 0.89; on XQuAD 0.89 and 0.61, for 0.83 and
# 0.92.
LEAST_SPAN_PROBABILITY, SURE_SPAN_PROBABILITY = 0.3, 0.7
# Log-odds beyond these are taken for these, as no probability is that sure.
MOST_LOG_ODDS = 5.0


def read_evidence(
    reader: Reader, question: Question, evidence: Sequence[Evidence], *, weight: float = WEIGHT
) -> list[Evidence]:
    """Return evidence, given best first, with what the reader says of the best, and these in their new order.

    Those that are not read stay behind, as if they surely did not answer. Copies of one text are read once, and all
    have its reading. A reader of claims alone changes nothing.
    """
    texts = list(dict.fromkeys(blanked(item.passage.text) for item in evidence))
    readings = _readings(reader, question, texts[:FIRST_READ])
    if any(reading.answered is None for reading in readings.values()):
        return list(evidence)
    if all((reading.answered or 0.0) < SURE for reading in readings.values()):
        readings |= _readings(reader, question, texts[FIRST_READ:MOST_READ])
    known = [replace(item, reading=readings.get(blanked(item.passage.text))) for item in evidence]
    read = [replace(item, score=item.score + weight * log_odds(item)) for item in known if item.reading]
    read.sort(key=lambda item: -item.score)
    lowest = read[-1].score if read else 0.0
    unread = [item for item in known if item.reading is None]
    return [*read, *(replace(item, score=min(lowest, item.score - weight * MOST_LOG_ODDS)) for item in unread)]


def with_reading(reader: Reader, question: Question, item: Evidence) -> Evidence:
    """Return a piece of evidence with what the reader says of its passage."""
    text = blanked(item.passage.text)
    return replace(item, reading=_readings(reader, question, [text])[text])


def _readings(reader: Reader, question: Question, texts: Sequence[str]) -> dict[str, Reading]:
    return dict(zip(texts, reader.read([(question.text, text) for text in texts]), strict=True))


def log_odds(item: Evidence) -> float:
    """Return the log-odds that a passage answers, within `MOST_LOG_ODDS` of nought; the least where it is unread."""
    if item.reading is None or not item.reading.answered:
        return -MOST_LOG_ODDS
    if item.reading.answered == 1:
        return MOST_LOG_ODDS
    exact = math.log(item.reading.answered / (1 - item.reading.answered))
    return min(max(exact, -MOST_LOG_ODDS), MOST_LOG_ODDS)


def answer_span(item: Evidence) -> Span | None:
    """Return where the words that answer lie in the snapshot; None where the reader is not sure enough of them."""
    reading = item.reading
    if reading is None or reading.span is None or reading.span_probability < LEAST_SPAN_PROBABILITY:
        return None
    whole, (start, end) = item.passage.span, reading.span
    return Span(whole.snapshot, whole.start + start, whole.start + end)


def is_sure_of_words(item: Evidence) -> bool:
    """Say whether the reader is so sure of the words that answer that they may stand by themselves."""
    return item.reading is not None and item.reading.span_probability >= SURE_SPAN_PROBABILITY
