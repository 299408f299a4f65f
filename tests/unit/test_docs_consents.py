"""docs/contact-rules.md, "Consent, withdrawal and holds": its lines are uploaded and do as told."""

import re
from datetime import date
from pathlib import Path

import pytest
from dunning.adapters.contact_rulesets import hold_effects
from dunning.domain.bars import usable
from dunning.domain.consents import SOURCES
from dunning.domain.legal_holds import FOR_REVIEW, LEGAL
from dunning.domain.reading import FIELDS

from tests.unit.importing import CREDITOR, Cell, lines

PAGE = (Path(__file__).parents[2] / "docs/contact-rules.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## Consent, withdrawal and holds\n", 1)[1].split("\n## ", 1)[0]
BLOCKS = re.findall(r"```jsonl\n(.*?)```", SECTION, re.DOTALL)


@pytest.fixture(scope="module")
def cell() -> Cell:
    """A cell into which every block of the page was uploaded, each twice."""
    made = Cell()
    people = [
        {"on": "2026-01-01", "type": "customer", "customer": f"c{n}", "email": f"c{n}@example.com"}
        | {"phone": "+1 212 555 0100", "country": "US"}
        for n in range(1, 8)
    ]
    made.upload("people.jsonl", lines(*people))
    for number, block in enumerate(BLOCKS):
        report = made.upload(f"block{number}.jsonl", block)
        assert report["rejected"] == 0, report
        assert report["accepted"] == len(block.splitlines())
        again = made.upload(f"block{number}.jsonl", block)
        assert again["accepted"] == 0, again
    return made


def use(of: Cell, customer: str, channel: str) -> int:
    return len(usable(of.account(customer), channel, 1))


def test_each_kind_of_line_is_shown() -> None:
    shown = set(re.findall(r'"type": "(\w+)"', "".join(BLOCKS)))
    assert shown == {"consent", "customer", "opt_out", "wrong_person", "hold", "release"}
    assert shown <= set(FIELDS)


def test_withdrawals_bar_what_they_name(cell: Cell) -> None:
    assert [use(cell, "c1", one) for one in ("voice", "email")] == [0, 1]
    assert [use(cell, "c2", one) for one in ("voice", "email")] == [0, 0]
    assert [use(cell, "c3", one) for one in ("voice", "email")] == [0, 0]


def test_what_is_over_is_found_with_its_words(cell: Cell) -> None:
    key = cell.ledger.account_key(CREDITOR, "c1")
    words = [one.fact.text for one in cell.ledger.ended(CREDITOR, key) if one.kind == "consent"]
    assert words == [
        "Acme may call me on this number about my invoices, with an automated voice too."
    ]


def test_what_a_file_brings_says_that_a_file_told_it(cell: Cell) -> None:
    (word,) = cell.account("c3").consents
    assert word.source == "file"


def test_somebody_looks_for_the_right_address_and_decides_what_is_objected_to(cell: Cell) -> None:
    kinds = sorted(task.kind for task in cell.ledger.tasks(CREDITOR))
    assert kinds == ["find_address", "review_over"]


def test_the_breathing_space_has_the_sixty_days_that_the_page_says(cell: Cell) -> None:
    (hold,) = cell.account("c5").holds
    assert (hold.on, hold.until) == (date(2026, 5, 1), date(2026, 6, 29))
    assert cell.account("c7").holds == ()


def test_the_table_of_holds_is_that_of_the_data() -> None:
    rows = [line.split("|")[1:-1] for line in SECTION.splitlines() if line.startswith("| ")][1:]
    told = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}
    effects = hold_effects()

    assert set(told) == {*LEGAL, "dispute"}
    for kind, (contact, interest, fees, _) in told.items():
        effect = effects.get(kind)
        assert (interest == "stands still") == bool(effect and effect.interest), kind
        assert (fees == "none") == bool(effect and effect.fees), kind
        assert ("task `review`" in contact) == (kind in FOR_REVIEW), kind


def test_every_source_is_named() -> None:
    assert all(f"`{source}`" in SECTION for source in SOURCES)
