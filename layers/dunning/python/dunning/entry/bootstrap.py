"""What each function begins with, out of the parts that `wiring` makes. Lazily: to import this does
nothing, and each function makes only what it uses.
"""

import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from dunning.entry.actions import Done as Done
from dunning.entry.actions import TakeForms as TakeForms
from dunning.entry.hearing import RecordPayments as RecordPayments
from dunning.entry.hearing import RenewLinks as RenewLinks
from dunning.entry.hearing import TakeCallbacks as TakeCallbacks
from dunning.entry.hearing import TakeFeedback as TakeFeedback
from dunning.entry.hearing import TakeOptOuts as TakeOptOuts
from dunning.entry.pages import ShowPages as ShowPages
from dunning.entry.senders import SendEmail as SendEmail
from dunning.entry.senders import SendVoice as SendVoice
from dunning.entry.settings import from_environment, on_aws_lambda
from dunning.entry.threads import FEEDBACK_THREADS, sender_threads
from dunning.entry.wiring import Wiring as Wiring
from dunning.entry.workers import CollectPlans as CollectPlans
from dunning.entry.workers import GuardAll as GuardAll
from dunning.entry.workers import ImportFiles as ImportFiles
from dunning.entry.workers import RecordParts as RecordParts
from dunning.entry.workers import RunSweep as RunSweep
from dunning.service.ports import Feedback

if TYPE_CHECKING:
    from dunning.entry.api.door import CellDoor
    from dunning.entry.outbound import Deliver, Publish


@cache
def reminders() -> SendEmail:
    """For send_email."""
    from dunning.adapters.sqs import BadMessage, account_of
    from dunning.entry.batch import GiveUp

    here = Wiring(from_environment("CONFIGURATION_SET", "EMAIL_RATE", "EMAIL_MAX_RECEIVE_COUNT"))
    return SendEmail(
        refresh=here.refresh,
        clock=here.clock,
        reminders=here.reminders,
        account_of=account_of,
        give_up=GiveUp(here.settings.email_max_receive_count, BadMessage),
        threads=sender_threads(here.settings.email_rate),
        others=(lambda: here.people, *([lambda: here.letters] if _prints(here) else [])),
    )


def _prints(here: Wiring) -> bool:
    return bool(here.settings.pdf_function)


@cache
def calls() -> SendVoice:
    """For send_voice."""
    from dunning.adapters.sqs import BadMessage, account_of
    from dunning.entry.batch import GiveUp

    here = Wiring(from_environment("PHONE", "VOICE_RATE", "VOICE_MAX_RECEIVE_COUNT"))
    return SendVoice(
        refresh=here.refresh,
        clock=here.clock,
        reminders=here.calls,
        account_of=account_of,
        give_up=GiveUp(here.settings.voice_max_receive_count, BadMessage),
        threads=sender_threads(here.settings.voice_rate),
    )


@cache
def sweep() -> RunSweep:
    """For sweep."""
    here = Wiring(from_environment("EMAIL_QUEUE_URL", "EMAIL_RATE", "PARTS_QUEUE_URL"))
    return RunSweep(
        refresh=here.rulebooks.refresh,
        clock=here.clock,
        sweeps=here.sweeps,
        current=here.current,
    )


@cache
def experiments() -> GuardAll:
    """For guard_experiments."""
    from dunning.entry.observability import metrics
    from dunning.service.guard_experiments import GuardExperiments

    here = Wiring(from_environment())
    return GuardAll(
        refresh=here.rulebooks.refresh,
        clock=here.clock,
        guard=GuardExperiments(here.ledger, here.rulebooks, metrics()),
    )


@cache
def feedback() -> TakeFeedback:
    """For record_feedback."""
    from dunning.adapters import ses_events, voice_events
    from dunning.adapters.dynamodb.keys import creditor_of

    here = Wiring(from_environment("ADDRESS_KEY_SECRET"))

    def read(event: object) -> Feedback | None:
        told = voice_events if voice_events.is_phone_event(event) else ses_events
        return told.feedback_of(event, here.hash_of)

    return TakeFeedback(
        refresh=here.rulebooks.refresh,
        clock=here.clock,
        feedback=here.feedback,
        read=read,
        creditor_of=creditor_of,
        threads=FEEDBACK_THREADS,
    )


@cache
def portal() -> ShowPages:
    """For portal."""
    here = Wiring(from_environment("LINK_KEYS_SECRET"))
    links = here.behind_links
    return ShowPages(
        refresh=here.rulebooks.refresh,
        clock=here.clock,
        portal=links.portal,
        pages=links.pages,
        forms=links.forms,
        pdfs=(lambda: here.pdfs) if here.settings.pdf_function else None,
        provider_api=here.settings.provider_api,
    )


