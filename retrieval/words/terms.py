"""Search terms of passages, and the terms of questions with their translations into the passages' languages."""

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
# Our choice: a pasted paragraph has some sixty content words, and more terms only slow the search down.
MOST_TERMS = 64
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
# The end of the text before a word that begins no sentence: a word, after which no mark ends or opens a sentence.
_WITHIN_SENTENCE = re.compile(r"[^\W_](?:_|[^\w.!?¡¿:])*+$")
# Characters read before a word to see whether it begins a sentence, which has room for a full stop, a quote mark and
# spaces; and before a number to see whether a name precedes it. Our choice.
_BEFORE_WORD, _BEFORE_NUMBER = 8, 24
# The probability of the digits of a number as they are written, which a passage may have as part of a name
# ("Llama-3.1") or of another number. Our choice: half of that of its value.
_AS_WRITTEN = 0.5
_OTHER: dict[Language, Language] = {"es": "en", "en": "es"}


@dataclass(frozen=True, slots=True)
class Term:
    """A content word or number of a question.

    `alternatives`: for each language of passages the search terms that match it, with probabilities from 0 to 1.
    `exact`: it is a name, a number or a quoted word, which is not translated. `word` is folded, as in the question.
    """

    word: str
    exact: bool
    alternatives: Mapping[Language, Mapping[str, float]]


def search_terms(text: str, language: Language) -> list[str]:
    """Return the terms of a passage: its stems, and for each number the same term however it is written."""
    return [*stems(text, language), *(_number_term(number) for number in numbers(text, language))]


def question_terms(text: str, language: Language, lexicon: Lexicon) -> list[Term]:
    """Return the content words and numbers of a question, each once and at most MOST_TERMS, the exact ones first."""
    text = normalize("NFC", text)
    number_spans = numbers(text, language)
    number_words = _number_words(text, language, number_spans) if number_spans else {}
    terms: dict[str, Term] = {}
    for start, word, exact in _content_words(text):
        if start not in number_words and (word not in terms or (exact and not terms[word].exact)):
            terms[word] = Term(word, exact, _alternatives(word, _language_of(word, language, lexicon), exact, lexicon))
    for number in number_spans:
        term = _number_term(number)
        words = [number_words[start] for start in range(number.start, number.end) if start in number_words]
        forms = {**{word: _AS_WRITTEN for word in words if not word.isalpha()}, term: 1.0}
        terms.setdefault(term, Term(term, True, dict.fromkeys(LANGUAGES, forms)))
    return sorted(terms.values(), key=lambda term: not term.exact)[:MOST_TERMS]


def _number_words(text: str, language: Language, number_spans: Sequence[Number]) -> dict[int, str]:
    """Return the words, by start, that are only parts of numbers: "billion" is not "billón", "1,5" is "1.5".

    The digits of "Llama 2" are part of a name, and a word besides their value.
    """
    spans = [(number.start, number.end) for number in number_spans]
    within = {offset for start, end in spans if not ends_a_name(text, start, end) for offset in range(start, end)}
    starts = within & {piece.start for piece in pieces(text, language)}
    return {
        match.start(): fold(match.group())
        for match in _WORD.finditer(text)
        if match.start() in starts and match.end() - 1 in within
    }


def ends_a_name(text: str, start: int, end: int) -> bool:
    """Say whether the digits at `text[start:end]` follow a name and are part of it, as in "Llama 2"."""
    before = text[max(0, start - _BEFORE_NUMBER) : start].split()[-1:]
    return text[start:end].isdigit() and any(letter.isupper() for letter in "".join(before))


def marked_words(text: str) -> Iterator[str]:
    """Yield the words of a text that are written like names, and those in lower case, which can be compared."""
    text = normalize("NFC", text)
    for match in _WORD.finditer(text):
        word = match.group()
        if word.islower() or _is_name(word, text[max(0, match.start() - _BEFORE_WORD) : match.start()]):
            yield word


def _content_words(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each word that is no function word in either language: its start, its folded form, and whether it is exact.

    The words of a text of function words alone, such as "What is it?", are all yielded.
    """
    function_words = stopwords("und")
    quoted = list(quoted_spans(text))
    # In a text that is mostly in capitals, they mark no names.
    in_capitals = 2 * sum(map(str.isupper, text)) > sum(map(str.isalpha, text))
    words = [(match, _longest_part(match.group())) for match in _WORD.finditer(text)]
    content = [(match, word) for match, word in words if word not in function_words]
    for match, word in content or words:
        before = text[max(0, match.start() - _BEFORE_WORD) : match.start()]
        is_name = not in_capitals and _is_name(match.group(), before)
        yield match.start(), word, is_name or _within(match.start(), quoted)


def _longest_part(word: str) -> str:
    """Return the longest part between apostrophes, folded: "brien" of "O'Brien", "what" of "what's"."""
    return max(re.split("['’]", fold(word)), key=len)


def _within(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _number_term(number: Number) -> str:
    return f"{NUMBER_MARK}{canonical(number)}"


def _is_name(word: str, before: str) -> bool:
    if any(letter.isdigit() for letter in word) or any(letter.isupper() for letter in word[1:]):
        return True
    return word[0].isupper() and _WITHIN_SENTENCE.search(before) is not None


def _language_of(word: str, language: Language, lexicon: Lexicon) -> Language:
    """Return the language of a word: the question's, unless the lexicon has the word in the other language alone."""
    if language != "und":
        other = _OTHER[language]
        foreign = lexicon.knows(_stem(word, other), other) and not lexicon.knows(_stem(word, language), language)
        return other if foreign else language
    known: list[Language] = [candidate for candidate in _OTHER if lexicon.knows(_stem(word, candidate), candidate)]
    return known[0] if len(known) == 1 else "und"


def _alternatives(
    word: str, word_language: Language, exact: bool, lexicon: Lexicon
) -> dict[Language, dict[str, float]]:
    """Return the terms that match a word, with probabilities, by the language of passages.

    In its own language it is the word; in the other its translations, and the word with the remaining probability.
    """
    alternatives: dict[Language, dict[str, float]] = {"und": {_stem(word, "und"): 1.0}}
    for language in _OTHER:
        stem = _stem(word, language)
        if word_language in (language, "und"):
            alternatives[language] = {stem: 1.0}
            continue
        translations = dict(lexicon.translate(_stem(word, word_language), word_language))
        remaining = 1.0 if exact else max(0.0, 1.0 - sum(translations.values()))
        # The lexicon leaves out translations of the same stem ("modelos", "models"), which have the remaining share.
        forms = {stem} if exact else {stem, _stem(word, word_language)}
        for form in forms:
            translations[form] = max(translations.get(form, 0.0), remaining / len(forms))
        alternatives[language] = translations
    return alternatives


def _stem(word: str, language: Language) -> str:
    return next(iter(stems(word, language)), word)
