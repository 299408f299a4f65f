"""What a notice has charged, in a sentence for the creditor, from its record alone.
What the customer reads is the renderer's.
"""

from dunning.domain.money import format_amount

from .notice import ANNOUNCE, COMPENSATION, FEE, INTEREST, MISSING, POST, WAIVE, Charge

NO_RATE, NO_CLASS, NO_STATUTE, OWES_NONE = "no_rate", "no_class", "no_statute", "owes_none"
"""Why interest that a step asks for is not charged: the basis of a charge with the mode missing."""
WHAT = {FEE: "fee", INTEREST: "interest", COMPENSATION: "fixed compensation"}
DONE = {
    POST: "{what} of {amount} was posted on {item}",
    ANNOUNCE: "{what} of {amount} was announced for {item}",
    WAIVE: "{what} of {amount} on {item} was waived by the policy",
}
WHY_NOT = {
    NO_RATE: "a reference rate is missing in the tables; the next notice takes the whole",
    NO_CLASS: "the customer's class is not known, and every statute asks for it",
    NO_STATUTE: "no statute is known for the countries of creditor and customer",
    OWES_NONE: "the statute gives nothing from customers of this class",
}


def charge_sentence(charge: Charge, currency: str) -> str:
    """One charge as the creditor reads it: what, how much, on which item, and how it came about."""
    if charge.mode == MISSING:
        return f"no interest on {charge.ref}: {WHY_NOT.get(charge.basis, charge.basis)}"
    amount = f"{format_amount(charge.amount, currency)} {currency}"
    said = DONE[charge.mode].format(
        what=WHAT.get(charge.what, charge.what), amount=amount, item=charge.ref
    )
    return f"{said} ({charge.basis})" if charge.basis else said
