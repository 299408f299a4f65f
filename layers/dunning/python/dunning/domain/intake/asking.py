"""Questions about what a table's columns are, each with its answers as lines of a mapping file.
When they are asked is `recognise`'s; those about currencies and decimals are `file_currency`'s.
"""

from .cells import Ambiguous
from .mapping import answer_for, as_line
from .understood import Question


def about_holds(heading: str) -> Question:
    """Payments, or invoices that were paid?"""
    return Question(
        "holds",
        "Does the file list payments, or invoices that were paid? It has the days of"
        f" payment (column {heading!r}) and no days of issue.",
        (
            ("holds: payments", "each row is a payment"),
            ("holds: documents", "each row is an invoice, paid on that day"),
        ),
    )


def about_net(heading: str) -> Question:
    """Is the only column of amounts what customers owe?"""
    return Question(
        "columns",
        f"Is {heading!r} what customers owe? It is the only column of amounts, and"
        " it seems to be without tax.",
        (
            (answer_for("total", heading), "it is the whole amount"),
            ("columns: {total: …}", "the heading of the amount with tax"),
        ),
    )


def about_days(found: Ambiguous) -> Question:
    """Which of two orders days are in."""
    return Question(
        found.key,
        f"{found.text[:1].upper()}{found.text[1:]}.",
        tuple((as_line(found.key, one.answer), one.words) for one in found.readings),
        found.example,
    )
