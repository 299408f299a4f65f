"""The pictures of docs/messages.md: mails of docs/examples/account.json in a browser, as wide as
a phone and a desk, by day and by night. `.venv/bin/python -m tests.message_pictures` makes them.

Chromium has to be on the machine; nothing is loaded from anywhere.
"""

import json
import shutil
import sys
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory

from dunning.adapters.render import TemplateRenderer
from dunning.domain.sample_account import Sample, read_sample
from dunning.domain.wordings import DEMANDS
from dunning.service.ports import Links, Message
from playwright.sync_api import Browser, sync_playwright

from infra.templates import built

ROOT = Path(__file__).resolve().parents[1]
ACCOUNT = ROOT / "docs/examples/account.json"
PICTURES = ROOT / "docs/images"
PHONE, DESK = 390, 1_200
QUALITY = 72
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SHOWN = (
    ("last", "formal", "en"),
    ("first", "friendly", "de"),
    ("plan_agreed", "friendly", "fr"),
)
"""Wording, tone, language; a language that there is not yet is shown in English."""


class _Links:
    def __init__(self, links: Links) -> None:
        self._links = links

    def links(self, *_: object) -> Links:
        return self._links


def mail(sample: Sample, wording: str, tone: str) -> Message:
    """The mail of one wording."""
    links = Links(**sample.links)
    renderer = TemplateRenderer(built(), _Links(links))
    if wording in DEMANDS:
        send = sample.send(wording, tone, "email")
        return renderer.render("northwind", "northwind#c-1042", sample.state, sample.rulebook, send)
    telling = sample.telling(wording)
    to = sample.address("email")
    return renderer.tell(sample.state, sample.rulebook, telling, tone, to, links)


def page_of(message: Message) -> str:
    """The HTML as a browser shows it alone: with the pictures that travel beside it."""
    html = message.html
    for picture in message.inline:
        data = b64encode(picture.data).decode()
        html = html.replace(f"cid:{picture.cid}", f"data:{picture.content_type};base64,{data}")
    return html


def shot(browser: Browser, html: str, width: int, scheme: str) -> bytes:
    """A page as it is seen whole."""
    context = browser.new_context(
        viewport={"width": width, "height": 400},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1,
        offline=True,
    )
    page = context.new_page()
    page.set_content(html)
    picture = page.screenshot(full_page=True)
    context.close()
    return picture


def side_by_side(browser: Browser, pictures: list[bytes], width: int) -> bytes:
    """Pictures in one row, as a JPEG."""
    images = "".join(
        f'<img style="width:{width}px" src="data:image/png;base64,{b64encode(one).decode()}">'
        for one in pictures
    )
    whole = width * len(pictures) + 16 * (len(pictures) - 1)
    context = browser.new_context(viewport={"width": whole, "height": 400}, device_scale_factor=1)
    page = context.new_page()
    page.set_content(
        '<body style="margin:0;background:#fff"><div style="display:flex;gap:16px;'
        f'align-items:flex-start">{images}</div>'
    )
    picture = page.screenshot(full_page=True, type="jpeg", quality=QUALITY)
    context.close()
    return picture


def make(folder: Path) -> list[Path]:
    """All pictures, into a folder."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    sample = read_sample(json.loads(ACCOUNT.read_text(encoding="utf-8")))
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-background-networking"]
        )
        for wording, tone, language in SHOWN:
            html = page_of(mail(sample.speaking(language), wording, tone))
            for name, width, shown in (("phone", PHONE, 340), ("desk", DESK, 680)):
                both = [shot(browser, html, width, scheme) for scheme in ("light", "dark")]
                path = folder / f"message-{wording}-{name}.jpg"
                path.write_bytes(side_by_side(browser, both, shown))
                made.append(path)
        browser.close()
    return made


if __name__ == "__main__":
    with TemporaryDirectory() as made_aside:
        for one in make(Path(made_aside)):
            shutil.copyfile(one, PICTURES / one.name)
            sys.stdout.write(f"{one.name}: {one.stat().st_size // 1024} KiB\n")
