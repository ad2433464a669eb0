"""What every command uses: the home it opens, and how standard input is answered line by line."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import BadQuestion, CitabotError
from knowledge.model import Language
from retrieval.present.terminal_writer import notice, write

if TYPE_CHECKING:
    from retrieval.engine import Engine
    from retrieval.record import Record
    from retrieval.settings import Settings

SAVE_HELP = "Write a record that can be replayed; only you can read it."


@dataclass(frozen=True, slots=True)
class Globals:
    """What stands before the command's name."""

    home: str | None
    bundled: bool | None
    language: Language | None = None

    def options(self) -> dict[str, Any]:
        """As the settings take them."""
        return {"home": self.home, "bundled": self.bundled}

    @property
    def reader(self) -> Language:
        """The language that labels are shown in: the one asked for, else the locale's, else English.

        Which variable of a locale counts: POSIX.1-2024, Base Definitions, section 8.2.
        """
        locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
        return self.language or ("es" if locale.lower().startswith("es") else "en")


def save_record(path: Path, kept: "Record") -> None:
    """Write a record where somebody wants it. Raises BadTarget, HomeNotWritable or StorageFull."""
    from retrieval import record
    from retrieval.present import as_json as present_json

    record.save(path, present_json.dump(kept.model_dump()))


def each_line(answer: Callable[[str], dict[str, object]], named: str) -> None:
    """Answer standard input line by line; what cannot be asked gets its error in its place."""
    from retrieval.present import as_json as present_json

    first_error: CitabotError | None = None
    for line in sys.stdin.buffer:
        given = line.decode("utf-8", errors="surrogateescape").rstrip("\r\n")
        try:
            found = answer(given)
        except BadQuestion as error:
            first_error = first_error or error
            found = {named: given} | present_json.error(error)
        write(present_json.dump(found))
    if first_error is not None:
        sys.exit(first_error.exit_code)


@contextmanager
def open_home(given: Globals) -> "Iterator[Engine]":
    """The engine of the home that is meant, with progress and notices on stderr."""
    from retrieval.engine import open_engine
    from retrieval.present.progress import progress_on_stderr
    from retrieval.settings import read_settings

    with (
        progress_on_stderr() as progress,
        open_engine(read_settings(**given.options()), notice=notice, progress=progress) as engine,
    ):
        yield engine


def source_ids(settings: "Settings") -> list[str]:
    """The ids of a home's sources, for completion; of a home that was never used, none."""
    from knowledge.store import Store

    path = settings.home / "knowledge.db"
    if not path.is_file():
        return []
    store = Store(path, read_only=True)
    try:
        return [source.id for source in store.sources()]
    finally:
        store.close()
