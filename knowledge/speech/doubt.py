"""Where the features leave it in doubt who spoke: what a reader is asked, and its word beside theirs.

The reader reads the stretch around a quotation and gives each piece of it a probability that the answer to "who said
this?" begins there, and that it ends there. A mention has the product of both sums over its pieces, and a person the
sum over the mentions that mean them; with the features it is weighed by logarithms (a product of experts; Hinton 2002,
Training products of experts by minimizing contrastive divergence).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log

from knowledge.speech.asking import Ask, ask_speaker
from knowledge.speech.ranking import Asking, Ranked, Weights, rank, rank_all, shares_of
from knowledge.speech.scene import NOBODY, Scene

UNREAD = 0.007
"""Added to a reader's probability, as it is never sure; our choice: a third and three times as much fit alike."""
TINY = 1e-9
"""Added to a probability of which the logarithm is taken; our choice, far below any that matters."""


def rank_utterances(
    scene: Scene, sentences: Sequence[tuple[int, int]], fitted: Weights, ask: Ask | None = None
) -> list[Ranked]:
    """Rank the people of every utterance, in order; with `ask` by a reader too, where the features leave it in doubt.

    `sentences` are offsets, in order. It sets the likeliest speakers in the scene.
    """
    ranked = rank_all(scene, fitted)
    if ask is None or fitted.asking is None:
        return ranked
    words = ask_in_doubt(scene, sentences, ranked, fitted.asking, ask)
    return _rank_again(scene, ranked, words, fitted, fitted.asking)


def ask_in_doubt(
    scene: Scene, sentences: Sequence[tuple[int, int]], ranked: Sequence[Ranked], asking: Asking, ask: Ask
) -> dict[int, Mapping[int, float]]:
    """Return the probability of each person by a reader, of direct speech whose speaker is in doubt, by number.

    There is none where there is no reader. `sentences` are offsets, in order.
    """
    doubted = [
        number
        for number, own in enumerate(ranked)
        if scene.utterances[number].direct and own.best != NOBODY and asking.least <= own.shares[own.best] < asking.most
    ]
    if not doubted or not sentences:
        return {}
    tokens, language = scene.reading.tokens, scene.reading.lexicon.language
    people: defaultdict[int, list[int]] = defaultdict(list)
    for who, identity in enumerate(scene.identities.people):
        for at in identity.mentions:
            people[at].append(who)
    # A subject left unsaid has no words.
    mentions = [(at, scene.mentions[at]) for at in people if scene.mentions[at].first < scene.mentions[at].last]
    places = {at: (tokens[own.first].start, tokens[own.last - 1].end) for at, own in mentions}
    asked = [
        ask_speaker(scene.reading.text, sentences, scene.utterances[number].parts, places, language)
        for number in doubted
    ]
    readings = ask([question for question, _ in asked])
    if readings is None:
        return {}
    words: dict[int, Mapping[int, float]] = {}
    for number, (_, spans), reading in zip(doubted, asked, readings, strict=True):
        shares: defaultdict[int, float] = defaultdict(float)
        for at, share in zip(spans, reading, strict=True):
            for who in people[at]:
                shares[who] += share
        words[number] = shares
    return words


def _rank_again(
    scene: Scene, ranked: Sequence[Ranked], words: Mapping[int, Mapping[int, float]], fitted: Weights, asking: Asking
) -> list[Ranked]:
    """Rank with a reader's word; where an earlier speaker is another by it, those after are ranked anew."""
    again, is_changed = [], False
    for number, before in enumerate(ranked):
        own = rank(scene, number, fitted) if is_changed else before
        if number in words:
            own = Ranked(weighed(own.shares, words[number], asking), own.mention, asked=True)
        is_changed = is_changed or own.best != before.best
        scene.speakers[number] = own.best
        again.append(own)
    return again


def weighed(shares: Mapping[int, float], read: Mapping[int, float], asking: Asking) -> dict[int, float]:
    """Return the probability of each person by the features and by a reader together."""
    scores = [
        log(share + TINY) + (asking.nobody if who == NOBODY else asking.reader * log(read.get(who, 0.0) + UNREAD))
        for who, share in shares.items()
    ]
    return dict(zip(shares, shares_of(scores), strict=True))
