"""Quotations in a text, and who is said to have spoken them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.model import FoundQuote, Language, Paragraph
from knowledge.speech.cues import Cue, cue_after, cue_before, cue_within
from knowledge.speech.dialogue import Dialogue, dialogue
from knowledge.speech.marks import Marked, marked_stretches, opens_with_mark
from knowledge.speech.reading import Reading, read_names
from knowledge.speech.reported import reported_speech
from knowledge.speech.roster import make_roster
from knowledge.speech.witness import NOBODY, Speaker, Witness
from knowledge.tokens import index_at

_FEW_WORDS = 5
"""Words below which what is woven into a sentence is a term in scare quotes rather than a quotation."""
_A_SAYING = 3
"""Words from which on a stretch in marks may go on with somebody's speech, or follow a verb without a comma."""
_SENTENCE_START = 5
"""Tokens of a sentence among which a Spanish verb without a subject stands: "En la carta también dijo"."""
_TRIED_COMMAS = 12
"""Commas of a stretch without a closing mark after which its attribution is looked for."""
_LONGEST_LINK = 3
"""Tokens between two parts of a quotation woven into a sentence: ", y que"."""
_UNREAD = ("code", "table")
_ENDS = ".?!…,"
_FREE = ".?!…,:;—–―-¿¡([“”«»\"'‘’*>"
_NESTED_CLOSING = "’'”»›\""
_GAP_ENDS = ",.:;?!—–―…"
Sentence = tuple[int, int, int]
Parts = Sequence[tuple[int, int]]


def find_quotes(
    text: str, paragraphs: Sequence[Paragraph], *, language: Language, sentences: Sequence[Sentence]
) -> tuple[FoundQuote, ...]:
    """Return the quotations of a text in order, with speaker, role and reporting verb; none overlaps another.

    Direct speech spans the words between the marks, without outer white space. Reported speech (`direct` is False)
    spans the clause that is reported, at most one sentence. Words in quotation marks that nobody is said to have
    spoken, such as titles and scare quotes, are left out. `sentences` holds (start, end, paragraph number from 1).
    """
    reading = read_names(text, language=language, sentence_starts=frozenset(start for start, _, _ in sentences))
    dashed = _dialogues(reading, paragraphs)
    groups = _groups(text, paragraphs, without={found.paragraph for found in dashed})
    search = _Search(
        paragraphs=paragraphs,
        starts=[start for start, _, _ in sentences],
        lefts=[stretch.left for group in groups for stretch in group],
        reading=reading,
        witness=Witness(make_roster(reading)),
    )
    # A sentence comes after the quotations that begin in it, so that whoever follows meets every earlier speaker.
    events: list[tuple[int, int, _Dashed | list[Marked] | Sentence]] = [
        *((found.speech.parts[0][0], 0, found) for found in dashed),
        *((group[0].left, 0, group) for group in groups),
        *((sentence[1], 1, sentence) for sentence in sentences),
    ]
    for _, _, event in sorted(events, key=lambda event: event[:2]):
        if isinstance(event, list):
            search.take_marked(event)
        elif isinstance(event, _Dashed):
            search.take_dashed(event)
        else:
            search.take_sentence(event)
    return tuple(sorted(search.spoken + search.retold, key=_start))


@dataclass(frozen=True, slots=True)
class _Dashed:
    """A paragraph of dialogue."""

    paragraph: int
    speech: Dialogue


def _dialogues(reading: Reading, paragraphs: Sequence[Paragraph]) -> list[_Dashed]:
    read = ((number, dialogue(reading, item)) for number, item in enumerate(paragraphs, 1) if item.role not in _UNREAD)
    return [_Dashed(number, found) for number, found in read if found]


