"""The types under which bodies' ids are kept, and whether what is known under one is that body.
Values alone; nothing is looked up here.
"""

from dunning.domain.bodies import (
    AccountBody,
    ApprovalBody,
    ContactBody,
    ContactMadeBody,
    DisputeBody,
    FeedbackBody,
    HandBackBody,
    HandOverBody,
    HoldBody,
    MandateBody,
    MatchBody,
    MoneyBody,
    PlanBody,
    PromiseBody,
    ReleaseBody,
    ResolveBody,
    ReturnBody,
    ReversalBody,
    WaiveBody,
    WriteOffBody,
    WrongPersonBody,
)
from dunning.domain.invoice import Invoice
from dunning.domain.ledger import LedgerError
from dunning.domain.posting import Posting


def type_of(body: AccountBody) -> str:
    """The type under which a body's id is kept."""
    match body:
        case MoneyBody() | ReturnBody() | ContactBody():
            return body.type
        case _:
            return _TYPES[type(body)]


_TYPES: dict[type, str] = {
    WriteOffBody: "write_off",
    WaiveBody: "waive",
    ReversalBody: "reversal",
    DisputeBody: "dispute",
    ResolveBody: "resolve",
    HoldBody: "hold",
    ReleaseBody: "release",
    PromiseBody: "promise",
    PlanBody: "plan",
    MandateBody: "mandate",
    MatchBody: "match",
    ContactMadeBody: "contact",
    FeedbackBody: "feedback",
    WrongPersonBody: "wrong_person",
    ApprovalBody: "approval",
    HandOverBody: "hand_over",
    HandBackBody: "hand_back",
}


def is_that(body: AccountBody, posting: Posting | None) -> bool:
    """Whether money that is known under a body's id can be that very body: what came once under an
    id must not be taken for a repeat of something else, and so be lost."""
    if not isinstance(body, MoneyBody):
        return True
    return posting is not None and (posting.currency, posting.amount) == (
        body.currency,
        body.amount,
    )


def same_seller(known: Invoice | None, new: Invoice) -> None:
    """Two sellers may use one number; of one creditor only one of them can have it. Raises
    LedgerError."""
    if known is None or not known.seller or not new.seller:
        return
    if known.seller.casefold() != new.seller.casefold():
        raise LedgerError(
            "number_of_another_seller",
            "number",
            f"invoice {new.number} is known of another seller; each seller needs a creditor of its"
            " own, as their numbers are not told apart here",
        )
