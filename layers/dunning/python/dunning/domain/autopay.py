"""Items that are collected by mandate: until when a collection may still come, and who says so.
The wait itself stands in `outlook`; what a failed collection does to an item is the ledger's.
"""

from datetime import date

from .business_days import Calendars, business_days_after, of_creditor
from .creditor import Creditor
from .customer import Customer
from .invoice import OpenItem
from .policy import HOLD, Policy

COLLECTION_DAYS = 5
"""Business days after the due day by which a direct debit has come, or has been returned: the time
that the SEPA Core rulebook gives the debtor's bank for a return."""


def collected(item: OpenItem, customer: Customer) -> bool:
    """Whether an item is collected by mandate: the invoice's word, else the customer's. One that a
    reversal or chargeback gave back was tried, and is collected no more."""
    said = customer.autopay if item.autopay is None else item.autopay
    return said and item.reopened is None


def collection_day(
    item: OpenItem,
    customer: Customer,
    policy: Policy | None,
    creditor: Creditor,
    calendars: Calendars,
) -> date | None:
    """The last day on which a collection may come, where the policy waits for it; else None."""
    if not collected(item, customer) or policy is None or policy.autopay != HOLD:
        return None
    return business_days_after(item.due, COLLECTION_DAYS, of_creditor(creditor), calendars)
