"""Resolution of a subject as the text puts it to a speaker: of short names, pronouns and "the company"."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.names import Name
from knowledge.reporting import Verb
from knowledge.speech.attribution import Subject
from knowledge.speech.roster import Roster
from knowledge.tokens import index_at

_FARTHEST_NAME = 400
"""Tokens before a pronoun among which the person it means is looked for: about three paragraphs of news; our choice."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """The person or organisation that spoke: a name, or a description such as "un portavoz de Meta", and a role."""

    name: str | None
    role: str | None = None


NOBODY = Speaker(None)


@dataclass(slots=True)
class SpeakerResolver:
    """Resolve subjects to speakers while a text is read from its beginning; it keeps who spoke last."""

    roster: Roster
    last_person: str | None = None
    last_organisation: str | None = None
    last_speaker: str | None = None
    last_speech_end: int = 0
    """Number of the token before which the last speech ended."""

    def resolve(self, subject: Subject | None, verb: Verb | None) -> Speaker:
        """Return the speaker that a subject means; NOBODY where the text does not say. None is a subject left out."""
        if subject is None:
            return self._without_subject(verb)
        if subject.name:
            return self._speaker_named(self.roster.full_name(subject.name))
        return self._pronoun(subject) if subject.pronoun else self._described(subject)

    def record(self, speaker: Speaker, token: int) -> None:
        """Record that a speaker was said to speak shortly before a token."""
        if speaker.name is None:
            return
        self.last_speaker, self.last_speech_end = speaker.name, token
        if speaker.name in self.roster.people:
            self.last_person = speaker.name
        else:
            self.last_organisation = speaker.name

    def _speaker_named(self, name: str) -> Speaker:
        return Speaker(name, self.roster.roles.get(name))

    def _without_subject(self, verb: Verb | None) -> Speaker:
        """Return the speaker of a verb without a subject: Spanish leaves the subject out where it stays the same."""
        reading = self.roster.reading
        if verb is None or reading.lexicon.language == "en" or reading.key(verb.first).endswith("n"):
            return NOBODY
        name = next(self._sentence_subjects(verb.first), None) or self.last_speaker
        name = name or next(self._people_before(verb.first), None)
        return self._speaker_named(name) if name else NOBODY

    def others_between(self, start: int, end: int) -> bool:
        """Say whether anybody but the last speaker is named between two offsets."""
        tokens = self.roster.reading.tokens
        first, last = index_at(tokens, start), index_at(tokens, end)
        people = (name for name in self._names(last, after=first) if self.roster.is_person(name))
        return any(self.roster.full_name(name) != self.last_speaker for name in people)

    def _pronoun(self, subject: Subject) -> Speaker:
        lexicon = self.roster.reading.lexicon
        if subject.pronoun in lexicon.they:
            return NOBODY
        gender = "f" if subject.pronoun in lexicon.she else "m"
        for name in self._people_before(subject.first):
            if self.roster.genders.get(name, gender) == gender:
                return self._speaker_named(name)
        return NOBODY

    def _people_before(self, token: int) -> Iterator[str]:
        """Yield the people whom a pronoun may mean: subjects of sentences since, the last to speak, those before."""
        yield from self._sentence_subjects(token)
        if self.last_person:
            yield self.last_person
        for name in self._names(token, after=token - _FARTHEST_NAME):
            if self.roster.is_person(name):
                yield self.roster.full_name(name)

    def _sentence_subjects(self, token: int) -> Iterator[str]:
        """Yield the people with whose names sentences began since the last speech, nearest first."""
        reading = self.roster.reading
        for name in self._names(token, after=max(self.last_speech_end, token - _FARTHEST_NAME)):
            begins = reading.begins_sentence(reading.title_start(name.first))
            if begins and self.roster.is_person(name):
                yield self.roster.full_name(name)

    def _names(self, token: int, *, after: int) -> Iterator[Name]:
        """Yield the names before a token, nearest first."""
        text_names = self.roster.reading.text_names
        for index in range(bisect_left(text_names, token, key=_first) - 1, -1, -1):
            if text_names[index].first < after:
                return
            yield text_names[index]

    def _described(self, subject: Subject) -> Speaker:
        reading = self.roster.reading
        names = [reading.name_at[at] for at in range(subject.first, subject.last) if at in reading.name_at]
        definite = reading.key(subject.first) in reading.lexicon.definite
        if not names:
            organisation = reading.key(subject.first + 1) in reading.names.organisation_nouns
            if not definite or subject.last != subject.first + 2:
                return NOBODY
            if organisation:
                return self._speaker_named(self.last_organisation) if self.last_organisation else NOBODY
            return self._by_role(subject)
        for name in names:
            if name.last == subject.last and self.roster.is_person(name):
                return self._speaker_named(self.roster.full_name(name))
        phrase = reading.between(subject.first + definite, subject.last)
        if reading.key(subject.first) in reading.lexicon.articles | reading.lexicon.plural_roles:
            phrase = phrase[0].lower() + phrase[1:]
        holder = self.roster.holder(phrase)
        return self._speaker_named(holder) if holder else Speaker(phrase)

    def _by_role(self, subject: Subject) -> Speaker:
        """Return the speaker that "the novelist" means: the last person of that role, or of none and of its gender."""
        noun, lexicon = self.roster.reading.key(subject.first + 1), self.roster.reading.lexicon
        if noun not in lexicon.roles:
            return NOBODY
        noun_gender = "f" if noun in lexicon.roles_f else "m" if noun in lexicon.roles_m else None
        for name in self._people_before(subject.first):
            role, gender = self.roster.roles.get(name), self.roster.genders.get(name)
            fits = noun_gender is None or gender is None or gender == noun_gender
            if fits and (role is None or noun in lexicon.generic_roles or noun in role.casefold().split()):
                return self._speaker_named(name)
        return NOBODY


def _first(name: Name) -> int:
    return name.first
