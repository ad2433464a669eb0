"""How a server's settings stand, in words."""

from knowledge.activity_model import CommunitySettings
from retrieval.present.texts import Interface, say, say_for


def settings_text(settings: CommunitySettings, language: Interface) -> str:
    """Every setting on a line of its own; channels are named by links to them, which ping nobody."""
    channels = ", ".join(f"<#{channel}>" for channel in sorted(settings.channels)) or say(language, "settings-all")
    if settings.language is None:
        chosen = say(language, "settings-no-language")
    else:
        chosen = say_for(language, "language", settings.language)
    lines = [
        f"**{say(language, 'settings-title')}**",
        say(language, "settings-channels", channels=channels),
        say(language, "settings-language", chosen=chosen),
        say(language, "settings-mentions", on="yes" if settings.mentions else "no"),
        say(language, "settings-private", on="yes" if settings.private else "no"),
    ]
    return "\n".join(lines)
