"""Evidence on a claim: what the passages nearest to it do with it, and which of their sentences say so.

Whole passages are read, as what decides may stand in two sentences and who says it in a third: on 522 development
claims the reader is right on more of them than where it reads sentences by themselves. Of what is shown, the shortest
run of sentences is looked for that does the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.marks import blanked
from knowledge.model import FullPassage, Language, Sentence, Span, part_holding
from retrieval.answer.cite import widened
from retrieval.answer.independence import origins
from retrieval.model import Evidence, Stance, Stances
from retrieval.models.reader import Reader
from retrieval.search.base import Base
from retrieval.search.fusion import WEIGHTS, Weights
from retrieval.search.question import Question
from retrieval.search.rank import rank
from retrieval.words.stated import stated_sentences, stated_text

# Passages read beside a claim. On the development claims one passage, three and four give a macro-F1 of 0.60, 0.62 and
# 0.63 in the mean of their groups, where two in a hundred are reversed, with an earlier reader; each takes some 40 ms
# on two cores.
READ = 4
# Passages among which those that are read are chosen. Our choice: twice as many.
_RANKED = 8
# The share of a passage's probability that a run of its sentences has to reach by itself. Our choice.
_SAME = 0.8
# Sentences of the longest run that is looked for; else the paragraph is shown. Our choice.
_LONGEST_RUN = 2


@dataclass(frozen=True, slots=True)
class JudgedPassage:
    """A passage, and what the reader says that it does with the claim."""

    evidence: Evidence
    stances: Stances

    @property
    def id(self) -> int:
        """Return the id of the passage."""
        return self.evidence.passage.id

    @property
    def source(self) -> str:
        """Return the id of its source."""
        return self.evidence.passage.source

    @property
    def language(self) -> Language:
        """Return the language it is written in."""
        return self.evidence.passage.language


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a passage, `snapshot[start:end]`, with its stance, and whose words are in it, how surely."""

    judged: JudgedPassage
    start: int
    end: int
    stance: Stance
    speaker: str | None
    speaker_confidence: float | None


def judge_claim(
    base: Base, reader: Reader, claim: Question, *, weights: Weights = WEIGHTS
) -> tuple[list[JudgedPassage], dict[str, str]]:
    """Search for a claim, and return what is read beside it, best first, and the origin of each source ranked.

    Raises IndexUnreachable where the vector index cannot be searched.
    """
    ranked = rank(base, claim, limit=_RANKED, weights=weights)
    stories = origins(base, (item.passage.source for item in ranked))
    return judge_passages(reader, claim, ranked, stories), stories


def judge_passages(
    reader: Reader, claim: Question, evidence: Sequence[Evidence], stories: Mapping[str, str]
) -> list[JudgedPassage]:
    """Return the best passages, given best first, each read together with the claim; none that states nothing.

    Where all are of one origin (see `independence`), the last makes way for the best of another, so that who says
    otherwise is heard.
    """
    stated = [item for item in evidence if stated_sentences(item.passage)]
    read = stated[:READ]
    if len({stories[item.passage.source] for item in read}) == 1:
        own = stories[read[0].passage.source]
        others = (item for item in stated[READ:] if stories[item.passage.source] != own)
        read = [*read[:-1], next(others, read[-1])]
    readings = reader.read([(claim.text, stated_text(item.passage)) for item in read])
    return [JudgedPassage(item, reading.stances) for item, reading in zip(read, readings, strict=True)]


def deciding_excerpt(reader: Reader, claim: Question, judged: JudgedPassage, stance: Stance) -> Excerpt:
    """Return the shortest run of sentences that has the passage's stance; else the paragraph that most has it."""
    passage = judged.evidence.passage
    least = _SAME * getattr(judged.stances, stance)
    best = (0.0, (passage.span.start, passage.span.end))
    for runs in _runs(passage):
        texts = [blanked(passage.snapshot.text[start:end]) for start, end in runs]
        readings = reader.read([(claim.text, text) for text in texts])
        shares = [getattr(reading.stances, stance) for reading in readings]
        best = max(zip(shares, runs, strict=True), default=best)
        if best[0] >= least:
            break
    return _excerpt(judged, *best[1], stance)


def nearest_excerpt(judged: JudgedPassage) -> Excerpt:
    """Return the sentence of a passage that is most like the claim, where nothing decides."""
    passage = judged.evidence.passage
    nearest = max(stated_sentences(passage), key=lambda sentence: judged.evidence.cosines.get(sentence.id, 0.0))
    start, end = _wide(passage, [nearest])
    return _excerpt(judged, start, end, "neutral")


def _runs(passage: FullPassage) -> Iterator[list[tuple[int, int]]]:
    """Yield the runs of one sentence, of two, and then the paragraphs, each as start and end."""
    own = stated_sentences(passage)
    for length in range(1, _LONGEST_RUN + 1):
        successive = (own[place : place + length] for place in range(len(own) - length + 1))
        yield list(dict.fromkeys(_wide(passage, run) for run in successive if _is_run(passage, run)))
    yield [
        (min(sentence.span.start for sentence in run), max(sentence.span.end for sentence in run))
        for paragraph in dict.fromkeys(sentence.paragraph for sentence in own)
        if (run := [sentence for sentence in own if sentence.paragraph == paragraph])
    ]


def _is_run(passage: FullPassage, run: Sequence[Sentence]) -> bool:
    """Say whether sentences stand in one paragraph with none between them that states nothing."""
    first = passage.sentences.index(run[0])
    return run[0].paragraph == run[-1].paragraph and list(passage.sentences[first : first + len(run)]) == list(run)


def _wide(passage: FullPassage, run: Sequence[Sentence]) -> tuple[int, int]:
    span = Span(run[0].span.snapshot, run[0].span.start, run[-1].span.end)
    return widened(passage, span, run[0].paragraph)


def _excerpt(judged: JudgedPassage, start: int, end: int, stance: Stance) -> Excerpt:
    quotes = judged.evidence.passage.quotes
    # Words within a quotation within another are the inner one's: each stands after the one that holds it.
    inner = (quote for quote in reversed(quotes) if part_holding(quote.parts, start, end))
    quote = next(inner, None) or next((quote for quote in quotes if quote.overlaps(start, end)), None)
    if quote is None:
        return Excerpt(judged, start, end, stance, None, None)
    return Excerpt(judged, start, end, stance, quote.speaker, quote.speaker_confidence)
