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
    from click import Context, Parameter
    from click.shell_completion import CompletionItem

    from retrieval.engine import Engine
    from retrieval.record import Record
    from retrieval.settings import Settings

SAVE_HELP = "Write a record that can be replayed; only you can read it."


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The options that stand before the command's name."""

    home: str | None
    bundled: bool | None
    language: Language | None = None

    def as_settings(self) -> dict[str, Any]:
        """Return the options that are settings, as `read_settings` takes them."""
        return {"home": self.home, "bundled": self.bundled}

    @property
    def label_language(self) -> Language:
        """The language that labels are shown in: that of --lang, else the locale's, else English.

        Which variable of a locale counts: POSIX.1-2024, Base Definitions, section 8.2.
        """
        locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
        return self.language or ("es" if locale.lower().startswith("es") else "en")


def save_record(path: Path, record: "Record") -> None:
    """Write a record to a file. Raises BadTarget, HomeNotWritable or StorageFull."""
    from retrieval.present import as_json as present_json
    from retrieval.record import save

    save(path, present_json.dump(record.model_dump()))


def answer_each_line(answer: Callable[[str], dict[str, object]], field: str) -> None:
    """Answer standard input line by line; a line that cannot be asked gets its error in its place, under `field`.

    Exits with the first error's code after the last line.
    """
    from retrieval.present import as_json as present_json

    first_error: CitabotError | None = None
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", errors="surrogateescape").rstrip("\r\n")
        try:
            result = answer(text)
        except BadQuestion as error:
            first_error = first_error or error
            result = {field: text} | present_json.error(error)
        write(present_json.dump(result))
    if first_error is not None:
        sys.exit(first_error.exit_code)


@contextmanager
def open_home(options: GlobalOptions) -> "Iterator[Engine]":
    """Open the engine of the home that the options name, with progress and notices on stderr. Raises CitabotError."""
    from retrieval.engine import open_engine
    from retrieval.present.progress import progress_on_stderr
    from retrieval.settings import read_settings

    with (
        progress_on_stderr(options.label_language) as progress,
        open_engine(read_settings(**options.as_settings()), notice=notice, progress=progress) as engine,
    ):
        yield engine


def source_ids(settings: "Settings") -> list[str]:
    """Return the ids of a home's sources, for completion; of a home that was never used, none."""
    from knowledge.store import Store

    path = settings.home / "knowledge.db"
    if not path.is_file():
        return []
    store = Store(path, read_only=True)
    try:
        return [source.id for source in store.sources()]
    finally:
        store.close()


def complete_source(context: "Context", _: "Parameter", text: str) -> "list[CompletionItem]":
    """Return the ids of the home's sources that begin with a text, for the shell."""
    from click.shell_completion import CompletionItem

    from retrieval.present.inert import inert_line
    from retrieval.settings import read_settings

    home = context.find_root().params.get("home")
    # The shell is given what it takes for typed; no id of ours holds more than letters, digits and hyphens.
    ids = [name for name in source_ids(read_settings(home=home)) if name.startswith(text) and inert_line(name) == name]
    return [CompletionItem(name) for name in ids]
