"""E-mail (.eml) and pages saved as one (.mht): RFC 5322 and RFC 2557, read by Python's own `email`."""

import email
import email.policy
import re
from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage

from lxml import html

from knowledge.errors import NoText
from knowledge.formats.described import is_web
from knowledge.formats.encodings import decode
from knowledge.formats.fragments import fragment_blocks
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, translated
from knowledge.formats.pages import read_page
from knowledge.formats.paragraphs import Block, assemble
from knowledge.formats.plaintext import read_plain
from knowledge.model import Document, Metadata

# Words of an earlier message, which are somebody else's, after the line that says whose, and the line before a
# signature: RFC 3676, sections 4.5 and 4.3.
_EARLIER = re.compile(
    r"(?:^(?:On|El)\b[^\n]{1,300}\n?[^\n]{0,100}(?:wrote|escribió)\s?:[^\S\n]*\n\s*(?=>))?+^>[^\n]*\n?", re.MULTILINE
)
_SIGNATURE = re.compile(r"^-- ?\n.*", re.MULTILINE | re.DOTALL)
# How Outlook and others begin an earlier message that they repeat whole, in both languages.
_REPEATED = re.compile(
    r"^[ \t]*(?:-{3,}[ \t]?(?:original message|forwarded message|mensaje original|mensaje reenviado)\b|"
    r"(?:from|de):[^\n\u2028]{1,300}[\n\u2028]\s{0,9}(?:sent|date|enviado(?: el)?|fecha):\s)",
    re.IGNORECASE | re.MULTILINE,
)
# What mail programs call the earlier message in HTML: Gmail, Thunderbird, Yahoo, Proton, and Outlook on the web.
_REPEATED_NAMES = frozenset(
    {"gmail_quote", "gmail_quote_container", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "divRplyFwdMsg"}
)


def read_mail(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the words of a message, without those of earlier ones that it repeats, its signature and what is attached.

    Raises NoText for one without any, DamagedDocument, and whatever reading a plain text raises.
    """
    message, body = _opened(content, ("plain", "html"), location)
    words, charset = _content(body)
    source = decode(words, charset=charset, location=location)
    if body.get_content_subtype() == "plain":
        text = _own(_SIGNATURE.sub("", _EARLIER.sub("", source)))
        document = read_plain(text.encode(), charset="utf-8", location=location, limits=limits)
    else:
        # A message that only hands on another has no other words.
        blocks = _own_blocks(fragment_blocks(source, without=_is_repeated)) or fragment_blocks(source)
        text, paragraphs = assemble(blocks)
        document = Document(text, paragraphs, Metadata(), location)
    if not document.paragraphs:
        raise NoText(f"{location} is a message without any text.")
    with translated(f"{location} is a message whose head cannot be read."):
        return replace(document, metadata=_metadata(message))


def read_saved_page(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the article of a page that was saved whole, with its pictures, in one file.

    Raises NoText for a file without a page, DamagedDocument, and whatever reading a page raises.
    """
    message, body = _opened(content, ("html",), location)
    words, charset = _content(body)
    document = read_page(words, charset=charset, location=location, limits=limits)
    # The first is what browsers built on Chromium write, the second what RFC 2557 asks for.
    with translated(f"{location} is a page whose head cannot be read."):
        address = str(message["Snapshot-Content-Location"] or body["Content-Location"] or "")
    url = address if is_web(address) else document.metadata.url
    return replace(document, metadata=replace(document.metadata, url=url))


def _opened(content: bytes, wanted: tuple[str, ...], location: str) -> tuple[EmailMessage, EmailMessage]:
    with translated(f"{location} is a message that cannot be read."):
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(wanted) if isinstance(message, EmailMessage) else None
    if not isinstance(message, EmailMessage) or not isinstance(body, EmailMessage):
        raise NoText(f"{location} is a message without any text.")
    return message, body


def _content(body: EmailMessage) -> tuple[bytes, str | None]:
    words = body.get_payload(decode=True)
    return words if isinstance(words, bytes) else b"", body.get_content_charset()


def _own(text: str) -> str:
    """Return a text up to the message that it repeats, if there are words before."""
    repeated = _REPEATED.search(text)
    before = text[: repeated.start()] if repeated else text
    return before if before.strip() else text


def _own_blocks(blocks: Sequence[Block]) -> list[Block]:
    repeated = (place for place, block in enumerate(blocks) if _REPEATED.match(block.text))
    return list(blocks[: next(repeated, 0) or len(blocks)])


def _is_repeated(element: html.HtmlElement) -> bool:
    if element.tag == "blockquote" and element.get("type") == "cite":
        return True
    return not _REPEATED_NAMES.isdisjoint((*element.get("class", "").split(), element.get("id", "")))


def _metadata(message: EmailMessage) -> Metadata:
    """Return what a message says of itself; fields that are none of their kind say nothing."""
    sender = message["From"].addresses[0] if message["From"] and message["From"].addresses else None
    sent = message["Date"].datetime if message["Date"] else None
    return Metadata(
        title=str(message["Subject"] or "") or None,
        author=(sender.display_name or None) if sender else None,
        published=sent.date().isoformat() if sent else None,
    )
