"""A citation in a Discord message: the words as a quotation, whose they are, where they stand, and a link to them."""

from collections.abc import Iterator
from typing import Any

import discord

from knowledge.model import Reference, Source
from retrieval.answer.link import web_address
from retrieval.model import Citation
from retrieval.present.discord.limits import BUTTON_LABEL, BUTTON_URL, cut, length, line_within, plain_within
from retrieval.present.discord.markdown import bold, link, plain_line, quoted, with_bold
from retrieval.present.highlight import answering_words, split_at_highlight
from retrieval.present.inert import inert, inert_line
from retrieval.present.place import also_at, place
from retrieval.present.surroundings import MARK, cut_marks, sentence_starts, surroundings
from retrieval.present.texts import Interface, say, say_for, speaker_text

SEPARATOR = " · "
# Characters of an excerpt that are shown: what a person reads in a chat without scrolling; the link leads to the rest.
EXCERPT = 700
_TITLE = 160
# Characters of the words that answer which stand above the excerpt: two lines of a heading. Our choice.
_HEADING = 100
_TRANSLATION = 400
_MOST_REFERENCES = 3

LinkButton = discord.ui.Button[Any]


def citation_text(
    citation: Citation, language: Interface, *, label: str = "", most: int = EXCERPT, leading: bool = False
) -> str:
    """The excerpt, set apart, with speaker, translation, source and references; `label` stands beside its number.

    `leading`: the words that answer, where they are known, stand above it.
    """
    head = f"**{citation.n}.** {label}".rstrip()
    lines = [head] if label else []
    words = answering_words(citation) if leading else None
    lines += [f"### {line_within(words, _HEADING)}"] if words else []
    lines += [quoted(_excerpt(citation, most)), *_whose(citation, language)]
    where = SEPARATOR.join(_where(citation, language))
    lines.append(f"{'' if label else f'**{citation.n}.** '}{where}")
    lines += _references(citation)
    return "\n".join(lines)


def in_paragraph(citation: Citation, language: Interface, *, most: int) -> str:
    """The excerpt, bold, within its paragraph, with `most` characters on either side, and where it stands."""
    before, after = surroundings(citation, most=most)
    exact = bold(line_within(citation.exact, EXCERPT))
    around = [_level(before, 2 * most), exact, _level(after, 2 * most)]
    return f"> {''.join(around).strip()}\n**{citation.n}.** {SEPARATOR.join(_where(citation, language))}"


def citation_link(citation: Citation, language: Interface) -> LinkButton | None:
    """A button that opens the very words; of a brief, which is on no page, the document it rests on."""
    address = web_address(citation.link or citation.source.url)
    label = say(language, "open-place", number=citation.paragraph)
    if address is None and citation.references:
        first = citation.references[0]
        address, label = web_address(first.url), say(language, "open-reference", number=first.number)
    if address is None:
        return None
    # A text fragment may make an address too long for a button; the page itself opens all the same.
    if length(address) > BUTTON_URL:
        address = address.partition("#:~:")[0].partition(":~:")[0]
    if length(address) > BUTTON_URL:
        return None
    return discord.ui.Button(label=cut(label, BUTTON_LABEL), url=address)


def reference_text(citation: Citation, language: Interface) -> str:
    """The citation as a reference to copy: author, title, publisher, date, place, address, and the words."""
    source = citation.source
    known = [source.author, f"“{source.title}”", source.publisher, source.published]
    parts = [inert_line(part).rstrip(".") for part in known if part]
    parts += place(citation, language)
    named = speaker_text(citation, language)
    speaker = f"{inert_line(named)}: " if named else ""
    address = web_address(citation.link or source.url) or say(language, "no-link")
    return f"{speaker}“{inert(citation.exact)}”\n{'. '.join(parts)}.\n{address}"


def source_line(source: Source) -> str:
    """Title, publisher and date of a source on one line."""
    known = [part for part in (source.publisher or source.author, source.published) if part]
    return SEPARATOR.join([bold(line_within(source.title, _TITLE)), *map(plain_line, known)])


def _excerpt(citation: Citation, most: int) -> str:
    """The excerpt, cut, with the words that answer in bold, and our marks at each end where words are left out."""
    opening, closing = cut_marks(citation)
    room = most - length(opening) - length(closing)
    parts = split_at_highlight(citation)
    shown = None if parts is None else _with_answer(*parts, room)
    shown = shown or plain_within(citation.exact, room)
    return f"{shown if shown.startswith(MARK) else opening + shown}{'' if shown.endswith(MARK) else closing}"


def _with_answer(before: str, words: str, after: str, most: int) -> str | None:
    """The excerpt with the words that answer in bold, from the first sentence from which they fit; None without one."""
    for start in (0, *sentence_starts(before)):
        opening = f"{MARK} " if start else ""
        marked, rest = with_bold(before[start:], words, after)
        shown = cut(marked + rest, max(0, most - length(opening)))
        if shown.startswith(marked):
            return opening + shown
    return None


def _level(text: str, most: int) -> str:
    """A text on one line, with the spaces at its ends that part it from what stands beside it."""
    shown = line_within(text, most)
    return f"{' ' * text[:1].isspace()}{shown}{' ' * text[-1:].isspace()}"


def _whose(citation: Citation, language: Interface) -> Iterator[str]:
    if citation.kind == "quote":
        speaker = speaker_text(citation, language)
        named = bold(plain_line(speaker)) if speaker else say(language, "unnamed-speaker")
        role = f", {plain_line(citation.role)}" if speaker and citation.role else ""
        reported = f" ({say(language, 'reported-speech')})" if citation.direct is False else ""
        yield f"— {named}{role}{reported}"
    elif citation.source.kind == "brief":
        standing = [say_for(language, "standing", value) for value in citation.standing]
        whose = say(language, "our-words", references=len(citation.references))
        yield f"-# {SEPARATOR.join([whose, *standing])}"
    translation = citation.translation(language)
    if translation is not None:
        name = say_for(language, "language", translation.language)
        label = say(language, "translation", by=plain_line(translation.by), language=name)
        yield f"-# {label}:\n{quoted(plain_within(translation.text, _TRANSLATION))}"


def _where(citation: Citation, language: Interface) -> Iterator[str]:
    yield f"{say(language, 'source')}: {source_line(citation.source)}"
    yield from map(plain_line, place(citation, language))
    others = also_at(citation, language)
    if others is not None:
        yield line_within(others, _TITLE)


def _references(citation: Citation) -> Iterator[str]:
    """What a brief rests on, its primary sources first, as the store gives them."""
    if citation.source.kind != "brief":
        return
    for reference in citation.references[:_MOST_REFERENCES]:
        yield f"-# [{reference.number}] {_reference(reference)}"


def _reference(r: Reference) -> str:
    title = line_within(r.title, _TITLE)
    known = dict.fromkeys(plain_line(part) for part in (r.author, r.publisher, r.published) if part)
    return SEPARATOR.join([link(title, r.url) or title, *known])
