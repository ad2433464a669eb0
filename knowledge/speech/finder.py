"""Finding of speech in a text, in all its forms, before it is known who spoke."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set

from knowledge.model import Paragraph
from knowledge.speech.candidates import Candidate, candidates
from knowledge.speech.cues import Cue
from knowledge.speech.features import features
from knowledge.speech.likelihood import speech_model
from knowledge.speech.reading import Reading
from knowledge.speech.reported import Reported, reported_clause
from knowledge.speech.signatures import introduction, signature
from knowledge.speech.surroundings import Surroundings, surroundings
from knowledge.speech.utterance import Form, Utterance

Sentence = tuple[int, int, int]
_UNREAD_ROLES = ("code", "table")
_WHOLE = ("turn", "block")
_LONGEST_TERM, _MOST_MARKED = 3, 0.3
"""Words between marks in a clause that is reported all the same, and the share of it that they may be; where they are
more, they are what is quoted. Our choice."""


def find_utterances(
    reading: Reading, paragraphs: Sequence[Paragraph], sentences: Sequence[Sentence]
) -> list[Utterance]:
    """Return what a text gives as spoken, in order: direct speech, and clauses that a verb reports.

    Utterances either stand apart or one within the other, as a quotation in a quotation does. `sentences` holds
    (start, end, paragraph number from 1).
    """
    around = surroundings(reading, paragraphs, candidates(reading, paragraphs))
    direct = list(_direct(around, likely(around)))
    clauses = _clauses(reading, paragraphs, sentences, direct)
    return sorted([*direct, *clauses], key=lambda utterance: (utterance.left, -utterance.right))


def likely(around: Surroundings) -> list[int]:
    """Return the places of the candidates that are taken for speech."""
    model = speech_model()
    places = range(len(around.candidates))
    return [place for place in places if model.likelihood(features(around, place)) >= model.least]


def _direct(around: Surroundings, places: Sequence[int]) -> Iterator[Utterance]:
    """Yield an utterance for each run of candidates that are parts of the same words."""
    kept, run = set(places), list[int]()
    runs: list[list[int]] = []
    last_of: dict[int | None, list[int]] = {}
    for place in places:
        within = around.candidates[place].within
        run = last_of.get(within, [])
        if run and _belongs(around, run, place, kept):
            run.append(place)
        else:
            last_of[within] = [place]
            runs.append(last_of[within])
    yield from (_utterance(around, run) for run in runs)


def _belongs(around: Surroundings, run: Sequence[int], place: int, kept: Set[int]) -> bool:
    """Say whether a candidate goes on with the words of the run before it, interrupted only by their attribution."""
    item, last = around.candidates[place], around.candidates[run[-1]]
    if item.form != "marks" or last.form != "marks":
        return False
    if item.goes_on:
        return last.runs_on and last.paragraph == item.paragraph - 1
    if item.paragraph != last.paragraph or around.neighbour(place, -1) != run[-1]:
        return False
    if not last.closed and not around.text[last.right : item.left].strip():
        return True  # opened again at a new line
    own, first = around.attributions[place], around.attributions[run[0]]
    cue = around.attributions[run[-1]].cue or first.cue
    if cue is None or not around.text[last.right : item.left].strip(" \t,;.—–"):
        return False
    same = own.cue is None or own.place == "within" or own.cue.verb is cue.verb
    attributed = around.attributions[run[-1]].place == "after" or len(run) > 1
    return same and attributed and not _is_interrupted(around, last.right, item.left)


def _is_interrupted(around: Surroundings, right: int, left: int) -> bool:
    """Say whether a whole sentence, rather than the rest of the words' own, stands between two stretches."""
    starts, text = around.starts, around.text
    low, high = bisect_right(starts, right), bisect_left(starts, left)
    # The first sentence after the words may be their attribution's: “Why?” Ann Ross asked.
    return any(
        _has_word(text, right, start) and _has_word(text, start, left) for start in starts[low : min(high, low + 2)]
    )


def _has_word(text: str, start: int, end: int) -> bool:
    return any(text[place].isalnum() for place in range(start, end))


def _utterance(around: Surroundings, run: Sequence[int]) -> Utterance:
    items = [around.candidates[place] for place in run]
    first, last = items[0], items[-1]
    cues = [around.attributions[place].cue for place in run]
    cue = next((cue for cue in cues if cue and cue.subject), next((cue for cue in cues if cue), None))
    form, label = _label(around, first, last, cue)
    return Utterance(
        parts=tuple(part for item in items for part in item.parts),
        left=first.left,
        right=last.right,
        paragraph=first.paragraph,
        form=form,
        direct=True,
        cue=cue,
        label=label,
    )


def _label(
    around: Surroundings, first: Candidate, last: Candidate, cue: Cue | None
) -> tuple[Form, tuple[int, int] | None]:
    """Return the form of words from one candidate to another, and where it names their speaker, if it does."""
    if first.label:
        return first.form, (first.label.start, first.label.end)
    if last.form not in ("marks", "block") or last.within is not None:
        return first.form, None
    paragraphs = around.paragraphs
    following = paragraphs[last.paragraph] if last.paragraph < len(paragraphs) else None
    if signed := signature(around.reading, last.right, paragraphs[last.paragraph - 1], following):
        return "signature", signed
    previous = paragraphs[first.paragraph - 2] if first.paragraph > 1 else None
    if cue is None or cue.subject is None:
        introduced = introduction(around.reading, first.left, paragraphs[first.paragraph - 1], previous)
        return ("label" if introduced else first.form), introduced
    return first.form, None


def _clauses(
    reading: Reading, paragraphs: Sequence[Paragraph], sentences: Sequence[Sentence], direct: Sequence[Utterance]
) -> Iterator[Utterance]:
    """Yield the clauses that sentences report, unless their words are direct speech already."""
    place = 0
    for start, end, number in sentences:
        if number <= len(paragraphs) and paragraphs[number - 1].role in _UNREAD_ROLES:
            continue
        while place < len(direct) and direct[place].right <= start:
            place += 1
        reported = reported_clause(reading, start, end)
        if reported is None or _is_quoted(reading.text, reported, direct, place):
            continue
        span = (reported.start, reported.end)
        yield Utterance((span,), *span, number, "clause", direct=False, cue=reported.cue)


def _is_quoted(text: str, reported: Reported, direct: Sequence[Utterance], place: int) -> bool:
    """Say whether a clause is direct speech already, more than a term of it, or reaches into such or out of it."""
    marked = 0
    while place < len(direct) and direct[place].left < reported.end:
        utterance, place = direct[place], place + 1
        if utterance.right <= reported.start:
            continue
        begins, ends = utterance.parts[0][0] < reported.start, utterance.parts[-1][1] > reported.end
        if (
            utterance.form in _WHOLE
            and utterance.parts[0][0] <= reported.start
            and utterance.parts[-1][1] >= reported.end
        ):
            continue  # what somebody says in a turn may report what another has said
        if begins or ends or text.count(" ", *utterance.parts[0]) >= _LONGEST_TERM:
            return True
        marked += utterance.right - utterance.left
    return marked > _MOST_MARKED * (reported.end - reported.start)
