"""The people and organisations of a text: for each, the fullest name, gender, roles and every mention by name."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.same_name import is_mistyped
from knowledge.speech.identity import Identity, call, describe, name_parts
from knowledge.speech.mentions import ANSWERS, ASKS, Mention
from knowledge.speech.nouns import POSSESSIVES, stem
from knowledge.speech.reading import Reading
from knowledge.terms import fold

_MOST_NAMESAKES = 8
"""People who share a part of their names and are told apart by it; our choice."""
# Our choice: letters of a last name that is looked for in another spelling, and how many names it is compared with.
_FEWEST_SPELT, _MOST_COMPARED = 6, 40


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities of a text in the order of their first mention, and those that a mention by name may mean."""

    people: Sequence[Identity]
    of_mention: dict[int, tuple[int, ...]]
    """Numbers of identities by the number of a mention: more than one where namesakes share the name."""


def find_identities(reading: Reading, mentions: Sequence[Mention]) -> Identities:
    """Return who is mentioned: names put together by their parts, and nouns that no name goes with by their head."""
    maker = _Maker(reading, mentions)
    maker.add_names()
    maker.add_descriptions()
    maker.add_labels()
    return Identities(maker.people, maker.of_mention)


@dataclass(slots=True)
class _Maker:
    reading: Reading
    mentions: Sequence[Mention]
    people: list[Identity] = field(default_factory=list)
    of_mention: dict[int, tuple[int, ...]] = field(default_factory=dict)
    by_part: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_initial: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_keys: dict[tuple[tuple[str, ...], str], int] = field(default_factory=dict)
    by_role: dict[tuple[str, str], int] = field(default_factory=dict)

    def add_names(self) -> None:
        named = [(number, mention) for number, mention in enumerate(self.mentions) if mention.name]
        full = [item for item in named if len(name_parts(self.reading, item[1])) > 1]
        short = [item for item in named if len(name_parts(self.reading, item[1])) == 1]
        for number, mention in sorted(full, key=lambda item: _fullness(name_parts(self.reading, item[1]))):
            self._add_name(number, mention)
        for number, mention in sorted(short, key=lambda item: not item[1].title):
            self._add_name(number, mention)
        for identity in self.people:
            identity.mentions.sort()
        for number, mention in named:
            if len(self.of_mention[number]) == 1:
                describe(self.reading, self.people[self.of_mention[number][0]], mention)
        for number, mention in named:
            self._tell_apart(number, mention)

    def _add_name(self, number: int, mention: Mention) -> None:
        keys = name_parts(self.reading, mention)
        gender = mention.gender
        exact = self.by_keys.get((keys, gender if len(keys) == 1 else ""))
        fits = [
            own
            for own in ([] if exact is not None else self.by_part[keys[-1] if len(keys[-1]) > 1 else keys[0]])
            if _is_part(keys, self.people[own].keys) and not _differ(gender, self.people[own])
        ]
        fits = [exact] if exact is not None else fits
        if len(keys) == 1 and fits:
            surnames = [own for own in fits if self.people[own].keys[-1] == keys[0]]
            fits = surnames if mention.title and surnames else fits
        fits = fits or self._mistyped(keys)
        if not fits:
            fits = [len(self.people)]
            self.people.append(Identity(_label(self.reading, mention, len(keys)), keys))
            self.by_keys[keys, gender if len(keys) == 1 else ""] = fits[0]
            for key in dict.fromkeys(keys):
                if len(self.by_part[key]) < _MOST_NAMESAKES:
                    self.by_part[key].append(fits[0])
            if len(self.by_initial[keys[-1][0]]) < _MOST_COMPARED:
                self.by_initial[keys[-1][0]].append(fits[0])
        self.of_mention[number] = tuple(fits)
        if len(fits) == 1 and (short := self._abbreviation(mention)):
            self.by_keys.setdefault(((short,), ""), fits[0])
        for own in fits:
            self.people[own].mentions.append(number)
            if gender and len(fits) == 1:
                self.people[own].gender, self.people[own].sure_gender = gender, True

    def _abbreviation(self, mention: Mention) -> str:
        """Return what stands in brackets after a name if it is short for it: "Open Source Initiative (OSI)"."""
        reading, at = self.reading, mention.last + 1
        short = reading.name_at.get(at) if reading.key(mention.last) == "(" and reading.key(at + 1) == ")" else None
        letters = [letter for letter in short.text if letter.isupper()] if short else []
        return short.keys[0] if short and len(short.keys) == 1 and len(letters) > 1 else ""

    def _mistyped(self, keys: tuple[str, ...]) -> list[int]:
        """Return the one identity whose last name a long one may be by a typing error, or in another spelling."""
        if len(keys[-1]) < _FEWEST_SPELT:
            return []
        near = (own for own in self.by_initial[keys[-1][0]] if is_mistyped(keys[-1], self.people[own].keys[-1]))
        fits = [own for own in near if _is_part(keys[:-1], self.people[own].keys[:-1])]
        return fits if len(fits) == 1 else []

    def _tell_apart(self, number: int, mention: Mention) -> None:
        """Leave out namesakes of another gender than the title shows, once all is known of them."""
        fits = self.of_mention[number]
        same = tuple(own for own in fits if not _differ(mention.gender, self.people[own]))
        for own in set(fits) - set(same or fits):
            self.people[own].mentions.remove(number)
        self.of_mention[number] = same or fits

    def add_labels(self) -> None:
        """Add the labels of turns that are no names: what somebody is, in capitals, or what they call themselves."""
        by_label = {answers_label: who for who in self._asked() for answers_label in ANSWERS}
        by_stem: defaultdict[str, list[int]] = defaultdict(list)
        for index, identity in enumerate(self.people):
            for called in identity.stems:
                by_stem[called].append(index)
        for number, mention in enumerate(self.mentions):
            known = by_label.get(mention.head)
            if mention.kind != "label" or mention.name or mention.head in ASKS | (ANSWERS - by_label.keys()):
                continue
            own = -1 if known is None else known
            if known is None:
                called, key = stem(mention.head), fold(mention.head)
                fits = self.by_part[key] or by_stem[called]
                fits = [fit for fit in fits if self.people[fit].named] or fits
                own = fits[0] if len(fits) == 1 else len(self.people)
                if own == len(self.people):
                    words = self.reading.between(mention.first, mention.last)
                    self.people.append(Identity(words, (), person=True, stems={called}))
                by_label[mention.head] = own
            self.people[own].mentions.append(number)
            self.of_mention[number] = (own,)

    def _asked(self) -> list[int]:
        """Return whom an interview is with: the one person who is named before its turns, or else beside them."""
        turns = [own for own in self.mentions if own.kind == "label" and own.head in ASKS | ANSWERS]
        if not turns:
            return []
        paragraphs = {turn.paragraph for turn in turns}
        named: dict[int, Mention] = {}
        for number, mention in enumerate(self.mentions):
            if mention.name and mention.paragraph not in paragraphs:
                for who in self.of_mention.get(number, ()):
                    if self.people[who].person:
                        named.setdefault(who, mention)
        before = [who for who, mention in named.items() if mention.first < turns[0].first]
        return next((people for people in (before, list(named)) if len(people) == 1), [])

    def add_descriptions(self) -> None:
        for number, mention in enumerate(self.mentions):
            if mention.kind != "noun":
                continue
            name = self._name_beside(number)
            if name is not None:
                self.of_mention[number] = self.of_mention[name]
                for person in (self.people[number] for number in self.of_mention[name]):
                    call(self.reading, person, mention.head)
                    person.gender = person.gender or mention.gender
                continue
            key = (stem(mention.head), mention.gender)
            own = self.by_role.get(key) if mention.definite or mention.before == "verb" else None
            if own is None:
                own = len(self.people)
                self.people.append(self._described(mention))
                self.by_role[key] = own
            self.people[own].mentions.append(number)
            self.of_mention[number] = (own,)

    def _name_beside(self, number: int) -> int | None:
        """Return the number of the name that a noun goes with: "su hermano Iván", "the mother, Ann,", "Ann, a cook"."""
        reading, mention = self.reading, self.mentions[number]
        for other in range(number + 1, min(number + 3, len(self.mentions))):
            name = self.mentions[other]
            if name.name is None or other not in self.of_mention:
                continue
            between = [reading.key(at) for at in range(mention.last, name.name.first) if reading.key(at) not in _TITLES]
            closed = reading.key(name.last) in _CLOSES or name.last >= len(reading.tokens)
            called = bool(between) and between[-1] in _CALLED and len(between) <= 3
            if not between or called or (between == [","] and closed):
                return other
        for other in range(number - 1, max(-1, number - 3), -1):
            name = self.mentions[other]
            if name.name is None or other not in self.of_mention:
                continue
            between = [reading.key(at) for at in range(name.last, mention.first)]
            if between in ([","], ["("]) and reading.key(mention.last) in _CLOSES:
                return other
        return None

    def _described(self, mention: Mention) -> Identity:
        reading = self.reading
        words = reading.between(mention.first, mention.last)
        first = words.split()[0].lower()
        small = first in reading.lexicon.articles | POSSESSIVES | {"one"} or (
            mention.determiner == "bare" and first in reading.lexicon.plural_roles
        )
        label = words[0].lower() + words[1:] if small else words
        organisation = mention.head in reading.names.organisation_nouns
        return Identity(
            label, (), mention.gender, bool(mention.gender), not organisation, organisation,
            mention.plural, stems={stem(mention.head)},
        )  # fmt: skip


