"""Names in a text, and the comparison of a typed name with a full one."""

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache

from knowledge.lexicon import Lexicon, Names, names
from knowledge.reporting import forms
from knowledge.terms import fold
from knowledge.tokens import Token

_APOSTROPHE = re.compile(r"['’ʼ`´]")
_POSSESSIVE = re.compile(r"['’]s\b")
_NOT_NAME = re.compile(r"[\W_]+")
_LONGEST_NAME = 8
"""Tokens of a name; more capitals in a row are a heading. Our choice."""
_CACHED_NAMES = 4096
"""Names of which the words are cached, as a name that is asked for is compared with every speaker. Our choice."""
_FIRST_WORD_WITHIN = 3
"""Tokens from a sentence's start among which its first word stands, after a mark or two; our choice."""
_LONGEST_JOINER = 3
"""Tokens between two capitalised parts of a name: "de la", "of the"; our choice."""
_FEWEST_PARTICIPLE_LETTERS = 6
"""Letters of an English participle; shorter words may end in -ing or -ed by chance: "king", "speed". Our choice."""


_STOPS = frozenset(".:!?…")


@lru_cache(_CACHED_NAMES)
def fold_name(name: str) -> str:
    """Return a name without case, accents and punctuation: "Clément O'Neil-Díaz" as "clement oneil diaz"."""
    return _NOT_NAME.sub(" ", fold(_APOSTROPHE.sub("", _POSSESSIVE.sub("", name)))).strip()


def matches_name(query: str, full: str) -> bool:
    """Say whether a name as somebody typed it can mean the person or organisation with this full name.

    Every word of the query, titles and articles aside, must be a word of the full name or an initial of one; where
    the text gave only a surname, that surname must be the query's last word.
    """
    asked, known = name_words(query), name_words(full)
    if not asked or not known:
        return False
    if all(any(_same_word(word, other) for other in known) for word in asked):
        return True
    return "".join(asked) == "".join(known) or (len(known) == 1 and asked[-1] == known[0])


@lru_cache(_CACHED_NAMES)
def name_words(name: str) -> tuple[str, ...]:
    """Return the folded words of a name without titles and articles, where it has others."""
    words = fold_name(name).split()
    bare = [word for word in words if word not in _ARTICLES and word not in _titles()]
    return tuple(bare or words)


@cache
def _titles() -> frozenset[str]:
    return frozenset(map(fold_name, names().titles))


_ARTICLES = frozenset(("el", "la", "los", "las", "the", "un", "una", "a", "an"))