@cache
def portal_actions() -> TakeForms:
    """For portal_actions."""
    from dunning.entry.wiring_actions import ActionWiring

    needs = ("LINK_KEYS_SECRET", "ADDRESS_KEY_SECRET", "PROVIDER_SECRETS", "PORTAL_URL")
    here = ActionWiring(from_environment(*needs, "LINK_REQUESTS_URL"))
    links = here.behind_links
    return TakeForms(
        refresh=here.rulebooks.refresh,
        clock=here.clock,
        door=links.door,
        forms=links.forms,
        parts=here,
        pages=links.pages,
        provider_api=here.settings.provider_api,
    )


@cache
def printing() -> "Callable[[Mapping[str, Any]], dict[str, Any]]":
    """For print_pdf."""
    from dunning.adapters.pdf_printer import TypstPrinter
    from dunning.adapters.pdf_remote import answered

    return partial(answered, TypstPrinter(from_environment().templates_path))


@cache
def opt_outs() -> TakeOptOuts:
    """For opt_out."""
    here = Wiring(from_environment("LINK_KEYS_SECRET", "ADDRESS_KEY_SECRET"))
    links = here.behind_links
    return TakeOptOuts(
        refresh=here.rulebooks.refresh, clock=here.clock, opt_outs=links.opt_outs, pages=links.pages
    )


@cache
def renewals() -> RenewLinks:
    """For renew_links."""
    from dunning.adapters.sqs import token_of

    here = Wiring(from_environment("LINK_KEYS_SECRET", "EMAIL_QUEUE_URL"))
    return RenewLinks(
        refresh=here.refresh,
        clock=here.clock,
        renewals=here.behind_links.renewals,
        token_of=token_of,
    )


@cache
def callbacks() -> TakeCallbacks:
    """For receive_callback."""
    from dunning.entry.wiring_payments import PaymentWiring

    here = PaymentWiring(from_environment("PROVIDER_SECRETS", "CALLBACK_QUEUE_URL"))
    return TakeCallbacks(
        refresh=here.rulebooks.refresh,
        clock=here.clock,
        receive=here.receive_callback,
        creditors=here.rulebooks.creditors,
    )


@cache
def payments() -> RecordPayments:
    """For record_payments."""
    from dunning.adapters.sqs import callback_of
    from dunning.entry.wiring_payments import PaymentWiring

    needs = ("PROVIDER_SECRETS", "ADDRESS_KEY_SECRET", "CALLBACK_MAX_RECEIVE_COUNT")
    here = PaymentWiring(from_environment(*needs))
    return RecordPayments(
        refresh=here.rulebooks.refresh,
        clock=here.clock,
        recorder=here.record_callback,
        callback_of=callback_of,
        most_receives=here.settings.callback_max_receive_count,
    )


@cache
def collection() -> CollectPlans:
    """For collect_plans."""
    from dunning.entry.wiring_payments import PaymentWiring

    here = PaymentWiring(from_environment("PROVIDER_SECRETS"))
    return CollectPlans(
        refresh=here.rulebooks.refresh, clock=here.clock, collecting=here.collecting
    )


@cache
def publishing() -> "Publish":
    """For publish_events."""
    from dunning.entry.outbound import Publish
    from dunning.entry.wiring_outbound import OutboundWiring

    return Publish(OutboundWiring(Wiring(from_environment("WEBHOOK_QUEUE_URL"))).publish)


@cache
def delivering() -> "Deliver":
    """For deliver_webhooks."""
    from dunning.adapters.clock import WallClock
    from dunning.entry.outbound import Deliver
    from dunning.entry.wiring_outbound import OutboundWiring

    needs = ("WEBHOOK_QUEUE_URL", "WEBHOOK_DEAD_LETTERS_URL", "WEBHOOK_SECRETS")
    return Deliver(OutboundWiring(Wiring(from_environment(*needs))).deliver, WallClock())


@cache
def api() -> "CellDoor":
    """For api."""
    from dunning.entry.wiring_api import ApiWiring

    return ApiWiring(from_environment("ADDRESS_KEY_SECRET")).door


@cache
def imports() -> ImportFiles:
    """For import_invoices."""
    here = Wiring(from_environment("PARTS_QUEUE_URL"))
    return ImportFiles(refresh=here.rulebooks.refresh, clock=here.clock, imports=here.imports)


@cache
def records() -> RecordParts:
    """For record_import."""
    from dunning.adapters.sqs import step_of

    needs = ("ADDRESS_KEY_SECRET", "PARTS_QUEUE_URL", "PARTS_MAX_RECEIVE_COUNT")
    here = Wiring(from_environment(*needs))
    return RecordParts(
        refresh=here.rulebooks.refresh,
        clock=here.clock,
        records=here.records,
        replans=here.replans,
        step_of=step_of,
        most_receives=here.settings.parts_max_receive_count,
    )


def stopwatch() -> Callable[[], float]:
    """Seconds from now on: how long ago the instant of an invocation was."""
    started = time.monotonic()
    return lambda: time.monotonic() - started


def prepare(make: Callable[[], object]) -> None:
    """Make a function's parts before its first event, where the machine gives its full CPU for
    it. Anywhere else, in tests too, they are made when the first event comes."""
    if on_aws_lambda():
        make()
