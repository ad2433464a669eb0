"""Who said it: the speaker of each utterance of a text, or nobody where the text leaves it open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.model import Paragraph
from knowledge.speech.asking import Ask
from knowledge.speech.doubt import rank_utterances
from knowledge.speech.ranking import Ranked, Weights, weights
from knowledge.speech.reading import Reading
from knowledge.speech.scene import NOBODY, Scene, make_scene
from knowledge.speech.utterance import Utterance

_LEAST_POSSIBLE = 0.2
"""Probability from which a namesake of the likeliest speaker is shown as possible; our choice."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to have spoken an utterance.

    `speaker` is the fullest form of the name in the text, or the text's description ("un portavoz de Meta"), None where
    it is left open; `role` what the text says they are; `words` the reporting words; `confidence` the probability of
    the speaker, or, where none is named, that none should be. `possible` are namesakes between whom the text leaves it
    open; nobody is named then.
    """

    speaker: str | None
    role: str | None
    words: str | None
    confidence: float
    possible: tuple[str, ...] = ()


def attribute(
    reading: Reading,
    paragraphs: Sequence[Paragraph],
    sentences: Sequence[tuple[int, int, int]],
    utterances: Sequence[Utterance],
    *,
    ask: Ask | None = None,
) -> list[Attribution]:
    """Return the attribution of each utterance; they are given in the order of their beginnings, outer ones first.

    `sentences` holds (start, end, paragraph number from 1), as offsets. With `ask` a reader is asked where the features
    leave the speaker in doubt.
    """
    if not utterances:
        return []
    fitted = weights()
    scene = make_scene(reading, [paragraph.start for paragraph in paragraphs], sentences, utterances)
    ranked = rank_utterances(scene, [(start, end) for start, end, _ in sentences], fitted, ask)
    return [_attribution(scene, number, ranked, fitted) for number in range(len(utterances))]


def _attribution(scene: Scene, number: int, ranked: Sequence[Ranked], fitted: Weights) -> Attribution:
    own = ranked[number]
    shares, best = own.shares, own.best
    words = _words(scene, number, own.mention)
    if best == NOBODY or _is_outer_speaker(scene, number, ranked, fitted):
        return Attribution(None, None, words, shares[best])
    person = scene.identities.people[best]
    if _is_sure(own, fitted):
        return Attribution(person.label, person.role, words, shares[best])
    return Attribution(None, None, words, 1 - shares[best], _namesakes(scene, shares, best))


def _is_sure(ranked: Ranked, fitted: Weights) -> bool:
    """Say whether the likeliest speaker is likely enough to be named."""
    least = fitted.asking.threshold if ranked.asked and fitted.asking else fitted.threshold
    return ranked.shares[ranked.best] >= least


def _is_outer_speaker(scene: Scene, number: int, ranked: Sequence[Ranked], fitted: Weights) -> bool:
    """Say whether the likeliest speaker is whoever speaks the words around: they quote somebody else within these.

    A guess at the outer speaker does not count against a surer one at the inner.
    """
    parent = scene.places[number].parent
    if parent < 0 or not scene.utterances[parent].direct or ranked[parent].best != ranked[number].best:
        return False
    best = ranked[number].best
    return _is_sure(ranked[parent], fitted) or ranked[parent].shares[best] >= ranked[number].shares[best]


def _namesakes(scene: Scene, shares: Mapping[int, float], best: int) -> tuple[str, ...]:
    """Return the likeliest speaker and those of the same last name, where there is more than one of them."""
    people = scene.identities.people
    if not people[best].keys:
        return ()
    likely = [who for who, share in shares.items() if who != NOBODY and share >= _LEAST_POSSIBLE]
    same = [who for who in likely if set(people[who].keys[-1:]) & set(people[best].keys)]
    return tuple(people[who].label for who in sorted(same)) if len(same) > 1 else ()


def _words(scene: Scene, number: int, mention: int) -> str | None:
    """Return the reporting words: those of the attribution around the utterance, or the verb beside the mention."""
    cue = scene.utterances[number].cue
    if cue is not None:
        return cue.words or None
    verb = scene.mentions[mention].verb if mention >= 0 else -1
    if verb < 0:
        return None
    return scene.reading.between(verb, scene.reading.verb_at[verb].last + 1)
