"""Money that most likely came once and was told twice: by a payment provider's webhook, and by the
bank to which the provider has paid it out. It is told to a person; nothing is taken back here.
"""

from .bodies import MoneyBody
from .calendar import later
from .ledger import Entry, Find
from .posting import Posting

PROVIDERS = ("stripe:", "gocardless:", "adyen:")
"""How the ids of payments begin that providers tell of."""
PAYOUT_DAYS = 10
"""Days within which a provider pays out what it was paid."""
CODE = "told_twice"


def told_twice(entry: Entry, body: MoneyBody, find: Find) -> Entry:
    """The entry, with a word where money stays on account that names an invoice which the very same
    amount has paid, one of the two by a provider's word and the other not. Postings are read only
    where money stays on account."""
    more = entry.head.credit.get(body.currency, 0) - entry.account.head.credit.get(body.currency, 0)
    named = {part.invoice for part in body.parts} | ({body.invoice} if body.invoice else set())
    if body.type != "payment" or body.so_far or more < body.amount or not named:
        return entry
    other = next((one for one in find.postings() if _same(one, body, named)), None)
    if other is None:
        return entry
    said = (
        f"payment {body.id}: {other.key.id} of the same amount has paid"
        f" {', '.join(sorted(named))} already ({other.value_date}), so this money is on account. If"
        " it is the provider's payout of that payment, send a reversal of the one that the bank"
        " told of"
    )
    entry.notes.append((CODE, said))
    entry.detail = f"{entry.detail}; as much as {other.key.id}".removeprefix("; ")
    return entry


def _same(other: Posting, body: MoneyBody, named: set[str]) -> bool:
    ours, theirs = (id_.startswith(PROVIDERS) for id_ in (body.id, other.key.id))
    return (
        ours != theirs
        and other.pays
        and (other.currency, other.amount) == (body.currency, body.amount)
        and any(ref.invoice in named for ref, _ in other.standing()[0])
        and later(other.value_date, -PAYOUT_DAYS)
        <= body.value_date
        <= later(other.value_date, PAYOUT_DAYS)
    )
