"""When a request for a new link is answered, and what forbids it. Pure.

An answer waits for no hour of a policy, and no hold of the creditor's own stops it: it asks for
nothing. What the law forbids stops it (holds of the law, the contact rules), and so does the
customer's own word against mails: whoever was forwarded an old one cannot revoke that.
"""

from . import bars, reasons
from .account import EMAIL, Account
from .attempts import after_backoff, earliest, tried
from .due import Due, Send, View
from .gates import ALLOW, DEFER, ContactAttempt
from .legal_holds import SAYS
from .new_links import LinkAsked
from .outcomes import FAILED
from .policy import Policy
from .tell_rules import FRIENDLY
from .tellings import NewLinkTold
from .tellings_wanted import told_before
from .told import MOST_ATTEMPTS

_EUR = "EUR"


def answer_due(view: View, asked: LinkAsked, serial: int) -> Due | None:
    """When a request is answered, or why it is not; None: it has been, or its time is over.
    `serial`: of what was never tried."""
    account = view.account
    about, attempt = str(asked.tells), 1
    before = told_before(account, asked.tells)
    if before is not None:
        if before.outcome not in FAILED or before.attempt >= MOST_ATTEMPTS:
            return None
        serial, attempt = before.serial, before.attempt + 1
    if asked.until < view.now:
        return None
    if any(one.kind in SAYS and (one.until is None or one.until >= view.today)
           for one in account.holds):  # fmt: skip
        return Due(None, reasons.HELD, about, beside=about)
    usable = bars.usable(account, EMAIL, serial)
    address = next((one for one in usable if one.hash == asked.address_hash), None)
    if address is None:
        return Due(None, reasons.NO_USABLE_ADDRESS, EMAIL, beside=about)
    _, not_before = earliest(view, serial)
    moment = max(asked.newest, not_before, view.now)
    creditor, policy = view.rulebook.creditor, _policy(view)
    currency = _currency(account) or creditor.currency or _EUR
    attempted = ContactAttempt(
        account, creditor, EMAIL, address, currency, 0, own=view.rulebook.own
    )
    verdict = view.gates.evaluate(attempted, moment)
    rules = ",".join(verdict.rules)
    if verdict.decision == DEFER and verdict.until is not None:
        return _put_off(asked, verdict.until, reasons.DEFERRED, rules)
    if verdict.decision != ALLOW:
        return Due(None, reasons.CHANNEL_DENIED, rules, beside=about)
    full = bars.full_until(account.head, EMAIL, address.hash)
    if full is not None and full.until > moment:
        return _put_off(asked, full.until, reasons.PERSON_CAP, full.rules)
    send = Send(
        currency=currency,
        policy=policy.id if policy else "",
        version=view.rulebook.version,
        channel=EMAIL,
        tone=policy.ladder[0].tone if policy and policy.ladder else FRIENDLY,
        level=0,
        address=address,
        serial=serial,
        attempt=max(attempt, tried(account, serial)),
        lines=(),
        run=view.today,
        ruleset=verdict.ruleset or view.gates.ruleset,
        reason=reasons.TELLING,
        overrides=verdict.overrides,
        person_wide=verdict.person_wide,
        telling=NewLinkTold(currency, view.today),
        tells=about,
    )
    due = Due(asked.newest, reasons.TELLING, about, EMAIL, send, beside=about)
    return after_backoff(view, serial, due)


def _put_off(asked: LinkAsked, until: int, reason: str, detail: str) -> Due:
    """Not yet; and not at all, if nobody waits for it any more by then."""
    at = until if until <= asked.until else None
    return Due(at, reason, detail, EMAIL, beside=str(asked.tells))


def _policy(view: View) -> Policy | None:
    """Whose tone an answer has: the policy of the oldest open item, else the first."""
    items = view.account.open
    if items:
        oldest = min(items, key=lambda one: (one.due, one.ref))
        found = view.rulebook.policy_for(oldest, view.account.customer)
        if found is not None:
            return found
    return next(iter(view.rulebook.policies), None)


def _currency(account: Account) -> str:
    """What its record is filed under; the message names no amount."""
    return next((one.currency for one in account.open), "")
