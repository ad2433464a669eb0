"""Marked texts as examples of who said it: candidate mentions and people with their features, and which are right."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.lexicon import names
from knowledge.names import fold_name
from knowledge.same_name import is_same_name
from knowledge.speech.asking import Ask
from knowledge.speech.doubt import rank_utterances
from knowledge.speech.finder import find_utterances
from knowledge.speech.ranking import Choice, Weights, choices
from knowledge.speech.reading import read_names
from knowledge.speech.scene import NOBODY, Scene, make_scene
from knowledge.speech.utterance import Utterance
from knowledge.tokens import index_at
from retrieval.train.data_folder import SpeakersRow
from retrieval.train.speaker_texts import Placed, SpeakersText, placed
from retrieval.train.speech import SAME, overlap

_FARTHEST_NEAREST = 600
"""Characters from a quotation within which the words that the corpus gives as naming its speaker are looked for."""
_SMALL = frozenset(
    ("el", "la", "los", "las", "un", "una", "unos", "unas", "the", "a", "an", "su", "sus", "his", "her", "mi")
)


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text set for attribution: of each utterance that is found in it the quotation that the corpus has in its place.

    `speakers` are the numbers of the identities that are its speaker.
    """

    text: SpeakersText
    scene: Scene
    quotations: Sequence[Placed | None]
    speakers: Sequence[frozenset[int]]


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance: its candidates, and for each candidate which of its people are right through this mention."""

    choices: Sequence[Choice]
    right: Sequence[Sequence[bool]]


def marked_text(row: SpeakersRow) -> MarkedText:
    """Return a row of the corpus set for attribution. Raises BadLabels where a paragraph is not there."""
    text = placed(row)
    language = row.language
    reading = read_names(text.text, language=language, sentence_starts=frozenset(start for start, _ in text.sentences))
    starts = [paragraph.start for paragraph in text.paragraphs]
    sentences = [(start, end, bisect_right(starts, start)) for start, end in text.sentences]
    utterances = find_utterances(reading, text.paragraphs, sentences)
    scene = make_scene(reading, starts, sentences, utterances)
    quotations = [_quotation_of(text, utterance) for utterance in utterances]
    speakers = [_speakers_of(scene, quotation) for quotation in quotations]
    return MarkedText(text, scene, quotations, speakers)


def _quotation_of(text: SpeakersText, utterance: Utterance) -> Placed | None:
    """Return the quotation of the corpus that is a part of an utterance, or None."""
    alike = (
        (overlap(part, (quotation.start, quotation.end)), -number)
        for part in utterance.parts
        for number, quotation in enumerate(text.quotations)
    )
    share, negative = max(alike, default=(0.0, 0))
    return text.quotations[-negative] if share >= SAME else None


def _speakers_of(scene: Scene, quotation: Placed | None) -> frozenset[int]:
    """Return the numbers of the identities that are the speaker of a quotation."""
    speaker = quotation.row.speaker if quotation else None
    people = enumerate(scene.identities.people)
    return frozenset(number for number, own in people if speaker and is_same_speaker(own.label, speaker))


def is_same_speaker(label: str, speaker: str) -> bool:
    """Say whether a name or description is the speaker's, by the parts of the name, titles and articles aside.

    The first parts are enough ("Evelio" of "Evelio, el barbero"), of a description those of a description alone: no
    "Treasury" is "a Treasury spokeswoman", nor is "the pilot" "the pilot's solicitor".
    """
    own, full = _parts(label), _parts(speaker)
    if set(full) <= set(own) or (set(own) <= set(full) and own[-1] == full[-1]):
        return True
    words = speaker.split()
    named = words[0].lower() in _DEFINITE and words[-1] != words[0] and words[1][0].isupper()
    described = not named and (words[0].lower() in _SMALL or words[0].islower())
    if described and (label[0].isupper() or _POSSESSIVE.search(speaker)):
        return False
    return own == full[: len(own)] or (len(own) > 1 and label[0].isupper() and is_same_name(label, speaker))


_DEFINITE = frozenset(("el", "la", "los", "las", "the"))
_POSSESSIVE = re.compile(r"['’]s\b|s['’]\s")


def _parts(name: str) -> list[str]:
    words = fold_name(name).split()
    return [word for word in words if word not in _SMALL and word not in names().titles] or words or [""]


def examples(marked: MarkedText) -> Iterator[Example]:
    """Yield the utterances of a text whose speaker is among its identities, or that have none.

    Earlier speakers are those of the corpus; it sets them in the scene.
    """
    marked.scene.speakers.clear()
    for number, right in enumerate(marked.speakers):
        counts = marked.scene.identities.people
        best = max(right, key=lambda who: (len(counts[who].mentions), -who), default=NOBODY)
        marked.scene.speakers[number] = best
    for number, quotation in enumerate(marked.quotations):
        if quotation is None or (quotation.row.speaker and not marked.speakers[number]):
            continue
        example = _example(marked, number, quotation)
        if any(any(row) for row in example.right):
            yield example


def _example(marked: MarkedText, number: int, quotation: Placed) -> Example:
    speakers = marked.speakers[number] or frozenset((NOBODY,))
    options = choices(marked.scene, number)
    right = [[who in speakers for who in option.people] for option in options]
    nearest = _nearest_mentions(marked, quotation)
    through = [
        row if option.mention in nearest else [False] * len(row) for option, row in zip(options, right, strict=True)
    ]
    return Example(options, through if any(any(row) for row in through) else right)


def _nearest_mentions(marked: MarkedText, quotation: Placed) -> frozenset[int]:
    """Return the mentions in the words that the corpus gives as naming the speaker nearest."""
    if not quotation.row.nearest:
        return frozenset()
    pattern = rf"(?<!\w){re.escape(quotation.row.nearest)}(?!\w)"
    spans = [match.span() for match in re.finditer(pattern, marked.text.text)]
    outside = [span for span in spans if span[1] <= quotation.start or span[0] >= quotation.end]
    best = min(outside, key=lambda span: _gap(span, quotation), default=None)
    if best is None or _gap(best, quotation) > _FARTHEST_NEAREST:
        return frozenset()
    tokens = marked.scene.reading.tokens
    first, last = index_at(tokens, best[0]), index_at(tokens, best[1])
    mentions = enumerate(marked.scene.mentions)
    return frozenset(number for number, mention in mentions if mention.first < last and first < mention.last)


def _gap(span: tuple[int, int], quotation: Placed) -> int:
    return max(quotation.start - span[1], span[0] - quotation.end)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest speaker of a quotation: whether it is right, whether anybody is named, and how likely it is."""

    language: str
    spoken: bool
    """Whether the corpus gives a speaker."""
    right: bool
    named: bool
    probability: float
    number: int
    """Number of the utterance in its text."""
    speaker: int
    asked: bool = False
    """Whether a reader has a part in it."""


def predictions(marked: MarkedText, fitted: Weights, ask: Ask | None = None) -> Iterator[Prediction]:
    """Yield the likeliest speaker of each quotation that is found, earlier ones as they are predicted."""
    ranked = rank_utterances(marked.scene, marked.text.sentences, fitted, ask)
    for number, (quotation, own) in enumerate(zip(marked.quotations, ranked, strict=True)):
        if quotation is not None:
            best, spoken = own.best, quotation.row.speaker is not None
            right = best in marked.speakers[number]
            yield Prediction(
                marked.text.row.language, spoken, right, best != NOBODY, own.shares[best], number, best, own.asked
            )
