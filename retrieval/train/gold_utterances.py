"""The quotations of a marked text as utterances, with the attribution that stands around each."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from knowledge.speech.cues import Cue, cue_after, cue_before
from knowledge.speech.reading import Reading
from knowledge.speech.utterance import Form, Utterance
from retrieval.train.speaker_texts import Placed, SpeakersText

_MARKS = "“”„‟\"«»‹›‘’'*"
_DASHES = "—–―"
_LONGEST_LABEL = 6
"""Words of the label of a turn."""
_LONGEST_SIGNATURE = 120
"""Characters of a signature under the words."""
_LABEL = re.compile(
    r"(?:[\[(][^\])]{0,30}[\])]\s*)?(?P<label>[^\s“”«»\"—–:.,;][^“”«»\"—–:.;\n]{0,45}?)\s*(?:\([^)]{0,30}\)\s*)?"
    r"[:.]\s*[—–-]?\s*(?:\*\*)?\s*"
)
_SIGNED = re.compile(r"[.,]?\s*(?:[—–]\s*|\()(?=[^a-záéíóúñ\s]|el |la )([^.\n“”«»]{3,90}?)\)?\.?")


def gold_utterances(text: SpeakersText, reading: Reading, starts: Sequence[int]) -> list[Utterance]:
    """Return the quotations of a text as utterances, in order; `starts` are the offsets of its paragraphs."""
    utterances: list[Utterance] = []
    following = [quotation.start for quotation in text.quotations[1:]] + [len(text.text)]
    for quotation, limit in zip(text.quotations, following, strict=True):
        last = utterances[-1].right if utterances else 0
        utterances.append(_utterance(text, reading, starts, quotation, last, limit))
    return utterances


def _utterance(
    text: SpeakersText, reading: Reading, starts: Sequence[int], quotation: Placed, last: int, limit: int
) -> Utterance:
    body = text.text
    left, right = _marks_around(body, quotation.start, quotation.end)
    number = bisect_right(starts, quotation.start)
    bounds = [*starts, len(body) + 2]
    start, end = bounds[number - 1], bounds[number] - 2
    direct = quotation.row.kind == "direct"
    form, label = _form(body, quotation, left, (start, end)) if direct else ("clause", None)
    if label is None and form in ("block", "marks") and direct:
        label = _signature(text, quotation, right, (start, end), bounds)
        form = "signature" if label else form
    cue = _cue(text, reading, (left, right), (start, end), (last, limit))
    return Utterance(((quotation.start, quotation.end),), left, right, number, form, direct, cue, label)


def _form(body: str, quotation: Placed, left: int, paragraph: tuple[int, int]) -> tuple[Form, tuple[int, int] | None]:
    """Return how words are shown to be speech, and the label before them."""
    lead = body[paragraph[0] : left]
    marked = left < quotation.start
    match = None if marked else _LABEL.fullmatch(lead)
    if match and len(match["label"].split()) <= _LONGEST_LABEL:
        return "turn", (paragraph[0] + match.start("label"), paragraph[0] + match.end("label"))
    return _shown_as(body, paragraph[0], left, quotation.start), None


def _marks_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the marks around words begin and end."""
    while start > 0 and text[start - 1] in _MARKS + "¿¡":
        start -= 1
    while end < len(text) and text[end] in _MARKS:
        end += 1
    return start, end


def _shown_as(text: str, paragraph: int, left: int, start: int) -> Form:
    """Return how direct speech is shown: its paragraph begins at `paragraph`, its marks at `left`."""
    lead = text[paragraph:left].strip()
    if lead[:1] in tuple(_DASHES) or text[left] in _DASHES:
        return "dash"
    if left < start:
        return "marks"
    return "colon" if lead.endswith(":") else "block"


def _signature(
    text: SpeakersText, quotation: Placed, right: int, paragraph: tuple[int, int], bounds: Sequence[int]
) -> tuple[int, int] | None:
    """Return the name under the words: after a dash or in brackets at the paragraph's end, or as the next paragraph."""
    body = text.text
    if match := _SIGNED.fullmatch(body[right : paragraph[1]]):
        return right + match.start(1), right + match.end(1)
    index = bounds.index(paragraph[0]) + 1
    if body[paragraph[0] : quotation.start].strip(_MARKS + " >") or body[right : paragraph[1]].strip():
        return None
    if index + 1 >= len(bounds):
        return None
    below = body[bounds[index] : bounds[index + 1] - 2]
    spoken = any(other.row.paragraph == index for other in text.quotations)
    if spoken or below[:1] not in tuple("—–(-") or len(below) > _LONGEST_SIGNATURE:
        return None
    return bounds[index] + 1, bounds[index] + len(below.rstrip(")."))


def _cue(
    text: SpeakersText,
    reading: Reading,
    words: tuple[int, int],
    paragraph: tuple[int, int],
    between: tuple[int, int],
) -> Cue | None:
    """Return the attribution in the sentence around words, that before them first."""
    sentences = [start for start, _ in text.sentences]
    index = max(0, bisect_right(sentences, words[0]) - 1)
    floor = max(sentences[index], paragraph[0]) if sentences else 0
    body = text.text
    if not body[paragraph[0] : words[0]].strip() and body[: paragraph[0]].rstrip().endswith(":") and index:
        floor = sentences[index - 1]
    if between[0] <= words[0]:
        floor = max(floor, between[0])
    cue = cue_before(reading, words[0], floor=floor)
    if cue is not None and cue.subject is not None:
        return cue
    ceiling = min(paragraph[1], between[1]) if between[1] > words[1] else paragraph[1]
    return cue_after(reading, words[1], ceiling=ceiling, ended=body[words[1] - 1] in ".?!…,") or cue


def paragraph_starts(text: SpeakersText) -> list[int]:
    """Return the offset at which each paragraph of a marked text begins."""
    lengths = [len(paragraph) + 2 for paragraph in text.row.paragraphs[:-1]]
    return list(accumulate(lengths, initial=0))
