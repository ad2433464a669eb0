"""Two passages of the tiny base's words, and claims that they decide, for tests of the reader's training."""

from retrieval.train.reader_rows import ClaimRow

MILL = "the council bought the mill in the church"
BOAT = "the fisherman repaired the boat by the bridge"
CLAIMS = [
    ClaimRow("claim", "the mill was bought", MILL, "S"),
    ClaimRow("claim", "the teacher sold the mill", MILL, "C"),
    ClaimRow("near claim", "the mill was bought", BOAT, "N"),
    ClaimRow("public claim", "the teacher painted the boat", BOAT, "not S"),
]
