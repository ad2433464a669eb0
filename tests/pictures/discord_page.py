"""Discord messages as a person sees them: payloads of Components V2 drawn as a page, and a picture of it by Chromium.

python tests/pictures/discord_page.py MESSAGES.json OUT.png    where MESSAGES.json is a list of
{"author": …, "bot": true, "note": "Only you can see this", "content": …, "components": […]}
"""

import html
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

# The browser's own names for itself in Debian and elsewhere.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_MARKDOWN = MarkdownIt("commonmark", {"breaks": True, "html": False}).enable("strikethrough")
_BUTTONS = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
_WIDTH, _HIGHEST = 640, 4000
_LOOK = """
* { box-sizing: border-box } body { margin: 0; background: #313338; color: #dbdee1; width: 640px;
  font: 16px/1.375 "gg sans", "Noto Sans", "Liberation Sans", Helvetica, Arial, sans-serif; padding: 12px 16px }
.message { display: flex; gap: 16px; padding: 8px 0 } .face { width: 40px; height: 40px; border-radius: 50%;
  background: #5865f2; flex: none; text-align: center; line-height: 40px; color: #fff; font-weight: 600 }
.said { flex: 1; min-width: 0 } .name { color: #f2f3f5; font-weight: 500 } .app { background: #5865f2; color: #fff;
  font-size: 10px; border-radius: 4px; padding: 1px 5px; margin-left: 5px; vertical-align: 2px }
.card { background: #2b2d31; border: 1px solid #3f4147; border-radius: 8px; padding: 14px 16px; margin: 6px 0;
  border-left: 4px solid var(--accent, #3f4147) }
.card > * + * { margin-top: 8px } .section { display: flex; gap: 12px; align-items: flex-start }
.section > .text { flex: 1; min-width: 0 } hr { border: 0; border-top: 1px solid #3f4147 }
p { margin: 0 } h1, h2, h3 { margin: 2px 0; color: #f2f3f5; line-height: 1.3 } h3 { font-size: 17px }
blockquote { margin: 2px 0; padding: 0 8px 0 12px; border-left: 4px solid #4e5058; border-radius: 4px }
.sub { font-size: 13px; color: #949ba4 } a { color: #00a8fc; text-decoration: none } pre { background: #1e1f22;
  border: 1px solid #232428; border-radius: 4px; padding: 8px; white-space: pre-wrap; font-size: 13px; margin: 4px 0 }
.row { display: flex; gap: 8px; flex-wrap: wrap; margin-top: 6px } .button { border-radius: 8px; padding: 5px 14px;
  font-size: 14px; font-weight: 500; color: #fff; background: #4e5058; white-space: nowrap } .primary { background:
  #5865f2 } .link::after { content: " ↗"; color: #b5bac1 } .note { font-size: 13px; color: #949ba4; margin-top: 4px }
ul, ol { margin: 2px 0; padding-left: 22px } code { background: #1e1f22; border-radius: 3px; padding: 0 3px }
"""


def page(messages: Sequence[Mapping[str, Any]]) -> str:
    """A page with these messages, one below the other."""
    shown = "\n".join(_message(one) for one in messages)
    measure = "document.title = Math.ceil(document.body.getBoundingClientRect().height)"
    return f"<!doctype html><meta charset=utf-8><title></title><style>{_LOOK}</style>{shown}<script>{measure}</script>"


def picture(messages: Sequence[Mapping[str, Any]], out: Path, *, browser: str) -> None:
    """Draw the page with a headless browser, as high as it is."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "page.html"
        place.write_text(page(messages), "utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                   f"--user-data-dir={folder}/profile", f"--window-size={_WIDTH},{_HIGHEST}"]  # fmt: skip
        # The page writes its own height into its title, which a first visit reads.
        seen = subprocess.run([*command, "--dump-dom", place.as_uri()], check=True, capture_output=True, timeout=120)
        found = re.search(rb"<title>(\d+)</title>", seen.stdout)
        height = int(found[1]) if found else _HIGHEST
        command[-1] = f"--window-size={_WIDTH},{height}"
        subprocess.run([*command, f"--screenshot={out}", place.as_uri()], check=True, capture_output=True, timeout=120)


def text(markdown: str) -> str:
    """Discord's Markdown as HTML: CommonMark with line breaks, and small print behind `-# `."""
    parts, block = [], []
    for line in [*_outside_fences(markdown), None]:
        small = line is not None and line.startswith("-# ")
        if line is None or small:
            parts.append(_MARKDOWN.render("\n".join(block)))
            block = []
        if small and line is not None:
            parts.append(f"<div class=sub>{_MARKDOWN.renderInline(line[3:])}</div>")
        elif line is not None:
            # A quotation on Discord ends with its line; CommonMark lets the next line run on.
            if block and block[-1].startswith("> ") and not line.startswith(">"):
                block.append("")
            block.append(line)
    return "".join(parts)


def _outside_fences(markdown: str) -> list[str]:
    """Lines, a fenced block being one of them."""
    pieces = re.split(r"(```.*?```)", markdown, flags=re.DOTALL)
    return [line for piece in pieces for line in ([piece] if piece.startswith("```") else piece.split("\n"))]


def _message(one: Mapping[str, Any]) -> str:
    name = html.escape(str(one.get("author", "Citabot")))
    app = '<span class="app">APP</span>' if one.get("bot", True) else ""
    body = text(one["content"]) if one.get("content") else ""
    body += "".join(_component(part) for part in one.get("components", []))
    note = f'<div class="note">👁 {html.escape(one["note"])}</div>' if one.get("note") else ""
    return (
        f'<div class="message"><div class="face">{name[:1]}</div><div class="said">'
        f'<div><span class="name">{name}</span>{app}</div>{body}{note}</div></div>'
    )


def _component(part: Mapping[str, Any]) -> str:
    inner = "".join(_component(one) for one in part.get("components", []))
    match part["type"]:
        case 1:
            return f'<div class="row">{inner}</div>'
        case 2:
            return f'<span class="button {_BUTTONS[part["style"]]}">{html.escape(part["label"])}</span>'
        case 9:
            return f'<div class="section"><div class="text">{inner}</div>{_component(part["accessory"])}</div>'
        case 10:
            return f'<div class="text">{text(part["content"])}</div>'
        case 14:
            return "<hr>"
        case 17:
            accent = part.get("accent_color")
            style = f' style="--accent: #{accent:06x}"' if accent is not None else ""
            return f'<div class="card"{style}>{inner}</div>'
    raise ValueError(f"component of type {part['type']}")


if __name__ == "__main__":
    import shutil

    found = next((one for one in BROWSERS if shutil.which(one)), None)
    if found is None:
        sys.exit("No Chromium here; install Debian's package chromium.")
    held = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    picture(held, Path(sys.argv[2]), browser=found)
