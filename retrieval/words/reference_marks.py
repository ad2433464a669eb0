"""Marks of reference as our briefs set them, `[12]`: part of the stored text, and no part of what it says."""

import re

REFERENCE_MARK = re.compile(r"\[\d{1,3}\]")


def blanked(text: str) -> str:
    """Return a text with spaces in the place of its marks, so that offsets stay."""
    return REFERENCE_MARK.sub(lambda mark: " " * len(mark.group()), text)
