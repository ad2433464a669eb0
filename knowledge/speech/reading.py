"""A text as it is read for speakers: its words, names and reporting verbs, each by its place."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from knowledge.lexicon import Lexicon, Names, lexicon, names
from knowledge.model import Language
from knowledge.names import Name, find_names
from knowledge.reporting import Verb, reporting_verbs
from knowledge.tokens import Token, tokenize

# Where a piece of news comes from: "HOLM (Wire) - ", "BAHÍA LOROS, 14 mar (Agencia) .- ".
_DATELINE = re.compile(r"[A-ZÁÉÍÓÚÑÜ]{2}[A-ZÁÉÍÓÚÑÜ ./]{0,40}(?:, [^()—–-]{1,30})?(?: ?\([^()]{1,40}\))? ?\.?[—–-] ?")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is read for speakers: its tokens, reporting verbs and names."""

    text: str
    tokens: Sequence[Token]
    lexicon: Lexicon
    names: Names
    verbs: Sequence[Verb]
    verb_at: dict[int, Verb]
    """The verb that each token number belongs to."""
    text_names: Sequence[Name]
    """The names of the text in order."""
    name_at: dict[int, Name]
    """The name that begins with each token number."""
    name_before: dict[int, Name]
    """The name that ends right before each token number."""
    sentence_starts: Set[int]
    """Offsets at which sentences begin."""
    inside: Set[str]
    """Keys of the words of names that stand within a sentence, where no ordinary word has a capital."""

    def key(self, index: int) -> str:
        """Return the key of a token, or "" beyond the text."""
        return self.tokens[index].key if 0 <= index < len(self.tokens) else ""

    def between(self, first: int, last: int) -> str:
        """Return the words from one token up to another, as written, in one line."""
        if first >= last:
            return ""
        return " ".join(self.text[self.tokens[first].start : self.tokens[last - 1].end].split())

    def is_role(self, index: int) -> bool:
        """Say whether a token is a noun that says what somebody is."""
        return self.key(index) in self.lexicon.roles

    def source_end(self, index: int) -> int:
        """Return the token after a phrase such as "according to" that begins with this token, or the token itself."""
        for phrase in self.lexicon.source:
            last = index + len(phrase)
            if tuple(self.key(at) for at in range(index, last)) == phrase:
                return last
        return index

    def begins_sentence(self, index: int) -> bool:
        """Say whether a sentence begins with this token, or with an adverb before it."""
        starts = [self.tokens[index].start]
        if self.key(index - 1) in self.lexicon.leading and index > 0:
            starts.append(self.tokens[index - 1].start)
        return any(start in self.sentence_starts for start in starts)

    def is_ordinary(self, name: Name) -> bool:
        """Say whether a name may be a word with a capital for its place alone: "Inside, she waited", "—Tosió—"."""
        key, text = self.key(name.first), name.text
        if not text[1:].islower() and not text.isupper():
            return False  # xAI, LeCun
        if len(name.keys) != 1 or key in self.inside or key in self.names.given or key in self.names.given_wide:
            return False
        return _opens(self.tokens, name.first, self.sentence_starts)

    def dateline_end(self, start: int) -> int:
        """Return the offset after a dateline that begins at `start` ("HOLM (Wire) - "), or `start` without one."""
        dateline = _DATELINE.match(self.text, start)
        return dateline.end() if dateline else start

    def title_start(self, first: int) -> int:
        """Return the token at which the title before a name begins ("el Sr. Nicholson"), or `first` without one."""
        stop = first - 1 if self.key(first - 1) == "." else first
        if self.key(stop - 1) not in self.names.titles or stop - 1 < 0:
            return first
        return stop - 1

    def gender(self, first: int) -> str | None:
        """Return the gender that the title before a name shows, "m" or "f", or None."""
        start = self.title_start(first)
        gender = self.names.titles.get(self.key(start)) if start < first else None
        return gender if gender in ("m", "f") else None


def read_names(text: str, *, language: Language, sentence_starts: Set[int]) -> Reading:
    """Read a text for speakers: tokens, names, reporting verbs, and where each of them stands."""
    tokens, words = tokenize(text), lexicon(language)
    text_names = find_names(text, tokens, words, sentence_starts=sentence_starts)
    named = {index for name in text_names for index in range(name.first, name.last)}
    verbs = [verb for verb in reporting_verbs(tokens, words) if verb.last not in named]  # Llama is no "llama"
    return Reading(
        text=text,
        tokens=tokens,
        lexicon=words,
        names=names(),
        verbs=verbs,
        verb_at={index: verb for verb in verbs for index in range(verb.first, verb.last + 1)},
        text_names=text_names,
        name_at={name.first: name for name in text_names},
        name_before={name.last: name for name in text_names},
        sentence_starts=sentence_starts,
        inside=frozenset(
            tokens[at].key
            for name in text_names
            for at in range(name.first, name.last)
            if at > name.first or not _opens(tokens, at, sentence_starts)
        ),
    )


_OPENERS = frozenset("\"“”«»‘’'—–―:.!?…¿¡*[]()")


def _opens(tokens: Sequence[Token], index: int, sentence_starts: Set[int]) -> bool:
    """Say whether a word may have its capital for its place: after a stop, a mark, a dash or a label."""
    return index == 0 or tokens[index].start in sentence_starts or tokens[index - 1].key in _OPENERS
