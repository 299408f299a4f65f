"""The words for what became of an attempt, and what follows from each. One place for all of them.
How a provider says them is its adapter's; what is done about them is the fence's and the entries'.
"""

SENT = "sent"
DELIVERED = "delivered"
DELAYED = "delayed"
SOFT_BOUNCED = "soft_bounced"
BOUNCED = "bounced"
COMPLAINED = "complained"
REJECTED = "rejected"
BUSY = "busy"
NO_ANSWER = "no_answer"
NOT_IN_SERVICE = "not_in_service"
"""There is no such number any more, by a person's word: no provider tells it apart."""
ANSWERED = "answered"
"""Somebody, or a machine, took the call: a recorded voice cannot tell which."""
UNREACHED = "unreached"
"""The network could not bring a call or a text in its time: out of reach, or no such line now."""
CONVERSATION = "conversation"
"""They spoke, by a person's word."""

FAILED = frozenset({BOUNCED, REJECTED, BUSY, NO_ANSWER, NOT_IN_SERVICE, UNREACHED})
"""After these the same notice is tried again, as its next attempt."""
NOT_CONNECTED = frozenset({BUSY, NOT_IN_SERVICE, UNREACHED})
"""Calls that were no contact, for the caps."""
HARD = frozenset({BOUNCED, COMPLAINED, NOT_IN_SERVICE})
"""These say something of the address: it may not be used again on that channel. A refusal of the
content (a scan, a template) does not: it bars the address for that one notice alone."""
FACTS = FAILED | HARD | {ANSWERED, CONVERSATION}
"""These the ledger keeps; the others only settle a claim."""
PROOF_OF_SENDING = FACTS | {SENT, DELIVERED, DELAYED, SOFT_BOUNCED}
"""These prove that the provider took the message. "rejected" as well: SES takes a message first
and rejects it on its scan, so the attempt was made, and the fact gives its notice the next. A call
that nobody took was placed."""
