"""A made-up list of receivables with what usually is wrong in one, and its report as finance sees
it. `python -m tests.report_example` draws docs/images/import-report.png. All names are invented.
"""

import shutil
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from dunning.adapters.report_page import ReportPages

from infra.templates import built
from tests.unit.importing import Cell

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs/images/import-report.png"
UPLOADED = date(2026, 3, 1)
NAME = "open-items.csv"
EARLIER = 40
"""Rows of the list that were uploaded a week before."""
HEADER = (
    "Invoice No;Customer No;Customer;E-mail;Invoice date;Due date;Total incl. VAT;Currency;Salesman"
)
NAMES = (
    "Alder Bakery", "Birch Bikes", "Cedar Books", "Dahlia Café", "Elder Clinic", "Fern Design",
    "Gorse Florist", "Hazel Garage", "Iris Hotel", "Juniper Labs", "Kelp Optics", "Laurel Press",
)  # fmt: skip
SLIPS = {58: (4, "31.02.2026"), 141: (6, "1.2O0,00"), 212: (7, "EUX"), 305: (1, "")}
"""What is wrong, by invoice: the column, and what stands there."""
NO_DUE_DAY = (77, 130, 131, 290)
BAD_ADDRESS = (33, 180)
TWICE, CONFLICT = 250, 260
SETTINGS = """{"name": "Harbour Office Supply", "terms": {"days": 14},
 "from": "accounts@harbour.example"}"""
POLICIES = """policies:
  - id: standard
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
"""


def example(rows: int = 412, seed: int = 20260302) -> str:
    """The list as an accounting system writes it: title, header, rows, and a total."""
    random = Random(seed)
    lines = ["Open items;;;;;;;;", "as exported on 01.03.2026;;;;;;;;", HEADER]
    total = 0
    for n in range(1, rows + 1):
        number = random.randrange(len(NAMES) * 9)
        name = f"{NAMES[number % len(NAMES)]} {'ABCDEFGHI'[number // len(NAMES)]}"
        issued = UPLOADED - timedelta(days=random.randint(3, 120))
        cents = random.randint(1_900, 480_000)
        total += cents
        cells = [
            f"RE-26{n:04}",
            f"{10_000 + number}",
            name,
            f"accounts@{name.lower().replace(' ', '-').replace('é', 'e')}.example",
            f"{issued:%d.%m.%Y}",
            "" if n in NO_DUE_DAY else f"{issued + timedelta(days=30):%d.%m.%Y}",
            _german(cents),
            "EUR",
            random.choice(("Moss", "Reed", "Stone")),
        ]
        if n in SLIPS:
            column, said = SLIPS[n]
            cells[column] = said
            if column == 1:
                cells[2] = ""  # else the name would do
        if n in BAD_ADDRESS:
            cells[3] = "see letter"
        lines.append(";".join(cells))
        if n == TWICE:
            lines.append(lines[-1])
        if n == CONFLICT:
            cells[6] = _german(cents + 5_000)
            lines.append(";".join(cells))
    lines.append(f"Total;;;;;;{_german(total)};EUR;")
    return "\r\n".join(lines) + "\r\n"


def _german(cents: int) -> str:
    whole = f"{cents // 100:,}".replace(",", ".")
    return f"{whole},{cents % 100:02}"


def played() -> Cell:
    """A cell into which part of the example was uploaded before, and now all of it."""
    cell = Cell()
    object.__setattr__(cell.onward, "pages", ReportPages(built()))
    cell.upload("creditor.json", SETTINGS, "config")
    cell.upload("policies.yaml", POLICIES, "config")
    whole = example().encode("cp1252")
    before = whole.split(b"\r\n")[: EARLIER + 3]
    cell.upload(NAME, b"\r\n".join(before) + b"\r\n")
    cell.upload(NAME, whole)
    return cell


def draw(page: bytes, picture: Path, width: int = 1000, *, dark: bool = False) -> None:
    """A picture of a page in Chromium."""
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as folder, sync_playwright() as browsers:
        file = Path(folder) / "report.html"
        file.write_bytes(page)
        browser = browsers.chromium.launch(
            # The machine's own where there is one, else the one that came with Playwright.
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        scheme = "dark" if dark else "light"
        view = browser.new_page(
            viewport={"width": width, "height": 800}, device_scale_factor=1.5, color_scheme=scheme
        )
        view.goto(file.as_uri())
        view.screenshot(path=picture, full_page=True)
        browser.close()


if __name__ == "__main__":
    draw(played().output(NAME, "report.html"), PICTURE)
