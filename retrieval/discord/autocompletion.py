"""The names that autocompletion offers, made ready for each owner of sources."""

import asyncio
from dataclasses import dataclass

from knowledge.model import Owner
from retrieval.present.discord.names import NameList
from retrieval.serve.engine_process import Names


@dataclass(frozen=True, slots=True)
class OfferedNames:
    """Speakers, and sources by whose they are; all of them under None."""

    speakers: NameList
    by_owner: dict[Owner | None, NameList]

    def sources(self, owner: Owner | None) -> NameList:
        """Return the sources of an owner, or with None all, to choose from."""
        return self.by_owner.get(owner) or NameList([])


NO_NAMES = OfferedNames(NameList([]), {})


async def offered_names(names: Names) -> OfferedNames:
    """Return the names as they are offered; made in a thread, as a list of ten thousand takes a third of a second."""
    speakers = await asyncio.to_thread(NameList, [(name, name, count) for name, count in names.speakers])
    owners = {None, *(source.owner for source in names.sources)}
    rows = {
        owner: [(source.title, source.id, 0) for source in names.sources if owner in (None, source.owner)]
        for owner in owners
    }
    by_owner = {owner: await asyncio.to_thread(NameList, sources) for owner, sources in rows.items()}
    return OfferedNames(speakers, by_owner)
