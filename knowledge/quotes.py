"""Quotations in a text, and the speakers to whom the text attributes them."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.model import FoundQuote, Language, Paragraph
from knowledge.speech.attribution import Subject
from knowledge.speech.finder import Sentence, find_utterances
from knowledge.speech.parts import join_parts
from knowledge.speech.reading import Reading, read_names
from knowledge.speech.roster import make_roster
from knowledge.speech.speakers import NOBODY, Speaker, SpeakerResolver
from knowledge.speech.utterance import Utterance
from knowledge.tokens import index_at

_SENTENCE_START = 5
"""First tokens of a sentence, among which a Spanish verb without a subject stands: "En la carta también dijo"; our
choice."""


def find_quotes(
    text: str, paragraphs: Sequence[Paragraph], *, language: Language, sentences: Sequence[Sentence]
) -> tuple[FoundQuote, ...]:
    """Return the quotations of a text in order, with speaker, role and reporting verb.

    Direct speech spans the words between the marks, without outer white space; it is one quotation in several parts
    where it goes on after its attribution or in the next paragraph. Reported speech (`direct` is False) spans the
    clause that is reported, at most one sentence. Words in quotation marks that nobody spoke, such as titles and scare
    quotes, are left out. Two quotations stand apart or one within the other, as a quotation in a quotation does.
    `sentences` holds (start, end, paragraph number from 1).
    """
    reading = read_names(text, language=language, sentence_starts=frozenset(start for start, _, _ in sentences))
    attribution = _Attribution(reading, [start for start, _, _ in sentences], SpeakerResolver(make_roster(reading)))
    quotes: list[FoundQuote] = []
    for utterance in find_utterances(reading, paragraphs, sentences):
        speaker = attribution.speaker(utterance)
        if utterance.direct or speaker.name:
            words = (utterance.cue.words if utterance.cue else "") or None
            quotes.append(FoundQuote(utterance.parts, speaker.name, speaker.role, words, direct=utterance.direct))
            attribution.record(utterance, speaker)
    outer, within = _apart(sorted(quotes, key=_place))
    joined = join_parts(
        text,
        outer,
        sentence_starts=[start for start, _, _ in sentences],
        paragraph_starts=[paragraph.start for paragraph in paragraphs],
    )
    return tuple(sorted((*joined, *within), key=_place))


def _place(quote: FoundQuote) -> tuple[int, int]:
    """Return what sorts quotations by place, one that holds another before it."""
    return quote.start, -quote.end


def _apart(quotes: Sequence[FoundQuote]) -> tuple[list[FoundQuote], list[FoundQuote]]:
    """Divide quotations, given by place, into those that stand apart and those within one of these."""
    outer: list[FoundQuote] = []
    within: list[FoundQuote] = []
    for quote in quotes:
        inside = outer and any(start <= quote.start and quote.end <= end for start, end in outer[-1].parts)
        (within if inside else outer).append(quote)
    return outer, within


@dataclass(slots=True)
class _Attribution:
    """Attribution of utterances in the order of the text."""

    reading: Reading
    starts: Sequence[int]
    """Offsets at which sentences begin."""
    speakers: SpeakerResolver
    last: Utterance | None = None
    """The last direct speech, which words may continue that are attributed to nobody else."""
    last_speaker: Speaker = field(default=NOBODY)

    def record(self, utterance: Utterance, speaker: Speaker) -> None:
        """Record who was said to speak an utterance."""
        if utterance.direct:
            self.last, self.last_speaker = utterance, speaker
        self.speakers.record(speaker, index_at(self.reading.tokens, utterance.right))

    def speaker(self, utterance: Utterance) -> Speaker:
        """Return who the text says has spoken."""
        cue = utterance.cue
        if utterance.label:
            return self._labelled(utterance.label)
        if cue is None:
            return self.last_speaker if self._continues(utterance) else NOBODY
        within = self.last is not None and utterance.left < self.last.right
        before = cue.verb is not None and self.reading.tokens[cue.verb.first].start < utterance.left
        if cue.subject is None and before and utterance.direct and not within:
            return self._without_subject(utterance)
        if cue.subject is None and within:
            return NOBODY  # within the words of somebody who may quote anybody
        return self.speakers.resolve(cue.subject, cue.verb)

    def _labelled(self, label: tuple[int, int]) -> Speaker:
        first, last = (index_at(self.reading.tokens, offset) for offset in label)
        for index in range(first, last):
            if name := self.reading.name_at.get(index):
                return self.speakers.resolve(Subject(index, name.last, name=name), None)
        return NOBODY

    def _without_subject(self, utterance: Utterance) -> Speaker:
        """Return the speaker where the verb before the words has no subject of its own."""
        cue, last = utterance.cue, self.last
        if cue is None or cue.verb is None:
            return NOBODY
        if last and last.paragraph == utterance.paragraph and self._sentences_between(last.right, utterance.left) == 0:
            others = self.speakers.others_between(last.right, utterance.left)
            return NOBODY if others else self.last_speaker  # "…", dijo X, y añadió: "…"
        start = self.starts[max(0, bisect_right(self.starts, self.reading.tokens[cue.verb.first].start) - 1)]
        if cue.verb.first - index_at(self.reading.tokens, start) < _SENTENCE_START:
            return self.speakers.resolve(None, cue.verb)
        return NOBODY

    def _continues(self, utterance: Utterance) -> bool:
        """Say whether nothing but an attribution stands between the last direct speech and an utterance."""
        last = self.last
        if last is None or utterance.left < last.right or utterance.paragraph - last.paragraph not in (0, 1):
            return False
        if utterance.form not in ("marks", "signature") or self._sentences_between(last.right, utterance.left):
            return False
        return not self.speakers.others_between(last.right, utterance.left)

    def _sentences_between(self, right: int, left: int) -> int:
        """Return how many sentences begin after offset `right` and before `left`; the attribution's is none."""
        low, high = bisect_right(self.starts, right), bisect_left(self.starts, left)
        return sum(
            self._has_word(start, left) and self._has_word(right, start)
            for start in self.starts[low : min(high, low + 2)]
        )

    def _has_word(self, start: int, end: int) -> bool:
        """Say whether a stretch holds a letter or a digit; not copied, as it may be most of the text."""
        return any(self.reading.text[place].isalnum() for place in range(start, end))
