"""Packages that only some commands need: extras of the program, which need not be installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from knowledge.errors import MissingExtra


@contextmanager
def from_extra(extra: Literal["eval", "train", "milvus"], package: str, *, purpose: str) -> Iterator[None]:
    """Translate a failed import of a package of an extra, for use in a `with`.

    Raises MissingExtra where it is not installed or cannot be loaded; `purpose` begins that sentence.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"{purpose} needs the package {package}, which is not installed.",
            hint=f"Install it: pip install 'citabot[{extra}]'",
        ) from error
    except ImportError as error:
        raise MissingExtra(
            f"{purpose} needs the package {package}, which cannot be loaded: {error}.",
            hint=f"Install it again: pip install --force-reinstall {package}",
        ) from error
