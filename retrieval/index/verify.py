"""The check that database, index and encodings are as they were stored and agree with each other."""

from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from knowledge.errors import CitabotError, StaleIndex
from knowledge.integrity import differences
from knowledge.store import Store
from retrieval.index import tables
from retrieval.index.current import CurrentIndex
from retrieval.index.encoded import encoded_passages
from retrieval.index.encoding import lacking
from retrieval.index.lookup import Lookup
from retrieval.index.postings import add_passages, contents
from retrieval.index.rebuild import check_fits
from retrieval.index.write import as_new, is_behind, read_state, sum_of_digests
from retrieval.upkeep_model import Difference, Verification

# Passages compared at a time. Our choice, some megabytes.
_PASSAGES_AT_A_TIME = 1024


def verify(store: Store, current: CurrentIndex) -> Verification:
    """Re-read every stored span, digest, encoding and index row, and return every difference."""
    with store.reading():
        every = [Difference(subject, detail) for subject, detail in differences(store)]
        snapshots, units = store.snapshot_count(), store.units()
        vectors = 0
        try:
            check_fits(read_state(store.database), current.encoder.digest, behind=is_behind(store.database))
            every += _table_differences(store)
            lost = list(_lost_encodings(store, current))
            every += lost
            if not lost:
                vectors = len(units)
                every += _sealed_differences(store, current)
        except StaleIndex as error:
            every.append(Difference("index", f"{error.message} Run `citabot rebuild`."))
        except CitabotError as error:
            every.append(Difference("index", error.message))
    return Verification(snapshots, len(units), vectors, tuple(every))


def _table_differences(store: Store) -> Iterator[Difference]:
    """Yield where the tables are not those that are made anew from the passages, in a temporary file."""
    database = store.database
    if read_state(database).digest != sum_of_digests(store):
        yield Difference("index", "its digest is not that of the sources")
    anew = Database("")
    try:
        tables.make_tables(anew)
        passages = [row["id"] for row in store.rows("SELECT id FROM passages ORDER BY id")]
        for batch in _batches(passages):
            add_passages(anew, [as_new(passage) for passage in encoded_passages(store, batch)])
        expected, kept = contents(anew), contents(database)
        for name, value in expected.items():
            if kept[name] != value:
                yield Difference(f"index {name}", "they are not those of the passages")
    finally:
        anew.close()


def _lost_encodings(store: Store, current: CurrentIndex) -> Iterator[Difference]:
    passages = [row["id"] for row in store.rows("SELECT id FROM passages ORDER BY id")]
    for batch in _batches(passages):
        own = list(encoded_passages(store, batch))
        missing = {text.key for text in lacking(own, current.encoder, current.encodings)}
        yield from (
            Difference(f"passage {passage.id}", "its vectors are not kept") for passage in own if passage.key in missing
        )


def _sealed_differences(store: Store, current: CurrentIndex) -> Iterator[Difference]:
    lack = current.sealed.lack()
    if lack is not None:
        yield Difference("index", f"{lack} Run `citabot rebuild`.")
    lookup = Lookup(store, current.encodings, current.encoder)
    for entry in current.sealed.listed():
        yield from current.sealed.differences(lookup, entry)


def _batches(passages: Sequence[int]) -> Iterator[Sequence[int]]:
    return (passages[start : start + _PASSAGES_AT_A_TIME] for start in range(0, len(passages), _PASSAGES_AT_A_TIME))
