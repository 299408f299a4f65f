"""The policy file: YAML text to validated policies, or every problem with its line and its mend.
What the words mean is `policy`'s and `outlook`'s; a key that is not carried out is never ignored.
Ladders are read in `policy_steps`; what policies mean together is judged in `policy_checks`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from .business_days import CREDITOR, CUSTOMER, WEEKENDS, Calendars, is_code
from .fields import nearest
from .invoice import KINDS
from .policy import ACCOUNT, HOLD, IGNORE, ITEM, LEVEL, Band, Criteria, Policy
from .policy_behaviour import behaviour
from .policy_calls import calls
from .policy_charges import CHARGE_KEYS, charging, minor_of
from .policy_checks import Read, judged
from .policy_nodes import Block, Node, Problem, Problems, compose
from .policy_plans import plan_offer, promise_within
from .policy_steps import TONES as TONES
from .policy_steps import duration, ladder, whole
from .policy_tell import tell
from .reading_parties import CUSTOMER_CLASSES

MOST_POLICIES = 200
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\Z")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?\Z")

POLICY_KEYS = (
    "id", "applies_to", "track", "grace", "minimum", "notice_per", "max_notices", "min_interval",
    "send_at", "send_days", "calendar", "disputes", "autopay", "behaviour", "calls", "plan_offer",
    "promise", "tell", "ladder",
    *CHARGE_KEYS,
)  # fmt: skip
LATER_POLICY_KEYS = (
    "variants", "auto_apply",
)  # fmt: skip
CRITERIA = ("kinds", "currencies", "segments", "customer_classes", "amounts")


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A file's policies, and what of it is allowed and probably not meant."""

    policies: tuple[Policy, ...]
    warnings: tuple[Problem, ...] = ()


def read_policies(text: str, calendars: Calendars = WEEKENDS) -> tuple[Policy, ...]:
    """The policies of a file. Raises PolicyFileError with every problem found."""
    return read_policy_file(text, calendars).policies


def read_policy_file(text: str, calendars: Calendars = WEEKENDS) -> PolicyFile:
    """The policies of a file, with warnings. Raises PolicyFileError with every problem found."""
    problems, warnings = Problems(), Problems()
    root = compose(text)
    file = Block(root, "the file", ("policies",), (), problems)
    nodes = file.sequence("policies", MOST_POLICIES)
    if not nodes and not file.troubled:
        problems.add(root, "policies", "there is no policy; write a list under policies:")
    read = [_policy(node, problems, calendars) for node in nodes]
    judged(read, problems, warnings)
    problems.stop()
    return PolicyFile(tuple(one.policy for one in read), warnings.sorted())


def _policy(node: Node, problems: Problems, calendars: Calendars) -> Read:
    before = len(problems)
    block = Block(node, "a policy", POLICY_KEYS, LATER_POLICY_KEYS, problems)
    id_ = block.text("id")
    if not _ID.match(id_ or ""):
        block.problem("id", "an id has 1 to 64 of letters, digits, dot, hyphen and underscore")
    most = block.text("max_notices")
    most_notices = None if most is None else whole(block, "max_notices", most, 1, 1_000)
    steps, step_nodes = ladder(block, ends=most_notices is not None, charges=charging(block))
    amounts, percent = _minimum(block)
    until_criteria = len(problems)
    criteria = _criteria(block)
    clear = len(problems) == until_criteria
    policy = Policy(
        id=id_ or "",
        ladder=steps,
        applies_to=criteria,
        grace=duration(block, "grace", 0) or 0,
        minimum=amounts,
        max_notices=most_notices,
        min_interval=duration(block, "min_interval", 1) or 1,
        send_at=_send_at(block),
        percent=percent,
        track=block.one_of("track", (ITEM, ACCOUNT)),
        notice_per=block.one_of("notice_per", (ACCOUNT, LEVEL)),
        send_days=_send_days(block),
        calendar=_calendar(block, calendars),
        disputes=block.one_of("disputes", (ITEM, ACCOUNT)),
        autopay=block.one_of("autopay", (HOLD, IGNORE)),
        behaviour=behaviour(block),
        calls=calls(block),
        plan_offer=plan_offer(block),
        tell=tell(block),
        promise_within=promise_within(block),
    )
    return Read(node, policy, step_nodes, clear=clear, sound=len(problems) == before)


