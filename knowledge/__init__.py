"""The knowledge base: texts, word for word, and where they come from. No vectors, models or Discord here."""

import sys

# sqlite-utils loads pandas where that is installed, as it is with pymilvus: 0.4 s of every start, for a type of column
# that no table here has. What is None there cannot be imported (The Python Language Reference, 5.3.1).
if "pandas" not in sys.modules:
    sys.modules["pandas"] = None  # type: ignore[assignment]
    import sqlite_utils  # noqa: F401 (loaded once, without it)

    del sys.modules["pandas"]
