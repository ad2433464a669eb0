"""What a page sets in bold or italics as a whole: paragraphs, and lines between line breaks."""

import pytest
from lxml import html

from knowledge.formats.emphasis import emphasised_texts


@pytest.mark.parametrize(
    ("source", "emphasised"),
    [
        ("<p><strong>¿Vendió el solar?</strong></p><p>No.</p>", {"¿Vendió el solar?"}),
        ("<p><b>Did it</b> <em>burn?</em></p>", {"Did it burn?"}),
        ("<p><span style='font-weight: 700'>Who lit it?</span></p>", {"Who lit it?"}),
        ("<p><span><b>Who <a href=x>lit</a> it?</b></span></p>", {"Who lit it?"}),
        ("<p class='interview-question'>Who lit it?</p>", {"Who lit it?"}),
        ("<dl><dt>¿Mintió?</dt><dd>Jamás.</dd></dl>", {"¿Mintió?"}),
        ("<p><b>Who</b> lit it?</p>", set()),
        ("<p>It <b>burned</b>.</p><p><!-- <b>x</b> -->Nobody knows.</p>", set()),
        ("<p><b>The Post:</b> Who lit it?<br>Nobody.</p>", set()),
    ],
)
def test_only_what_is_set_so_as_a_whole_is_emphasised(source: str, emphasised: set[str]) -> None:
    assert emphasised_texts(html.fragment_fromstring(source, create_parent="div")) == emphasised
