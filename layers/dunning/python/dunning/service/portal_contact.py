"""How a customer wants to be reached, by their own word: language, hours, which channels not at
all; and that a message reached somebody else. Nobody is asked to start anything here.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from dunning.domain.account import EMAIL, VOICE, Account
from dunning.domain.bodies import CustomerBody, WrongPersonBody
from dunning.domain.calling import SMS
from dunning.domain.consent_entries import FIND_ADDRESS
from dunning.domain.consents import ALL, PORTAL
from dunning.domain.contact.attempt import Inconvenient
from dunning.domain.ledger import Find, LedgerError
from dunning.service.accounts import Stale
from dunning.service.portal import is_stopped
from dunning.service.visiting import Refused, Saying, Visit
from dunning.service.withdrawing import Withdrawal, Withdrawing

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
"""Languages that a customer may choose: those that all messages are written in."""
CHANNELS = (EMAIL, VOICE, SMS)
HOURS = range(25)


class Preferences(NamedTuple):
    """What is known of how somebody wants to be reached."""

    language: str
    channels: tuple[str, ...]
    """Channels on which they have an address, stopped or not."""
    stopped: tuple[str, ...]
    hours: tuple[int, int] | None
    """From and until which hour of their own day it is inconvenient; None: not said, or in a way
    that this form cannot show."""
    others: bool = False
    """Whether hours are known that this form cannot show: it leaves them alone."""


def preferences(visit: Visit) -> Preferences:
    """What the page shows."""
    state = visit.state
    customer = state.customer
    has = {EMAIL: bool(customer.on(EMAIL)), VOICE: bool(customer.on(VOICE))}
    has[SMS] = has[VOICE]
    channels = tuple(one for one in CHANNELS if has[one])
    mine = visit.link.recipient
    stopped = tuple(
        one for one in channels if is_stopped(state, one, mine or ALL if one == EMAIL else ALL)
    )
    said = customer.inconvenient
    shown = _span(said)
    language = (customer.language or visit.settings.language).partition("-")[0].lower()
    return Preferences(language, channels, stopped, shown, bool(said) and shown is None)


def _span(said: tuple[Inconvenient, ...]) -> tuple[int, int] | None:
    """Hours that the form can show: one span of every day, over midnight or not."""
    if any(one.start % 3_600 or one.end % 3_600 or len(one.weekdays) < 7 for one in said):
        return None
    hours = sorted((one.start // 3_600, one.end // 3_600) for one in said)
    if len(hours) == 1:
        return hours[0]
    if len(hours) == 2 and hours[0][0] == 0 and hours[1][1] == 24:
        return hours[1][0], hours[0][1]
    return None


@dataclass(frozen=True, slots=True)
class Preferring:
    """What a customer prefers, into the ledger."""

    saying: Saying
    withdrawing: Withdrawing

    def prefer(self, visit: Visit, language: str, start: str, end: str) -> bool:
        """Language, and hours at which not to be reached ("" and "": none). Raises Refused. False:
        it was so already."""
        if language not in LANGUAGES:
            raise Refused("language", "missing")
        known = preferences(visit)
        customer = replace(visit.state.customer, language=language)
        if not known.others:
            customer = replace(customer, inconvenient=_hours(start, end))
        if customer == visit.state.customer:
            return False
        body = CustomerBody(on=visit.today, customer=customer, hours=True, known=visit.now)

        def same(state: Account, _: Find) -> None:
            # The record is sent whole: an address that is mended meanwhile must not come back.
            if state.customer != visit.state.customer:
                raise Stale

        try:
            self.saying.record(visit, body, same)
        except LedgerError as error:
            raise Refused("", "changed") from error
        return True

    def stop(self, visit: Visit, channel: str) -> bool:
        """Nothing more on that channel: to the address that the link was sent to where it is mail,
        else to any. Raises Refused. False: it was so already."""
        if channel not in preferences(visit).channels:
            raise Refused("channel", "missing")
        hashed = visit.link.recipient if channel == EMAIL else ""
        said = Withdrawal(PORTAL, channel, hashed)
        done = self.withdrawing.withdraw(visit.creditor, visit.account, said, visit.now)
        return done.outcome == "accepted"


@dataclass(frozen=True, slots=True)
class WrongPerson:
    """Somebody says that a message was not for them."""

    saying: Saying

    def not_me(self, visit: Visit, id_: str) -> None:
        """The address is not used for this customer again, its links show nothing from now on, and
        a person is asked for the right one."""
        if not visit.link.recipient:
            detail = "find the right address: a letter reached somebody else"
            self.saying.tell(visit, f"{FIND_ADDRESS}-{id_}", FIND_ADDRESS, detail)
            return
        body = WrongPersonBody(
            on=visit.today,
            id=id_,
            customer=visit.customer,
            channel=EMAIL,
            address_hash=visit.link.recipient,
            known=visit.now,
        )
        self.saying.record(visit, body)


def _hours(start: str, end: str) -> tuple[Inconvenient, ...]:
    """The span of two hours of the day; over midnight it is two."""
    if not start and not end:
        return ()
    if not (start.isascii() and start.isdigit() and end.isascii() and end.isdigit()):
        raise Refused("from", "bad_hours")
    first, last = int(start), int(end)
    if first not in HOURS or last not in HOURS or first == last:
        raise Refused("from", "bad_hours")
    if first < last:
        return (Inconvenient(first * 3_600, last * 3_600),)
    spans = (Inconvenient(first * 3_600, 24 * 3_600), Inconvenient(0, last * 3_600))
    return tuple(one for one in spans if one.start < one.end)
