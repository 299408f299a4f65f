"""Tellings in words for a person of the creditor's: what an account is, or was, told beside the
ladder. Ids, numbers and days alone.
"""

from . import telling_kinds as kinds
from .told import INSTALMENTS, Tells

WHAT = {
    kinds.INSTALMENT_DUE: "that instalment {mark} of the payment plan {subject} is due soon",
    kinds.INSTALMENT_MISSED: "that instalment {mark} of the payment plan {subject} is missing",
    kinds.PROMISE_REMINDER: "of the promise {subject}, whose day is near",
    kinds.PROMISE_BROKEN: "that the promise {subject} was not kept",
    kinds.THANKS: "thanks for what was paid in {subject}",
    kinds.PLAN_OFFER: "of the payment plan {subject} that is offered",
    kinds.PLAN_AGREED: "of the payment plan {subject} as it was agreed",
    kinds.HAND_OVER: "of the hand-over {subject}",
    kinds.NEW_LINK: "the new link that was asked for with an old one",
}


def what(tells: str) -> str:
    """What a telling says, in words: "that instalment 2 of the payment plan pl-7 is due soon"."""
    one = Tells.of(tells)
    subject = one.subject
    if one.kind == kinds.HAND_OVER:
        subject = one.subject.partition("/")[2]
    number, since = one.place if one.kind in INSTALMENTS else (0, "")
    said = WHAT.get(one.kind, one.kind).format(mark=number, subject=subject)
    return f"{said} since {since}" if since else said
