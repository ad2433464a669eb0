"""What tells a reader which mention around an utterance names its speaker: features by name."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from knowledge.speech.mentions import Mention
from knowledge.speech.nouns import is_person_noun
from knowledge.speech.scene import Place, Scene
from knowledge.speech.utterance import Utterance

_EDGES = (0, 1, 2, 3, 5, 8, 13, 21, 34)


def bucket(number: int) -> int:
    """Return the number of the range in which a distance lies."""
    return bisect_right(_EDGES, number) - 1


def mention_features(scene: Scene, number: int, chosen: Sequence[int]) -> list[list[str]]:
    """Return the features of each candidate mention of an utterance."""
    seen: dict[str, int] = {"before": 0, "after": 0}
    return [_mention_features(scene, number, at, seen) if at >= 0 else _none_features(scene, number) for at in chosen]


def _mention_features(scene: Scene, number: int, at: int, seen: dict[str, int]) -> list[str]:
    place, utterance, mention = scene.places[number], scene.utterances[number], scene.mentions[at]
    kind, form = mention.kind, utterance.form
    if kind == "label":
        start = scene.reading.tokens[mention.first].start
        own = utterance.label is not None and utterance.label[0] <= start < utterance.label[1]
        return [f"label:{own}", f"label:{own}:{form}"]
    side, tokens = _side(place, mention)
    sentences, paragraphs, crossed = _between(scene, number, mention, side)
    gap, near, order = bucket(tokens), f"{side}{sentences}", min(seen[side], 4)
    seen[side] += 1
    verb = _verb_relation(scene, place, mention, side)
    cue, sort = _cue_relation(scene, utterance, mention), sort_of_mention(scene, at)
    nested = place.parent >= 0 and scene.owner[mention.first] == place.parent
    sign = place.before if side == "before" else place.after
    noun = f"noun:{kind}:{mention.definite}:{mention.plural}:{verb}"
    return [
        f"kind:{kind}:{sort}",
        f"near:{near}:{verb}:{kind}",
        f"gap:{near}:{gap}",
        f"gap:{side}:{verb}:{gap}",
        f"gap:{side}:{kind}:{gap}:{sort}",
        f"left:{near}:{mention.before}",
        f"left:{mention.before}:{verb}:{kind}",
        f"right:{near}:{mention.after}",
        f"sides:{side}:{mention.before}:{mention.after}",
        f"sign:{near}:{sign}:{verb}",
        f"sign:{near}:{sign}:{kind}:{min(gap, 3)}",
        f"crossed:{side}:{crossed}:{verb}",
        f"cue:{cue}:{kind}",
        f"cue:{cue}:{verb}:{near}",
        f"form:{form}:{near}:{verb}",
        f"paragraphs:{side}:{paragraphs}:{sentences}",
        *(f"order:{near}:{order}", f"order:{near}:{order}:{verb}"),
        noun if kind == "noun" else f"plural:{kind}:{mention.plural}",
        f"nested:{place.parent >= 0}:{nested}:{kind}",
        f"direct:{utterance.direct}:{near}:{kind}:{sort}",
        *_after_previous(scene, place, mention, verb),
    ]


def _between(scene: Scene, number: int, mention: Mention, side: str) -> tuple[int, int, int]:
    """Return how many sentences and paragraphs, and the beginnings of how many utterances, stand between."""
    place = scene.places[number]
    if side == "before":
        sentences, paragraphs = place.sentence - mention.sentence, place.paragraph - mention.paragraph
        crossed = bisect_left(scene.starts, place.first) - bisect_left(scene.starts, mention.last)
        crossed -= place.first > scene.starts[number]  # its own opening mark
    else:
        sentences, paragraphs = mention.sentence - place.last_sentence, mention.paragraph - place.paragraph
        crossed = bisect_left(scene.starts, mention.first) - bisect_left(scene.starts, place.last)
    return max(0, min(sentences, 3)), max(-1, min(paragraphs, 2)), max(0, min(crossed, 2))


def _side(place: Place, mention: Mention) -> tuple[str, int]:
    """Return on which side of an utterance a mention stands, and the tokens between them."""
    if mention.last <= place.first:
        return "before", place.first - mention.last
    for start, end in place.gaps:
        if start <= mention.first < end:
            return "after", mention.first - start
    return "after", max(0, mention.first - place.last)


def sort_of_mention(scene: Scene, at: int) -> str:
    """Return what sort of mention it is: of a name, whether it is a person's; of a noun, whether it is for people."""
    mention = scene.mentions[at]
    if mention.kind == "name":
        people = [scene.identities.people[who] for who in scene.identities.of_mention.get(at, ())]
        if any(identity.organisation for identity in people):
            return "organisation"
        if any(identity.person for identity in people):
            return "person"
        whole = [scene.mentions[own].before for identity in people for own in identity.mentions]
        if all(before in ("prep", "of", "to") for before in whole):
            return "oblique"
        many = "often" if any(len(identity.mentions) > 1 for identity in people) else "once"
        return f"{many} {mention.before == 'start' and mention.last - mention.first == 1}"
    if mention.kind == "noun":
        return str(is_person_noun(scene.reading, mention.head))
    return mention.head if mention.kind in ("pronoun", "unsaid") else ""


