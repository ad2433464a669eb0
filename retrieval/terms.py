"""A question's words as each language's passages may hold them: themselves, translated, or as exact evidence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.numbers import canonical, numbers

from knowledge.model import Language
from knowledge.terms import fold, stems, stopwords
from retrieval.lexicon import Lexicon

NUMBER_MARK = "#"
# A pasted paragraph has some sixty content words; more only slow the search down without finding more.
MOST_TERMS = 64
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
_QUOTED = re.compile(r"“[^”]+”|«[^»]+»|\"[^\"]+\"")
_SENTENCE_START = re.compile(r"(?:^|[.!?¡¿:]\s*)[\W_]*$")
_OTHER: dict[Language, Language] = {"es": "en", "en": "es"}


@dataclass(frozen=True, slots=True)
class Term:
    """One content word or number of a question.

    `alternatives`: for each language of passages the terms that stand for it, with probabilities. `exact`: a name, a
    figure or a quoted word, which a passage must have as it is. `word` is folded, as written in the question.
    """

    word: str
    exact: bool
    alternatives: Mapping[Language, Mapping[str, float]]


def search_terms(text: str, language: Language) -> list[str]:
    """The terms that a passage is found by: its stems, and each number as one term however it is written."""
    return [*stems(text, language), *(f"{NUMBER_MARK}{canonical(number)}" for number in numbers(text, language))]


def question_terms(text: str, language: Language, lexicon: Lexicon) -> list[Term]:
    """The content words and numbers of a question, each once, in order."""
    found: dict[str, Term] = {}
    for word, exact in _content_words(text):
        folded = fold(word)
        if folded not in found:
            found[folded] = Term(folded, exact, _alternatives(folded, _own(folded, language, lexicon), exact, lexicon))
    for number in numbers(text, language):
        term = f"{NUMBER_MARK}{canonical(number)}"
        found.setdefault(term, Term(term, True, {"es": {term: 1.0}, "en": {term: 1.0}, "und": {term: 1.0}}))
    return list(found.values())[:MOST_TERMS]


def names_in(text: str) -> set[str]:
    """The words of a text that are written like names, as written."""
    return {match.group() for match in _WORD.finditer(text) if _is_name(match.group(), text[: match.start()][-8:])}


def _content_words(text: str) -> Iterator[tuple[str, bool]]:
    """Each word that is no function word in either language, and whether it must be matched as it is."""
    skipped = stopwords("und")
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    shouted = text.upper() == text
    words = list(_WORD.finditer(text))
    content = [match for match in words if fold(match.group()) not in skipped]
    # "What is it?" is made of function words alone: then they are all there is to look for.
    for match in content or words:
        word = match.group()
        named = not shouted and _is_name(word, text[: match.start()][-8:])
        yield word, named or any(start <= match.start() < end for start, end in quoted)


def _is_name(word: str, before: str) -> bool:
    if any(letter.isdigit() for letter in word) or any(letter.isupper() for letter in word[1:]):
        return True
    return word[0].isupper() and not _SENTENCE_START.search(before)


def _own(word: str, language: Language, lexicon: Lexicon) -> Language:
    """The language a word is of: the question's, unless only the other one knows it."""
    if language != "und":
        other = _OTHER[language]
        foreign = lexicon.knows(_stem(word, other), other) and not lexicon.knows(_stem(word, language), language)
        return other if foreign else language
    known: list[Language] = [one for one in _OTHER if lexicon.knows(_stem(word, one), one)]
    return known[0] if len(known) == 1 else "und"


def _alternatives(word: str, own: Language, exact: bool, lexicon: Lexicon) -> dict[Language, dict[str, float]]:
    """The word itself where the passage is in its language; elsewhere its translations, and itself for what is left."""
    found: dict[Language, dict[str, float]] = {"und": {word: 1.0}}
    for language in _OTHER:
        itself = _stem(word, language)
        if own in (language, "und"):
            found[language] = {itself: 1.0}
            continue
        translations = dict(lexicon.translate(_stem(word, own), own))
        left = 1.0 if exact else max(0.0, 1.0 - sum(translations.values()))
        translations[itself] = max(translations.get(itself, 0.0), left)
        found[language] = translations
    return found


def _stem(word: str, language: Language) -> str:
    return next(iter(stems(word, language)), word)
