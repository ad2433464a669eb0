"""Raised signs: marks of notes, which are no part of what is read, and exponents, which are."""

import re

RAISED = 0.15
"""Sizes of type by which a raised sign stands above its line, at least: half of what TeX raises the lowest superscript
(sup3 of cmsy10, 0.289; The TeXbook, appendix G). Our choice."""

_SIGN = r"\d*†‡§¶,;()\[\]⁰¹²³⁴-⁹⁻–−-"

SIGNS = re.compile(rf"(?<=\S)[{_SIGN}]+")
"""A run of characters that may be raised, after something else without a space between."""

SUPERSCRIPTS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
"""Signs that are raised by themselves."""

_TO_SUPERSCRIPTS = str.maketrans("0123456789-–−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
_EXPONENT = re.compile(r"[-–−⁻]?[\d⁰¹²³⁴-⁹]{1,3}")
# What has exponents: ten, a length, a letter by itself that is no word in Spanish or English, and letters of formulas
# (Mathematical Alphanumeric Symbols), which PDFium may give in halves.
_BASE = re.compile(r"(?:(?<![^\W_])(?:10|[kcdmnµμ]m|[^\W\d_aeiouyAEIOUY])|[\U0001d400-\U0001d7ff\ud800-\udfff])$")
_ONLY_SIGNS = re.compile(rf"[\s{_SIGN}]+")
_MARK = re.compile(r"[\d*†‡§¶⁰¹²³⁴-⁹]")


def settled(before: str, raised: str, after: str) -> str:
    """Return what is read of raised signs between two stretches of a line: an exponent, a fraction, or nothing.

    An exponent is written in superscript figures, so that 10⁶ is not 106. What holds no figure and no sign of a note
    stays as it is.
    """
    if not _MARK.search(raised) or not _ONLY_SIGNS.fullmatch(raised):
        return raised
    if after.startswith(("/", "⁄")):
        return f" {raised}"
    if _EXPONENT.fullmatch(raised) and _BASE.search(before[-3:]):
        return raised.translate(_TO_SUPERSCRIPTS)
    return ""
