"""Phrases that mean somebody by what they are: an article and a noun for people, "somebody", "her lawyer"."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.speech.mention_features import after_words, before_words
from knowledge.speech.reading import Reading
from knowledge.terms import fold

# In tokens, and our choice.
_LONGEST_NOUN = 5
"""Tokens before and with the noun: "la nueva primera ministra"."""
_LONGEST_TAIL = 9
"""Tokens of what is told more of it: "of the ministry in Madrid"."""
_LONGEST_TOLD = 2
"""Words after a preposition and its article: "de la última fila"."""
POSSESSIVES = frozenset(
    ["su", "sus", "mi", "mis", "tu", "tus", "his", "her", "its", "their", "my", "your", "our", "nuestro", "nuestra"]
)
_DETERMINERS_F = frozenset(["la", "las", "una", "unas", "otra", "otras", "esta", "esa", "aquella", "nuestra", "varias"])
_DETERMINERS_M = frozenset(["el", "los", "un", "unos", "otro", "otros", "este", "ese", "aquel", "nuestro", "varios"])
_MALE = frozenset(
    [
        "man",
        "boy",
        "father",
        "brother",
        "son",
        "husband",
        "uncle",
        "grandfather",
        "nephew",
        "gentleman",
        "lord",
        "widower",
        "king",
        "prince",
        "lordship",
        "businessman",
    ]
)
_FEMALE = frozenset(
    [
        "woman",
        "girl",
        "mother",
        "sister",
        "daughter",
        "wife",
        "aunt",
        "grandmother",
        "niece",
        "lady",
        "widow",
        "queen",
        "princess",
        "nun",
        "ladyship",
        "hostess",
        "mujer",
        "madre",
        "nieta",
    ]
)
# "An earlier version of this article said": it is no speaker.
_THIS = frozenset(["this", "este", "esta"])
_INDEFINITE = frozenset(
    ["alguien", "somebody", "someone", "another", "uno", "ambos", "both", "ninguno", "otros", "others", "several"]
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A phrase at the tokens `first` to `last` (half-open) whose noun is `head`.

    `gender` is "m", "f" or "" where the words show none; `determiner` is "own" after a possessive, "definite",
    "indefinite", or "bare".
    """

    first: int
    last: int
    head: str
    gender: str
    plural: bool
    determiner: str


def noun_phrases(reading: Reading) -> Iterator[Noun]:
    """Yield what has an article or a possessive and a noun for people, or such a noun as the subject of a verb."""
    lexicon = reading.lexicon
    openers = lexicon.articles | POSSESSIVES | _DETERMINERS_M | _DETERMINERS_F
    for index, token in enumerate(reading.tokens):
        opens = token.key in openers and not (token.key in lexicon.that and index - 1 in reading.verb_at)
        if token.key in _INDEFINITE:
            last = _tail(reading, index + 1)
            yield Noun(index, last, token.key, "", plural=False, determiner="bare")
            continue
        owner = reading.name_before.get(index) if token.key in ("'s", "’s") else None
        if not opens and owner is None and token.key not in lexicon.plural_roles:
            continue
        first = index if token.key in lexicon.plural_roles else index + 1
        head = _head(reading, first)
        if head is None or not reading.key(head)[0].isalpha():
            continue
        index = owner.first if owner else index
        if reading.tokens[head].is_capital and head in reading.name_at and _is_organisation(reading, head):
            continue
        before_noun = reading.name_before.get(index)
        if token.key in lexicon.plural_roles and before_noun and token.text.islower():
            index = before_noun.first  # "Meta executives"
        key = reading.key(head)
        after, _ = after_words(reading, head + 1)
        before = before_words(reading, index)
        known = is_person_noun(reading, key)
        speaks = "verb" in after or before in ("verb", "source")
        if (not known and not speaks) or (key in lexicon.writings and token.key in _THIS):
            continue
        last = _tail(reading, head + 1)
        if owner and not is_person_noun(reading, key):
            continue
        gender, plural = _noun_gender(reading, token.key, key), _is_plural(reading, token.key, key)
        yield Noun(index, last, key, gender, plural, _determiner(reading, token.key))


def _is_organisation(reading: Reading, index: int) -> bool:
    return reading.key(index) in reading.names.organisation_nouns | reading.names.organisation_words


def _determiner(reading: Reading, key: str) -> str:
    if key in POSSESSIVES or key in ("'s", "’s"):
        return "own"
    if key in reading.lexicon.definite or key.startswith(("est", "th", "aquel")):
        return "definite"
    return "indefinite" if key in reading.lexicon.articles else "bare"


def is_person_noun(reading: Reading, key: str) -> bool:
    """Say whether a noun is listed as one for people or organisations."""
    lexicon = reading.lexicon
    return (
        key in lexicon.roles
        or key in lexicon.plural_roles
        or key in lexicon.people
        or key in reading.names.organisation_nouns
        or (key.startswith("ex") and key.removeprefix("ex").lstrip("-") in lexicon.roles)
    )


