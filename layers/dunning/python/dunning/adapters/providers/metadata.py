"""What we give a provider with a payment that is begun here, and read back from its events: whose
it is, and which items it is for. Ids and amounts alone; never a name, an address or free text.
"""

from collections.abc import Iterable, Mapping

from dunning.domain.identity import ItemRef, external_id

CREDITOR, CUSTOMER, ITEMS = "duecourse_creditor", "duecourse_customer", "duecourse_items"
LONGEST = 500
"""Characters of a value (Stripe's limit; GoCardless takes 500 as well, and three keys)."""


def written(creditor: str, customer: str, items: Iterable[tuple[ItemRef, int]]) -> dict[str, str]:
    """The metadata of a payment. Items that do not fit are left out, all of them: the payment then
    settles what is due first, as any payment that names nothing."""
    listed = ";".join(f"{_quoted(ref.invoice)}/{ref.item}={part}" for ref, part in items)
    found = {CREDITOR: creditor, CUSTOMER: customer}
    if listed and len(listed) <= LONGEST:
        found[ITEMS] = listed
    return found


def customer_of(metadata: Mapping[str, object]) -> str:
    """The customer that a payment was begun for; empty: it was not begun here."""
    said = metadata.get(CUSTOMER)
    try:
        return external_id(said) if said else ""
    except ValueError:
        return ""


def items_of(metadata: Mapping[str, object], amount: int) -> tuple[tuple[ItemRef, int], ...]:
    """What a payment was begun for; nothing where it does not say, or says more than it is."""
    found = []
    for entry in str(metadata.get(ITEMS) or "").split(";"):
        name, _, part = entry.rpartition("=")
        invoice, _, item = name.rpartition("/")
        if not (invoice and item.isdecimal() and part.isdecimal() and int(part)):
            return ()
        found.append((ItemRef(_unquoted(invoice), int(item)), int(part)))
    return tuple(found) if sum(part for _, part in found) <= amount else ()


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace(";", "%3B").replace("=", "%3D").replace("/", "%2F")


def _unquoted(text: str) -> str:
    for written_as, char in (("%2F", "/"), ("%3D", "="), ("%3B", ";"), ("%25", "%")):
        text = text.replace(written_as, char)
    return text