def _groups(text: str, paragraphs: Sequence[Paragraph], *, without: set[int]) -> list[list[Marked]]:
    """Return the stretches between marks; one that runs on into the next paragraphs is grouped with them."""
    groups: list[list[Marked]] = []
    for number, paragraph in enumerate(paragraphs, 1):
        if paragraph.role in _UNREAD or number in without:
            continue
        stretches = marked_stretches(text, paragraph.start, paragraph.end, paragraph=number)
        runs_on = groups and groups[-1][-1].runs_on and groups[-1][-1].paragraph == number - 1
        if runs_on and stretches and stretches[0].left == paragraph.start and opens_with_mark(text, paragraph.start):
            groups[-1].append(stretches.pop(0))
        groups.extend([stretch] for stretch in stretches)
    return groups


@dataclass(frozen=True, slots=True)
class _Said:
    """The quotation found last, which words may continue that are attributed to nobody else."""

    right: int
    paragraph: int
    speaker: Speaker
    words: str


_Attribution = tuple[Speaker, str]


@dataclass(slots=True)
class _Search:
    """One pass over a text from its beginning."""

    paragraphs: Sequence[Paragraph]
    starts: Sequence[int]
    """Of the sentences."""
    lefts: Sequence[int]
    """Of all stretches between quotation marks."""
    reading: Reading
    witness: Witness
    spoken: list[FoundQuote] = field(default_factory=list)
    """Direct speech."""
    retold: list[FoundQuote] = field(default_factory=list)
    """Reported speech."""
    last: _Said | None = None

    def take_marked(self, group: Sequence[Marked]) -> None:
        """Keep a stretch between marks, with what continues it, if something says that it is a quotation."""
        first, final = group[0], group[-1]
        parts = [(part.start, part.end) for part in group]
        found = self._before(first)
        if (found is None or found[0] == NOBODY) and final.closed:
            found = self._after(first, final) or found
        elif not first.closed and len(group) == 1 and (torn := self._torn(first)):
            end, after = torn
            parts, found = [(first.start, end)], found or after
        if found is None and self.last and self._goes_on(first) and self._is_saying(final):
            found = self.last.speaker, self.last.words
        if found is None and first.closed:
            found = self._woven(first)
        if found:
            self._keep(parts, found, final.paragraph, right=final.right)

    def take_dashed(self, found: _Dashed) -> None:
        """Keep the speech of a dialogue."""
        cue = found.speech.cue
        speaker = self.witness.resolve(cue.subject, cue.verb)
        parts = found.speech.parts
        self._keep(parts, (speaker, cue.words), found.paragraph, right=parts[-1][1])

    def take_sentence(self, sentence: Sentence) -> None:
        """Keep what a sentence reports as said, unless it has the same in quotation marks."""
        start, end, number = sentence
        if number <= len(self.paragraphs) and self.paragraphs[number - 1].role in _UNREAD:
            return
        found = reported_speech(self.reading, self.witness, start, end)
        if found is None:
            return
        at = bisect_right(self.spoken, found.end - 1, key=_start) - 1
        if at >= 0 and self.spoken[at].end > found.start:
            return
        self.retold.append(_quote(found.start, found.end, (found.speaker, found.cue.words), direct=False))
        self.witness.note(found.speaker, index_at(self.reading.tokens, found.end))

    def _keep(self, parts: Parts, found: _Attribution, paragraph: int, *, right: int) -> None:
        self.spoken.extend(_quote(start, end, found, direct=True) for start, end in parts)
        self.last = _Said(right, paragraph, *found)
        self.witness.note(found[0], index_at(self.reading.tokens, right))

    def _before(self, first: Marked) -> _Attribution | None:
        """Return who the words before a stretch say will speak."""
        floor = self._floor(first)
        cue = cue_before(self.reading, first.left, floor=floor)
        if cue is None:
            return None
        before = self._text_before(first.left)
        if before[-1:] not in (":", ",") and not self._may_lack_comma(first, cue):
            return None
        if cue.subject:
            return self.witness.resolve(cue.subject, cue.verb), cue.words
        return self._unspoken(first, cue, floor, introduced=before[-1:] == ":")

    def _unspoken(self, first: Marked, cue: Cue, floor: int, *, introduced: bool) -> _Attribution | None:
        """Return who speaks where the verb before a stretch has no subject of its own."""
        last = self.last
        if last and last.paragraph == first.paragraph and self._sentences_between(last.right, first) == 0:
            if self.witness.others_between(last.right, first.left):
                return None
            return last.speaker, cue.words  # "…", dijo X, y añadió: "…"
        begins = index_at(self.reading.tokens, floor)
        if cue.verb and cue.verb.first - begins < _SENTENCE_START:
            speaker = self.witness.resolve(None, cue.verb)
            if speaker.name:
                return speaker, cue.words
        reports = introduced and cue.verb is not None and cue.verb.form.clause
        return (NOBODY, cue.words) if reports and _count(self._words(first)) >= _A_SAYING else None

    def _after(self, first: Marked, final: Marked) -> _Attribution | None:
        """Return who the words after a stretch say has spoken."""
        before = self._text_before(first.left)
        free = not before or before[-1] in _FREE or self._begins_sentence(first.left)
        if not free and (_count(self._words(first)) < _FEW_WORDS or self._is_title(first)):
            return None
        ended = self._words(final).rstrip(_NESTED_CLOSING)[-1:] in tuple(_ENDS)
        cue = cue_after(self.reading, final.right, ceiling=self._ceiling(final), ended=ended)
        if cue is None:
            return None
        speaker = self.witness.resolve(cue.subject, cue.verb)
        said = ended or self._is_saying(final)
        if speaker.name is None and not (cue.subject and said):
            return None
        return speaker, cue.words

    def _torn(self, stretch: Marked) -> tuple[int, _Attribution] | None:
        """Return where a stretch without a closing mark ends, by the attribution in it: `“Ganamos, dijo Ruiz.`."""
        tokens = self.reading.tokens
        first, last = index_at(tokens, stretch.start), index_at(tokens, stretch.end)
        commas = [index for index in range(first + 1, min(last, first + 200)) if tokens[index].text == ","]
        for comma in commas[:_TRIED_COMMAS]:
            cue = cue_after(self.reading, tokens[comma].start, ceiling=stretch.end, ended=False)
            if cue and cue.verb and cue.subject:
                return tokens[comma].start, (self.witness.resolve(cue.subject, cue.verb), cue.words)
        return None

    def _goes_on(self, first: Marked) -> bool:
        """Say whether nothing but an attribution stands between the last quotation and a stretch."""
        last = self.last
        if last is None or first.left < last.right or first.paragraph - last.paragraph not in (0, 1):
            return False
        before = self._text_before(first.left)
        if before[-1:] not in _GAP_ENDS and not (self._begins_sentence(first.left) or self._is_linked(first)):
            return False
        starts_paragraph = not before
        if starts_paragraph != (first.paragraph > last.paragraph):
            return False
        return self._sentences_between(last.right, first) == 0

    def _is_linked(self, first: Marked) -> bool:
        """Say whether only "and", "aunque" or the like stands between the last quotation and a stretch."""
        tokens, links = self.reading.tokens, self.reading.lexicon.links | {","}
        begin, end = index_at(tokens, self.last.right) if self.last else 0, index_at(tokens, first.left)
        return 0 < end - begin <= _LONGEST_LINK and all(token.key in links for token in tokens[begin:end])

    def _sentences_between(self, right: int, first: Marked) -> int:
        """Return how many sentences begin after offset `right` and before a stretch; the attribution's is none."""
        low, high = bisect_right(self.starts, right), bisect_right(self.starts, first.left)
        text = self.reading.text
        return sum(
            _has_word(text, start, first.left) and _has_word(text, right, start)
            for start in self.starts[low : min(high, low + 2)]
        )

    def _woven(self, stretch: Marked) -> _Attribution | None:
        """Return who speaks a longer stretch that is part of a sentence about what they said."""
        if _count(self._words(stretch)) < _FEW_WORDS or self._is_title(stretch):
            return None
        cue = cue_within(self.reading, stretch.left, floor=self._floor(stretch))
        speaker = self.witness.resolve(cue.subject, cue.verb) if cue else NOBODY
        return (speaker, cue.words) if cue and speaker.name else None

    def _floor(self, stretch: Marked) -> int:
        """Return the offset from which on a stretch may be introduced: its sentence's start, or the last quotation."""
        at = bisect_right(self.starts, stretch.left) - 1
        start = self.starts[at] if at >= 0 else 0
        paragraph = self.paragraphs[stretch.paragraph - 1].start
        before = self.reading.text[max(0, paragraph - 5) : paragraph].rstrip()
        if not self._text_before(stretch.left) and before.endswith(":") and at > 0:
            start = self.starts[bisect_right(self.starts, paragraph - 1) - 1]  # "X dijo:" is the paragraph before
        elif start < paragraph:
            start = paragraph
        return max(start, self.last.right) if self.last and self.last.right <= stretch.left else start

    def _ceiling(self, stretch: Marked) -> int:
        """Return the offset up to which a stretch may be attributed: its paragraph's end or the next stretch."""
        at = bisect_right(self.lefts, stretch.left)
        end = self.paragraphs[stretch.paragraph - 1].end
        return min(end, self.lefts[at]) if at < len(self.lefts) else end

    def _text_before(self, left: int) -> str:
        """Return what stands shortly before an offset in its line."""
        return self.reading.text[max(0, left - 5) : left].rstrip(" \t\u00a0").rpartition("\n")[2]

    def _begins_sentence(self, left: int) -> bool:
        at = bisect_right(self.starts, left) - 1
        return at >= 0 and not _has_word(self.reading.text, self.starts[at], left)

    def _words(self, stretch: Marked) -> str:
        return self.reading.text[stretch.start : stretch.end]

    def _is_saying(self, stretch: Marked) -> bool:
        """Say whether a stretch is a sentence, or ends one, rather than a term."""
        words = self._words(stretch)
        following = self.reading.text[stretch.right : stretch.right + 1]
        if words[-1] in ".?!…":
            return True
        return _count(words) >= _A_SAYING and (words[-1] == "," or following in ("", "\n", *".,!?;…"))

    def _may_lack_comma(self, stretch: Marked, cue: Cue) -> bool:
        """Say whether a stretch right after a verb, or after "that", is more than a title or a term."""
        words = self._words(stretch)
        reports = cue.verb is None or cue.verb.form.clause
        enough = (reports and _count(words) >= _A_SAYING) or words[-1] in ".?!…"
        return enough and not self._is_title(stretch)

    def _is_title(self, stretch: Marked) -> bool:
        """Say whether a stretch looks like a work's title: so introduced, or all in capitals."""
        reading = self.reading
        before = index_at(reading.tokens, stretch.left) - 1
        if {reading.key(before), reading.key(before - 1)} & reading.lexicon.titled:
            return True
        words = [word for word in self._words(stretch).split() if word[0].isalpha()]
        telling = [word for word in words if len(word) > 3 and word not in reading.lexicon.prepositions]
        return len(telling) > 1 and all(word[0].isupper() for word in telling)


def _quote(start: int, end: int, found: _Attribution, *, direct: bool) -> FoundQuote:
    speaker, words = found
    return FoundQuote(start, end, speaker.name, speaker.role, words or None, direct=direct)


def _start(quote: FoundQuote) -> int:
    return quote.start


def _count(words: str) -> int:
    return len(words.split())


def _has_word(text: str, start: int, end: int) -> bool:
    """Say whether a stretch holds a letter or a digit; not copied, as it may be most of the text."""
    return any(text[place].isalnum() for place in range(start, end))
