"""Whom the pronouns and nouns of running text mean, by rule, and whom each sentence is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.speech.identities import Identities
from knowledge.speech.identity import Identity
from knowledge.speech.mentions import Layout, Mention

_REMEMBERED = 8
"""People among whom a pronoun's is looked for; our choice."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a reader who follows a text takes it to be about.

    `meant` are numbers of identities by the number of a mention, for pronouns and nouns; `topics` has for each sentence
    the identity that is its subject, or that of the sentence before, or -1; `focus` whom each paragraph named first.
    """

    meant: dict[int, int]
    topics: Sequence[int]
    focus: dict[int, int]


def follow(mentions: Sequence[Mention], identities: Identities, layout: Layout, owner: Sequence[int]) -> Followed:
    """Return whom the mentions of running text mean; what stands in utterances (`owner`) is left out."""
    meant: dict[int, int] = {}
    focus: dict[int, int] = {}
    topics = [-1] * len(layout.starts)
    recent: list[int] = []
    sentence, topic, decided = 0, -1, False
    for number, mention in enumerate(mentions):
        if owner[mention.first] >= 0 or mention.inner:
            continue
        while sentence < mention.sentence:
            topics[sentence] = topic
            sentence, decided = sentence + 1, False
        who = _meant(mention, number, identities, recent, topic)
        if who < 0:
            continue
        if number not in identities.of_mention or mention.kind == "noun":
            meant[number] = who
        if who in recent:
            recent.remove(who)
        recent.insert(0, who)
        del recent[_REMEMBERED:]
        if not decided and (mention.before == "start" or mention.verb >= 0):
            topic, decided = who, True
        focus.setdefault(mention.paragraph, who)
    topics[sentence:] = [topic] * (len(topics) - sentence)
    return Followed(meant, topics, focus)


def _meant(mention: Mention, number: int, identities: Identities, recent: Sequence[int], topic: int) -> int:
    own = identities.of_mention.get(number, ())
    people = identities.people
    if mention.kind == "noun" and own and not people[own[0]].named:
        called = [who for who in recent if people[who].named and people[own[0]].stems & people[who].stems]
        called = [who for who in called if _agrees(mention.gender, people[who])]
        return called[0] if len(called) == 1 else own[0]
    if own:
        return own[0] if len(own) == 1 else next((who for who in recent if who in own), own[0])
    if mention.kind == "pronoun" and mention.gender and not mention.plural:
        fits = [who for who in recent if people[who].person and _agrees(mention.gender, people[who])]
        if topic in fits:
            return topic
        surely = [who for who in fits if people[who].gender]
        return next(iter(surely or fits), -1)
    return -1


def _agrees(gender: str, identity: Identity) -> bool:
    return not gender or not identity.gender or gender == identity.gender
