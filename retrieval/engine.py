"""The one façade: the faces call these methods and show what they return.

An engine serves the thread that opened it. Several may share one home: readers go on with the index they opened while
a writer works, and notice a newer one at their next question.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from threadpoolctl import ThreadpoolController

from knowledge import changes
from knowledge.errors import CitabotError, HomeNotWritable, StorageFull
from knowledge.language import detect, stranger
from knowledge.model import Metadata, Owner, Quote, Source
from knowledge.reviews import reviewed_claims
from knowledge.storage import locked, made_folder
from knowledge.store import Store
from knowledge.terms import fold
from retrieval.answer import confidence
from retrieval.answer.cite import check_question, cite, seal
from retrieval.answer.language import in_reader_language
from retrieval.answer.quotes import list_quotes
from retrieval.check.claims import Claim, split
from retrieval.check.factcheck import Desk, check_claim, cite_compared, compare_quotation, speaker_notes
from retrieval.check.reviewed import with_reviewed
from retrieval.check.verdict import overall
from retrieval.index.current import Notice, Serving, check_not_lost, not_indexed
from retrieval.index.generation import Generation
from retrieval.index.rebuild import Progress
from retrieval.index.verify import verify
from retrieval.model import (
    Added,
    Answer,
    CheckedMessage,
    Citation,
    Evidence,
    IndexState,
    QuoteResult,
    QuoteResultKind,
    Reason,
    Rebuilt,
    Verification,
)
from retrieval.models.encoder import Encoder
from retrieval.models.entailment import Entailment
from retrieval.models.entailment_models import open_entailment
from retrieval.search.question import Question, prepare
from retrieval.search.rank import rank
from retrieval.search.spelling import respelled
from retrieval.settings import Settings
from retrieval.words.lexicon import lexicon

if TYPE_CHECKING:
    from knowledge.readers import Contribution

# Citations shown without -k, and of the nearest when nothing is answered: what a person reads at a glance.
MOST_CITATIONS = 3
# Passages looked at closely for every answer: room for near-duplicates to collapse, and for judging chance likeness.
LOOKED_AT = 16
# Of these the best are judged, and only they are ever shown without -k: room for two that say what another said.
JUDGED = 5
# How long a writer waits for another before it gives up: our choice, far longer than any one document takes to store.
WRITE_WAIT_SECONDS = 60.0


class Engine:
    """A home folder open for questions and changes. Make one with `open_engine`."""

    def __init__(self, settings: Settings, store: Store, *, notice: Notice, progress: Progress) -> None:
        self.settings = settings
        self.store = store
        self._notice = notice
        self._progress = progress
        self._folder = settings.home / "index"
        self._serving = Serving(store, self._folder, encoder_name=settings.encoder, notice=notice, progress=progress)
        self._sources: tuple[tuple[str, int], dict[str, Source]] | None = None
        self._quotes: tuple[str, tuple[Quote, ...]] | None = None
        self._names: tuple[str, frozenset[str]] | None = None
        self._entailment: Entailment | None = None
        self._blas = ThreadpoolController()

    def ask(self, question: str, *, k: int | None = None) -> Answer:
        """Answer a question with citations, or be silent with a reason.

        With `k`, that many candidates are cited where the base has them. Raises BadQuestion.
        """
        started = time.perf_counter()
        text = check_question(question)
        generation = self._serving.current()
        read_as = respelled(text, generation.postings, lexicon())
        # The products of one question are small: BLAS threads that wait for each other, and for a processor that
        # another program uses, cost ten times what they save.
        with self.store.reading(), self._blas.limit(limits=1, user_api="blas"):
            ready = prepare(read_as, detect(read_as), self.encoder.encode_questions([read_as]))
            # Twice as many as asked for, as those that say the same collapse into one.
            asked_for = 2 * (k or 0)
            evidence = rank(self.store, generation, ready, limit=max(LOOKED_AT, asked_for))
            sources = self._known_sources()
            judgements = self._judge(generation, ready, evidence)
            first = judgements[0] if judgements else confidence.Judgement(0.0, Reason.EMPTY_BASE)
            answered = first.reason is None
            shown = evidence
            if k is None:
                shown = evidence[:JUDGED]
                if answered:
                    shown = [item for item, one in zip(shown, judgements, strict=False) if one.reason is None]
                shown = in_reader_language(self.store, sources, shown, evidence, ready.language)
            citations = seal(self.store, cite(self.store, sources, shown, most=k or MOST_CITATIONS))
        return Answer(
            question=text,
            read_as=None if read_as == text else read_as,
            foreign=stranger(text) if ready.language == "und" else None,
            language=ready.language,
            answered=answered,
            confidence=first.confidence,
            reason=first.reason,
            citations=citations if answered else (),
            nearest=() if answered else citations[:MOST_CITATIONS],
            index=_state(generation),
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )

    @property
    def encoder(self) -> Encoder:
        """The encoder of the settings, opened at its first use. Raises UntrustedModel."""
        return self._serving.encoder

    @property
    def generation(self) -> Generation:
        """The index that serves, brought up to date where it does not fit."""
        return self._serving.current()

    def quotes(self, *, speaker: str | None = None, about: str | None = None) -> list[Citation]:
        """The quotes of the base, by source and place, or those nearest to `about` first. Raises BadQuestion."""
        text = None if about is None else check_question(about)
        near = (
            None if text is None else (self._serving.current().index, self.encoder.encode_questions([text]).vectors[0])
        )
        with self.store.reading():
            return list_quotes(self.store, self._known_sources(), speaker=speaker, near=near)

    def check(self, message: str) -> CheckedMessage:
        """Check every claim of a message against the sources. Raises BadQuestion."""
        started = time.perf_counter()
        text = check_question(message, "claim")
        language = detect(text)
        desk = self.desk()
        found = with_reviewed(split(text), desk.reviews)
        with self.store.reading(), self._blas.limit(limits=1, user_api="blas"):
            before: list[Claim | None] = [None, *found.claims]
            verdicts = tuple(
                check_claim(desk, claim, previous, language)
                for claim, previous in zip(found.claims, before, strict=False)
            )
        kind, confidence = overall([(one.kind, one.confidence) for one in verdicts])
        return CheckedMessage(
            message=text,
            language=language,
            kind=kind,
            confidence=confidence,
            verdicts=verdicts,
            set_aside=found.set_aside,
            index=_state(desk.generation),
            entailment=desk.entailment.name,
            entailment_digest=desk.entailment.digest,
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )

    def quote(self, text: str, *, speaker: str | None = None) -> QuoteResult:
        """Whether somebody said these words, as far as the sources tell. Raises BadQuestion."""
        started = time.perf_counter()
        words = check_question(text, "quotation")
        name = None if speaker is None else check_question(speaker, "speaker's name")
        desk = self.desk()
        with self.store.reading(), self._blas.limit(limits=1, user_api="blas"):
            found = compare_quotation(desk, words, name)
            match = cite_compared(desk, found) if found else None
            notes = [*(found.notes if found else ()), *speaker_notes(desk, name)]
        return QuoteResult(
            text=words,
            speaker=name,
            language=detect(words),
            kind=found.kind if found else QuoteResultKind.NOT_FOUND,
            match=match,
            similarity=found.similarity if found else 0.0,
            differences=found.differences if found else (),
            notes=tuple(notes),
            index=_state(desk.generation),
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )

    def desk(self) -> Desk:
        """What checks are made with, as the base is now."""
        generation = self._serving.current()
        if self._entailment is None:
            self._entailment = open_entailment(self.settings.entailment)
        known = self._known_names(generation)
        reviews = reviewed_claims() if self.store.has_bundled() else ()
        sources = self._known_sources()
        quotes = self._known_quotes(generation)
        return Desk(self.store, generation, self.encoder, self._entailment, sources, quotes, known, reviews)

    def _known_quotes(self, generation: Generation) -> tuple[Quote, ...]:
        """Every quote that the index holds; read again only for another index."""
        fingerprint = generation.manifest.fingerprint
        if self._quotes is None or self._quotes[0] != fingerprint:
            self._quotes = fingerprint, tuple(self.store.quotes())
        return self._quotes[1]

    def _known_names(self, generation: Generation) -> frozenset[str]:
        """The names of the base, folded; read again only for another index."""
        fingerprint = generation.manifest.fingerprint
        if self._names is None or self._names[0] != fingerprint:
            self._names = fingerprint, frozenset(map(fold, generation.postings.names.tolist()))
        return self._names[1]

    def sources(self) -> list[Source]:
        """Every source, by id."""
        return self.store.sources()

    def show(self, source_id: str) -> tuple[Source, list[str]]:
        """A source and its paragraphs in order. Raises UnknownSource."""
        source = self.store.source(source_id)
        text = self.store.snapshot(source.snapshot).text
        return source, [text[one.start : one.end] for one in self.store.paragraphs(source.snapshot)]

    def add(
        self, locations: Sequence[str], given: Metadata, *, feed: bool = False, stdin: BinaryIO | None = None
    ) -> list[Added | CitabotError]:
        """Add the operator's documents, each in a transaction of its own, and index what changed before returning.

        A document that cannot be added is returned as its error, in its turn; the others are added all the same.
        """
        # Readers bring libraries for every format, which a question has no use for.
        from retrieval.index.adding import add

        results = add(self.store, self._write_lock, self.settings, locations, given, feed=feed, stdin=stdin)
        try:
            self.rebuild()
        except (HomeNotWritable, StorageFull) as error:
            if any(isinstance(one, Added) for one in results):
                results.append(not_indexed("What was added is stored", error))
            elif not results:
                raise
        return results

    def contribute(self, document: "Contribution", given: Metadata, *, owner: Owner) -> Added:
        """Add a document for somebody who may not name files of this machine. Raises what is wrong with it."""
        from retrieval.index.adding import contribute

        added = contribute(self.store, self._write_lock, self.settings, document, given, owner)
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
            self.rebuild()
        except (HomeNotWritable, StorageFull) as error:
            raise not_indexed(done, error) from error

    def rebuild(self, *, full: bool = False) -> Rebuilt:
        """Bring the index into line with the database; with `full`, encode everything anew. Raises HomeBusy."""
        generation, encoded, changed = self._serving.rebuild(full=full)
        return Rebuilt(_state(generation), encoded, changed=changed)

    def verify(self) -> Verification:
        """Re-read every stored span, digest and index row."""
        return verify(self.store, self._folder, self.encoder)

    def state(self) -> IndexState:
        """What answers are made with at present."""
        return _state(self._serving.current())

    def load_bundled(self) -> None:
        """Load the bundled base into a home that was never used, or bring it up to date with what ships now."""
        from retrieval.index.bundled import load_bundled

        load_bundled(self.store, self._write_lock, self._notice, self._progress)

    def _judge(
        self, generation: Generation, question: Question, evidence: Sequence[Evidence]
    ) -> list[confidence.Judgement]:
        found = confidence.features(self.store, generation, question, evidence, most=JUDGED)
        return [confidence.judge(one, threshold=self.settings.threshold) for one in found]

    def _known_sources(self) -> dict[str, Source]:
        """Every source by id, read again only when the base has changed."""
        generation = self.store.generation()
        if self._sources is None or self._sources[0] != generation:
            self._sources = generation, {source.id: source for source in self.store.sources()}
        return self._sources[1]

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
        yield engine
    finally:
        store.close()


def _state(generation: Generation) -> IndexState:
    manifest = generation.manifest
    return IndexState(
        manifest.fingerprint, manifest.encoder, manifest.encoder_digest, manifest.sources, manifest.passages
    )


def _ignore(sentence: str) -> None:
    """Say nothing."""


def _ignore_progress(stage: str, done: int, total: int) -> None:
    """Show nothing."""
