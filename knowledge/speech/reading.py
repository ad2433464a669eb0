"""A text as it is read for speakers: its words, names and reporting verbs, each by where it stands."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from knowledge.lexicon import Lexicon, Names, lexicon, names
from knowledge.model import Language
from knowledge.names import Name, find_names
from knowledge.reporting import Verb, reporting_verbs
from knowledge.tokens import Token, tokenize


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is read for speakers: its tokens, reporting verbs and names."""

    text: str
    tokens: Sequence[Token]
    lexicon: Lexicon
    names: Names
    verbs: Sequence[Verb]
    verb_at: dict[int, Verb]
    """By every token that belongs to a verb."""
    found: Sequence[Name]
    name_at: dict[int, Name]
    """By the number of its first token."""
    name_before: dict[int, Name]
    """By the number of the token after it."""
    sentence_starts: Set[int]
    """As offsets."""

    def key(self, index: int) -> str:
        """The key of a token, or "" beyond the text."""
        return self.tokens[index].key if 0 <= index < len(self.tokens) else ""

    def between(self, first: int, last: int) -> str:
        """The words from one token up to another, as written, in one line."""
        if first >= last:
            return ""
        return " ".join(self.text[self.tokens[first].start : self.tokens[last - 1].end].split())

    def is_role(self, index: int) -> bool:
        """Whether a token is a noun that says what somebody is."""
        return self.key(index) in self.lexicon.roles

    def source_end(self, index: int) -> int:
        """The token after a phrase such as "according to" that begins with this token, or the token itself."""
        for phrase in self.lexicon.source:
            last = index + len(phrase)
            if tuple(self.key(at) for at in range(index, last)) == phrase:
                return last
        return index

    def begins_sentence(self, index: int) -> bool:
        """Whether a sentence begins with this token, or with an adverb before it."""
        starts = [self.tokens[index].start]
        if self.key(index - 1) in self.lexicon.leading and index > 0:
            starts.append(self.tokens[index - 1].start)
        return any(start in self.sentence_starts for start in starts)

    def title_start(self, first: int) -> int:
        """The token at which the title before a name begins ("el Sr. Nicholson"), or `first` where there is none."""
        stop = first - 1 if self.key(first - 1) == "." else first
        if self.key(stop - 1) not in self.names.titles or stop - 1 < 0:
            return first
        return stop - 1

    def gender(self, first: int) -> str | None:
        """What the title before a name tells."""
        start = self.title_start(first)
        told = self.names.titles.get(self.key(start)) if start < first else None
        return told if told in ("m", "f") else None


def read_names(text: str, *, language: Language, sentence_starts: Set[int]) -> Reading:
    """Return a text with everything that tells who speaks in it."""
    tokens, words = tokenize(text), lexicon(language)
    found = find_names(text, tokens, words, sentence_starts=sentence_starts)
    named = {index for name in found for index in range(name.first, name.last)}
    verbs = [verb for verb in reporting_verbs(tokens, words) if verb.last not in named]  # Llama is no "llama"
    return Reading(
        text=text,
        tokens=tokens,
        lexicon=words,
        names=names(),
        verbs=verbs,
        verb_at={index: verb for verb in verbs for index in range(verb.first, verb.last + 1)},
        found=found,
        name_at={name.first: name for name in found},
        name_before={name.last: name for name in found},
        sentence_starts=sentence_starts,
    )
