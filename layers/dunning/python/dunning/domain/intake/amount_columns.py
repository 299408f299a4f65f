"""Columns of amounts looked at together, in layouts that nobody has described: lines without a
total, a running balance that is no open amount, two amounts that say different things.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from .amount_signs import BALANCES, about_account_balance, about_paid
from .columns import Columns, Sample
from .dunning_blocks import about_blocks
from .extra_charges import about_extras
from .headings import meaning_of, normal
from .mapping import MappingFile, answer_for
from .open_items import about_repeats, read_as_open_items
from .sampled import any_amount, figures
from .taken_off import about_taken_off
from .tax_columns import about_tax
from .understood import Question
from .unused_amounts import about_unused, tell_unheaded


def amounts_of(columns: Columns, sample: Sample, mapping: MappingFile) -> bool:
    """Put right what the columns of amounts are taken for, and ask what only a person can say;
    whether rows are lines, without the amount of their invoice."""
    read_as_open_items(columns)
    about_paid(columns, sample)
    tell_unheaded(columns, sample)
    asked_for = [
        about_balance(columns, sample, mapping),
        about_account_balance(columns, sample, mapping),
        about_credits(columns, sample, mapping),
        about_totals(columns, sample, mapping),
        about_repeats(columns, sample, mapping),
        about_extras(columns, sample, mapping),
        about_tax(columns, sample, mapping),
        about_blocks(columns, sample, mapping),
        about_taken_off(columns, sample, mapping) or about_unused(columns, sample, mapping),
    ]
    said = of_lines(columns)
    if said:
        columns.assumed.append(said)
        asked_for.append(about_tax_of_lines(columns, sample, mapping))
    columns.questions += [one for one in asked_for if one is not None]
    return bool(said)


def of_lines(columns: Columns) -> str:
    """What is taken for granted of a file whose rows have the amount of a line and no total; ""
    where there is one."""
    at = columns.at
    if {"total", "open", "debit", "credit"} & at.keys():
        return ""
    if "line" in at:
        what = repr(columns.headings[at["line"]])
    elif {"quantity", "unit_price"} <= at.keys() and "net" not in at:
        quantity, price = columns.headings[at["quantity"]], columns.headings[at["unit_price"]]
        what = f"{quantity!r} times {price!r}"
    else:
        return ""
    return (
        f"no column has the amount of a whole invoice: rows of one number are its lines, and their"
        f" {what} were added up"
    )


def about_tax_of_lines(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """Lines beside a column of taxes: with tax or without, only a person can say."""
    at = columns.at
    if "tax" not in at or "line_tax" in at or not any_amount(sample(at["tax"])):
        return None
    if "tax" in mapping.columns:
        at["line_tax"] = at.pop("tax")
        return None
    tax = columns.headings[at["tax"]]
    return Question(
        "columns",
        f"Do the amounts of the lines include the tax in {tax!r}? No column has the whole amount.",
        (
            (answer_for("tax", tax), "the tax comes on top of each line"),
            (f"ignore: [{tax}]", "the lines include it"),
        ),
    )


def about_balance(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """Beside columns for debit and credit a balance is what the account stands at behind the row,
    not what is open of it: it is taken for nothing. A question where its amounts are neither."""
    at = columns.at
    if "debit" not in at or "open" not in at or "open" in mapping.columns:
        return None
    heading = columns.headings[at["open"]]
    if normal(heading) not in BALANCES:
        return None
    if "credit" not in at:
        if mapping.ignore:  # the column for credit, for one: the balance is no more open for that
            del at["open"]
        return None
    moved = [
        debit - credit
        for debit, credit in zip(
            figures(sample(at["debit"])), figures(sample(at["credit"])), strict=True
        )
    ]
    balances = figures(sample(at["open"]))
    who = at.get("customer", at.get("name", -1))
    owners = sample(who) if who >= 0 else [""] * len(moved)
    if any(
        _runs(rows, whole)
        for rows in (list(zip(owners, moved, balances, strict=True)),)
        for whole in (True, False)
    ) or _runs(list(zip(owners, moved, balances, strict=True))[::-1], whole=True):
        del at["open"]
        columns.assumed.append(
            f"{heading!r} is the balance of the account behind each row, and was not read as what"
            " is open of it"
        )
        return None
    if all(0 <= b <= m or m <= b <= 0 for m, b in zip(moved, balances, strict=True)):
        return None
    return Question(
        "columns",
        f"Is {heading!r} what is still open of each row, or the balance of the account? Its amounts"
        " tell neither.",
        (
            (f"ignore: [{heading}]", "it is the balance of the account"),
            (answer_for("open", heading), "it is what is open of each row"),
        ),
    )


def about_credits(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """What stands in the column for credit is paid or credited: where no column for types tells,
    only a person can."""
    at = columns.at
    if not {"debit", "credit"} <= at.keys() or "type" in at or "credit" in mapping.columns:
        return None
    if mapping.holds:
        return None
    if not any_amount(sample(at["credit"])):
        columns.no_credit_seen = True
        return None
    heading = columns.headings[at["credit"]]
    return Question(
        "columns",
        f"Are the amounts in {heading!r} credit notes or payments? No column says what a row is.",
        (
            (answer_for("credit", heading), "they are credit notes"),
            (
                f"ignore: [{heading}]",
                "they are payments: their rows are given back, to be sent as a file of payments",
            ),
        ),
    )


def _runs(rows: Sequence[tuple[str, Decimal, Decimal]], whole: bool) -> bool:
    """Whether each balance is the one before it and what the row moved: of the whole list, or of
    each account in it."""
    last: dict[str, Decimal] = {}
    for owner, moved, balance in rows:
        key = "" if whole else owner
        if key in last and last[key] + moved != balance:
            return False
        last[key] = balance
    return any(moved != balance for _, moved, balance in rows) or len(rows) == len(last) == 1


def about_totals(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """Two columns that may be the amount and differ, where no tax explains it."""
    at = columns.at
    if "total" not in at or "total" in mapping.columns:
        return None
    taken = at["total"]
    texts = sample(taken)
    for i, heading in enumerate(columns.headings):
        meaning = meaning_of(heading)
        if i in at.values() or heading in mapping.ignore or meaning is None:
            continue
        if meaning.field != "total" or meaning.rank > PLAIN_RANKS:
            continue
        if not any(sample(i)) or sample(i) == texts:
            columns.alike.append((taken, i))
            continue
        one, other = figures(texts), figures(sample(i))
        if one == other:
            columns.alike.append((taken, i))
            continue
        if _explained(columns, sample, one, other):
            continue
        first = columns.headings[taken]
        return Question(
            "columns",
            f"Which column is the amount with tax: {first!r} and {heading!r}? They differ.",
            tuple(
                (answer_for("total", name), f"{name} is the amount with tax, as {_example(cells)}")
                for name, cells in ((first, texts), (heading, sample(i)))
            ),
        )
    return None


PLAIN_RANKS: Final = 2
"""Ranks of words for amounts in the document's currency; those behind it are in another."""


def _explained(
    columns: Columns, sample: Sample, one: Sequence[Decimal], other: Sequence[Decimal]
) -> bool:
    """Whether the tax is what they differ by, or the other is the amount that is without it, paid
    or open as another column says."""
    at = columns.at
    for name in ("tax", "line_tax"):
        if name in at:
            tax = figures(sample(at[name]))
            if all(a == b + t for a, b, t in zip(one, other, tax, strict=True)):
                return True
    return any(
        list(other) == figures(sample(at[name])) for name in ("net", "open", "line") if name in at
    )


def _example(cells: Sequence[str]) -> str:
    return next((cell for cell in cells if cell), "nothing")
