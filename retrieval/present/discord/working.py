"""How verdicts were decided, as a Discord message: for each claim what decided it, and the passages read with it."""

import discord

from retrieval.model import CheckedMessage, ClaimEvidence, Verdict
from retrieval.present.discord.layout import Layout
from retrieval.present.discord.limits import line_within
from retrieval.present.discord.markdown import bold, quoted
from retrieval.present.signs import VERDICT_SIGNS
from retrieval.present.texts import Interface, say, say_for, stances_text

# Characters of a claim, of what it was read as, of a source's title, and of a model's name. Our choice, as all below.
_CLAIM, _READ_AS, _TITLE, _NAME = 120, 300, 80, 100
# Characters of an excerpt where a message has so many claims; with more, a passage has its title alone.
_EXCERPT = {1: 300, 2: 120}
# Characters for what stands below: two digests and a fingerprint of 64 each, names, and two sentences.
_FOOTER = 600


def working_view(checked: CheckedMessage, language: Interface, *, stale: bool = False) -> discord.ui.LayoutView:
    """The message on how every claim of a message was decided; `stale` as in `outcome_view`."""
    # Below everything stand a rule and a text, and no buttons.
    layout = Layout(reserve=2, footer=_FOOTER)
    layout.text(f"### {say(language, 'how-decided')}")
    shown = sum(_card(layout, verdict, len(checked.verdicts), language) for verdict in checked.verdicts)
    layout.last()
    layout.outside()
    layout.rule()
    layout.text("\n".join(f"-# {line}" for line in _below(checked, len(checked.verdicts) - shown, language, stale)))
    return layout.view()


def _card(layout: Layout, verdict: Verdict, count: int, language: Interface) -> bool:
    """What decided one claim; False where it does not fit any more."""
    sign, tone = VERDICT_SIGNS[verdict.kind]
    lines = [
        quoted(line_within(verdict.claim, _CLAIM)),
        bold(f"{sign} {say_for(language, 'verdict', verdict.kind)}"),
        say_for(language, "decider", verdict.decider),
    ]
    if verdict.read_as is not None:
        lines.append(say(language, "read-as", question=line_within(verdict.read_as, _READ_AS)))
    lines.append(f"-# {say(language, 'passages-read' if verdict.read else 'nothing-read')}")
    lines += [_passage(passage, language, _EXCERPT.get(count, 0)) for passage in verdict.read]
    text = "\n".join(lines)
    if not layout.fits(text):
        return False
    layout.card(tone)
    return layout.text(text)


def _passage(e: ClaimEvidence, language: Interface, excerpt: int) -> str:
    words = [quoted(line_within(e.citation.exact, excerpt))] if excerpt else []
    title = f"**{e.citation.n}.** {line_within(e.citation.source.title, _TITLE)}"
    return "\n".join([title, *words, stances_text(e.stances, language)])


def _below(checked: CheckedMessage, left: int, language: Interface, stale: bool) -> list[str]:
    """What was left out, and the index and the models by their whole digests."""
    index = checked.index
    encoder = say(language, "encoder", name=line_within(index.encoder, _NAME))
    reader = say(language, "reader", name=line_within(checked.reader, _NAME))
    return [
        *([say(language, "claims-left-out", count=left)] if left else []),
        *([say(language, "stale")] if stale else []),
        say(language, "index", fingerprint=index.fingerprint),
        f"{encoder} {index.encoder_digest}",
        f"{reader} {checked.reader_digest}",
    ]