def _same_word(asked: str, known: str) -> bool:
    if len(asked) == 1 or len(known) == 1:
        return asked[0] == known[0] and asked.isalpha() and known.isalpha()
    return asked == known


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: its token numbers, half-open, its words, and those words folded."""

    first: int
    last: int
    text: str
    keys: tuple[str, ...]


def find_names(text: str, tokens: Sequence[Token], lexicon: Lexicon, *, sentence_starts: Set[int]) -> list[Name]:
    """Return the capitalised names of a text in order: people, organisations, places, without titles and roles."""
    finder = _Finder(text, tokens, lexicon, names(), _ordinary(tokens, lexicon, sentence_starts), _alone(tokens))
    text_names: list[Name] = []
    index = 0
    while index < len(tokens):
        last = finder.name_end(index)
        if last > index:
            text_names.append(_name(text, tokens, index, last))
        index = max(last, index + 1)
    return text_names


def _name(text: str, tokens: Sequence[Token], first: int, last: int) -> Name:
    words = text[tokens[first].start : tokens[last - 1].end]
    return Name(first, last, words, tuple(fold_name(words).split()))


def _ordinary(tokens: Sequence[Token], lexicon: Lexicon, sentence_starts: Set[int]) -> frozenset[int]:
    """Return the numbers of capitalised tokens that are ordinary words at the beginning of a sentence."""
    small = {token.key for token in tokens if token.text.islower()}
    starting = [index for index, token in enumerate(tokens) if token.start in sentence_starts]
    # A sentence may begin with a quotation mark or a dash before its first word.
    first_words = {_first_word(tokens, start) for start in starting}
    inside = Counter(token.key for index, token in enumerate(tokens) if token.is_capital and index not in first_words)
    verbs = forms(lexicon.language)
    return frozenset(
        index
        for index in first_words
        if (tokens[index].key in small and not inside[tokens[index].key])
        or (tokens[index].key in verbs and not inside[tokens[index].key])
        or (_is_english_participle(tokens[index].key) and tokens[index].key not in names().given)
        or tokens[index].key in lexicon.plural_roles
    )


def _first_word(tokens: Sequence[Token], start: int) -> int:
    """Return the number of the first word at token `start` or soon after, or `start` where none stands there."""
    nearby = range(start, min(start + _FIRST_WORD_WITHIN, len(tokens)))
    return next((index for index in nearby if tokens[index].is_word), start)


def _is_english_participle(key: str) -> bool:
    return len(key) >= _FEWEST_PARTICIPLE_LETTERS and key.endswith(("ing", "ed"))


def _alone(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the capitalised words that somewhere stand without "de" before them, and so are names of their own."""
    return frozenset(
        token.key
        for index, token in enumerate(tokens)
        if token.is_capital and (index == 0 or tokens[index - 1].key not in ("de", "del", "la", "las", "los", "of"))
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    """A text with all that decides where its names end."""

    text: str
    tokens: Sequence[Token]
    lexicon: Lexicon
    names: Names
    ordinary: frozenset[int]
    alone: frozenset[str]

    def name_end(self, first: int) -> int:
        """Return the token number after the name that begins at `first`, or `first` where none does."""
        if not self._begins(first):
            return first
        last = first + 1
        while last - first < _LONGEST_NAME:
            following = self._next_part(first, last)
            if following == last or self._next_person(first, last):
                break
            last = following
        return last

    def _next_person(self, first: int, last: int) -> bool:
        """Say whether another name begins at `last`: "analista de Bankinter Eva Sol", "Declaran Eva Sol y su hijo"."""
        tokens, names = self.tokens, self.names
        before = tokens[first - 1].key if first else "."
        if before not in self.lexicon.prepositions and before not in self.lexicon.roles and before not in _STOPS:
            return False
        lists = [names.given, names.given_wide] if last == first + 1 else [names.given]
        begins = any(tokens[last].key in given and tokens[first].key not in given for given in lists)
        return begins and last + 1 < len(tokens) and self._is_part(last + 1)

    def _begins(self, index: int) -> bool:
        token = self.tokens[index]
        if self._is_own_article(index):
            return True
        if not self._is_part(index) or index in self.ordinary or token.key in self.lexicon.articles:
            return False
        followed = index + 1 < len(self.tokens) and (self.tokens[index + 1].is_capital or self._dotted(index + 1))
        return not (token.key in self.names.titles and followed)

    def _is_own_article(self, index: int) -> bool:
        """Say whether a capitalised article within a sentence belongs to a name: "told The Information"."""
        token = self.tokens[index]
        if token.text not in ("The", "El", "La", "Los", "Las") or index in (0, len(self.tokens) - 1):
            return False
        return self.tokens[index - 1].text.islower() and self._is_part(index + 1)

    def _is_part(self, index: int) -> bool:
        token = self.tokens[index]
        return token.is_capital and token.key not in self.lexicon.common and token.key not in self.lexicon.roles

    def _dotted(self, index: int) -> bool:
        return self.tokens[index].text == "." and self.tokens[index].start == self.tokens[index - 1].end

    def _next_part(self, first: int, last: int) -> int:
        """Return the token number after the part of the name that begins at `last`, or `last` where it ends there."""
        if last >= len(self.tokens) or "\n" in self.text[self.tokens[last - 1].end : self.tokens[last].start]:
            return last
        if self._is_part(last):
            return last + 1
        previous = self.tokens[last - 1]
        nearby = range(last, min(last + 1 + _LONGEST_JOINER, len(self.tokens)))
        after = next((index for index in nearby if self.tokens[index].is_capital), last)
        if after == last or not self._is_part(after) or "\n" in self.text[previous.end : self.tokens[after].start]:
            return last
        between = [token.key for token in self.tokens[last:after]]
        if between == ["."] and self._dotted(last):
            return after + 1 if len(previous.text) == 1 else last
        if between == ["&"] or all(word in self.lexicon.joiners for word in between):
            return after + 1
        if all(word in self.lexicon.particles for word in between) and self._joins(first, last, after):
            return after + 1
        return last

    def _joins(self, first: int, last: int, after: int) -> bool:
        """Say whether "de" joins what stands before and after it in one name: Universidad de Chile, Óscar de la Hoz."""
        parts = [token.key for token in self.tokens[first:last]]
        if any(part in self.names.organisation_words for part in parts):
            return True
        return len(parts) <= 2 and parts[0] in self.names.given and self.tokens[after].key not in self.alone
