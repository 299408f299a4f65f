"""Reason codes of plans and decisions, each with a sentence for a person.
A code never changes its meaning; `{detail}` is an id, a day or a code, never personal data.
"""

from . import legal_holds
from .telling_words import what

STEP_DUE = "STEP_DUE"
NEXT_ATTEMPT = "NEXT_ATTEMPT"
NOT_OVERDUE = "NOT_OVERDUE"
STEP_NOT_DUE = "STEP_NOT_DUE"
STEP_LAPSED = "STEP_LAPSED"
NOT_A_SEND_DAY = "NOT_A_SEND_DAY"
CARRIED = "CARRIED"
CHARGE_LISTED = "CHARGE_LISTED"
MIN_INTERVAL = "MIN_INTERVAL"
REOPENED = "REOPENED"
HELD = "HELD"
PROMISED = "PROMISED"
IN_PLAN = "IN_PLAN"
AUTOPAY_DUE = "AUTOPAY_DUE"
UNMATCHED_PAYMENT = "UNMATCHED_PAYMENT"
SAID_PAID = "SAID_PAID"
PAYMENT_AWAITED = "PAYMENT_AWAITED"
PLAN_BROKEN = "PLAN_BROKEN"
PLAN_COMPLETED = "PLAN_COMPLETED"
PLAN_OBSOLETE = "PLAN_OBSOLETE"
PROMISE_KEPT = "PROMISE_KEPT"
PROMISE_PARTLY = "PROMISE_PARTLY"
PROMISE_BROKEN = "PROMISE_BROKEN"
DISPUTED = "DISPUTED"
ON_ACCOUNT_COVERS = "ON_ACCOUNT_COVERS"
BELOW_MINIMUM = "BELOW_MINIMUM"
NOTHING_OPEN = "NOTHING_OPEN"
LADDER_DONE = "LADDER_DONE"
MAX_NOTICES = "MAX_NOTICES"
NO_POLICY = "NO_POLICY"
NO_USABLE_ADDRESS = "NO_USABLE_ADDRESS"
CHANNEL_DENIED = "CHANNEL_DENIED"
CONTACT_REVIEW = "CONTACT_REVIEW"
DEFERRED = "DEFERRED"
PERSON_CAP = "PERSON_CAP"
BACKOFF = "BACKOFF"
CALL_AGAIN = "CALL_AGAIN"
POSTING_IN_PROGRESS = "POSTING_IN_PROGRESS"
UNKNOWN_RESULT = "UNKNOWN_RESULT"
PARKED = "PARKED"
NEW = "NEW"
APPROVAL_NEEDED = "APPROVAL_NEEDED"
APPROVAL_PENDING = "APPROVAL_PENDING"
APPROVAL_REJECTED = "APPROVAL_REJECTED"
APPROVAL_EXPIRED = "APPROVAL_EXPIRED"
HAND_OVER_DUE = "HAND_OVER_DUE"
HANDED_OVER = "HANDED_OVER"
HAND_OVER_EXPORT = "HAND_OVER_EXPORT"
TELLING = "TELLING"
NOT_KNOWN_YET = "NOT_KNOWN_YET"
ITEM_SETTLED = "ITEM_SETTLED"

