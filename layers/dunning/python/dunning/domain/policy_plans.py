"""What the policy file says of payment plans and promises: `plan_offer` and `promise` of a policy.
What they mean is `plan_offers`' and `promises`'.
"""

import re
from decimal import Decimal

from .calendar import Duration
from .plan_offers import PlanOffer
from .policy_charges import amounts_of
from .policy_nodes import Block
from .policy_steps import duration, whole
from .promises import USUAL_WITHIN
from .reading_parties import CUSTOMER_CLASSES

OFFER_KEYS = (
    "instalments", "every", "first_after", "down", "minimum", "least", "fee", "customers",
    "from_level", "broken",
)  # fmt: skip
MOST_INSTALMENTS = 120
_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,4})?\Z")
_USUAL = PlanOffer()


def plan_offer(block: Block) -> PlanOffer | None:
    """The offer of a policy; None where it makes none."""
    if not block.says("plan_offer"):
        return None
    given = block.child("plan_offer", OFFER_KEYS, ())
    if given is None:
        return None
    fewest, most = _numbers(given)
    customers = given.child("customers", ("classes", "segments"), ())
    broken = given.child("broken", ("most", "within"), ())
    classes = customers.texts("classes") if customers else ()
    for word in classes:
        if customers and word not in CUSTOMER_CLASSES:
            customers.problem("classes", f"{word!r} is not one of {', '.join(CUSTOMER_CLASSES)}")
    within = duration(broken, "within", 1, needed=False) if broken else None
    return PlanOffer(
        fewest=fewest,
        most=most,
        every=duration(given, "every", 1, needed=False) or _USUAL.every,
        first_after=_first_after(given),
        down=_percent(given),
        minimum=amounts_of(given, "minimum"),
        least=amounts_of(given, "least"),
        fee=amounts_of(given, "fee"),
        classes=classes,
        segments=customers.texts("segments") if customers else (),
        from_level=_whole(given, "from_level", 0, 1_000, 0),
        most_agreed=_whole(broken, "most", 1, 100, _USUAL.most_agreed),
        within=within or _USUAL.within,
    )


def promise_within(block: Block) -> Duration:
    """How long ahead a customer may promise; `promise: none` (or 0 days): not at all."""
    if not block.says("promise"):
        return 0 if block.there("promise") else USUAL_WITHIN
    given = block.child("promise", ("within",), ())
    if given is None or not given.has("within"):
        return USUAL_WITHIN
    return duration(given, "within", 0) or 0


def _numbers(given: Block) -> tuple[int, int]:
    """The fewest and the most instalments."""
    numbers = given.child("instalments", ("min", "max"), ()) if given.keyed("instalments") else None
    if numbers is None:
        most = _whole(given, "instalments", 1, MOST_INSTALMENTS, _USUAL.most)
        return min(_USUAL.fewest, most), most
    fewest = _whole(numbers, "min", 1, MOST_INSTALMENTS, _USUAL.fewest)
    most = _whole(numbers, "max", 1, MOST_INSTALMENTS, max(fewest, _USUAL.most))
    if fewest > most:
        numbers.problem("max", "the most instalments are fewer than the fewest")
    return fewest, most


def _first_after(given: Block) -> int:
    span = duration(given, "first_after", 0) if given.has("first_after") else _USUAL.first_after
    if isinstance(span, int) and 0 <= span <= 365:
        return span
    given.problem("first_after", "the first instalment comes 0 to 365 days after: {days: 14}")
    return 0


def _whole(block: Block | None, key: str, least: int, most: int, usual: int) -> int:
    text = block.text(key) if block else None
    if block is None or text is None:
        return usual
    found = whole(block, key, text, least, most)
    return usual if found is None else found


def _percent(given: Block) -> Decimal:
    down = given.child("down", ("percent",), ())
    text = down.text("percent") if down else None
    if down is None or text is None:
        return Decimal(0)
    if _PERCENT.match(text):
        return Decimal(text)
    down.problem("percent", "the down payment is 0 to 99 percent of the total, as {percent: 20}")
    return Decimal(0)
