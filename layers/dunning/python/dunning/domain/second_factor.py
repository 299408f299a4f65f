"""What only the customer knows, asked of who has a link before an amount is shown: which question,
and whether an answer is right. How often somebody may guess is the use case's.
"""

from .account import Account
from .typed import typed_amount

POSTCODE, INVOICE_AMOUNT = "postcode", "invoice_amount"
FACTORS = (POSTCODE, INVOICE_AMOUNT)


def question(account: Account, wanted: str) -> str:
    """What is asked: the postcode where the creditor wants that and it is known, else the amount of
    an invoice."""
    if wanted == POSTCODE and _plain(account.customer.postcode):
        return POSTCODE
    return INVOICE_AMOUNT


def is_right(account: Account, wanted: str, answer: str) -> bool:
    """Whether an answer is right: the postcode however it is spaced, or the total of an invoice
    that is open, or of one item of it. Where no invoice is open, no amount is right: nothing is
    owed that somebody would have to see."""
    if question(account, wanted) == POSTCODE:
        return _plain(answer) == _plain(account.customer.postcode)
    known = {
        (item.currency, amount)
        for item in account.open
        if item.charge is None
        for amount in (item.amount, item.document_total)
    }
    currencies = {currency for currency, _ in known}
    return any((one, typed_amount(answer, one)) in known for one in currencies)


def _plain(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())
