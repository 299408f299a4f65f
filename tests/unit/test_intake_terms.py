"""Payment terms in a file's own words, and the due days that follow from them."""

from typing import Any

import pytest
from dunning.domain.intake.terms import days_of

from tests.unit.importing import Cell

HEAD = "Invoice No,Customer No,Invoice Date,Terms,Amount,Currency\n"
SETTINGS = {"creditor": "acme", "name": "Acme", "from": "a@example.com", "terms": {"days": 14}}


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Net 30", 30),
        ("NET30", 30),
        ("n/30", 30),
        ("30", 30),
        ("30 days", 30),
        ("1 day", 1),
        ("Due in 10 days", 10),
        ("30 Tage netto", 30),
        ("netto 30 Tage", 30),
        ("Zahlbar innerhalb von 14 Tagen", 14),
        ("14 Tage 2 % Skonto, 30 Tage netto", 30),
        ("2/10 net 30", 30),
        ("2% 10, net 30", 30),
        ("30 jours", 30),
        ("30 jours date de facture", 30),
        ("30 giorni data fattura", 30),
        ("30 dagen", 30),
        ("30 días", 30),
        ("Due on Receipt", 0),
        ("sofort", 0),
        ("À réception", 0),
        ("", None),
        ("0001", None),
        ("30 days EOM", None),
        ("30 jours fin de mois", None),
        ("50% now, 50% in 30 days", None),
        ("2026-03-01", None),
        ("Net 999", None),
        ("as agreed", None),
    ],
)
def test_simple_terms_are_days_and_anything_else_is_nobodys_guess(
    words: str, days: int | None
) -> None:
    assert days_of(words) == days


def imported(rows: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Due days by number, and the report."""
    cell = Cell()
    cell.upload("creditor.json", str(SETTINGS).replace("'", '"'), area="config")
    report = cell.upload("invoices.csv", HEAD + rows)
    return {item.ref.invoice: str(item.due) for item in cell.account().open}, report


def test_a_files_own_terms_come_before_the_creditors() -> None:
    due, report = imported(
        "R1,c1,2026-01-05,Net 30,50.00,EUR\n"
        "R2,c1,2026-01-05,Due on receipt,50.00,EUR\n"
        "R3,c1,2026-01-05,as agreed,50.00,EUR\n"
    )

    assert due == {"R1": "2026-02-04", "R2": "2026-01-05", "R3": "2026-01-19"}
    counts = {one["code"]: one["count"] for one in report["notes"]}
    assert (counts["terms_of_file"], counts["terms_applied"]) == (2, 1)
