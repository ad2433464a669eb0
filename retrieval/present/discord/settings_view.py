"""How a server's settings stand, in words."""

from knowledge.activity_model import CommunitySettings
from retrieval.present.discord.words import Interface, say


def settings_text(settings: CommunitySettings, language: Interface) -> str:
    """Every setting on a line of its own; channels are named by links to them, which ping nobody."""
    channels = ", ".join(f"<#{one}>" for one in sorted(settings.channels)) or say(language, "settings-all")
    chosen = {"es": "choice-spanish", "en": "choice-english", None: "settings-no-language"}[settings.language]
    lines = [
        f"**{say(language, 'settings-title')}**",
        say(language, "settings-channels", channels=channels),
        say(language, "settings-language", chosen=say(language, chosen)),
        say(language, "settings-mentions", on="yes" if settings.mentions else "no"),
        say(language, "settings-private", on="yes" if settings.private else "no"),
    ]
    return "\n".join(lines)
