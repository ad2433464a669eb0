"""The one façade: the faces call these methods and show what they return.

An engine serves the thread that opened it. Several may share one home: readers go on with the index they opened while
a writer works, and notice a newer one at their next question.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from threadpoolctl import ThreadpoolController

from knowledge import changes
from knowledge.errors import CitabotError, DamagedIndex, HomeNotWritable, IndexUnreachable, StorageFull
from knowledge.model import Metadata, Owner, Paragraph, Source
from knowledge.storage import locked, made_folder
from knowledge.store import Store
from retrieval.answer.answering import answer_question
from retrieval.answer.cite import check_question
from retrieval.answer.quotes import list_quotes
from retrieval.index.current import CurrentIndex, Notice, check_not_lost, not_indexed
from retrieval.index.encoding import Progress
from retrieval.index.verify import verify
from retrieval.model import Answer, CheckedMessage, Citation, IndexState, QuoteResult
from retrieval.models.encoder import Encoder
from retrieval.models.reader import Reader, open_reader
from retrieval.search.base import Base, Sources
from retrieval.settings import Settings
from retrieval.upkeep_model import Added, Rebuilt, Verification

if TYPE_CHECKING:
    from knowledge.readers import Contribution
    from knowledge.speech.asking import SpanQuestion

_Result = TypeVar("_Result")

# How long a writer waits for another before it gives up: our choice, far longer than any one document takes to store.
WRITE_WAIT_SECONDS = 60.0
# A question whose index was merged meanwhile is asked again, and one whose index is damaged once it has been mended.
# Our choice: nothing is merged so often.
_SEARCH_ATTEMPTS = 6


class Engine:
    """A home folder open for questions and changes. Make one with `open_engine`."""

    def __init__(self, settings: Settings, store: Store, *, notice: Notice, progress: Progress) -> None:
        self.settings = settings
        self.store = store
        self._notice = notice
        self._progress = progress
        self._folder = settings.home / "index"
        self._current = CurrentIndex(store, self._folder, settings, notice=notice, progress=progress)
        self._base: tuple[int, Base] | None = None
        self._reader: Reader | None = None
        self._blas = ThreadpoolController()

    def ask(self, question: str, *, k: int | None = None) -> Answer:
        """Answer a question with citations, or be silent with a reason.

        With `k`, that many candidates are cited where the base has them. Raises BadQuestion.
        """
        started = time.perf_counter()
        text = check_question(question)
        answer = self._search(
            lambda base: answer_question(base, self.reader, text, most=k, threshold=self.settings.threshold)
        )
        return replace(answer, elapsed_ms=_milliseconds_since(started))

    @property
    def base(self) -> Base:
        """What is searched, brought up to date or mended first where it does not fit."""
        return self._search(lambda base: base)

    def _search(self, work: Callable[[Base], _Result]) -> _Result:
        """Do work of which everything read sees one state; by full text alone where the vectors cannot be asked."""
        for _ in range(_SEARCH_ATTEMPTS):
            self._current.bring_up_to_date()
            # The products of one question are small: BLAS threads that wait for each other, and for a processor that
            # another program uses, cost ten times what they save.
            with self.store.reading(), self._blas.limit(limits=1, user_api="blas"):
                try:
                    base = self._base_now()
                    try:
                        return work(base)
                    except IndexUnreachable:
                        return work(base.full_text_only())
                except DamagedIndex as error:
                    damage = error
            self._current.reopen(damage)
        raise damage

    def _base_now(self) -> Base:
        """The base in the state that the transaction sees; made again only where the index or the base has changed."""
        index, generation = self._current.index(), self.store.generation()[1]
        if self._base is None or self._base[0] != generation or self._base[1].index is not index:
            self._base = generation, Base(self.store, index, self.encoder, Sources(self.store))
        return self._base[1]

    @property
    def encoder(self) -> Encoder:
        """The encoder of the settings, opened at its first use. Raises UntrustedModel or BadSettings."""
        return self._current.encoder

    @property
    def reader(self) -> Reader:
        """The reader of the settings, opened at its first use. Raises UntrustedModel."""
        if self._reader is None:
            self._reader = open_reader(self.settings.reader)
        return self._reader

    def ask_speakers(self, questions: "Sequence[SpanQuestion]") -> "Sequence[Sequence[float]] | None":
        """How likely each span names the speaker that is asked for, by the reader; None where it cannot be asked."""
        from retrieval.models.speakers import ask_speakers

        return ask_speakers(lambda: self.reader, questions)

    def close(self) -> None:
        """Close what was opened besides the store."""
        self._current.close()

    def make_ready(self) -> None:
        """Open and read what the first question or check would have to wait for."""
        import retrieval.check.factcheck  # noqa: F401 (read here, for the first check)

        _ = self.base, self.reader

    def quotes(self, *, speaker: str | None = None, about: str | None = None) -> list[Citation]:
        """The quotes of the base, by source and place, or those nearest to `about` first. Raises BadQuestion."""
        text = None if about is None else check_question(about)

        def list_near(base: Base) -> list[Citation]:
            near = None if text is None else base.encoder.encode_questions([text]).vectors[0]
            return list_quotes(base, speaker=speaker, near=near)

        return self._search(list_near)

    def check(self, message: str) -> CheckedMessage:
        """Check every claim of a message against the sources. Raises BadQuestion."""
        # What checks need is imported by checks alone: a question does not wait for it.
        from knowledge.reviews import reviewed_claims
        from retrieval.check.factcheck import check_message

        started = time.perf_counter()
        text = check_question(message, "claim")
        reviews = reviewed_claims() if self.store.has_bundled() else ()
        checked = self._search(lambda base: check_message(base, self.reader, text, reviews))
        return replace(checked, elapsed_ms=_milliseconds_since(started))

    def quote(self, text: str, *, speaker: str | None = None) -> QuoteResult:
        """Whether somebody said these words, as far as the sources tell. Raises BadQuestion."""
        from retrieval.check.factcheck import check_quotation

        started = time.perf_counter()
        words = check_question(text, "quotation")
        name = None if speaker is None else check_question(speaker, "speaker's name")
        result = self._search(lambda base: check_quotation(base, self.reader, words, name))
        return replace(result, elapsed_ms=_milliseconds_since(started))

    def sources(self) -> list[Source]:
        """Every source, by id."""
        return self.store.sources()

    def show(self, source_id: str) -> tuple[Source, list[str]]:
        """A source and its paragraphs in order. Raises UnknownSource."""
        source = self.store.source(source_id)
        text = self.store.snapshot(source.snapshot).text
        return source, [text[place.start : place.end] for place in self.store.paragraphs(source.snapshot)]

    def places(self, source_id: str) -> list[Paragraph]:
        """Where the paragraphs of a source stand, and what each is, in order. Raises UnknownSource."""
        return self.store.paragraphs(self.store.source(source_id).snapshot)

    def add(
        self, locations: Sequence[str], given: Metadata, *, feed: bool = False, stdin: BinaryIO | None = None
    ) -> list[Added | CitabotError]:
        """Add the operator's documents, each in a transaction of its own, and index what changed before returning.

        A document that cannot be added is returned as its error, in its turn; the others are added all the same.
        """
        # Readers bring libraries for every format, which a question has no use for.
        from retrieval.index.adding import add

        results = add(
            self.store, self._current, self._write_lock, self.settings, locations, given, feed=feed, stdin=stdin,
            ask=self.ask_speakers,
        )  # fmt: skip
        try:
            self._current.rebuild(full=False)
        except IndexUnreachable as error:
            self._notice(f"{error.message} Until it can be, full text alone answers.")
        except (HomeNotWritable, StorageFull) as error:
            if any(isinstance(result, Added) for result in results):
                results.append(not_indexed("What was added is stored", error))
            elif not results:
                raise
        return results

    def contribute(self, document: "Contribution", given: Metadata, *, owner: Owner) -> Added:
        """Add a document for somebody who may not name files of this machine. Raises what is wrong with it."""
        from retrieval.index.adding import contribute

        added = contribute(
            self.store, self._current, self._write_lock, self.settings, document, given, owner, ask=self.ask_speakers
        )
        self._index_after("What was added is stored")
        return added

    def remove(self, source_id: str, *, by: Owner | None = None) -> Source:
        """Remove a source, with `by` only one of that owner's; from then on nothing cites it.

        Raises UnknownSource and NotYours.
        """
        source = self.store.source(source_id)
        with self._write_lock():
            changes.remove(self.store, source_id, by=by)
        self._index_after(f"“{source_id}” is removed")
        return source

    def _index_after(self, done: str) -> None:
        """Index what was changed. Raises HomeNotWritable or StorageFull, saying first what was done."""
        try:
            self._current.rebuild(full=False)
        except IndexUnreachable as error:
            self._notice(f"{error.message} Until it can be, full text alone answers.")
        except (HomeNotWritable, StorageFull) as error:
            raise not_indexed(done, error) from error

    def rebuild(self, *, full: bool = False) -> Rebuilt:
        """Bring the index into line with the database. Raises HomeBusy or IndexUnreachable.

        With `full`, find the quotations of every stored text and encode everything anew; raises HomeNotWritable too.
        """
        if full:
            # Quotes are found with what only adding needs otherwise.
            from knowledge.ingest import find_quotes_again

            with self._write_lock():
                progress = partial(self._progress, "quotes")
                find_quotes_again(self.store, progress, ask=self.ask_speakers)
        encoded, changed = self._current.rebuild(full=full)
        return Rebuilt(self.state(), encoded, changed=changed)

    def verify(self) -> Verification:
        """Re-read every stored span, digest and index row."""
        return verify(self.store, self._current)

    def state(self) -> IndexState:
        """What answers are made with at present."""
        return self.base.index.state

    def load_bundled(self) -> None:
        """Load the bundled base into a home that was never used, or bring it up to date with what ships now."""
        from retrieval.index.bundled import load_bundled

        load_bundled(self.store, self._write_lock, self._notice, self._progress, self.ask_speakers)

    @contextmanager
    def _write_lock(self) -> Iterator[None]:
        if self.store.refusal is not None:
            raise self.store.refusal
        busy = "Another citabot is adding sources to the same home."
        with locked(self.settings.home / "write.lock", wait_seconds=WRITE_WAIT_SECONDS, busy=busy):
            yield


@contextmanager
def open_engine(
    settings: Settings, *, notice: Notice | None = None, progress: Progress | None = None
) -> Iterator[Engine]:
    """Open a home folder, creating it and loading the bundled base on first use.

    One that cannot be written is read as it is. Raises HomeNotWritable, DamagedDatabase, StorageFull or HomeBusy.
    """
    home = settings.home
    made_folder(home)
    store = Store(home / "knowledge.db")
    try:
        check_not_lost(store, home / "index")
        engine = Engine(settings, store, notice=notice or _ignore, progress=progress or _ignore_progress)
        if settings.bundled:
            engine.load_bundled()
        try:
            yield engine
        finally:
            engine.close()
    finally:
        store.close()


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _ignore(sentence: str) -> None:
    """Say nothing."""


def _ignore_progress(stage: str, done: int, total: int) -> None:
    """Show nothing."""
