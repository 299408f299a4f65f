"""What tests in a browser read: the link in a sent mail, and whether a page fits a phone."""

import re

from playwright.sync_api import Page

from tests.cloud.stage import Stage


def link_in(stage: Stage, to: str, number: int = 0) -> str:
    """A link to a page in the last mail to an address: the first of its text, unless told."""
    row = stage.sent(to)[-1]
    content = stage.cloud.gate.message(int(row["n"]))["request"]["Content"]["Simple"]
    base = re.escape(stage.cloud.outputs["PortalUrl"])
    found = re.findall(rf"{base}/portal/[A-Za-z0-9_-]+", content["Body"]["Text"]["Data"])
    return str(found[number])


def fits(page: Page) -> None:
    """Nothing stands out to the side, and what is to be touched is large enough to be touched (24
    pixels at least: WCAG 2.2, 2.5.8)."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    box = page.locator("body").bounding_box()
    assert box is not None
    assert box["width"] <= width
    for name in ("button", "summary", "input:not([type=hidden])", "table", "section"):
        every = page.locator(name)
        for n in range(every.count()):
            one = every.nth(n).bounding_box()
            if one is None or not every.nth(n).is_visible():
                continue
            assert one["x"] >= 0, name
            assert one["x"] + one["width"] <= width + 0.5, name
            if name not in ("table", "section"):
                assert min(one["height"], one["width"]) >= 24, every.nth(n).inner_text()
