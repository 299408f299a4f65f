"""Columns of amounts whose sign, or whose size beside the document's amount, says that they are not
what their headings say.
"""

from collections import defaultdict
from decimal import Decimal
from typing import Final

from .columns import Columns, Sample
from .headings import normal
from .mapping import MappingFile, answer_for
from .sampled import figures
from .understood import Question

BALANCES: Final = frozenset(
    normal(word)
    for word in (
        "balance",
        "running balance",
        "saldo",
        "solde",
        "account balance",
        "kontosaldo",
        "current balance",
        "customer balance",
        "outstanding balance",
        "total outstanding",
    )
)
"""Words for what is open of a row, and as well for what an account stands at."""


_SEVERAL: Final = 2
"""One invoice may be overpaid."""


def about_paid(columns: Columns, sample: Sample) -> None:
    """What was paid of invoices may stand below zero throughout: it is taken off all the same."""
    at = columns.at
    if not {"total", "paid"} <= at.keys() or "open" in at:
        return
    pairs = zip(figures(sample(at["total"])), figures(sample(at["paid"])), strict=True)
    paid = [amount for total, amount in pairs if total > 0 and amount]
    if paid and all(amount < 0 for amount in paid):
        columns.paid_below = True
        heading = columns.headings[at["paid"]]
        columns.assumed.append(
            f"amounts below zero in {heading!r} are payments, and were taken off"
        )


def below_zero(columns: Columns, sample: Sample) -> tuple[str, str, str] | None:
    """Why a table is refused whose open amounts stand below zero throughout, of invoices above:
    what customers owe with the wrong sign, or what all of them overpaid. Code, field, sentence."""
    at = columns.at
    if not {"total", "open"} <= at.keys():
        return None
    totals, opens = figures(sample(at["total"])), figures(sample(at["open"]))
    pairs = [(t, left) for t, left in zip(totals, opens, strict=True) if t > 0 and left]
    if len(pairs) < _SEVERAL or not all(-total <= left < 0 for total, left in pairs):
        return None
    why = (
        f"{columns.headings[at['open']]} stands below zero in every row, as if all customers had"
        " overpaid; export what they owe above zero"
    )
    return "below_zero", "open", why


def about_account_balance(
    columns: Columns, sample: Sample, mapping: MappingFile
) -> Question | None:
    """A balance that is more than the amount of its own row may be the account's: a question."""
    at = columns.at
    if not {"total", "open"} <= at.keys() or "debit" in at or "open" in mapping.columns:
        return None
    heading, total = columns.headings[at["open"]], columns.headings[at["total"]]
    totals, opens = figures(sample(at["total"])), figures(sample(at["open"]))
    if normal(heading) not in BALANCES or not any(
        left > amount > 0 for amount, left in zip(totals, opens, strict=True)
    ):
        return None
    answers = (
        (f"ignore: [{heading}]", f"it is what the account stands at, and all of {total} is open"),
        (answer_for("open", heading), "it is what is open of each row"),
    )
    return Question(
        "columns",
        f"Is {heading!r} what is still open of each row, or the balance of the account? In some"
        f" rows it is more than {total!r}.",
        answers if _of_accounts(columns, sample, totals, opens) else answers[::-1],
    )


def _of_accounts(
    columns: Columns, sample: Sample, totals: list[Decimal], opens: list[Decimal]
) -> bool:
    """Whether the amounts of each customer's rows add up to the one balance on all of them."""
    who = columns.at.get("customer", columns.at.get("name", -1))
    if who < 0:
        return False
    sums: dict[str, Decimal] = defaultdict(Decimal)
    said: dict[str, set[Decimal]] = defaultdict(set)
    for owner, total, left in zip(sample(who), totals, opens, strict=True):
        sums[owner] += total
        said[owner].add(left)
    return all(said[owner] == {summed} for owner, summed in sums.items())
