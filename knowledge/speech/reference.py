"""What tells a reader whom a mention means: features by name of each person in reach."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.speech.identity import Identity
from knowledge.speech.mentions import Mention
from knowledge.speech.nouns import stem
from knowledge.speech.scene import NOBODY, Scene, recent_people, speakers_before
from knowledge.speech.sites import sort_of_mention

_LOOKED_BACK = 20
"""Mentions since the last utterance among which another person is looked for; our choice."""


def referent_features(scene: Scene, number: int, at: int, who: Sequence[int]) -> list[list[str]]:
    """Return the features of each identity that a mention of an utterance may mean."""
    mention = scene.mentions[at] if at >= 0 else None
    if mention and mention.kind in ("name", "label") and at in scene.identities.of_mention:
        return _name_features(scene, number, at, mention, who)
    view = _View.of(scene, number, mention)
    features = []
    ranks: dict[str, int] = {}
    for person in who:
        if person == NOBODY:
            features.append(_nobody_features(scene, number, view))
        else:
            features.append(_identity_features(scene, view, person, at, ranks))
    return features


def _name_features(scene: Scene, number: int, at: int, mention: Mention, who: Sequence[int]) -> list[list[str]]:
    several = min(len(who) - 1, 3)
    nobody = [f"name:{several}:nobody", f"name:nobody:{sort_of_mention(scene, at)}"]
    if several == 1:
        return [[f"name:{several}"], nobody]
    place = scene.places[number]
    recent = recent_people(scene, mention.first)
    speakers = speakers_before(scene, number)[:1]
    features = []
    for person in who:
        if person == NOBODY:
            features.append(nobody)
            continue
        identity = scene.identities.people[person]
        rank = min(recent.index(person), 3) if person in recent else 4
        gender = _agreement(mention.gender, identity)
        features.append(
            [f"name:{several}", f"name:rank:{rank}", f"name:gender:{gender}", f"name:last:{person in speakers}",
             f"name:person:{identity.person}:{place.parent >= 0}"]
        )  # fmt: skip
    return features


def _agreement(gender: str, identity: Identity) -> str:
    if not gender:
        return "open"
    if not identity.gender:
        return "unknown"
    return f"{'agrees' if gender == identity.gender else 'clashes'}:{identity.sure_gender}"


@dataclass(frozen=True, slots=True)
class _View:
    """From where a reader looks back for whom a mention means."""

    kind: str
    mention: Mention | None
    position: int
    sentence: int
    paragraph: int
    recent: Sequence[int]
    last: int
    other: int
    parent: int
    distance: str
    between: bool
    """Whether somebody but the last speaker is mentioned since the last utterance."""
    form: str
    opens: bool
    asks: bool
    asked: bool
    """Whether the utterance, and the one before it, is a question."""
    topic: int
    focus: int
    meant: int
    """Whom the text is about, whom its paragraph named first, and whom the mention means by rule; else NOBODY."""
    called: frozenset[int]
    """Who else is elsewhere called by the noun of the mention."""

    @classmethod
    def of(cls, scene: Scene, number: int, mention: Mention | None) -> "_View":
        place, utterance = scene.places[number], scene.utterances[number]
        position = mention.first if mention else place.first
        speakers = speakers_before(scene, number)
        parent = scene.speakers.get(place.parent, NOBODY) if place.parent >= 0 else NOBODY
        plain = [who for who in speakers if who >= 0]
        last = scene.speakers.get(place.previous, NOBODY) if place.previous >= 0 else NOBODY
        other = next((who for who in plain if who not in (last, parent)), NOBODY)
        since = scene.places[place.previous].last if place.previous >= 0 else 0
        between = _named_between(scene, since, position, last)
        kind: str = "none" if mention is None else mention.kind
        if mention and mention.kind == "noun":
            kind = f"noun:{mention.determiner}"
        if mention and mention.kind == "pronoun" and mention.head in ("it", "this", "they", "them", "ellos", "ellas"):
            kind = "pronoun:" + ("they" if mention.plural else "it")
        nested = "nested" if place.parent >= 0 else ""
        recent = recent_people(scene, position)
        key = stem(mention.head) if mention and mention.kind == "noun" else ""
        called = frozenset(
            who for who in recent if scene.identities.people[who].named and key in scene.identities.people[who].stems
        )
        return cls(
            kind + nested, mention, position,
            mention.sentence if mention else place.sentence,
            mention.paragraph if mention else place.paragraph,
            recent, last, other, parent, place.distance, between,
            utterance.form, place.opens, place.asks,
            place.previous >= 0 and scene.places[place.previous].asks,
            _topic(scene, position), scene.followed.focus.get(place.paragraph, NOBODY),
            _meant(scene, mention), called,
        )  # fmt: skip


def _topic(scene: Scene, position: int) -> int:
    """Return whom a text is about before a token: the subject of its own sentence, if that is named, or of the last."""
    sentence = scene.layout.sentence(position)
    at = bisect_left(scene.firsts, position) - 1
    while at >= 0 and scene.mentions[at].sentence == sentence:
        mention = scene.mentions[at]
        if scene.owner[mention.first] < 0 and mention.before == "start":
            who = scene.followed.meant.get(at, next(iter(scene.identities.of_mention.get(at, ())), NOBODY))
            if who >= 0:
                return who
        at -= 1
    return scene.followed.topics[sentence - 1] if sentence else NOBODY


def _meant(scene: Scene, mention: Mention | None) -> int:
    if mention is None:
        return NOBODY
    return scene.followed.meant.get(bisect_left(scene.firsts, mention.first), NOBODY)


def _named_between(scene: Scene, start: int, end: int, last: int) -> bool:
    low, high = bisect_left(scene.firsts, start), bisect_left(scene.firsts, end)
    for at in range(max(low, high - _LOOKED_BACK), high):
        own = scene.identities.of_mention.get(at, ())
        named = own and last not in own and scene.mentions[at].kind == "name"
        if named and any(scene.identities.people[who].person for who in own):
            return True
    return False


def _nobody_features(scene: Scene, number: int, view: _View) -> list[str]:
    return [
        f"{view.kind}:nobody",
        f"{view.kind}:nobody:{view.form}",
        f"{view.kind}:nobody:{view.form}:{view.asks}:{view.asked}",
        f"{view.kind}:nobody:{view.last >= 0}:{view.distance}",
        f"{view.kind}:nobody:{scene.utterances[number].direct}",
        f"{view.kind}:nobody:{view.mention.plural if view.mention else ''}",
    ]


def _identity_features(scene: Scene, view: _View, person: int, at: int, ranks: dict[str, int]) -> list[str]:
    identity, kind, mention = scene.identities.people[person], view.kind, view.mention
    own = at >= 0 and person in scene.identities.of_mention.get(at, ())
    sort = "organisation" if identity.organisation else "person" if identity.person else "other"
    sort = sort if identity.named else f"{sort} described"
    gender = _agreement(mention.gender if mention else "", identity)
    rank = min(view.recent.index(person), 5) if person in view.recent else 6
    called = _called(scene, mention, identity, person, own)
    if mention and mention.kind == "noun":
        called += f":{len(view.called - {person}) > 0}"
    fits = not gender.startswith("clashes") and sort != "other" and not called.startswith("otherwise")
    fits = fits and (mention is None or mention.plural == identity.plural)
    compatible = min(ranks.get("fits", 0), 4)
    ranks["fits"] = ranks.get("fits", 0) + fits
    plural = f"{mention.plural if mention else ''}:{identity.plural}"
    return [
        f"{kind}:{sort}",
        f"{kind}:gender:{gender}:{sort}",
        f"{kind}:plural:{plural}:{identity.organisation}",
        f"{kind}:rank:{rank}:{gender}",
        f"{kind}:fits:{compatible if fits else 'no'}",
        f"{kind}:called:{called}:{gender}",
        f"{kind}:called:{called}:{sort}",
        f"{kind}:many:{min(len(identity.mentions), 4)}",
        f"{kind}:first:{person == 0}:{sort}",
        *_noun_features(scene, mention, identity, kind, called),
        *_turn_features(view, person, gender, rank),
        *_distance_features(view, _latest(scene, identity, view.position)),
    ]


def _turn_features(view: _View, person: int, gender: str, rank: int) -> list[str]:
    """Return how somebody stands to the turns of speech and to what the text is about."""
    kind, turn = view.kind, _turn(view, person)
    return [
        f"{kind}:turn:{turn}",
        f"{kind}:turn:{turn}:{view.distance}:{view.between}",
        f"{kind}:turn:{turn}:{gender}",
        f"{kind}:turn:{turn}:{view.form}:{view.opens}",
        f"{kind}:turn:{turn}:{rank}",
        f"{kind}:turn:{turn}:{view.form}:{view.asks}:{view.asked}:{view.last >= 0}",
        f"{kind}:topic:{person == view.topic}:{gender}",
        f"{kind}:topic:{person == view.topic}:{turn}:{view.distance}",
        f"{kind}:topic:{person == view.topic}:{person == view.focus}:{rank == 0}",
        f"{kind}:meant:{person == view.meant}:{person == view.topic}",
        f"{kind}:meant:{person == view.meant}:{turn}",
    ]


def _distance_features(view: _View, latest: Mention | None) -> list[str]:
    """Return how far somebody's latest mention is, and what it is in its sentence."""
    kind = view.kind
    if latest is None:
        return [f"{kind}:distance:ahead", f"{kind}:distance:ahead:ahead", f"{kind}:paragraph:"]
    sentences = view.sentence - latest.sentence
    distance = str(sentences) if sentences < 3 else "5" if sentences < 6 else "far"
    subject = latest.before in ("start", "verb") or "verb" in latest.after
    paragraphs = min(view.paragraph - latest.paragraph, 3)
    return [
        f"{kind}:distance:{distance}",
        f"{kind}:distance:{distance}:{'subject' if subject else latest.before}",
        f"{kind}:paragraph:{paragraphs}",
    ]


