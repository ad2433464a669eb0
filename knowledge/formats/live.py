"""Live blogs on the web: their updates are read whole and in the page's order, each under its time and heading."""

import json
import re
from collections import Counter, defaultdict
from typing import Any

from lxml import html

from knowledge.formats.furniture import drop_asides, is_aside
from knowledge.formats.paragraphs import one_line
from knowledge.formats.updates import CLOCK, LIVE

_LIVE_TYPE = "LiveBlogPosting"
"""https://schema.org/LiveBlogPosting"""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# An element that holds a time of day and nothing else, by what pages call it. Our choice: room for "Updated at 12:40".
_TIME_NAMES = re.compile(r"(?:^|[-_])(?:time|timestamp|datetime|date|hora|fecha)(?:[-_]|$)", re.IGNORECASE)
_LONGEST_TIME = 40
# Our choice: fewer than two are no run of updates.
_FEWEST = 2


def live_blog(tree: html.HtmlElement, *, title: str = "") -> html.HtmlElement | None:
    """Return the element that holds a page's updates, each with its time at its beginning; None for another page.

    A page is one if it says so, in schema.org's terms or in its title, which may be given apart. What it says there of
    each update is taken out of it, so that nothing takes one of them for the page.
    """
    says_so = _without_stated_updates(tree)
    titles = (one_line(element.text_content()) for element in tree.iter("title", "h1"))
    if not says_so and not LIVE.search(" ".join((title, *titles))):
        return None
    updates = _updates(tree)
    if len(updates) < _FEWEST:
        return None
    for update, time in updates:
        _lead_with_time(update, time)
    holder = updates[0][0].getparent()
    around = (element for element in holder.iterancestors("article", "main"))
    whole = next(around, holder)
    drop_asides(whole)
    return whole


def title_of(tree: html.HtmlElement) -> str | None:
    """Return the title of a live blog's page: of its first heading, else the page's own."""
    titles = (one_line(element.text_content()) for name in ("h1", "title") for element in tree.iter(name))
    return next(filter(None, titles), None)


def _without_stated_updates(tree: html.HtmlElement) -> bool:
    says_so = any(_LIVE_TYPE in element.get("itemtype", "") for element in tree.iter() if isinstance(element.tag, str))
    for script in tree.iter("script"):
        text = script.text or ""
        if script.get("type") != "application/ld+json" or _LIVE_TYPE not in text:
            continue
        says_so = True
        try:
            stated = json.loads(text)
        except (ValueError, RecursionError):
            script.text = None
            continue
        script.text = json.dumps(_without_updates(stated))
    return says_so


def _without_updates(stated: Any) -> Any:  # noqa: ANN401 (what JSON holds)
    if isinstance(stated, list):
        return [_without_updates(item) for item in stated]
    if isinstance(stated, dict):
        return {key: _without_updates(value) for key, value in stated.items() if key != "liveBlogUpdate"}
    return stated


def _updates(tree: html.HtmlElement) -> list[tuple[html.HtmlElement, html.HtmlElement]]:
    """Return the largest group of elements of one kind, in one parent, that each hold one time, and their times."""
    times: list[html.HtmlElement] = []
    inside: set[html.HtmlElement] = set()
    for element in tree.iter("time", "span", "p", "div", "a"):
        if element not in inside and _is_time(element):
            times.append(element)
            inside.update(element.iterdescendants())
    counts: Counter[html.HtmlElement] = Counter()
    for time in times:
        counts.update(time.iterancestors())
    groups: dict[tuple[html.HtmlElement, str], list[tuple[html.HtmlElement, html.HtmlElement]]] = defaultdict(list)
    for time in times:
        holder = _holder(time, counts)
        parent = holder.getparent()
        if parent is not None and not any(map(is_aside, (holder, *holder.iterancestors()))):
            groups[parent, str(holder.tag)].append((holder, time))
    return max(groups.values(), key=len, default=[])


def _is_time(element: html.HtmlElement) -> bool:
    if element.tag == "time":
        return bool(_shown_time(element))
    names = f"{element.get('class', '')} {element.get('id', '')}".split()
    if not any(map(_TIME_NAMES.search, names)):
        return False
    text = one_line(" ".join(element.itertext()))
    return len(text) <= _LONGEST_TIME and bool(CLOCK.search(text))


def _holder(time: html.HtmlElement, counts: Counter[html.HtmlElement]) -> html.HtmlElement:
    """Return the largest element around a time that holds no other, which is its update."""
    holder = time
    for above in time.iterancestors():
        if counts[above] > 1:
            break
        holder = above
    return holder


def _shown_time(time: html.HtmlElement) -> str:
    """Return a time as its page shows it, where that is a time of day; else as it is stated for programs."""
    shown = one_line(" ".join(time.itertext()))
    if clock := CLOCK.search(shown[:_LONGEST_TIME]):
        return shown[clock.start() : _LONGEST_TIME]
    stated = time.get("datetime", "")
    match = CLOCK.match(stated) if len(stated) <= _LONGEST_TIME else None
    return match.group().replace("T", " ") if match else ""


def _lead_with_time(update: html.HtmlElement, time: html.HtmlElement) -> None:
    """Put the time of an update before its heading, or make it one where there is none."""
    shown = _shown_time(time)
    heading = next(update.iter(*_HEADINGS), None)
    if heading is not None and CLOCK.match(one_line(heading.text_content())):
        return
    time.clear(keep_tail=True)
    if heading is None:
        heading = html.Element("h2")
        heading.tail, update.text = update.text, None
        update.insert(0, heading)
    heading.text = f"{shown} {heading.text or ''}"
