"""What stands in the text of a page and is none of it: notices that ask to subscribe, and AMP's own elements."""

import pytest

from knowledge.formats.pages import read_page

WORDS = [
    "The pier cost 7 million euros, the operator of the line said on Monday.",
    "The next inspection is due in 2027.",
]


def page(between: str) -> str:
    source = f"<html><body><article><p>{WORDS[0]}</p>{between}<p>{WORDS[1]}</p></article></body></html>"
    return read_page(source.encode(), charset=None, location="a").text


@pytest.mark.parametrize(
    "between",
    [
        "<div class=paywall>To continue reading, subscribe. You have 0 free articles left. Log in.</div>",
        "<div id='regwall'><p>Regístrate para seguir leyendo.</p></div>",
        "<section class='article__paywall'><p>Contenido exclusivo para suscriptores</p></section>",
        "<div class='subscribe-box'>Sign in to read more.</div>",
        "<amp-ad type=x><div placeholder>Publicidad</div></amp-ad>",
        "<amp-sidebar><ul><li>Home</li></ul></amp-sidebar>",
        "<span class='sr-only'>Opens in a new window</span>",
        "<p class='screen-reader-text'>Compartir</p>",
    ],
)
def test_notices_and_advertising_are_not_read(between: str) -> None:
    assert page(between) == "\n\n".join(WORDS)


@pytest.mark.parametrize(
    "between",
    [
        f"<div class=paywall><p>{'The text that only readers with a subscription see goes on. ' * 8}</p></div>",
        "<div class=paywall><p>The mayor was absent.</p></div>",
        "<p>They asked her to subscribe to the loan, and she declined.</p>",
    ],
)
def test_the_text_behind_them_is_read(between: str) -> None:
    assert len(page(between)) > len("\n\n".join(WORDS)) + 20