SENTENCES = {
    STEP_DUE: "the next step of the ladder is due for {detail}",
    NEXT_ATTEMPT: "the last attempt did not arrive, so the same notice is tried again ({detail})",
    NOT_OVERDUE: "{detail} is not overdue until then: its due day and the days of grace come first",
    STEP_NOT_DUE: "the next step of {detail} is not due until then",
    STEP_LAPSED: "the step before the due day of {detail} was not taken in time and is passed over",
    NOT_A_SEND_DAY: "the policy sends on other days ({detail})",
    CARRIED: "the oldest overdue item speaks for the whole account: {detail}",
    CHARGE_LISTED: "{detail} is a charge: it is listed with what is open, and takes no step itself",
    MIN_INTERVAL: "the policy leaves more days between two notices to the same customer ({detail})",
    REOPENED: "{detail} was given back by a reversal and waits for the interval from there",
    HELD: "{detail} is on hold",
    PROMISED: "the customer promised to pay {detail}, and the promise has not run out",
    AUTOPAY_DUE: "{detail} is collected by mandate, and the collection may still come",
    UNMATCHED_PAYMENT: "a payment that names nobody may be for {detail}; it waits to be matched",
    SAID_PAID: "the customer says that {detail} has been paid; the money is looked for",
    PAYMENT_AWAITED: "the customer has begun to pay {detail}, and the provider has not told of it",
    IN_PLAN: "{detail} is in a payment plan in good standing",
    PLAN_BROKEN: "an instalment of the payment plan {detail} was missed, and it ends",
    DISPUTED: "{detail} is disputed; it waits until the dispute is resolved",
    ON_ACCOUNT_COVERS: "money or credit on account could cover {detail}",
    BELOW_MINIMUM: "what is overdue is below the policy's minimum ({detail})",
    NOTHING_OPEN: "nothing is open",
    LADDER_DONE: "the ladder has no further step for {detail}",
    MAX_NOTICES: "{detail} has had as many notices as the policy allows",
    NO_POLICY: "no policy applies to {detail}",
    NO_USABLE_ADDRESS: "the customer has no usable address on the step's channels ({detail})",
    CALL_AGAIN: "nobody took the call, and it is made again then (calls so far: {detail})",
    CHANNEL_DENIED: "the contact rules deny the step's channels ({detail})",
    CONTACT_REVIEW: "the contact rules ask for a person before this attempt ({detail})",
    DEFERRED: "the contact rules ask to wait until then ({detail})",
    PERSON_CAP: "counted per person, the contact rules allow no more until then ({detail})",
    BACKOFF: "the provider did not take the last attempt ({detail}); it is tried again then",
    POSTING_IN_PROGRESS: "a large posting ({detail}) is still being applied",
    UNKNOWN_RESULT: "whether the last message left is unknown ({detail}); it is settled then",
    PARKED: "the account is parked after an error ({detail}) and waits for a person",
    NEW: "the account has just been made",
    APPROVAL_NEEDED: "the next step of {detail} needs a person's approval, which is asked for then",
    APPROVAL_PENDING: "the notice {detail} waits for a person's approval",
    APPROVAL_REJECTED: "a person refused the next step of {detail}",
    APPROVAL_EXPIRED: "nobody approved the next step of {detail} in time; it is asked for again"
    " then",
    HAND_OVER_DUE: "{detail} has been through the whole ladder and is handed over then",
    HANDED_OVER: "{detail} has been handed over; nothing is asked for until it is handed back",
    HAND_OVER_EXPORT: "the file about what was handed over ({detail}) is to be written",
    TELLING: "the customer is told then {detail}",
    NOT_KNOWN_YET: "{detail} was not known yet",
    ITEM_SETTLED: "{detail} was settled by then",
}

SENTENCES |= {legal.code: legal.says for legal in legal_holds.SAYS.values()}

