"""A question's words as each language's passages may hold them: themselves, translated, or as exact evidence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from knowledge.model import Language
from knowledge.numbers import Number, canonical, numbers
from knowledge.numerals import pieces
from knowledge.quoted import quoted_spans
from knowledge.terms import fold, stems, stopwords
from retrieval.words.lexicon import Lexicon

LANGUAGES: tuple[Language, ...] = ("es", "en", "und")
NUMBER_MARK = "#"
# A pasted paragraph has some sixty content words; more only slow the search down without finding more.
MOST_TERMS = 64
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
# What ends before a word that begins no sentence: another word, with no mark behind it that ends or opens one.
_WITHIN_SENTENCE = re.compile(r"[^\W_](?:_|[^\w.!?¡¿:])*+$")
# Characters before a word that tell whether it begins a sentence: a full stop, a quote mark and spaces; and before a
# number that hold the end of a name.
_BEFORE, _NAME_BEFORE = 8, 24
# What the digits of a number count where a passage has them as part of a name ("Llama-3.1") or of another number.
_AS_WRITTEN = 0.5
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
    return [*stems(text, language), *(_number_term(number) for number in numbers(text, language))]


def question_terms(text: str, language: Language, lexicon: Lexicon) -> list[Term]:
    """The content words and numbers of a question, each once; of very many the exact ones first."""
    text = normalize("NFC", text)
    figures = numbers(text, language)
    written = _written_out(text, language, figures) if figures else {}
    found: dict[str, Term] = {}
    for start, word, exact in _content_words(text):
        if start not in written and (word not in found or (exact and not found[word].exact)):
            found[word] = Term(word, exact, _alternatives(word, _own(word, language, lexicon), exact, lexicon))
    for number in figures:
        term = _number_term(number)
        words = [written[start] for start in range(number.start, number.end) if start in written]
        forms = {**{word: _AS_WRITTEN for word in words if not word.isalpha()}, term: 1.0}
        found.setdefault(term, Term(term, True, dict.fromkeys(LANGUAGES, forms)))
    return sorted(found.values(), key=lambda term: not term.exact)[:MOST_TERMS]


def _written_out(text: str, language: Language, figures: Sequence[Number]) -> dict[int, str]:
    """The words, by start, that only write a number: "billion" is not "billón", and "1,5" is the same as "1.5".

    The digits of "Llama 2" stay a word beside their value, being part of a name.
    """
    spans = [(number.start, number.end) for number in figures]
    within = {place for start, end in spans if not ends_a_name(text, start, end) for place in range(start, end)}
    starts = within & {piece.start for piece in pieces(text, language)}
    return {
        match.start(): fold(match.group())
        for match in _WORD.finditer(text)
        if match.start() in starts and match.end() - 1 in within
    }


def ends_a_name(text: str, start: int, end: int) -> bool:
    """Whether the digits at `text[start:end]` follow a name and are part of it, as in "Llama 2"."""
    before = text[max(0, start - _NAME_BEFORE) : start].split()[-1:]
    return text[start:end].isdigit() and any(letter.isupper() for letter in "".join(before))


def marked_words(text: str) -> Iterator[str]:
    """The words of a text that are written like names, and those in lower case: what tells names from words."""
    text = normalize("NFC", text)
    for match in _WORD.finditer(text):
        word = match.group()
        if word.islower() or _is_name(word, text[max(0, match.start() - _BEFORE) : match.start()]):
            yield word


def _content_words(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each word that is no function word in either language: its start, folded, and whether it is matched as it is."""
    skipped = stopwords("und")
    quoted = list(quoted_spans(text))
    shouted = 2 * sum(map(str.isupper, text)) > sum(map(str.isalpha, text))
    words = [(match, _told(match.group())) for match in _WORD.finditer(text)]
    content = [(match, word) for match, word in words if word not in skipped]
    # "What is it?" is made of function words alone: then they are all there is to look for.
    for match, word in content or words:
        named = not shouted and _is_name(match.group(), text[max(0, match.start() - _BEFORE) : match.start()])
        yield match.start(), word, named or _within(match.start(), quoted)


def _told(word: str) -> str:
    """What a word tells, folded: "Brien" of "O'Brien", "what" of "what's", as texts are cut at apostrophes."""
    return max(re.split("['’]", fold(word)), key=len)


def _within(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _number_term(number: Number) -> str:
    return f"{NUMBER_MARK}{canonical(number)}"


def _is_name(word: str, before: str) -> bool:
    if any(letter.isdigit() for letter in word) or any(letter.isupper() for letter in word[1:]):
        return True
    return word[0].isupper() and _WITHIN_SENTENCE.search(before) is not None


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
    found: dict[Language, dict[str, float]] = {"und": {_stem(word, "und"): 1.0}}
    for language in _OTHER:
        itself = _stem(word, language)
        if own in (language, "und"):
            found[language] = {itself: 1.0}
            continue
        translations = dict(lexicon.translate(_stem(word, own), own))
        left = 1.0 if exact else max(0.0, 1.0 - sum(translations.values()))
        # The lexicon leaves out translations of the same stem ("modelos", "models"), so what is left is theirs.
        forms = {itself} if exact else {itself, _stem(word, own)}
        for form in forms:
            translations[form] = max(translations.get(form, 0.0), left / len(forms))
        found[language] = translations
    return found


def _stem(word: str, language: Language) -> str:
    return next(iter(stems(word, language)), word)
