"""Mentions of people and organisations in a text: names, nouns with an article, pronouns, and subjects left unsaid."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Literal

from knowledge.known_names import known_names
from knowledge.names import Name
from knowledge.speech.mention_features import after_words, before_words, verb_before
from knowledge.speech.nouns import POSSESSIVES, Noun, is_person_noun, noun_phrases
from knowledge.speech.reading import Reading
from knowledge.speech.utterance import Utterance
from knowledge.tokens import index_at

Kind = Literal["name", "noun", "pronoun", "possessive", "first", "unsaid", "label"]
"""How somebody is mentioned: by name, by what they are, as "she", as "her" in "her lawyer", as "I", as the subject that
a Spanish verb goes without, as the label of a turn in an interview."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that mean somebody, at the tokens `first` to `last` (half-open), in a sentence and paragraph by number.

    `head` is the key of the noun or pronoun, or of a name's last part; `gender` is "m", "f" or "" where the words show
    none; `before` and `after` name what stands on either side, as `before_words` and `after_words` list it.
    """

    kind: Kind
    first: int
    last: int
    head: str
    gender: str
    plural: bool
    definite: bool
    sentence: int
    paragraph: int
    before: str
    after: str
    name: Name | None = None
    title: str = ""
    determiner: str = ""
    """Of a noun: "own" after a possessive, "definite", "indefinite", or "bare"."""
    inner: bool = False
    """Whether a name only tells whose somebody is: "Meta vice president Ann Ross", "Meta's chief scientist"."""
    verb: int = -1
    """First token of the reporting verb whose subject these words may be, or -1."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A text's sentences and paragraphs by token, and the tokens that stand in utterances."""

    starts: Sequence[int]
    """Number of the first token of each sentence."""
    paragraphs: Sequence[int]
    """Paragraph number of each sentence."""

    def sentence(self, token: int) -> int:
        """Return the number of the sentence in which a token stands."""
        return max(0, bisect_right(self.starts, token) - 1)


def make_layout(reading: Reading, sentences: Sequence[tuple[int, int, int]]) -> Layout:
    """Return the layout of a text whose sentences are (start, end, paragraph number), as offsets."""
    return Layout(
        [index_at(reading.tokens, start) for start, _, _ in sentences] or [0],
        [number for _, _, number in sentences] or [1],
    )


def find_mentions(reading: Reading, layout: Layout, utterances: Sequence[Utterance]) -> list[Mention]:
    """Return the mentions of a text by the token they begin with, at most one for each token."""
    labels = list(_labels(reading, layout, [utterance.label for utterance in utterances if utterance.label]))
    labelled = set(_label_tokens(reading, utterances))
    nouns = [_noun(reading, layout, noun) for noun in noun_phrases(reading)]
    inner = {at for noun in nouns for at in range(noun.first + 1, noun.last)}
    names = (name for name in _names(reading, layout) if _is_own(reading, name, inner))
    spoken = [*names, *nouns, *_pronouns(reading, layout)]
    subjects = {mention.verb for mention in spoken if mention.verb >= 0}
    by_first: dict[int, Mention] = {mention.first: mention for mention in labels}
    for mention in (*spoken, *_unsaid(reading, layout, subjects)):
        taken = by_first.get(mention.first)
        if mention.first not in labelled and (taken is None or taken.inner):
            by_first[mention.first] = mention
    return [by_first[first] for first in sorted(by_first)]


def _label_tokens(reading: Reading, utterances: Sequence[Utterance]) -> Iterator[int]:
    for start, end in (utterance.label for utterance in utterances if utterance.label):
        yield from range(index_at(reading.tokens, start), index_at(reading.tokens, end))


def _is_own(reading: Reading, mention: Mention, inner: Set[int]) -> bool:
    """Say whether a name stands for itself, and is no part of a description: "el consejero de Sanidad"."""
    name = mention.name
    start = reading.tokens[mention.first].start
    if name is None or _is_model(name) or reading.dateline_end(start) > start:
        return False
    known = name.keys[0] in reading.names.given or name.keys[0] in reading.names.given_wide
    if name.first in inner and not (known and len(name.keys) > 1):
        return False
    if len(name.keys) == 1 and reading.key(name.first) in reading.lexicon.modifiers:
        return False
    if len(name.keys) > 1 or known or mention.title:
        return True
    if len(name.text) == 1 or _is_state(reading, name):
        return False
    key = reading.key(name.first)
    if key.endswith(_CONTRACTED) or key in _PERSONAL:
        return False
    return mention.verb >= 0 or mention.after == "possessive" or not reading.is_ordinary(name)


