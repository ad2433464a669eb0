"""A text as it is set for attribution: who is mentioned where, what is spoken where, and who may be meant."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.speech.following import Followed, follow
from knowledge.speech.identities import Identities, find_identities
from knowledge.speech.mentions import ASKS, Layout, Mention, find_mentions, make_layout
from knowledge.speech.reading import Reading
from knowledge.speech.utterance import Utterance
from knowledge.tokens import index_at

# Our choice, by what helped on development texts; they bound the work for an utterance, whatever the text.
_MENTIONS_BEFORE, _MENTIONS_AFTER = 10, 5
_TOKENS_BEFORE, _TOKENS_AFTER = 70, 40
_TRIED_MENTIONS = 120
_MOST_REFERENTS = 12
_MOST_NAMESAKES = 3
"""People of one name among whom each is remembered; more are nobody in particular."""
_LOOKED_AHEAD = 30
"""Tokens after an utterance in which words up to the next one are counted."""
_FEW_WORDS = (1, 4, 12)
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Place:
    """Where an utterance stands: its tokens, sentences, paragraph, and the utterance around it, if it is nested."""

    first: int
    last: int
    gaps: tuple[tuple[int, int], ...]
    """Token ranges between its parts."""
    sentence: int
    last_sentence: int
    paragraph: int
    parent: int
    previous: int
    """Number of the utterance before it in the same surroundings, or -1."""
    before: str
    """The sign or word before it: ":", ",", "that", "start"."""
    after: str
    opens: bool
    """Whether it begins its paragraph."""
    asks: bool
    """Whether it ends in a question mark."""
    distance: str
    """How far the previous utterance is: paragraphs, and whether no, few or many words stand between."""


@dataclass(slots=True)
class Scene:
    """A text with its mentions, identities and utterances, and who spoke so far."""

    reading: Reading
    layout: Layout
    utterances: Sequence[Utterance]
    mentions: Sequence[Mention]
    identities: Identities
    places: Sequence[Place]
    owner: Sequence[int]
    """Number of the innermost utterance of each token, or -1."""
    firsts: Sequence[int]
    starts: Sequence[int]
    followed: Followed
    recent: Sequence[tuple[int, ...]]
    """Who was mentioned before each mention, the latest first, and after the last one."""
    speakers: dict[int, int] = field(default_factory=dict)
    """Number of the identity that spoke each utterance so far; NOBODY where none is known."""


def make_scene(
    reading: Reading,
    paragraphs: Sequence[int],
    sentences: Sequence[tuple[int, int, int]],
    utterances: Sequence[Utterance],
) -> Scene:
    """Return the scene of a text: `paragraphs` are start offsets, `utterances` are in the order of their beginnings."""
    layout = make_layout(reading, sentences)
    mentions = find_mentions(reading, layout, utterances)
    owner = _owners(reading, utterances)
    identities = find_identities(reading, mentions)
    followed = follow(mentions, identities, layout, owner)
    for number, who in followed.meant.items():
        identities.people[who].mentions.append(number)
    for identity in identities.people:
        identity.mentions[:] = sorted(set(identity.mentions))
    return Scene(
        reading=reading,
        layout=layout,
        utterances=utterances,
        mentions=mentions,
        identities=identities,
        followed=followed,
        recent=_recent(mentions, identities, followed),
        places=_places(reading, layout, set(paragraphs), utterances),
        owner=owner,
        firsts=[mention.first for mention in mentions],
        starts=[index_at(reading.tokens, utterance.left) for utterance in utterances],
    )


def _owners(reading: Reading, utterances: Sequence[Utterance]) -> list[int]:
    owner = [-1] * len(reading.tokens)
    for number, utterance in enumerate(utterances):
        for start, end in utterance.parts:
            first, last = index_at(reading.tokens, start), index_at(reading.tokens, end)
            owner[first:last] = [number] * (last - first)
    return owner


def _places(reading: Reading, layout: Layout, paragraphs: set[int], utterances: Sequence[Utterance]) -> list[Place]:
    places: list[Place] = []
    around: list[int] = []
    latest: dict[int, int] = {}
    for number, utterance in enumerate(utterances):
        while around and utterances[around[-1]].right < utterance.right:
            around.pop()
        holder = around[-1] if around else -1
        # Marked words of a clause that is reported are its speaker's, and stand where it stands.
        reported = holder >= 0 and utterance.direct and not utterances[holder].direct
        parent = places[holder].parent if reported else holder
        previous = places[holder].previous if reported else latest.get(parent, -1)
        edges = [(index_at(reading.tokens, start), index_at(reading.tokens, end)) for start, end in utterance.parts]
        first, last = edges[0][0], edges[-1][1]
        left = index_at(reading.tokens, utterance.left)
        places.append(
            Place(
                first,
                last,
                tuple((edges[at][1], edges[at + 1][0]) for at in range(len(edges) - 1)),
                layout.sentence(left),
                layout.sentence(max(first, last - 1)),
                utterance.paragraph,
                parent,
                previous,
                _sign(reading, left - 1) if left and utterance.left not in paragraphs else "start",
                _sign(reading, index_at(reading.tokens, utterance.right)),
                utterance.left in paragraphs,
                reading.text[utterance.parts[-1][1] - 1] == "?",
                _distance(reading, places, previous, first, utterance.paragraph),
            )
        )
        latest[parent] = number
        around.append(number)
    return places


def _distance(reading: Reading, places: Sequence[Place], previous: int, first: int, paragraph: int) -> str:
    if previous < 0:
        return "first"
    last = places[previous]
    words = sum(reading.tokens[at].is_word for at in range(last.last, min(first, last.last + _LOOKED_AHEAD)))
    return f"{min(paragraph - last.paragraph, 2)}:{bisect_right(_FEW_WORDS, words)}"


def _sign(reading: Reading, at: int) -> str:
    key = reading.key(at)
    if key in reading.lexicon.that:
        return "that"
    if at in reading.verb_at:
        return "verb"
    return key if key and key in ":,.;—–-()“”«»\"'’" else "word" if key else "end"


def candidates(scene: Scene, number: int) -> list[int]:
    """Return the numbers of the mentions that may name the speaker of an utterance; the last, -1, is for none."""
    place, utterance = scene.places[number], scene.utterances[number]
    if utterance.label:
        first, last = (index_at(scene.reading.tokens, edge) for edge in utterance.label)
        at = bisect_left(scene.firsts, first)
        if at < len(scene.firsts) and scene.firsts[at] < last:
            return [at]
    allowed = (-1, place.parent)
    middle = bisect_left(scene.firsts, place.first)
    before: list[int] = []
    for at in range(middle - 1, max(-1, middle - 1 - _TRIED_MENTIONS), -1):
        mention = scene.mentions[at]
        if place.first - mention.last > _TOKENS_BEFORE or len(before) >= _MENTIONS_BEFORE:
            break
        if scene.owner[mention.first] in allowed and mention.last <= place.first and _may_name(scene, place, mention):
            before.append(at)
    before = _after_contrast(scene, place, before)
    after: list[int] = []
    low = bisect_left(scene.firsts, place.gaps[0][0] if place.gaps else place.last)
    for at in range(low, min(len(scene.mentions), low + _TRIED_MENTIONS)):
        mention = scene.mentions[at]
        if mention.first - place.last > _TOKENS_AFTER or len(after) >= _MENTIONS_AFTER:
            break
        if scene.owner[mention.first] in allowed and _may_name(scene, place, mention):
            after.append(at)
    return [*before, *after, -1]


def _after_contrast(scene: Scene, place: Place, before: list[int]) -> list[int]:
    """Leave out whoever the sentence speaks of before a "but" after which it speaks of somebody else."""
    reading = scene.reading
    for token in range(place.first - 1, max(0, place.first - _TOKENS_BEFORE), -1):
        if reading.key(token) in reading.lexicon.contrasts or reading.begins_sentence(token):
            nearer = [at for at in before if scene.mentions[at].first > token]
            own = [at for at in before if scene.mentions[at].sentence != place.sentence]
            return [*nearer, *own] if nearer and not reading.begins_sentence(token) else before
    return before


def _may_name(scene: Scene, place: Place, mention: Mention) -> bool:
    """Say whether a mention may be that of a speaker: no label of another turn, no name that only tells whose.

    Nor is it the subject to whom the words around a quotation within them are attributed.
    """
    cue = scene.utterances[place.parent].cue if place.parent >= 0 else None
    outer = cue.subject if cue else None
    if outer and outer.first < mention.last and mention.first < outer.last:
        return False
    return mention.kind != "label" and not mention.inner


def referents(scene: Scene, number: int, at: int) -> list[int]:
    """Return the numbers of the identities that a mention of an utterance may mean; the last is NOBODY."""
    mention = scene.mentions[at] if at >= 0 else None
    own = scene.identities.of_mention.get(at, ()) if mention else ()
    if mention and own and mention.kind in ("name", "label"):
        return [*own, NOBODY]
    if mention and mention.kind == "label" and mention.head in ASKS:
        return [NOBODY]
    if mention is None and others_named(scene, number):
        return [NOBODY]
    place = scene.places[number]
    position = mention.first if mention and mention.last <= place.first else place.first
    reach = list(own) + speakers_before(scene, number) + list(recent_people(scene, position))
    if mention and mention.first > place.last and mention.kind == "noun":
        reach += recent_people(scene, mention.first)[:3]
    reach += [0] if scene.identities.people else []
    return [*list(dict.fromkeys(who for who in reach if who >= 0))[:_MOST_REFERENTS], NOBODY]


def others_named(scene: Scene, number: int) -> bool:
    """Say whether anybody but the last speaker is named between the last utterance and this one.

    That speaker is then never taken by default.
    """
    place = scene.places[number]
    if place.previous < 0:
        return False
    last, speaker = scene.places[place.previous], scene.speakers.get(place.previous, NOBODY)
    low, high = (bisect_left(scene.firsts, token) for token in (last.last, place.first))
    return any(
        mention.kind == "name"
        and scene.owner[mention.first] in (-1, place.parent)
        and speaker not in scene.identities.of_mention.get(at, ())
        for at, mention in enumerate(scene.mentions[low:high], low)
    )


def speakers_before(scene: Scene, number: int) -> list[int]:
    """Return who spoke the previous utterance, who the different one before it, and who the words around it."""
    place = scene.places[number]
    speakers: list[int] = []
    at = place.previous
    steps = 0
    while at >= 0 and len(speakers) < 2 and steps < 8:
        who = scene.speakers.get(at, NOBODY)
        if who >= 0 and who not in speakers:
            speakers.append(who)
        at, steps = scene.places[at].previous, steps + 1
    if place.parent >= 0:
        speakers.append(scene.speakers.get(place.parent, NOBODY))
        if place.previous < 0:
            before = scene.places[place.parent].previous
            speakers.append(scene.speakers.get(before, NOBODY) if before >= 0 else NOBODY)
    return speakers


def recent_people(scene: Scene, position: int) -> Sequence[int]:
    """Return who was mentioned by name or description before a token, the latest first."""
    return scene.recent[bisect_left(scene.firsts, position)]


def _recent(mentions: Sequence[Mention], identities: Identities, followed: Followed) -> list[tuple[int, ...]]:
    """Return who was mentioned last before each mention, and after all of them."""
    latest: list[int] = []
    recent: list[tuple[int, ...]] = [()]
    for number in range(len(mentions)):
        own = identities.of_mention.get(number, ())
        if number in followed.meant:
            own = (followed.meant[number], *own)
        for who in reversed(own if len(own) <= _MOST_NAMESAKES else ()):
            if who in latest:
                latest.remove(who)
            latest.insert(0, who)
        del latest[_MOST_REFERENTS:]
        recent.append(tuple(latest))
    return recent
