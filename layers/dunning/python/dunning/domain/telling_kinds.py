"""The kinds of messages beside the ladder, by the names of their wordings. Names alone."""

INSTALMENT_DUE, INSTALMENT_MISSED = "instalment_due", "instalment_missed"
PROMISE_REMINDER, PROMISE_BROKEN = "promise_reminder", "promise_broken"
THANKS, PLAN_OFFER, PLAN_AGREED, HAND_OVER = "thanks", "plan_offer", "plan_agreed", "hand_over"

KINDS = (
    INSTALMENT_DUE, INSTALMENT_MISSED, PROMISE_REMINDER, PROMISE_BROKEN, THANKS, PLAN_OFFER,
    PLAN_AGREED, HAND_OVER,
)  # fmt: skip
SPOKEN = (INSTALMENT_MISSED, PROMISE_BROKEN)
"""Where a call makes sense."""
NEW_LINK = "new_link"
"""An answer to the customer: no policy says whether it is sent."""
