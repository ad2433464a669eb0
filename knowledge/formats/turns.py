"""Interviews: which turns are what somebody was asked. What is asked states nothing, whatever it takes for granted."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.model import Document, Paragraph, ParagraphRole

# A label before a turn, a name in capitals or of a few words, or a letter: "Q:", "P.", "LUND:", "The Post —".
_LABEL = re.compile(
    r"(?P<label>[^\W\d_][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){0,4}?)\s?(?::|\.(?=\s)|\s[—–-](?=\s))\s?(?=\S)"
)
# Labels that say which part a turn has, in both languages; with each the answers' label of the same kind.
_ASKS = frozenset({"q", "question", "p", "pregunta", "interviewer", "entrevistador", "entrevistadora"})
_ANSWERS = frozenset({"a", "answer", "r", "respuesta", "contesta", "interviewee", "entrevistado", "entrevistada"})
# Our choice: somebody asks whose turns mostly end in a question, in a text where another's mostly do not; of two turns
# at least, as one may be a speaker's who asks back.
_ASKING_SHARE, _OTHERS_SHARE, _FEWEST_TURNS = 0.6, 0.4, 2
# Our choice: in a text without labels, questions by themselves are an interviewer's where three or more stand each
# before what is none, and make up a third of its paragraphs.
_FEWEST_QUESTIONS, _QUESTION_SHARE = 3, 0.3
# Our choice: whole sentences set apart in bold or italics are an interviewer's where three or more, and most of them,
# lead to what is not set so, and as large a share are questions. A first paragraph of more words is a standfirst.
_FEWEST_SET_APART, _LEADING_SHARE, _EMPHASISED_SHARE, _STANDFIRST_WORDS = 3, 0.6, 0.3, 25
SENTENCE_END = re.compile(r"[.?!…][\"'”’»)\]*_]{0,3}$")
_ASKED = re.compile(r"\?[\"'”’»)\]*_]{0,3}$")


def with_questions(document: Document) -> Document:
    """Return a document in which the paragraphs that are what an interviewer asks have the role of questions."""
    texts = [document.text[part.start : part.end] for part in document.paragraphs]
    asked = _asked_by_label(document.paragraphs, texts) or _asked_by_form(document.paragraphs, texts)
    if not asked:
        return document
    paragraphs = tuple(
        replace(part, role="question") if place in asked else part for place, part in enumerate(document.paragraphs)
    )
    return replace(document, paragraphs=paragraphs)


def asked_by_emphasis(blocks: Sequence[tuple[str, ParagraphRole, bool]]) -> set[int]:
    """Return the places of the blocks that an interviewer asks, by how they are set; none in any other text.

    A block is its text, its role and whether all of it is emphasised. Where the questions are headings, only such as
    are whole sentences are asked, and none where all end in a question mark: these name what stands under them.
    """
    set_apart = [place for place, block in enumerate(blocks) if _is_set_apart(*block)]
    asked = {place for place in set_apart if _ASKED.search(blocks[place][0])}
    stated = set(set_apart) - asked
    others = set(range(len(blocks))) - set(set_apart)
    led = sum(place + 1 in others and not _ASKED.search(blocks[place + 1][0]) for place in set_apart)
    if not asked or not others or len(set_apart) < _FEWEST_SET_APART or len(asked) < _EMPHASISED_SHARE * len(set_apart):
        return set()
    if led < _LEADING_SHARE * len(set_apart) or (not stated and all(blocks[place][1] == "heading" for place in asked)):
        return set()
    first = min(others)
    return asked | {place for place in stated if place > first or len(blocks[place][0].split()) <= _STANDFIRST_WORDS}


def _is_set_apart(text: str, role: ParagraphRole, emphasised: bool) -> bool:
    is_apart = role == "heading" or (emphasised and role in ("text", "item"))
    # What begins with a time is an update of a live blog.
    return is_apart and not text[0].isdigit() and bool(SENTENCE_END.search(text))


def parts_of(text: str, line_break: str) -> list[str]:
    """Return the paragraphs of a text with line breaks: two in a row end one, and so does one before a turn's label."""
    parts: list[list[str]] = []
    is_new = True
    for line in text.split(line_break):
        words = line.strip()
        label = _LABEL.match(words)
        if words and (is_new or (label and _is_turn(label["label"]))):
            parts.append([])
        if words:
            parts[-1].append(words)
        is_new = not words
    return [" ".join(part) for part in parts]


def _is_turn(label: str) -> bool:
    """Say whether words before a colon are the label of a turn by their form alone."""
    return label.casefold() in _ASKS | _ANSWERS or label.isupper()


def _asked_by_label(paragraphs: Sequence[Paragraph], texts: Sequence[str]) -> set[int]:
    """Return the places of the turns whose labels are an interviewer's."""
    turns: dict[str, list[int]] = defaultdict(list)
    for place, (part, text) in enumerate(zip(paragraphs, texts, strict=True)):
        label = _LABEL.match(text) if part.role in ("text", "item") else None
        if label and _is_label(label["label"]):
            turns[label["label"].casefold()].append(place)
    asking = {label for label in turns if label in _ASKS and not _is_initial(label, turns)}
    if not asking:
        asking = _asking(turns, texts)
    return {place for label in asking for place in turns[label]}


def _is_initial(label: str, turns: Mapping[str, Sequence[int]]) -> bool:
    """Say whether one letter is a person's initial, as in a list of references: answers do not stand right after it."""
    answered = {place for answer in _ANSWERS & turns.keys() for place in turns[answer]}
    led = sum(place + 1 in answered for place in turns[label])
    return len(label) == 1 and led < len(turns[label]) / 2


def _is_label(label: str) -> bool:
    """Say whether words before a colon can name somebody who speaks, and are no part of a sentence."""
    parts = label.split()
    return label.casefold() in _ASKS | _ANSWERS or all(part[0].isupper() or len(part) <= len("de") for part in parts)


def _asking(turns: dict[str, list[int]], texts: Sequence[str]) -> set[str]:
    """Return the labels of those whose turns mostly end in a question, where others' mostly do not."""
    shares = {
        label: sum(bool(_ASKED.search(texts[place])) for place in places) / len(places)
        for label, places in turns.items()
        if len(places) >= _FEWEST_TURNS
    }
    asking = {label for label, share in shares.items() if share >= _ASKING_SHARE}
    return asking if any(share <= _OTHERS_SHARE for share in shares.values()) else set()


def _asked_by_form(paragraphs: Sequence[Paragraph], texts: Sequence[str]) -> set[int]:
    """Return the places of the paragraphs that end in a question, where those of an interview without labels do."""
    asked = {
        place
        for place, (part, text) in enumerate(zip(paragraphs, texts, strict=True))
        if part.role == "text" and _ASKED.search(text)
    }
    led = sum(place + 1 < len(texts) and place + 1 not in asked for place in asked)
    return asked if led >= _FEWEST_QUESTIONS and len(asked) >= _QUESTION_SHARE * len(texts) else set()
