"""What stands on either side of words that mean somebody: a verb, a preposition, a mark."""

from knowledge.speech.reading import Reading

# In tokens, and our choice.
_ADVERBS = 4
"""Adverbs and pronouns between a subject and its verb."""
_LONGEST_APPOSITION = 24
"""Tokens of what stands between commas after a name."""


def before_words(reading: Reading, first: int) -> str:
    """Return what stands before a mention."""
    at = first - 1
    if at < 0 or reading.begins_sentence(first):
        return "start"
    if at in reading.verb_at:
        return "hearer" if reading.verb_at[at].form.hearer else "verb"
    if any(reading.source_end(at - back) == first for back in range(3) if at - back >= 0):
        return "source"
    key = reading.key(at)
    if name := _BEFORE.get(key) or _small_word(reading, key):
        return name
    while at >= 0 and first - at <= _ADVERBS and _is_adverb(reading, at):
        at -= 1
    if at < first - 1 and at in reading.verb_at:
        return "verb"
    return "word" if reading.tokens[first - 1].is_word else "other"


_MARKS = "\"“”«»‘’'"
_BEFORE = {
    **dict.fromkeys(("a", "al", "to"), "to"),
    **dict.fromkeys(("de", "del", "of"), "of"),
    **dict.fromkeys(",;", "comma"),
    **dict.fromkeys("—–―-", "dash"),
    **dict.fromkeys(_MARKS, "mark"),
    **dict.fromkeys("([", "bracket"),
}


def _small_word(reading: Reading, key: str) -> str:
    """Return what a small word does: it is a preposition, links, or opens a clause; "" for others."""
    lexicon = reading.lexicon
    if key in lexicon.prepositions:
        return "prep"
    if key in lexicon.links:
        return "link"
    return "opening" if key in lexicon.openings else ""


def _is_adverb(reading: Reading, index: int) -> bool:
    return reading.key(index) in reading.lexicon.skipped or reading.key(index).endswith(("mente", "ly"))


def verb_before(reading: Reading, first: int) -> int:
    """Return the first token of the nearest reporting verb before a mention, or -1."""
    verbs = (reading.verb_at[at].first for at in range(first - 1, first - 2 - _ADVERBS, -1) if at in reading.verb_at)
    return next(verbs, -1)


def after_words(reading: Reading, last: int) -> tuple[str, int]:
    """Return what stands after a mention, and the first token of the reporting verb that follows, else -1."""
    at = last
    while at - last < _ADVERBS and at not in reading.verb_at:
        if not (_is_adverb(reading, at) or reading.key(at) in reading.lexicon.modals):
            break
        at += 1
    if at in reading.verb_at:
        return "verb", reading.verb_at[at].first
    key = reading.key(last)
    if key in (",", "("):
        verb = _after_apposition(reading, last)
        return ("apposition verb" if verb >= 0 else "comma" if key == "," else "bracket"), verb
    if name := _AFTER.get(key):
        return name, -1
    small = _small_word(reading, key)
    if key in reading.lexicon.links or small == "prep":
        return ("link" if key in reading.lexicon.links else "prep"), -1
    return ("word" if last < len(reading.tokens) and reading.tokens[last].is_word else "other"), -1


_AFTER = {
    "": "end",
    ".": "end",
    ":": "colon",
    "'s": "possessive",
    "’s": "possessive",
    "—": "dash",
    "–": "dash",
    **dict.fromkeys(_MARKS, "mark"),
}


def _after_apposition(reading: Reading, opening: int) -> int:
    """Return the first token of the reporting verb after what a comma or bracket opens, or -1."""
    closing = "," if reading.key(opening) == "," else ")"
    for index in range(opening + 1, min(opening + _LONGEST_APPOSITION, len(reading.tokens))):
        if reading.key(index) in '.;:?!“”«»"' and len(reading.key(index - 1)) > 1:
            return -1
        if reading.key(index) == closing and index + 1 in reading.verb_at:
            return reading.verb_at[index + 1].first
    return -1
