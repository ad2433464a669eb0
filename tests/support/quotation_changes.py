"""Quotations changed by rule: corrupted ones, which nothing may take for verbatim, and harmless ones, which it must."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from knowledge.terms import fold
from retrieval.engine import Engine
from retrieval.words.alignment import is_negation_or_limit, read_words

# Fewer words are any part of speech that somebody may have said.
FEWEST_WORDS = 6
_ENDINGS = ("and we will never stop doing it", "y por eso nadie debería fiarse", "which is what I told them")


@dataclass(frozen=True)
class Changed:
    """A changed quotation, who is said to have said it, and what was done to it."""

    how: str
    text: str
    speaker: str | None


@dataclass(frozen=True)
class Said:
    """A quotation as it is stored, by the words of its parts."""

    parts: tuple[tuple[str, ...], ...]
    speaker: str | None
    source: str
    english: bool

    @property
    def words(self) -> tuple[str, ...]:
        """Those of all parts."""
        return tuple(word for part in self.parts for word in part)

    @property
    def text(self) -> str:
        """As one line."""
        return " ".join(self.words)


def stored(engine: Engine) -> list[Said]:
    """The direct quotations of a base, the longer ones."""
    found = []
    for quote in engine.store.quotes():
        text = engine.store.snapshot(quote.span.snapshot).text
        parts = tuple(tuple(text[start:end].split()) for start, end in quote.parts)
        if quote.direct and len(read_words(" ".join(word for part in parts for word in part))) >= FEWEST_WORDS:
            english = engine.store.source(quote.source).language == "en"
            found.append(Said(parts, quote.speaker, quote.source, english))
    return found


def corrupted(quotes: Sequence[Said], chance: random.Random) -> Iterator[Changed]:
    """Each quotation with a word dropped, added, changed or moved, another's name, another's half, or an ending.

    Then those of several parts with a part moved or a word between two left out, and two people's run together.
    """
    for one in quotes:
        yield from _fewer_words(one, chance)
        yield from _other_words(one, chance)
        yield from _others_words(one, quotes, chance)
    yield from corrupted_parts(quotes)


def _fewer_words(one: Said, chance: random.Random) -> Iterator[Changed]:
    words = one.words
    for place in chance.sample(range(len(words)), min(len(words), 12)):
        if read_words(words[place]):
            yield _changed("a word dropped", words[:place] + words[place + 1 :], one)
    for place, word in enumerate(words):
        if is_negation_or_limit(fold(word).strip(".,;:'’").replace("'", "").replace("’", "")):
            yield _changed("a negation removed", words[:place] + words[place + 1 :], one)


def _other_words(one: Said, chance: random.Random) -> Iterator[Changed]:
    words = one.words
    for place, word in enumerate(words):
        if any(letter.isdigit() for letter in word):
            other = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), word)
            yield _changed("a number changed", (*words[:place], other, *words[place + 1 :]), one)
    for place in chance.sample(range(1, len(words)), 3):
        yield _changed("a negation added", (*words[:place], "not" if one.english else "no", *words[place:]), one)
    for place in chance.sample(range(len(words) - 1), 3):
        if fold(words[place]) != fold(words[place + 1]):
            moved = (*words[:place], words[place + 1], words[place], *words[place + 2 :])
            yield _changed("two words changed over", moved, one)
    for ending in _ENDINGS:
        yield _changed("an invented ending", (*words[:-1], words[-1].rstrip(".”'"), *ending.split()), one)
        yield _changed("an invented beginning", (*ending.split(), *words), one)


def _others_words(one: Said, quotes: Sequence[Said], chance: random.Random) -> Iterator[Changed]:
    speakers = sorted({other.speaker for other in quotes if other.speaker and other.speaker != one.speaker})
    for speaker in chance.sample(speakers, 3):
        yield Changed("another speaker", one.text, speaker)
    for other in chance.sample([other for other in quotes if other.text != one.text], 4):
        half, rest = one.words[: len(one.words) // 2], other.words[len(other.words) // 2 :]
        if one.text in other.text or other.text in one.text:
            continue  # Two parts of the same words are no splice.
        yield _changed("spliced", half + rest, one)
        yield _changed("spliced with an ellipsis", (*half, "…", *rest), one)


def corrupted_parts(quotes: Sequence[Said]) -> Iterator[Changed]:
    """Quotations of several parts put together otherwise than they were said, and with what another one says."""
    for one in quotes:
        for place, (left, right) in enumerate(pairwise(one.parts)):
            before, after = one.parts[:place], one.parts[place + 2 :]
            for how, words in (
                ("a part swapped", (*right, *left)),
                ("a part swapped with an ellipsis", (*right, "…", *left)),
                ("the last word of a part left out", (*left[:-1], *right)),
                ("the first word of a part left out", (*left, *right[1:])),
                ("a word put between parts", (*left, "nunca" if not one.english else "never", *right)),
            ):
                # Without a part of one word there is a whole part left, which nothing is missing from.
                if _keys(words) not in (_keys((*left, *right)), _keys(left), _keys(right)):
                    yield _changed(how, (*chain(*before), *words, *chain(*after)), one)
    for one, other in pairwise(quotes):
        if one.source == other.source and one.speaker != other.speaker:
            for words in ((*one.words, *other.words), (*one.words, "…", *other.words)):
                for speaker in (one.speaker, other.speaker, None):
                    yield Changed("two people's joined", " ".join(words), speaker)


def _keys(words: Sequence[str]) -> list[str]:
    return [word.key for word in read_words(" ".join(words))]


def harmless(quotes: Sequence[Said], chance: random.Random) -> Iterator[Changed]:
    """Each quotation with other case, spacing, marks, spelling of accents, or words openly left out."""
    for one in quotes:
        words, text = one.words, one.text
        yield Changed("capitals", text.upper(), one.speaker)
        yield Changed("small letters", text.lower(), one.speaker)
        yield Changed("spaces", "   ".join(words), one.speaker)
        yield Changed("line breaks", "\n".join(words), one.speaker)
        yield Changed("quotation marks", f"«{text.replace(chr(39), '’')}»", one.speaker)
        yield Changed("straight marks", f'"{text}"', one.speaker)
        yield Changed("a full stop", f"{text}.", one.speaker)
        yield Changed("no punctuation", re.sub(r"(?<!\d)[.,;:!?]|[.,;:!?](?!\d)", " ", text), one.speaker)
        yield Changed(
            "no accents", "".join(fold(letter) if letter.isalpha() else letter for letter in text), one.speaker
        )
        plain = [place for place in range(len(words) - 1) if _plain(words[place]) and _plain(words[place + 1])]
        for place in chance.sample(plain, min(2, len(plain))):
            run = (*words[:place], words[place] + words[place + 1], *words[place + 2 :])
            yield _changed("words run together", run, one)
        for place in [place for place, word in enumerate(words) if len(word) > 7 and word.isalpha()][:2]:
            torn = (*words[:place], words[place][:4], words[place][4:], *words[place + 1 :])
            yield _changed("a word torn apart", torn, one)
        if len(one.parts) > 1:
            yield Changed("ellipses between parts", " … ".join(" ".join(part) for part in one.parts), one.speaker)
            yield Changed("commas between parts", ", ".join(" ".join(part) for part in one.parts), one.speaker)
        for place, mark in ((3, "…"), (3, "[...]"), (4, "…"), (4, "(…)")):
            left_out = words[place : place + 3]
            if len(words) > 9 and all(_plain(word) for word in left_out):
                yield _changed("an honest ellipsis", (*words[:place], mark, *words[place + 3 :]), one)


def _changed(how: str, words: Sequence[str], one: Said) -> Changed:
    return Changed(how, " ".join(words), one.speaker)


def _plain(word: str) -> bool:
    return word.isalpha() and not is_negation_or_limit(fold(word))


def kinds(engine: Engine, changed: Sequence[Changed]) -> Counter[tuple[str, str]]:
    """How often each change came out as what."""
    return Counter((one.how, engine.quote(one.text, speaker=one.speaker).kind.value) for one in changed)
