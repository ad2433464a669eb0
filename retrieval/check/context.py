"""The sentence of a message that a claim leans on: "Zuckerberg bought the firm. He paid 3 million for it."."""

import re

from knowledge.language import detect
from retrieval.check.claims import Claim, Message
from retrieval.check.cues import COMMENT, FEWEST_WORDS, Cues, end_of, joined, opening_length, read_cues, start_of
from retrieval.check.names import names
from retrieval.model import SetAside
from retrieval.words.phrases import tokens

# Spanish verbs in the past tense that a sentence begins with, and those with a pronoun for their object ("lo fundó").
_WITHOUT_SUBJECT = re.compile(
    r"\W*(?:(?:y|pero|no|ya|se|también|tampoco|además|luego|después|entonces|l[oae]s?)\s+)*\w+(?:ó|aron|ieron)\b",
    re.IGNORECASE,
)
_CLITIC = re.compile(r"\bl[oae]s?\s+\w+(?:ó|aron|ieron)\b", re.IGNORECASE)
_STOP = re.compile(r"[.!?…][\"'”»)\]]*$")


def contexts(message: Message) -> tuple[str, ...]:
    """Return the text that each claim of a message is read with: the claim, after the sentence that it leans on if any.

    That is the nearest before it that leans on none itself, a claim or, where it has names, a sentence set aside.
    """
    texts: list[str] = []
    earlier = ""
    parts: list[Claim | SetAside] = [*message.claims, *message.set_aside]
    for part in sorted(parts, key=lambda part: part.start):
        leans = _leans(part.text)
        if isinstance(part, Claim):
            texts.append(f"{earlier} {part.text}" if leans and earlier else part.text)
        if not leans and (isinstance(part, Claim) or names(part.text)):
            earlier = part.text if _STOP.search(part.text) else f"{part.text}."
    return tuple(texts)


def _leans(text: str) -> bool:
    """Say whether a sentence refers to those before it: a pronoun, "the company", a verb without its subject."""
    language = detect(text)
    cues = read_cues(language)
    rest = text[opening_length(text, cues) :]
    words = joined(rest)
    if cues["impersonal"].match(words):
        return False
    if cues["references"].match(words) or (language != "en" and _WITHOUT_SUBJECT.match(rest)):
        return True
    described = cues["descriptions"].match(words)
    if described and not rest[end_of(rest, described) :].lstrip()[:1].isupper():
        return True
    return _has_pronoun_of_others(rest, words, cues)


def _has_pronoun_of_others(text: str, words: str, cues: Cues) -> bool:
    """Say whether a text has a pronoun early on with no name before it, or as an object beside the subject."""
    pronoun, target = cues["pronouns"].search(words), cues["pronoun_objects"].search(words)
    before = text[: start_of(text, pronoun)] if pronoun else ""
    if pronoun and len(tokens(before)) < FEWEST_WORDS and not names(before):
        return True
    clitic = _CLITIC.search(text)
    starts = [clitic.start()] if clitic else [start_of(text, target)] if target else []
    # The subject of a clause is not its object: in "Microsoft bought it" this is something else.
    return any(len(names(text[:start])) <= 1 and not COMMENT.search(text[:start]) for start in starts)
