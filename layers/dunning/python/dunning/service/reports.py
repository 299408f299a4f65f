"""Reports of one creditor as of a day, row by row: what the ledger says, put into the figures of
`domain.reports`. Reads the ledger's port alone; a day before today is the caller's to play.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from dunning.domain.account import Account
from dunning.domain.aging import aging
from dunning.domain.money import format_amount
from dunning.domain.policy import Policy, Step
from dunning.domain.reports import effectiveness, payment_rates, receivables
from dunning.domain.reports.delinquents import known
from dunning.domain.reports.payment_rates import WITHIN, standing_money
from dunning.domain.reports.score import POINTS, Known, scored
from dunning.service.agreement_reports import plan_rows, promise_rows
from dunning.service.experiment_reports import experiment_rows
from dunning.service.report_book import Book as Book
from dunning.service.report_book import Output, sent_notices

ANY_OVERDUE = Policy("overdue", (Step(1, after_due=1),))
"""Stands where there is no policy without criteria: what is a day late is overdue."""


def aging_rows(books: Sequence[Book]) -> Iterator[Output]:
    """One per currency and bucket, of all creditors together: currency, bucket, count, open; and
    charges, where any are."""
    items = [item for book in books for item in book.open_items()]
    for aged in aging(items, books[0].as_of) if books else ():
        row: Output = {
            "currency": aged.currency,
            "bucket": aged.bucket,
            "count": aged.items,
            "open": format_amount(aged.open, aged.currency),
        }
        if aged.charges:
            row["charges"] = format_amount(aged.charges, aged.currency)
        yield row


def dso_rows(book: Book) -> Iterator[Output]:
    """One per currency: receivables and sales over the days, DSO and the best possible one."""
    for one in _receivables(book):
        yield {
            "creditor": book.creditor,
            "currency": one.currency,
            "days": one.days,
            "receivables": format_amount(one.closing, one.currency),
            "sales": format_amount(one.sales, one.currency),
            "dso": _figure(one.dso),
            "best_possible_dso": _figure(one.best_possible),
        }


def cei_rows(book: Book) -> Iterator[Output]:
    """One per currency: what could be collected over the days, and how much of it was."""
    for one in _receivables(book):
        yield {
            "creditor": book.creditor,
            "currency": one.currency,
            "days": one.days,
            "opening": format_amount(one.opening, one.currency),
            "sales": format_amount(one.sales, one.currency),
            "closing": format_amount(one.closing, one.currency),
            "current": format_amount(one.current, one.currency),
            "cei": _figure(one.cei),
        }


def _receivables(book: Book) -> list[receivables.Receivables]:
    invoices, postings, items = book.read()
    days = book.days or receivables.DAYS
    return receivables.receivables(invoices, postings, items, book.as_of, days)


def payment_rate_rows(book: Book) -> Iterator[Output]:
    """One per currency and month of the due days: what fell due, and what of it was paid within
    0, 30, 60 and 90 days."""
    invoices, postings, _ = book.read()
    for one in payment_rates.payment_rates(invoices, postings, book.as_of):
        year, month = divmod(one.month, 12)
        row: Output = {
            "creditor": book.creditor,
            "currency": one.currency,
            "month": f"{year:04}-{month + 1:02}",
            "count": one.items,
            "due": format_amount(one.due, one.currency),
            "not_to_be_paid": format_amount(one.otherwise, one.currency),
        }
        for days in WITHIN:
            name = f"within_{days}" if days else "in_time"
            row[name] = format_amount(one.paid[days], one.currency)
            row[f"rate_{name}"] = _figure(one.rate(days, book.as_of))
        row["later"] = format_amount(one.paid_later, one.currency)
        row["open"] = format_amount(one.open, one.currency)
        yield row


def effectiveness_rows(book: Book) -> Iterator[Output]:
    """One per currency, level, tone and channel: what was paid within the days after notices."""
    days = book.days or effectiveness.DAYS

    def of(key: str, state: Account) -> list[effectiveness.Effect]:
        sent = sent_notices(
            book.ledger.history(book.creditor, key), state.zone(book.rulebook.creditor)
        )
        if not sent:
            return []
        money = standing_money(book.ledger.postings(book.creditor, key))
        return list(effectiveness.effects(sent, money, book.as_of, days))

    for one in effectiveness.together(list(chain.from_iterable(book.each(of)))):
        yield {
            "creditor": book.creditor,
            "currency": one.currency,
            "level": one.level,
            "tone": one.tone,
            "channel": one.channel,
            "days": days,
            "notices": one.notices,
            "items": one.items,
            "asked": format_amount(one.asked, one.currency),
            "paid": format_amount(one.paid, one.currency),
            "rate": _figure(one.rate),
            "notices_paid": one.paying,
            "average_days": _figure(one.average_days),
            "too_young": one.too_young,
        }


def delinquent_rows(book: Book) -> Iterator[Output]:
    """One per customer with something overdue that can be asked for, in the order to call them."""
    ledger, creditor = book.ledger, book.creditor
    rulebook = book.rulebook
    if all(policy.applies_to.count for policy in rulebook.policies):
        rulebook = replace(rulebook, policies=(*rulebook.policies, ANY_OVERDUE))

    def of(key: str, state: Account) -> Known | None:
        if not any(item.due < book.as_of for item in state.open):
            return None
        invoices = ledger.invoices(creditor, key)
        return known(state, rulebook, invoices, ledger.ended(creditor, key), book.as_of)

    found = [one for one in book.each(of) if one is not None]
    for place, one_scored in enumerate(scored(found, book.weights), 1):
        one = one_scored.known
        yield {
            "creditor": creditor,
            "place": place,
            "customer": one.customer,
            "score": str(one_scored.score),
            "points": {name: str(one_scored.points[name]) for name in POINTS},
            "overdue": _amounts(one.overdue),
            "left_out": [
                {"reason": reason, "currency": currency, "amount": format_amount(amount, currency)}
                for (reason, currency), amount in sorted(one.left_out.items())
            ],
            "days_late": one.days_late,
            "settled_12_months": one.settled,
            "late_12_months": one.late,
            "average_days_to_pay": one.days_to_pay,
            "average_days_past_due": one.days_past_due,
            "broken_promises": one.broken_promises,
            "level": one.level,
            "sentence": one_scored.sentence,
        }


def _amounts(amounts: Mapping[str, int]) -> dict[str, str]:
    return {currency: format_amount(amount, currency) for currency, amount in amounts.items()}


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


Report = Callable[[Sequence[Book]], Iterable[Output]]


def by_creditor(rows: Callable[[Book], Iterable[Output]]) -> Report:
    """A report that is made for each creditor by itself."""
    return lambda books: chain.from_iterable(map(rows, books))


REPORTS: Mapping[str, Report] = {
    "aging": aging_rows,
    "dso": by_creditor(dso_rows),
    "cei": by_creditor(cei_rows),
    "delinquents": by_creditor(delinquent_rows),
    "payment-rates": by_creditor(payment_rate_rows),
    "effectiveness": by_creditor(effectiveness_rows),
    "experiments": by_creditor(experiment_rows),
    "plans": by_creditor(plan_rows),
    "promises": by_creditor(promise_rows),
}
"""Reports by the names that people and billing systems use (contracts)."""
OF_THE_PAST = frozenset({"aging", "dso", "cei", "payment-rates"})
"""Those that documents and postings alone tell, which are kept with their days. The others need
what the ledger knows as it stands: levels, promises and plans in force, what is disputed."""