_CALLED = frozenset(("called", "named", "llamado", "llamada", "llama", "llamaba", "apellidado", "apellidada"))
_TITLES = frozenset((".", "el", "la", "don", "doña", "mr", "mrs", "ms", "dr", "sir", "dame", "sr", "sra", "dra"))
_CLOSES = frozenset((",", ".", ")", ";", ":", "”", "»", "—", "–"))


def _is_part(keys: Sequence[str], full: Sequence[str]) -> bool:
    """Say whether the parts of a name stand in a fuller name in their order."""
    rest = iter(full)
    return all(any(key == other or (len(key) == 1 and other[0] == key) for other in rest) for key in keys)


def _fullness(keys: Sequence[str]) -> tuple[int, int]:
    """Return what sorts names, those with more parts and fewer initials first."""
    return -len(keys), sum(len(key) == 1 for key in keys)


def _differ(gender: str, identity: Identity) -> bool:
    return bool(gender and identity.gender and identity.sure_gender and gender != identity.gender)


def _label(reading: Reading, mention: Mention, parts: int) -> str:
    """Return the name's last parts; a surname that a title alone goes with keeps it: "doctora Hinojosa"."""
    name = mention.name
    if name is None or (len(name.keys) == 1 and mention.title):
        return reading.between(reading.title_start(name.first), name.last) if name else ""
    words = name.text.split()
    return " ".join(words[len(name.keys) - parts :] if len(words) == len(name.keys) else words)
