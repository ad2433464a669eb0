"""What stands on either side of words that mean somebody: a verb, a preposition, a mark."""

from knowledge.speech.reading import Reading

# In tokens, and our choice.
_ADVERBS = 4
"""Adverbs and pronouns between a subject and its verb."""
_LONGEST_APPOSITION = 24
"""Tokens of what stands between commas after a name."""


def before_words(reading: Reading, first: int) -> str:
    """Return what stands before a mention."""
    lexicon, at = reading.lexicon, first - 1
    if at < 0 or reading.begins_sentence(first):
        return "start"
    key = reading.key(at)
    if at in reading.verb_at:
        return "hearer" if reading.verb_at[at].form.hearer else "verb"
    if any(reading.source_end(at - back) == first for back in range(3) if at - back >= 0):
        return "source"
    if key in ("a", "al", "to"):
        return "to"
    if key in ("de", "del", "of"):
        return "of"
    if key in lexicon.prepositions:
        return "prep"
    if key in ",;":
        return "comma"
    if key in "—–―-":
        return "dash"
    if key in "\"“”«»‘’'":
        return "mark"
    if key in "([":
        return "bracket"
    if key in lexicon.links:
        return "link"
    if key in lexicon.openings:
        return "opening"
    back = at
    while (
        back >= 0
        and first - back <= _ADVERBS
        and (reading.key(back) in lexicon.skipped or reading.key(back).endswith(("mente", "ly")))
    ):
        back -= 1
    if back < at and back in reading.verb_at:
        return "verb"
    return "word" if reading.tokens[at].is_word else "other"


def verb_before(reading: Reading, first: int) -> int:
    """Return the first token of the nearest reporting verb before a mention, or -1."""
    verbs = (reading.verb_at[at].first for at in range(first - 1, first - 2 - _ADVERBS, -1) if at in reading.verb_at)
    return next(verbs, -1)


def after_words(reading: Reading, last: int) -> tuple[str, int]:
    """Return what stands after a mention, and the first token of the reporting verb that follows, else -1."""
    lexicon, at = reading.lexicon, last
    while (
        at - last < _ADVERBS
        and at not in reading.verb_at
        and (reading.key(at) in lexicon.skipped | lexicon.modals or reading.key(at).endswith(("mente", "ly")))
    ):
        at += 1
    if at in reading.verb_at:
        return "verb", reading.verb_at[at].first
    key = reading.key(last)
    if key in (",", "("):
        closing = "," if key == "," else ")"
        for index in range(last + 1, min(last + _LONGEST_APPOSITION, len(reading.tokens))):
            if reading.key(index) in '.;:?!“”«»"' and len(reading.key(index - 1)) > 1:
                break
            if reading.key(index) == closing and index + 1 in reading.verb_at:
                return "apposition verb", reading.verb_at[index + 1].first
        return "comma" if key == "," else "bracket", -1
    names = {"": "end", ".": "end", ":": "colon", "'s": "possessive", "’s": "possessive", "—": "dash", "–": "dash"}
    if key in names:
        return names[key], -1
    if key in "\"“”«»‘’'":
        return "mark", -1
    if key in lexicon.links:
        return "link", -1
    if key in lexicon.prepositions:
        return "prep", -1
    return ("word" if last < len(reading.tokens) and reading.tokens[last].is_word else "other"), -1