def _is_state(reading: Reading, name: Name) -> bool:
    """Say whether a name is the abbreviation of a state after that of a place: "Antwerp Falls, N.Y."."""
    return "." in name.text and reading.key(name.first - 1) == "," and name.first - 1 in reading.name_before


_CONTRACTED = ("'ll", "'ve", "'m", "'d", "'re", "n't")
_PERSONAL = frozenset(["me", "te", "nos", "os", "le", "les", "se", "lo", "la", "tras", "ante", "según"])


def _mention(reading: Reading, layout: Layout, kind: Kind, first: int, last: int, **details: object) -> Mention:
    sentence = layout.sentence(first)
    after, verb = after_words(reading, last)
    before = before_words(reading, first)
    if before in ("prep", "of", "to", "hearer"):
        verb = -1  # no subject has a preposition
    elif before == "verb" and verb < 0:
        verb = verb_before(reading, first)
    values: dict[str, object] = {"head": reading.key(last - 1), "gender": "", "plural": False, "definite": True}
    values.update(details)
    return Mention(
        kind, first, last, sentence=sentence, paragraph=layout.paragraphs[sentence],
        before=before, after=after, verb=reading.verb_at[first].first if kind == "unsaid" else verb, **values,  # type: ignore[arg-type]
    )  # fmt: skip


def _noun(reading: Reading, layout: Layout, noun: Noun) -> Mention:
    return _mention(
        reading, layout, "noun", noun.first, noun.last, head=noun.head, gender=noun.gender, plural=noun.plural,
        definite=noun.determiner in ("own", "definite"), determiner=noun.determiner,
    )  # fmt: skip


def _labels(reading: Reading, layout: Layout, labels: Sequence[tuple[int, int]]) -> Iterator[Mention]:
    """Yield the labels of turns and signatures: by name, by what somebody is ("FISCAL"), or "R" and "P"."""
    for start, end in labels:
        first, last = index_at(reading.tokens, start), index_at(reading.tokens, end)
        while first < last - 1 and (not reading.tokens[first].is_word or _is_number(reading.key(first))):
            first += 1
        if first >= last:
            continue
        key = reading.key(first)
        name = None if key in ASKS | ANSWERS else _label_name(reading, first, last)
        noun = key if is_person_noun(reading, key) else reading.key(last - 1)
        head = noun if name is None and is_person_noun(reading, noun) else key
        yield _mention(reading, layout, "label", first, last, head=head, name=name)


def _is_number(key: str) -> bool:
    return any(character.isdigit() for character in key) and len(key) <= _LONGEST_NUMBER


_LONGEST_NUMBER = 3
"""Characters of a number before the label of a turn: "Q12 Chair". Our choice."""


def _label_name(reading: Reading, first: int, last: int) -> Name | None:
    """Return the name in a label, or the one in brackets after an office: "The Under-Secretary (Mr Ann Stey)"."""
    names = [reading.name_at[at] for at in range(first, last) if at in reading.name_at]
    names = [name for name in names if name.keys and not is_person_noun(reading, name.keys[0])]
    office = any(is_person_noun(reading, reading.key(at)) for at in range(first, last))
    if (office or not names) and reading.key(last) == "(":
        inside = [reading.name_at[at] for at in range(last, last + 4) if at in reading.name_at]
        names = [name for name in inside if len(name.keys) > 1] or names
    people = [name for name in names if _is_known(reading, name) or reading.title_start(name.first) < name.first]
    return next(iter(people or names), None)


def _is_known(reading: Reading, name: Name) -> bool:
    """Say whether a name of several parts begins with a known given name, and is no organisation's."""
    names, key = reading.names, name.keys[0]
    known = key in names.given or key in names.given_wide
    return len(name.keys) > 1 and known and names.organisation_words.isdisjoint(name.keys)


ASKS = frozenset(("p", "q", "pregunta", "question", "interviewer", "entrevistador", "entrevistadora"))
"""Labels of the turns of whoever asks."""
ANSWERS = frozenset(("r", "a", "respuesta", "answer"))
"""Labels of the turns of whoever is asked."""


def _names(reading: Reading, layout: Layout) -> Iterator[Mention]:
    for name in reading.text_names:
        if not name.keys or _is_capital_noun(reading, name):
            continue
        first = start = reading.title_start(name.first)
        title = reading.key(start) if start < name.first else ""
        while reading.is_role(first - 1) or (
            reading.key(first - 1) in reading.lexicon.modifiers and first - 1 not in reading.verb_at
        ):
            first -= 1
        if reading.key(first - 1) in reading.lexicon.articles | POSSESSIVES and first > 0:
            first -= 1
        gender = reading.names.titles.get(title, "")
        yield _mention(
            reading, layout, "name", first, name.last,
            head=name.keys[-1], gender=gender if gender in ("m", "f") else "", name=name, title=title,
            inner=_only_tells_whose(reading, name),
        )  # fmt: skip