def _after_previous(scene: Scene, place: Place, mention: Mention, verb: str) -> list[str]:
    """Return how a mention between the previous utterance and this one stands to that, whose attribution it may be."""
    if place.previous < 0:
        return []
    last = scene.places[place.previous]
    if not (last.last <= mention.first and mention.last <= place.first):
        return []
    gap = min(bucket(mention.first - last.last), 5)
    own = mention.verb >= last.last and mention.verb - last.last < 3
    same = mention.sentence == last.last_sentence
    return [f"previous:{gap}:{own}:{same}", f"previous:{own}:{same}:{mention.kind}", f"previous:{same}:{verb}"]


def _verb_relation(scene: Scene, place: Place, mention: Mention, side: str) -> str:
    """Return how the verb whose subject a mention may be stands to an utterance."""
    if mention.verb < 0:
        return "none"
    verb = scene.reading.verb_at[mention.verb]
    inside = place.first <= verb.first < place.last and not any(a <= verb.first < b for a, b in place.gaps)
    if inside:
        return "inside"
    gap = place.first - verb.last - 1 if verb.last < place.first else verb.first - place.last
    for start, end in place.gaps:
        if start <= verb.first < end:
            gap = verb.first - start
    near = "beside" if gap <= 1 else "close" if gap <= 4 else "near" if gap <= 12 else "far"
    doubt = "doubtful" if verb.doubtful or verb.form.mood == "infinitive" else ""
    hearer = "hearer" if verb.form.hearer and verb.first < mention.first else ""
    order = "" if mention.kind == "unsaid" else "<" if mention.first < verb.first else ">"
    return f"{near}{order}{doubt}{hearer}"


def _cue_relation(scene: Scene, utterance: Utterance, mention: Mention) -> str:
    """Return how a mention stands to the attribution that the finding of the utterance gives."""
    cue = utterance.cue
    if cue is None:
        return "none"
    if cue.subject is not None:
        if mention.first < cue.subject.last and cue.subject.first < mention.last:
            return "subject"
        return "other"
    if cue.verb is not None and mention.kind == "unsaid" and mention.verb == cue.verb.first:
        return "unsaid"
    return "unsaid other"


def _none_features(scene: Scene, number: int) -> list[str]:
    place, utterance = scene.places[number], scene.utterances[number]
    distance = place.distance
    cue = "none" if utterance.cue is None else "subject" if utterance.cue.subject else "unsaid"
    return [
        "no mention",
        f"no mention:form:{utterance.form}:{utterance.label is not None}",
        f"no mention:before:{place.before}:{utterance.direct}",
        f"no mention:after:{place.after}:{utterance.direct}",
        f"no mention:distance:{distance}",
        f"no mention:distance:{distance}:{place.opens}:{utterance.direct}:{place.before}",
        f"no mention:cue:{cue}",
        f"no mention:cue:{cue}:{distance}",
        f"no mention:nested:{place.parent >= 0}:{distance}",
    ]
