"""Documents that are ZIP archives of XML: what they unpack to is looked at first, and no entity is ever resolved."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from knowledge.errors import DamagedDocument, SourceTooLarge, TooCostly
from knowledge.formats.limits import ReadingLimits, translated

# Bytes of an entry that are unpacked at a time, of which only the signs are counted. Our choice.
_CHUNK_BYTES = 1 << 20


@contextmanager
def opened_archive(content: bytes, location: str, limits: ReadingLimits, *, what: str) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose size has been checked; `what` names the kind of document in messages.

    Raises SourceTooLarge, TooCostly, or DamagedDocument for what is no archive, or whatever its reading fails at.
    """
    with translated(f"{location} is damaged or not {what} at all."):
        check_archive(content, location, limits)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive


def check_archive(content: bytes, location: str, limits: ReadingLimits) -> None:
    """Check the size of an archive before anything is made of it. Raises SourceTooLarge or TooCostly.

    zipfile never unpacks more of an entry than it claims, so the claims are looked at first. Every element takes
    memory when it is parsed, and none is shorter than its sign.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > limits.max_unpacked_bytes:
            raise SourceTooLarge(f"{location} unpacks to more than {limits.max_unpacked_bytes / 1024 / 1024:.3g} MB.")
        if len(entries) > limits.max_parts:
            raise TooCostly(f"{location} consists of more than {limits.max_parts:,} parts.")
        tags = 0
        for entry in entries:
            with archive.open(entry) as part:
                while chunk := part.read(_CHUNK_BYTES):
                    tags += chunk.count(b"<")
            if tags > limits.max_tags:
                raise TooCostly(f"{location} has more than {limits.max_tags:,} tags.")


def read_xml(archive: zipfile.ZipFile, name: str) -> etree._Element:
    """Parse a part of an archive. Raises DamagedDocument for one that declares entities of its own.

    Raises what lxml and zipfile raise for what is no XML, or is not there.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(archive.read(name), parser)
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and list(declared.iterentities()):  # type: ignore[union-attr]
        raise DamagedDocument(f"{name} in the document declares entities, which none may have.")
    return root
