"""What a page holds and its reader does not see, or sees struck out: it is no part of what the page says."""

import re
from collections.abc import Iterator

from lxml import html

# Elements whose text was withdrawn or is no longer right: https://html.spec.whatwg.org/multipage/edits.html#the-del-element
# and text-level-semantics.html#the-s-element; `strike` is the older name of `s`.
STRUCK = frozenset({"del", "s", "strike"})
# The ways in which CSS hides a box and strikes out text: CSS Display 3, section 2, CSS 2.2, section 11.2, and
# CSS Text Decoration 3, section 2.1.
_HIDING = re.compile(
    r"(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|"
    r"text-decoration(?:-line)?\s*:[^;]{0,100}line-through)",
    re.IGNORECASE,
)
# Classes of text for screen readers alone, which the style sheets of many sites share: WordPress, Bootstrap 4 and 5,
# Drupal 7 and 10.
_UNSEEN_NAMES = frozenset({"screen-reader-text", "sr-only", "visually-hidden", "visuallyhidden", "element-invisible"})
# Selectors of one class or one id, which is how pages hide a part of theirs. Others are passed over.
_SIMPLE_SELECTOR = re.compile(r"(?P<sign>[.#])(?P<name>[\w-]+)")
_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)")
_BRACE = re.compile(r"([{}])")


def empty_hidden(root: html.HtmlElement) -> None:
    """Empty the elements of a tree that are struck out or hidden, by their tag, their style or a rule of the page."""
    hidden = set(_hidden_names(root))
    for element in list(root.iter()):
        # A page that hides itself whole is shown by its scripts.
        if isinstance(element.tag, str) and element.tag not in ("html", "body") and _is_hidden(element, hidden):
            element.clear(keep_tail=True)
            # Without its name it cannot be taken for anything else by what reads the tree.
            element.tag = "span"


def _is_hidden(element: html.HtmlElement, hidden: set[tuple[str, str]]) -> bool:
    # What a program puts in later, or shows when it is asked to.
    is_closed = element.tag == "template" or (element.tag == "dialog" and "open" not in element.attrib)
    if element.tag in STRUCK or "hidden" in element.attrib or is_closed:
        return True
    if _HIDING.search(element.get("style", "")):
        return True
    names = element.get("class", "").split()
    if not _UNSEEN_NAMES.isdisjoint(names):
        return True
    return bool(hidden) and (("#", element.get("id", "")) in hidden or any((".", name) in hidden for name in names))


def _hidden_names(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield the classes and ids that the page's own style sheets hide on every medium, each with its sign."""
    for style in root.iter("style"):
        for selectors, declarations in _rules(_COMMENT.sub("", style.text or "")):
            if _HIDING.search(declarations):
                matches = (_SIMPLE_SELECTOR.fullmatch(selector.strip()) for selector in selectors.split(","))
                yield from ((match["sign"], match["name"]) for match in matches if match)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and declarations of the rules that stand in no other, such as one of a medium."""
    depth, selectors, before = 0, "", ""
    for part in _BRACE.split(sheet):
        if part == "{":
            if depth == 0:
                selectors = before.rpartition(";")[2]
            depth += 1
        elif part == "}":
            if depth == 1:
                yield selectors, before
            depth = max(0, depth - 1)
        before = part


# Elements without an end tag: https://html.spec.whatwg.org/multipage/syntax.html#void-elements
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
# Elements open at a time: libxml2's own limit (parser.h).
_MOST_OPEN = 256
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)(?P<attributes>[^<>]*+)>")


class OpenTags:
    """The elements that the tags in pieces of a text have opened, as those around paragraphs of Markdown are."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []

    @property
    def hidden(self) -> bool:
        """Say whether what follows now is struck out or hidden."""
        return any(hides for _, hides in self._open)

    def read(self, piece: str) -> None:
        """Read the tags of the next piece; an end tag without its start is passed over."""
        for tag in _TAG.finditer(piece):
            name = tag["name"].lower()
            if not tag["end"]:
                if name not in _VOID and not tag["attributes"].endswith("/") and len(self._open) < _MOST_OPEN:
                    element = html.fromstring(f"<{name}{tag['attributes']}></{name}>".encode(errors="replace"))
                    self._open.append((name, _is_hidden(element, set())))
                continue
            names = [opened for opened, _ in self._open]
            if name in names:
                del self._open[len(names) - 1 - names[::-1].index(name) :]