def _noun_features(scene: Scene, mention: Mention | None, identity: Identity, kind: str, called: str) -> list[str]:
    if mention is None or mention.kind != "noun":
        return []
    lexicon = scene.reading.lexicon
    key = mention.head
    sort = (
        "kin"
        if key in lexicon.kin
        else "role"
        if key in lexicon.roles
        else "people"
        if key in lexicon.people
        else "other"
    )
    if key in scene.reading.names.organisation_nouns or key.endswith(("ía", "ción", "tion", "cy")):
        sort = "organisation"
    longer = mention.last - mention.first > 2
    return [
        f"{kind}:{sort}:{called}",
        f"{kind}:{sort}:{longer}:{called}",
        f"{kind}:{sort}:{identity.person}:{identity.organisation}",
        f"{kind}:{mention.before}:{called}",
    ]


def _turn(view: _View, person: int) -> str:
    if person == view.last:
        return "last" if person != view.parent else "last parent"
    if person == view.parent:
        return "parent"
    return "other" if person == view.other else "new"


def _latest(scene: Scene, identity: Identity, position: int) -> Mention | None:
    """Return the latest mention of somebody by name or description before a token."""
    at = bisect_left(identity.mentions, position, key=lambda number: scene.mentions[number].first) - 1
    return scene.mentions[identity.mentions[at]] if at >= 0 else None


def _called(scene: Scene, mention: Mention | None, identity: Identity, person: int, own: bool) -> str:
    """Return how a noun stands to what the text calls somebody elsewhere."""
    if mention is None or mention.kind != "noun":
        return ""
    if own:
        return f"itself {len(identity.mentions) > 1}"
    if stem(mention.head) in identity.stems:
        return "so"
    if mention.head in scene.reading.lexicon.generic_roles:
        return "generally"
    if mention.head in scene.reading.names.organisation_nouns:
        return "organisation"
    return "not called" if not identity.stems else "otherwise"
