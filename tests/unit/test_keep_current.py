"""What a deployment brings by itself: newer rules replan every book once, a replan that stands
still is taken up, and a rate table that ends is counted once a day.
"""

from datetime import date
from importlib.metadata import version

import pytest
from dunning.adapters.contact_rulesets import contact_version
from dunning.adapters.rulesets import interest_ruleset
from dunning.adapters.shipped import shipped_rules
from dunning.domain.calendar import parse_instant
from dunning.service import replan_book
from dunning.service.intake_ports import Step
from dunning.service.keep_current import KeepCurrent
from dunning.service.replan_book import REPLAN, STALLED
from dunning.service.sweep import INTERVAL

from tests.offline import customer, invoice, ladder
from tests.unit.importing import CREDITOR, NOW, Cell, lines


def current(cell: Cell) -> KeepCurrent:
    return KeepCurrent(
        settings=cell.settings,
        replannings=cell.replans.replannings,
        steps=cell.steps,
        ruleset=interest_ruleset,
        metrics=cell.metrics,
        interval=INTERVAL,
    )


def settled(cell: Cell) -> Cell:
    cell.upload("policies.yaml", ladder(1), "config")
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-20")))
    return cell


def test_what_ships_is_told_by_the_versions_of_rates_contact_rules_holidays_and_zones() -> None:
    assert shipped_rules() == (
        f"interest {interest_ruleset().version}; contact {contact_version()};"
        f" channels email+voice+sms+letter+task; holidays {version('holidays')};"
        f" phonenumbers {version('phonenumbers')}; tzdata {version('tzdata')}"
    )
    assert "channels email;" in shipped_rules(("email",))


def test_a_cell_whose_rules_are_those_of_its_settings_sends_nothing() -> None:
    cell = settled(Cell())

    assert current(cell).run(NOW) == 0
    assert not cell.steps.waiting


def test_newer_rules_are_an_edition_of_every_creditor_and_replan_each_book_once() -> None:
    cell = settled(Cell())
    before = cell.settings.rulebook(CREDITOR)
    cell.settings.rules = "holidays 0.110"

    assert current(cell).run(NOW) == 1
    assert list(cell.steps.waiting) == [Step(CREDITOR, REPLAN)]
    cell.drain()

    after = cell.settings.rulebook(CREDITOR)
    assert before is not None
    assert after is not None
    assert after.edition == before.edition + 1
    assert cell.account().head.edition == after.edition
    assert current(cell).run(NOW) == 0


def test_a_replan_without_a_note_for_half_an_hour_is_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replan_book, "AT_ONCE", 0)
    cell = settled(Cell())
    cell.put("policies.yaml", ladder(2), "config")
    cell.arrive("policies.yaml", "config")
    cell.steps.waiting.clear()  # the message is lost

    assert current(cell).run(NOW + STALLED) == 0
    assert current(cell).run(NOW + STALLED + 1) == 1
    cell.drain()
    assert current(cell).run(NOW + 10 * STALLED) == 0


def test_a_table_that_ends_in_a_week_is_counted_by_the_first_sweep_of_the_day_alone() -> None:
    cell = Cell()
    ruleset = interest_ruleset()
    missing = min(table.first_missing for table in ruleset.references.values())
    ending = len(ruleset.runs_out(date.fromordinal(missing.toordinal() - 7)))
    keep = current(cell)
    midnight = parse_instant(f"{missing.isoformat()}T00:00:00Z") - 7 * 86_400

    keep.run(midnight - 86_400 + 60)
    assert cell.metrics.counts["RulesetRunsOut"] == 0
    for sweep in range(96):
        keep.run(midnight + 60 + sweep * INTERVAL)
    assert ending > 0
    assert cell.metrics.counts["RulesetRunsOut"] == ending
