"""What we give a provider with a payment that is begun here, and read back from its events: whose
it is, and which items it is for. Ids and amounts alone; never a name, an address or free text.
"""

from collections.abc import Iterable, Mapping

from dunning.domain.identity import ItemRef, external_id

CREDITOR, CUSTOMER, ITEMS = "duecourse_creditor", "duecourse_customer", "duecourse_items"
PLAN = "duecourse_plan"
LONGEST = 500
"""Characters of a value (Stripe's limit; GoCardless takes 500 as well, and three keys)."""


def written(
    creditor: str, customer: str, items: Iterable[tuple[ItemRef, int]], places: int = 1
) -> dict[str, str]:
    """The metadata of a payment; its items stand in so many places at most. Items that do not fit
    are left out, all of them: the payment then settles what is due first, as any payment that
    names nothing."""
    values = [""]
    for ref, part in items:
        entry = f"{_quoted(ref.invoice)}/{ref.item}={part}"
        longer = f"{values[-1]};{entry}" if values[-1] else entry
        if len(longer) <= LONGEST:
            values[-1] = longer
        else:
            values.append(entry)
    found = {CREDITOR: creditor, CUSTOMER: customer}
    if values != [""] and len(values) <= places and max(map(len, values)) <= LONGEST:
        found |= {_place(number): value for number, value in enumerate(values, 1)}
    return found


def creditor_of(metadata: Mapping[str, object]) -> str:
    """The creditor that a payment was begun for; empty: it was not begun here."""
    return str(metadata.get(CREDITOR) or "")


def of_plan(creditor: str, customer: str, plan: str, mandate: str) -> dict[str, str]:
    """The metadata of a mandate, and of debits by it: whose, for which plan, and the ledger's id of
    the mandate."""
    return {CREDITOR: creditor, CUSTOMER: customer, PLAN: f"{_quoted(plan)}/{_quoted(mandate)}"}


def plan_of(metadata: Mapping[str, object]) -> tuple[str, str]:
    """Plan and mandate behind `of_plan`; empty: it is for no plan."""
    plan, _, mandate = str(metadata.get(PLAN) or "").partition("/")
    try:
        return external_id(_unquoted(plan)), external_id(_unquoted(mandate))
    except ValueError:
        return "", ""


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
    values: list[str] = []
    while value := metadata.get(_place(len(values) + 1)):
        values.append(str(value))
    for entry in ";".join(values).split(";"):
        name, _, part = entry.rpartition("=")
        invoice, _, item = name.rpartition("/")
        if not (invoice and item.isdecimal() and part.isdecimal() and int(part)):
            return ()
        found.append((ItemRef(_unquoted(invoice), int(item)), int(part)))
    return tuple(found) if sum(part for _, part in found) <= amount else ()


def _place(number: int) -> str:
    return ITEMS if number == 1 else f"{ITEMS}_{number}"


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace(";", "%3B").replace("=", "%3D").replace("/", "%2F")


def _unquoted(text: str) -> str:
    for written_as, char in (("%2F", "/"), ("%3D", "="), ("%3B", ";"), ("%25", "%")):
        text = text.replace(written_as, char)
    return text