# A version after a hyphen: DeepSeek-V2, GPT-4o, Llama-3.1; an outlet's number stands alone (Channel 4).
_VERSION = re.compile(r"-[A-Za-z]?\d")


def _is_model(name: Name) -> bool:
    """Say whether a name is that of a model, which is no person and says nothing."""
    known = name.text.casefold()
    return bool(_VERSION.search(name.text)) or known in _models()


@cache
def _models() -> frozenset[str]:
    names = (name for name in known_names() if name.kind == "model")
    return frozenset(writing.casefold() for name in names for writing in (name.name, *name.also, *name.misspelt))


def _only_tells_whose(reading: Reading, name: Name) -> bool:
    """Say whether a name stands before a role, or after "of" in one: it is the role's holder who is meant."""
    lexicon, at = reading.lexicon, name.last
    if reading.key(at) in ("'s", "’s"):
        return at + 1 < len(reading.tokens) and reading.tokens[at + 1].is_word
    while at - name.last < _LONGEST_ROLE and (
        reading.is_role(at) or reading.key(at) in lexicon.modifiers or reading.key(at) in lexicon.people
    ):
        at += 1
    if at > name.last and (at in reading.name_at or reading.key(at - 1) in lexicon.plural_roles):
        return True
    if reading.key(name.last) in lexicon.plural_roles:
        return True
    if reading.key(name.first - 1) not in ("of", "de", "del"):
        return False
    given = name.keys[0] in reading.names.given or name.keys[0] in reading.names.given_wide
    back = reading.key(name.first - (3 if reading.key(name.first - 2) == "." else 2))
    noun = is_person_noun(reading, back) or back in lexicon.modifiers
    return noun and not (given and len(name.keys) > 1)


_LONGEST_ROLE = 5
"""Tokens of a role between a name and the name of its holder; our choice."""


def _is_capital_noun(reading: Reading, name: Name) -> bool:
    """Say whether what looks like a name is a noun for people in capitals: "the Minister", "la Notaria"."""
    key, before = reading.key(name.first), name.first - 1
    while reading.is_role(before) or reading.key(before) in reading.lexicon.modifiers:
        before -= 1  # "the Chief Justice"
    article = reading.key(before) in reading.lexicon.articles | POSSESSIVES
    if not article or len(name.keys) > 1 or key in reading.names.organisation_nouns:
        return False
    return is_person_noun(reading, key)


_FIRST = frozenset(("i", "yo"))


def _pronouns(reading: Reading, layout: Layout) -> Iterator[Mention]:
    lexicon = reading.lexicon
    for index, token in enumerate(reading.tokens):
        following = index + 1 < len(reading.tokens) and reading.tokens[index + 1].is_word
        if token.key in _FIRST:
            yield _mention(reading, layout, "first", index, index + 1)
        elif token.key in _OWN and following and index + 1 not in reading.verb_at:
            if reading.key(index + 1) not in lexicon.prepositions | lexicon.that:
                yield _mention(reading, layout, "possessive", index, index + 1, gender=_OWN[token.key])
        elif token.key in lexicon.pronouns or token.key in _OBJECT:
            they = token.key in lexicon.they or token.key == "them"
            gender = "" if they or token.key in ("it", "this") else "f" if token.key in _FEMININE else "m"
            yield _mention(reading, layout, "pronoun", index, index + 1, gender=gender, plural=they)


_OBJECT = frozenset(("him", "her", "this", "este", "esta", "aquel", "aquella", "it", "éste", "ésta"))
_FEMININE = frozenset(("she", "her", "ella", "ellas", "esta", "ésta", "aquella"))
_OWN = {"his": "m", "her": "f", "su": "", "sus": ""}


def _unsaid(reading: Reading, layout: Layout, subjects: Set[int]) -> Iterator[Mention]:
    """Yield the subjects that reporting verbs go without; in English only after "and" or in "…, saying"."""
    english = reading.lexicon.language == "en"
    for verb in reading.verbs:
        if verb.form.mood == "infinitive" or verb.first in subjects:
            continue
        if english and verb.form.mood != "gerund" and reading.key(verb.first - 1) not in ("and", "but", "then", ","):
            continue
        plural = not english and reading.key(verb.last).endswith("n") and verb.form.mood != "gerund"
        yield _mention(reading, layout, "unsaid", verb.first, verb.last + 1, head=verb.form.mood, plural=plural)