NEEDED = {
    STEP_DUE: "the sweep to run",
    NEXT_ATTEMPT: "the sweep to run",
    NOT_OVERDUE: "time, or an earlier due date",
    STEP_NOT_DUE: "time, or a shorter step in the policy",
    STEP_LAPSED: "a run before the due day",
    NOT_A_SEND_DAY: "time, or more send_days (or another calendar) in the policy",
    CARRIED: "the item that speaks for the account to be settled, or track: item in the policy",
    CHARGE_LISTED: "what it is listed with to be settled, and the charge not",
    MIN_INTERVAL: "time, or a smaller min_interval in the policy",
    REOPENED: "time, or a smaller min_interval in the policy",
    HELD: "the hold to be released, or to end",
    PROMISED: "the promise to be broken, or withdrawn",
    AUTOPAY_DUE: "the collection to come back, or autopay: ignore in the policy",
    UNMATCHED_PAYMENT: "the payment to be matched, or the hold to be released",
    SAID_PAID: "time, the money, or the hold to be released",
    PAYMENT_AWAITED: "the payment to come, or its day to pass",
    IN_PLAN: "an instalment to be missed, or the plan to be cancelled",
    PLAN_BROKEN: "the sweep to run",
    DISPUTED: "the dispute to be resolved",
    ON_ACCOUNT_COVERS: "the money on account to be allocated elsewhere or refunded",
    BELOW_MINIMUM: "more to be overdue, or a lower minimum in the policy",
    NOTHING_OPEN: "an open due item",
    LADDER_DONE: "a further step in the policy",
    MAX_NOTICES: "a higher max_notices in the policy",
    NO_POLICY: "a policy whose criteria match, or one named by the invoice or the customer",
    NO_USABLE_ADDRESS: "another address of the customer, or another channel in the policy",
    CALL_AGAIN: "time, or a smaller calls.pause in the policy",
    CHANNEL_DENIED: "a channel that the contact rules allow",
    CONTACT_REVIEW: "a person's word: another address, or the hold released",
    DEFERRED: "time",
    PERSON_CAP: "time",
    BACKOFF: "time, or the provider to take messages again",
    POSTING_IN_PROGRESS: "the posting to be applied to its end",
    UNKNOWN_RESULT: "the provider's event, or a person's word",
    PARKED: "the cause to be mended, then a redrive of the account",
    NEW: "a fact",
    APPROVAL_NEEDED: "the sweep to run, then an approval",
    APPROVAL_PENDING: "an approval (`dunning approve`), or no approval in the policy's step",
    APPROVAL_REJECTED: "the refusal to be released, or its last day to pass",
    APPROVAL_EXPIRED: "the refusal to be released, or time",
    HAND_OVER_DUE: "time, a further step in the policy, or no hand_over",
    HANDED_OVER: "a hand_back",
    HAND_OVER_EXPORT: "the sweep to run",
    TELLING: "the sweep to run, on the day of what is told beside reminders",
    NOT_KNOWN_YET: "the invoice to be loaded before that day",
    ITEM_SETTLED: "something of the item to be open that day",
}
NEEDED |= {legal.code: legal.needed for legal in legal_holds.SAYS.values()}

PLAN_ENDS = {
    PLAN_BROKEN: "the payment plan {detail} was broken: an instalment was missed, and its items are"
    " back on the ladder",
    PLAN_COMPLETED: "the payment plan {detail} was paid",
    PLAN_OBSOLETE: "the payment plan {detail} was dropped: nothing is open of what it was for",
}
"""How a payment plan ended by itself, as its record says it."""

PROMISE_ENDS = {
    PROMISE_KEPT: "the promise {detail} was kept",
    PROMISE_PARTLY: "the promise {detail} was kept in part",
    PROMISE_BROKEN: "the promise {detail} was broken: nothing came",
}
"""How a promise to pay ended, as its record says it."""

ABOUT_AN_ITEM = frozenset(
    {
        STEP_DUE,
        NOT_OVERDUE,
        STEP_NOT_DUE,
        STEP_LAPSED,
        CARRIED,
        CHARGE_LISTED,
        REOPENED,
        HELD,
        PROMISED,
        AUTOPAY_DUE,
        UNMATCHED_PAYMENT,
        PAYMENT_AWAITED,
        IN_PLAN,
        DISPUTED,
        ON_ACCOUNT_COVERS,
        LADDER_DONE,
        MAX_NOTICES,
        NO_POLICY,
        APPROVAL_NEEDED,
        APPROVAL_REJECTED,
        APPROVAL_EXPIRED,
        HAND_OVER_DUE,
        HANDED_OVER,
        *(legal.code for legal in legal_holds.SAYS.values()),
    }
)
"""Reasons of a plan that speak of the item in its detail alone; the others are of the account."""

CHOSEN = {
    "invoice": "the invoice names it",
    "customer": "the customer names it",
    "kept": "it is the one that the item has been under, and a new version does not change that",
    "criteria": "of all policies that match, it has most criteria",
    "default": "it is the policy without criteria, and none with criteria matches",
    "nothing": "no policy matches, and there is none without criteria",
}
"""What chose the policy of an item, in the order of precedence (contracts, "Which policy")."""


def sentence(code: str, detail: str = "") -> str:
    """The reason as a person reads it; an unknown code is said as it is."""
    if code == TELLING and detail.count("/") > 1:
        detail = what(detail)
    return SENTENCES.get(code, code).format(detail=detail or "the account")


def what_was_needed(code: str) -> str:
    """What would have had to be different for a reminder to be sent."""
    return NEEDED.get(code, code)
