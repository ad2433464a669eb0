"""What a passage states: not what its headings name, what somebody is asked in it, or what it says was once in it."""

import re

from knowledge.marks import blanked
from knowledge.model import FullPassage, Sentence

# Of whom somebody is asked is said in the question; what is asked is not said to be so.
_QUESTION = re.compile(r"\?[\"'”’»)\]]{0,3}$")
# How newspapers begin the sentence that says what they had wrong, in both languages.
_RETRACTED = re.compile(
    r"\b(?:earlier|previous|prior|original|initial) versions? of th(?:is|e) "
    r"(?:article|story|report|piece|post|page|text|headline)\b|"
    r"\bth(?:is|e) (?:article|story|report|piece|post|page) "
    r"(?:originally|previously|earlier|initially|incorrectly|wrongly|mistakenly)\b|"
    r"\bversi(?:ón|ones) (?:anterior(?:es)?|previas?|iniciale?s?|original(?:es)?|primeras?) de (?:est[ea]|la|el) "
    r"(?:artículo|noticia|nota|texto|información|reportaje|pieza|página|titular)\b|"
    r"\b(?:est[ea] (?:artículo|noticia|nota|texto|información) )?(?:decía|afirmaba|indicaba|señalaba) "
    r"(?:erróneamente|por error|incorrectamente)\b",
    re.IGNORECASE,
)
_NAMING_ROLES = frozenset({"heading", "question"})


def stated_sentences(passage: FullPassage) -> list[Sentence]:
    """Return the sentences of a passage that state something, in order."""
    return [sentence for sentence in passage.sentences if _states(passage, sentence)]


def stated_text(passage: FullPassage) -> str:
    """Return a passage's text with spaces in the place of marks, of an interview's questions and of what was retracted.

    Offsets stay. Other questions and headings stay too: they tell what the sentences after them are about.
    """
    text, start = blanked(passage.text), passage.span.start
    for sentence in passage.sentences:
        if sentence.role == "question" or _RETRACTED.search(_text(passage, sentence)):
            left, right = sentence.span.start - start, sentence.span.end - start
            text = f"{text[:left]}{' ' * (right - left)}{text[right:]}"
    return text


def _states(passage: FullPassage, sentence: Sentence) -> bool:
    text = _text(passage, sentence)
    return sentence.role not in _NAMING_ROLES and not _QUESTION.search(text) and not _RETRACTED.search(text)


def _text(passage: FullPassage, sentence: Sentence) -> str:
    return passage.snapshot.text[sentence.span.start : sentence.span.end]
