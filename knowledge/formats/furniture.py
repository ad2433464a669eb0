"""What stands in or beside the text of a page and is no part of it: advertising, links to other pages, paywalls."""

import re

from lxml import html

# What surrounds the text, by its element, and by what pages call it in classes and ids.
_ASIDE = ("aside", "button", "footer", "form", "nav")
_ASIDE_NAMES = re.compile(
    r"(?:^|[-_])(?:comments?|related\w*|recommend\w*|buttons?|newsletter|share|sharing|social|promo|advert\w*|sidebar|teaser|"
    r"most-read|cookie\w*|comentarios?|relacionad[oa]s?)(?:[-_]|$)",
    re.IGNORECASE,
)
# Elements of AMP that hold none of the page's own text: https://amp.dev/documentation/components
_AMP_ASIDE = frozenset(
    {"amp-ad", "amp-auto-ads", "amp-consent", "amp-embed", "amp-sidebar", "amp-sticky-ad", "amp-user-notification"}
)
# What pages call the notice that asks to subscribe, and words of it. The text behind it may have the same name
# (https://developers.google.com/search/docs/appearance/structured-data/paywalled-content), but is longer: our choice.
_WALL_NAMES = re.compile(
    r"(?:^|[-_])(?:pay-?wall|reg-?wall|subscri\w*|suscri\w*|meter(?:ed)?)(?:[-_]|$)", re.IGNORECASE
)
_WALL_WORDS = re.compile(
    r"\b(?:subscri|suscri|sign in\b|log in\b|free articles?\b|inici\w{1,3} sesión|regístr|artículos? gratis\b)",
    re.IGNORECASE,
)
_LONGEST_NOTICE = 400


def is_aside(element: html.HtmlElement) -> bool:
    """Say whether an element surrounds the text of a page, by its kind or its name."""
    return element.tag in _ASIDE or _is_called(element, _ASIDE_NAMES)


def drop_asides(whole: html.HtmlElement) -> None:
    """Empty what surrounds the text within an element."""
    for element in list(whole.iterdescendants()):
        if isinstance(element.tag, str) and is_aside(element):
            element.clear(keep_tail=True)


def drop_notices(root: html.HtmlElement) -> None:
    """Empty the notices that ask to subscribe, and AMP's elements for advertising, menus and consent."""
    for element in list(root.iterdescendants()):
        if isinstance(element.tag, str) and (element.tag in _AMP_ASIDE or _is_wall(element)):
            element.clear(keep_tail=True)
            element.tag = "span"


def _is_wall(element: html.HtmlElement) -> bool:
    if not _is_called(element, _WALL_NAMES):
        return False
    text = element.text_content()
    return len(text) <= _LONGEST_NOTICE and bool(_WALL_WORDS.search(text))


def _is_called(element: html.HtmlElement, names: re.Pattern[str]) -> bool:
    return any(map(names.search, f"{element.get('class', '')} {element.get('id', '')}".split()))
