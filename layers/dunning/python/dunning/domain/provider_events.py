"""What a payment provider tells of money: one event in the words of the ledger, and the bodies that
follow from it. How a provider writes and signs its events is its adapter's.
"""

from dataclasses import dataclass
from datetime import date

from .bodies import AccountBody, MandateBody, MoneyBody, Part, ReturnBody, ReversalBody
from .identity import ItemRef
from .mandate_entries import FAILED as DEBIT_FAILED
from .money import format_amount
from .plan_mandates import ENDED, LIVE

PAID = "paid"
"""Money is there, or as good as: the provider will pay it out."""
UNDER_WAY = "under_way"
"""Its payer has agreed to a payment, and their bank takes days."""
FAILED = "failed"
"""A payment did not come, or what counted as paid came to nothing."""
CANCELLED = "cancelled"
"""A payment was cancelled before its bank had it: it never counted, and nothing is taken back."""
CAME_TO_NOTHING = frozenset({FAILED, CANCELLED})
REFUNDED = "refunded"
REFUND_FAILED = "refund_failed"
"""Money that was to go back to the customer did not arrive there."""
CHARGED_BACK = "charged_back"
REINSTATED = "reinstated"
"""A chargeback was decided for the creditor: the money is back."""
MANDATE_LIVE = "mandate_live"
"""A mandate is there, and can be collected by."""
MANDATE_ENDED = "mandate_ended"
"""Nothing can be collected by that mandate any more."""
CHARGED_BACK_AGAIN = "charged_back_again"
"""What had been decided for the creditor is gone after all."""
TOLD = "told"
"""Known, and nothing follows from it."""


class Forged(Exception):
    """The bytes are not signed by the provider with a secret of ours, or too old. `code` is stable:
    no_signature, bad_signature, stale."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreadable(Exception):
    """Signed, and yet not what the provider documents: the sentence says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """One event. `id` is the provider's and the same on every delivery; `payment`, `refund` and
    `dispute` are the provider's ids of what it is about."""

    provider: str
    id: str
    kind: str
    type: str
    """As the provider calls it."""
    on: date
    """The day on which it happened, in UTC."""
    payment: str = ""
    amount: int | None = None
    """Minor units by ISO 4217, positive; None: the event does not say."""
    currency: str = ""
    refund: str = ""
    dispute: str = ""
    mandate: str = ""
    creditor: str = ""
    """Whose money it is, where the payment was begun from here: several creditors may share one
    account with a provider, and each is then told of all of it."""
    customer: str = ""
    """The creditor's customer, where the payment was begun from here."""
    items: tuple[tuple[ItemRef, int], ...] = ()
    """What it was paid for, where the payment was begun from here."""
    reference: str = ""
    reason: str = ""
    """Why, by the provider's code."""
    authorised: str = ""
    """The ledger's id of the mandate that it is about, or was debited by."""
    earliest: date | None = None
    """Of a mandate: the first day on which it can be debited by."""
    charged: date | None = None
    """Of a debit by a mandate: its day."""
    again: bool = False
    """Of a payment that failed: whether the provider tries it again by itself."""


def payment_id(provider: str, payment: str) -> str:
    """The ledger's id of a provider's payment: the same for all of its events."""
    return f"{provider}:{payment}"


def bodies_of(event: ProviderEvent) -> tuple[AccountBody, ...]:
    """What an event brings into the ledger, in this order: the word on a mandate first, so that a
    debit is waited for no more when its money is counted, or taken back."""
    found = (_mandate_word(event), body_of(event))
    return tuple(body for body in found if body is not None)


def _mandate_word(event: ProviderEvent) -> MandateBody | None:
    if not (event.authorised and event.customer):
        return None
    words = {MANDATE_LIVE: LIVE, MANDATE_ENDED: ENDED}
    words |= dict.fromkeys(CAME_TO_NOTHING, DEBIT_FAILED)
    state = words.get(event.kind)
    if state is None or event.again:
        return None
    return MandateBody(
        on=event.on,
        id=event.authorised,
        customer=event.customer,
        state=state,
        reference=event.mandate,
        earliest=event.earliest,
        reason=event.reason if event.kind == MANDATE_ENDED else "",
        payment=event.payment,
        charged=event.charged,
    )


def body_of(event: ProviderEvent) -> AccountBody | None:
    """What an event brings into the ledger; None where it brings nothing. Recording it again
    changes nothing, for its id follows from what it is about."""
    paid = payment_id(event.provider, event.payment)
    match event.kind:
        case "paid" if event.amount:
            return _money(event, paid, event.amount)
        case "failed":
            return ReversalBody(on=event.on, id=f"{paid}:failed", of=paid)
        case "refunded" if event.amount:
            return ReturnBody(
                on=event.on,
                type="refund",
                id=f"{event.provider}:{event.refund}",
                payment=paid,
                amount=format_amount(event.amount, event.currency),
                currency=event.currency,
            )
        case "charged_back":
            return _chargeback(event, f"{event.provider}:{event.dispute}", paid)
        case "charged_back_again":
            first = f"{event.provider}:{event.dispute}"
            return _chargeback(event, f"{first}:again", f"{first}:{REINSTATED}")
        case "reinstated" | "refund_failed" if event.amount:
            # A return is not reversed (its payment may have been given back further since): the
            # money comes anew, under an id of its own.
            again = event.dispute if event.kind == REINSTATED else event.refund
            return _money(event, f"{event.provider}:{again}:{event.kind}", event.amount)
    return None


def _chargeback(event: ProviderEvent, id_: str, payment: str) -> ReturnBody:
    return ReturnBody(
        on=event.on,
        type="chargeback",
        id=id_,
        payment=payment,
        amount=format_amount(event.amount, event.currency) if event.amount else None,
        currency=event.currency,
    )


def _money(event: ProviderEvent, id_: str, amount: int) -> MoneyBody:
    return MoneyBody(
        on=event.on,
        type="payment",
        id=id_,
        customer=event.customer,
        currency=event.currency,
        amount=amount,
        value_date=event.on,
        parts=tuple(
            Part(invoice=ref.invoice, item=ref.item, amount=part) for ref, part in event.items
        ),
        reference=event.reference or None,
    )
