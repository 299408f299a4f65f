"""The functions that hear from others: events of mails and calls, webhooks of payment providers,
who wants no more mails, and who wants a new link.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunning.entry.senders import Entry
from dunning.service.ports import Feedback

if TYPE_CHECKING:
    from dunning.adapters.portal_pages import HtmlPage, PortalPages
    from dunning.service.callbacks import ReceiveCallback, RecordCallback
    from dunning.service.opting_out import OptOuts
    from dunning.service.provider_ports import Callback
    from dunning.service.record_feedback import RecordFeedback
    from dunning.service.renewing import Renewals


@dataclass(frozen=True)
class TakeFeedback(Entry):
    """Providers' events into the ledger."""

    feedback: "RecordFeedback"
    read: Callable[[object], Feedback | None]
    creditor_of: Callable[[str], str]
    threads: int = 1


@dataclass(frozen=True)
class TakeOptOuts(Entry):
    """Who wants no more mails."""

    opt_outs: "OptOuts"
    pages: "PortalPages"

    @staticmethod
    def is_one_click(fields: Mapping[str, str]) -> bool:
        """Whether a form says what RFC 8058 asks for."""
        from dunning.adapters.portal_pages import ONE_CLICK

        name, value = ONE_CLICK
        return fields.get(name) == value

    def no_mails(self, token: str, now: int) -> "HtmlPage | None":
        """No more e-mail reminders, and the page that says so."""
        done = self.opt_outs.no_mails(token, now)
        if done is None:
            return None
        return self.pages.unsubscribe(done.creditor, done.customer, stopped=True)


@dataclass(frozen=True)
class RenewLinks(Entry):
    """Who wants a new link for an old one."""

    renewals: "Renewals"
    token_of: Callable[[str], str]


@dataclass(frozen=True)
class TakeCallbacks(Entry):
    """The way in for providers' webhooks."""

    receive: "ReceiveCallback"
    creditors: Callable[[], tuple[str, ...]]

    def take(
        self, provider: str, creditor: str, raw: bytes, headers: Mapping[str, str]
    ) -> tuple[int, str]:
        """Status and text of the answer. A webhook that names no creditor is for the only one of
        its cell. No such creditor and no such provider are one answer."""
        from dunning.adapters.providers.known import ANSWERS, REFUSALS, UNAUTHORISED
        from dunning.domain.provider_events import Forged, Unreadable
        from dunning.service.provider_ports import NotConfigured

        now = self.begin()
        # Anybody may write a name into the path: no secret is asked for by one that is nobody's.
        only = [one for one in self.creditors() if creditor in ("", one)]
        if len(only) != 1:
            return 404, ""
        try:
            self.receive.receive(only[0], provider, raw, headers, now)
        except NotConfigured:
            return 404, ""
        except Forged:
            return REFUSALS.get(provider, UNAUTHORISED), ""
        except Unreadable:
            return 413, ""
        return 200, ANSWERS.get(provider, "")


@dataclass(frozen=True)
class RecordPayments(Entry):
    """Webhooks into the ledger."""

    recorder: "RecordCallback"
    callback_of: "Callable[[str], Callback]"
    most_receives: int

    def record(self, callback: "Callback", now: int, receives: int) -> str:
        """What came of a webhook's events; raises what the first of them raised that cannot be
        recorded (yet), after all others are."""
        return self.recorder.record(callback, now, last=receives >= self.most_receives)
