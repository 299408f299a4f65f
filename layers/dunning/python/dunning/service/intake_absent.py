"""What statements in a file leave out, as their report tells it: of which day they speak, why what
they lack is left open, and what became of it. Looking for it is `intake_missing`'s.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from dunning.domain.intake.understood import KEEP, SETTLED, STATEMENT, Understood
from dunning.service.results import Report

LISTED_MISSING = 100


@dataclass(slots=True)
class Absents:
    """Documents of one kind that are here and not in a statement."""

    count: int = 0
    first: list[dict[str, str]] = field(default_factory=list)
    settled: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Those that should be settled and could not be, by why."""
    unsaid: int = 0
    """Further ones of which the statement says nothing by leaving them out."""


@dataclass(frozen=True, slots=True)
class Absent:
    """What is open, or on account, here and not in a statement."""

    invoices: Absents = field(default_factory=Absents)
    credits: Absents = field(default_factory=Absents)


def speaks_of(statement: Understood, uploaded_on: date) -> date:
    """The day as of which a list speaks, as `Said.as_of` has it: none after its upload."""
    return min(statement.as_of or uploaded_on, uploaded_on)


def statements_of(understood: Understood) -> list[Understood]:
    """The statements in a file: their days, and what becomes of what they lack. Mended rows are of
    a statement, and none."""
    every = [understood, *understood.members.values()]
    return [one for one in every if one.holds == STATEMENT and not one.partial]


def why_kept(understood: Understood, rejected: int) -> str:
    """Why invoices that the statements of a file lack are left open although a mapping file says
    otherwise, as a sentence; "" if nothing is against settling them."""
    found = statements_of(understood)
    if len({one.as_of for one in found}) > 1:
        return "its statements are of several days; upload each as a file of its own"
    if any(one.missing != SETTLED for one in found):
        return f"not all of its statements are told so (missing: {KEEP}); upload each by itself"
    if rejected:  # such a row may be the very invoice
        return "not every row of the file could be read; mend those and upload the whole file again"
    return ""


def tell_of_absent(report: Report, understood: Understood, absent: Absent) -> None:
    """Put into a report what its statements lack."""
    statements = statements_of(understood)
    invoices, credits = absent.invoices, absent.credits
    settled = invoices.settled + credits.settled
    if not statements or not (invoices.count or credits.count or credits.unsaid):
        return
    if report.codes["older_statement"] and not report.accepted and not settled:
        return  # what an older list lacks says nothing: it is the later one that counts
    as_of = speaks_of(statements[0], report.uploaded_on)
    first = [*invoices.first, *credits.first][:LISTED_MISSING]
    report.understood["absent"] = {
        "count": invoices.count,
        "credits": credits.count + credits.unsaid,
        "first": first,
    }
    settles = any(one.missing == SETTLED for one in statements)
    why = why_kept(understood, report.rejected) if settles else ""
    _tell_invoices(report, invoices, as_of, why, settles=settles)
    _tell_credits(report, credits, as_of, why, settles=settles)


def _tell_invoices(
    report: Report, absents: Absents, as_of: date, why: str, *, settles: bool
) -> None:
    if not absents.count:
        return
    are = f"{absents.count} invoices are open here and not in this statement of {as_of}."
    if absents.settled or absents.refused:
        report.warnings.append(
            f"{absents.settled} invoices were open here and are not in this statement of {as_of};"
            " they are settled now, as the mapping file says (missing: settled)"
        )
        for code, count in sorted(absents.refused.items()):
            report.warnings.append(
                f"{count} more are not in it and were left open ({code}): newer postings are known"
                " of them than this statement can know"
            )
    elif settles:
        report.warnings.append(
            f"{are} They were left open although the mapping file says otherwise, because {why}"
        )
    else:
        report.warnings.append(
            f"{are} They were left open (missing: {KEEP}); if a statement of this layout lists all"
            f" that is open, say `missing: {SETTLED}` in its mapping file"
        )


def _tell_credits(
    report: Report, absents: Absents, as_of: date, why: str, *, settles: bool
) -> None:
    """Credit notes and payments on account. What no list can know of is told where lists settle."""
    are = f"{absents.count} credits are on account here and not in this statement of {as_of}."
    if absents.settled or absents.refused:
        report.warnings.append(
            f"{absents.settled} credits were on account here and are not in this statement of"
            f" {as_of}; they count as used now, as the mapping file says (missing: settled)"
        )
        for code, count in sorted(absents.refused.items()):
            report.warnings.append(
                f"{count} more credits are not in it and were left on account ({code}): newer"
                " postings are known of them than this statement can know"
            )
    elif absents.count and settles:
        report.warnings.append(
            f"{are} They were left on account although the mapping file says otherwise, because"
            f" {why}"
        )
    elif absents.count:
        report.warnings.append(
            f"{are} They were left on account (missing: {KEEP}), and are set against what is"
            f" overdue; if a statement of this layout lists all that is open, say `missing:"
            f" {SETTLED}` in its mapping file"
        )
    if absents.unsaid and settles:
        report.warnings.append(
            f"{absents.unsaid} payments or credit notes are on account here, and this statement of"
            f" {as_of} lists no credits at all: they were left on account. Those that are used"
            " should be in the list, with nothing open"
        )
