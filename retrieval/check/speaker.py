"""Who a claim says has said something, and which passages can bear it out.

A claim is taken apart as the sources are: by the words that attribute its clauses (see `knowledge.quotes`). Of 150 true
claims on what somebody said, put into another person's mouth, the reader before the one that ships alone took 7 to be
borne out by a passage that does not name that person, which is undone here; of 320 true ones as they are, 5 rested on a
passage that seems not to name their speaker, and are left open too: a wrong name under somebody's words is worse.
"""

from knowledge.known_names import means_name
from knowledge.model import FullPassage, Language, Paragraph, Source
from knowledge.quotes import find_quotes
from knowledge.terms import words
from retrieval.check.names import names

# Letters of a name's word that is looked for: shorter ones are particles, initials and "X". Our choice.
_SHORTEST = 3


def speaker_of(claim: str, language: Language) -> str | None:
    """Return the person or organisation to whom a claim attributes something, or None where it names nobody."""
    attributed = find_quotes(claim, [Paragraph(0, len(claim))], language=language, sentences=[(0, len(claim), 1)])
    named = {name.text for name in names(claim)}
    speakers = (quote.speaker for quote in attributed if quote.speaker)
    return next((speaker for speaker in speakers if any(name in speaker for name in named)), None)


def is_named(speaker: str, passage: FullPassage, source: Source) -> bool:
    """Say whether a passage, or what is known of its source, names a speaker."""
    known = [quote.speaker for quote in passage.quotes if quote.speaker]
    known += [name for name in (source.author, source.publisher) if name]
    if any(means_name(speaker, name) or means_name(name, speaker) for name in known):
        return True
    said = _name_words(speaker)
    # A short name is often written out ("Reme", "Remedios").
    return not said or any(word.startswith(tuple(said)) for word in words(f"{source.title} {passage.text}"))


def _name_words(speaker: str) -> set[str]:
    # After a first word that counts for nothing, every word in capitals is a name.
    listed = names(f"x {speaker}")
    return {word for name in listed for word in words(name.text) if len(word) >= _SHORTEST}