def _send_at(block: Block) -> time:
    clock = _TIME.match(block.text("send_at") or "09:00")
    if clock:
        return time(int(clock.group(1)), int(clock.group(2)))
    block.problem("send_at", 'a time is written as "09:00"')
    return time(9)


def _send_days(block: Block) -> tuple[int, ...]:
    found = []
    for word in block.texts("send_days"):
        day = word.lower()
        full = next((one for one in WEEKDAYS if day in (one, one[:3])), None)
        if full is None:
            block.problem("send_days", f"{word!r} is not a weekday; {nearest(day, WEEKDAYS)}")
        else:
            found.append(WEEKDAYS.index(full))
    if not block.texts("send_days") and block.there("send_days"):
        block.problem("send_days", "no day is named; leave it out to send on every day")
    return tuple(sorted(set(found)))


def _calendar(block: Block, calendars: Calendars) -> str | None:
    code = block.text("calendar")
    if code is None or code.lower() == "none":
        return None
    if code in (CREDITOR, CUSTOMER):
        return code
    wanted = code.upper() if is_code(code.upper()) else code
    problem = calendars.problem(wanted)
    if problem:
        block.problem("calendar", f"{problem}, or creditor, or customer")
    return wanted


def _criteria(block: Block) -> Criteria:
    given = block.child("applies_to", CRITERIA, ("channels",))
    if given is None:
        return Criteria()
    currencies = given.texts("currencies")
    for currency in currencies:
        minor_of(given, "currencies", "1", currency)
    return Criteria(
        kinds=_known(given, "kinds", KINDS),
        currencies=currencies,
        segments=given.texts("segments"),
        customer_classes=_known(given, "customer_classes", CUSTOMER_CLASSES),
        amounts=_amounts(given, currencies),
    )


def _amounts(given: Block, currencies: tuple[str, ...]) -> dict[str, Band]:
    bands = given.child("amounts", None, ())
    found: dict[str, Band] = {}
    for currency in bands.keys() if bands else ():
        band = bands.child(currency, ("from", "to"), ())  # type: ignore[union-attr]
        if band is None:
            bands.problem(currency, "a band has from, to, or both: {from: 100, to: 1000}")  # type: ignore[union-attr]
            continue
        ends = [
            None if (text := band.text(key)) is None else minor_of(band, key, text, currency)
            for key in ("from", "to")
        ]
        least, below = ends
        if least is None and below is None and not band.troubled:
            band.problem("from", "a band has from, to, or both: {from: 100, to: 1000}")
        elif least is not None and below is not None and least >= below:
            band.problem("to", "no amount is from that on and below this; let `to` be the larger")
        elif currencies and currency not in currencies:
            bands.problem(  # type: ignore[union-attr]
                currency,
                f"{currency} is not among the currencies, so nothing matches; add it there",
            )
        found[currency] = Band(least, below)
    return found


def _known(block: Block, key: str, words: Iterable[str]) -> tuple[str, ...]:
    """A list of words of which each must be known."""
    known = tuple(words)
    found = block.texts(key)
    for word in found:
        if word not in known:
            block.problem(key, f"{word!r} is not known; {nearest(word, known)}")
    return found


def _minimum(block: Block) -> tuple[dict[str, int], Decimal | None]:
    given = block.child("minimum", ("amount", "percent"), ())
    if given is None:
        return {}, None
    amounts = given.child("amount", None, ())
    found: dict[str, int] = {}
    for currency in amounts.keys() if amounts else ():
        minor = minor_of(amounts, currency, amounts.text(currency) or "", currency)  # type: ignore
        if minor is not None:
            found[currency] = minor
    text = given.text("percent")
    if text is None:
        return found, None
    if not _PERCENT.match(text) or Decimal(text) > 100:
        given.problem("percent", f"{text[:20]!r} is not a percentage from 0 to 100, as 10 or 2.5")
        return found, None
    return found, Decimal(text) or None