def _head(reading: Reading, first: int) -> int | None:
    """Return the token of the noun of a phrase that begins after its article, or None where no noun stands there."""
    lexicon, english = reading.lexicon, reading.lexicon.language == "en"
    last = first
    while last - first < _LONGEST_NOUN:
        token = reading.tokens[last] if last < len(reading.tokens) else None
        if token is None or not token.is_word or last in reading.verb_at or token.key in lexicon.prepositions:
            break
        if last > first and token.start in reading.sentence_starts:
            break
        if token.key in lexicon.pronouns | lexicon.skipped | lexicon.links | lexicon.openings | lexicon.articles:
            break
        if english and last in reading.name_at:
            last = reading.name_at[last].last
            continue
        if last in reading.name_at and last > first and not is_person_noun(reading, token.key):
            break
        last += 1
        if not english and is_person_noun(reading, token.key) and token.key not in lexicon.modifiers:
            return last - 1
    if last == first:
        return None
    if english:
        known = [at for at in range(first, last) if is_person_noun(reading, reading.key(at))]
        return known[-1] if known else None if last in reading.name_before else last - 1
    return first


def _tail(reading: Reading, index: int) -> int:
    """Return the token after the words that tell more of a noun: "of the last row", "from the ministry"."""
    lexicon = reading.lexicon
    last = index
    small = index < len(reading.tokens) and reading.tokens[index].text.islower()
    if lexicon.language != "en" and small and _goes_on(reading, index) and _closes(reading, index + 1):
        return index + 1  # "el diplomático caribeño declaró"
    if reading.key(index) in lexicon.modifiers and reading.key(index + 1) in lexicon.tails:
        last = index + 1  # "la directora financiera de Altamar"
    while reading.key(last) in lexicon.tails and last - index < _LONGEST_TAIL:
        end = last + 1
        while reading.key(end) in lexicon.articles:
            end += 1
        name = reading.name_at.get(end)
        if name:
            end = name.last
        else:
            noun = end
            while end - noun < _LONGEST_TOLD and _goes_on(reading, end):
                end += 1
            if end == noun:
                return last
        last = end
    return last


def _closes(reading: Reading, index: int) -> bool:
    """Say whether a phrase for somebody ends before a token: a reporting verb or a mark stands there."""
    return index in reading.verb_at or reading.key(index) in _CLOSING


_CLOSING = frozenset(",.:;)")


def _goes_on(reading: Reading, index: int) -> bool:
    """Say whether a word can belong to what is told more of a noun: no verb, no small word, no mark."""
    lexicon, key = reading.lexicon, reading.key(index)
    if index >= len(reading.tokens) or not reading.tokens[index].is_word or index in reading.verb_at:
        return False
    if reading.tokens[index].start in reading.sentence_starts:
        return False
    if key in lexicon.prepositions or key in lexicon.pronouns or key in lexicon.openings or key in lexicon.skipped:
        return False
    if key in lexicon.common or key in lexicon.modals or key in lexicon.links or key in lexicon.that:
        return False
    return not key.endswith(_VERB_ENDINGS if lexicon.language != "en" else ("ed",))


# Endings of the third person in the past (RAE, Nueva gramática, 4.9), which hardly a noun has.
_VERB_ENDINGS = ("ó", "aba", "aban", "aron", "ieron")


def _noun_gender(reading: Reading, determiner: str, head: str) -> str:
    lexicon = reading.lexicon
    if lexicon.language != "en":
        if determiner in _DETERMINERS_F:
            return "f"
        if determiner in _DETERMINERS_M:
            return "m"
        return "f" if head in lexicon.roles_f or head.endswith("a") else "m" if head.endswith("o") else ""
    if head in _FEMALE or head in lexicon.roles_f or head.endswith("woman"):
        return "f"
    return "m" if head in _MALE or head in lexicon.roles_m or head.endswith("man") else ""


def _is_plural(reading: Reading, determiner: str, head: str) -> bool:
    if reading.lexicon.language == "en":
        return head in reading.lexicon.plural_roles or (head.endswith("s") and not head.endswith("ss"))
    return determiner.endswith("s") or (head in reading.lexicon.plural_roles)


def stem(key: str) -> str:
    """Return what a noun for people shares with its other gender: "alcalde" and "alcaldesa", "testigo"."""
    plain = fold(key).removeprefix("ex")
    for ending in ("esas", "esa", "isa", "triz", "tor", "ores", "ora", "es", "as", "os", "s"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 4:
            plain = plain[: -len(ending)]
            break
    return plain[:-1] if len(plain) > 4 and plain[-1] in "aeo" else plain
