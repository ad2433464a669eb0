"""Words and marks of a text, with where each stands."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

# A word may hold hyphens, apostrophes and the stops of "01.AI" or "U.S"; the possessive 's stands alone.
_TOKEN = re.compile(r"\w+(?:(?:[-&+]|['’](?!s\b)|(?<=[A-Z\d])\.(?=[A-Z\d])|\.(?=(?:ai|AI|com|org)\b))\w+)*+|['’]s\b|\S")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a single mark. `key` is its text without case."""

    start: int
    end: int
    text: str
    key: str

    @property
    def is_word(self) -> bool:
        """Say whether it begins with a letter or a digit."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Say whether it is written like a name: Meta, LeCun, xAI, 01.AI."""
        return self.text[0].isupper() or (self.is_word and any(letter.isupper() for letter in self.text[1:]))


def tokenize(text: str) -> list[Token]:
    """Return the words and marks of a text in order; white space is left out."""
    return [
        Token(match.start(), match.end(), match.group(), match.group().casefold().replace("’", "'"))
        for match in _TOKEN.finditer(text)
    ]


def index_at(tokens: Sequence[Token], offset: int) -> int:
    """Return the number of the first token that starts at this offset or after it."""
    return bisect_left(tokens, offset, key=lambda token: token.start)
