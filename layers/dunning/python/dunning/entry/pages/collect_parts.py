"""What the page of plans says of having one collected: the choice with the very words that are
signed, or that it is collected, and how to stop it. Never part of agreeing to a plan.
"""

from collections.abc import Mapping
from typing import NamedTuple

from dunning.adapters.form_pages import Part, Row, Table, Tongue, WebForm
from dunning.adapters.providers.hosted_pages import NAMES, origins
from dunning.domain.mandates import hash_of_words
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.plan_mandates import LIVE, PlanMandate
from dunning.entry.pages.asked import Sheet
from dunning.service.authorising import collects
from dunning.service.visiting import Visit

COLLECT, STOP = "collect", "stop-collecting"
"""Names of the forms."""
COLLECTING, LEFT, NOT_BEGUN, STOPPED = (
    "collecting", "collect-left", "collect-not-begun", "collect-stopped",
)  # fmt: skip
SAID = frozenset({COLLECTING, LEFT, NOT_BEGUN, STOPPED})
"""Codes of what is told on top after one of them."""


class Words(NamedTuple):
    """What somebody signs: the sentences, and the days and amounts."""

    text: str
    rows: tuple[tuple[str, str], ...]

    @property
    def hash(self) -> str:
        """Of all of it."""
        return hash_of_words("\n".join((self.text, *(f"{day}: {sum_}" for day, sum_ in self.rows))))


def provider_name(visit: Visit) -> str:
    """What the creditor's provider is called."""
    return NAMES.get(visit.settings.collect_plans, visit.settings.collect_plans)


def words_of(tongue: Tongue, visit: Visit, plan: PaymentPlan) -> Words:
    """The words by which what is left of a plan is collected."""
    rows = tuple((tongue.day(on), tongue.money(sum_, plan.currency)) for on, sum_ in plan.unpaid())
    return Words(tongue.say("collect", "words", provider=provider_name(visit)), rows)


def mandate_of(visit: Visit, plan: PaymentPlan) -> PlanMandate | None:
    """The mandate that stands for a plan."""
    found = (one for one in visit.state.mandates if one.plan == plan.id and not one.over)
    return next(found, None)


def collect_parts(sheet: Sheet, plan: PaymentPlan) -> list[Part]:
    """The sections below a plan in force."""
    visit = sheet.visit
    mandate = mandate_of(visit, plan)
    if mandate is not None and mandate.state == LIVE:
        return [_collected(sheet, plan, mandate)]
    if not collects(visit.settings, plan, visit.today):
        return []
    say, who = sheet.tongue.say, provider_name(visit)
    words = words_of(sheet.tongue, visit, plan)
    nonce = sheet.nonce(COLLECT, plan.id, words.hash)
    button = say("collect", "go_on" if mandate else "button", provider=who)
    form = WebForm(sheet.to(COLLECT), button, hidden=(nonce, ("plan", plan.id)), quiet=True)
    told = say("collect", "choice")
    if mandate is not None:
        told = say("collect", "signed", date=sheet.tongue.day(mandate.on))
    heading = say("collect", "signed_heading" if mandate else "heading")
    return [
        Part(heading, (told,), _table(sheet, words, "table")),
        Part(paragraphs=(words.text, say("collect", "leads", provider=who)), forms=(form,)),
    ]


def _collected(sheet: Sheet, plan: PaymentPlan, mandate: PlanMandate) -> Part:
    """What is collected, and the way to stop it. Signed before it was translated or paid in part,
    it is told in the words of today; those that were signed are known by their hash."""
    say, tongue, who = sheet.tongue.say, sheet.tongue, provider_name(sheet.visit)
    told = [say("collect", "live", date=tongue.day(mandate.on))]
    rows = tuple(
        (tongue.day(one.on), tongue.money(one.amount, plan.currency)) for one in plan.coming
    )
    if not mandate.debits:
        told.append(say("collect", "waits", provider=who))
        rows = words_of(tongue, sheet.visit, plan).rows
    words = Words(say("collect", "words", provider=who), rows)
    form = WebForm(
        sheet.to(STOP),
        say("collect", "stop"),
        hidden=(sheet.nonce(STOP, mandate.id), ("mandate", mandate.id)),
        quiet=True,
    )
    return Part(
        say("collect", "live_heading"),
        (*told, words.text, say("collect", "stop_text")),
        _table(sheet, words, "table_live"),
        forms=(form,),
    )


def form_action(sheet: Sheet) -> str:
    """Where forms of the page may lead: to the provider's page as well, where it is offered."""
    settings = sheet.visit.settings
    if not settings.collect_plans:
        return "'self'"
    leads = origins((settings.collect_plans,), sheet.here.provider_api or None)
    return " ".join(("'self'", *leads))


def told(sheet: Sheet) -> Mapping[str, str] | None:
    """What was done, where it is so."""
    code = sheet.asked.said
    mandates = [mandate_of(sheet.visit, plan) for plan in sheet.visit.state.plans]
    if code not in SAID or (code == STOPPED and any(mandates)):
        return None
    if code == COLLECTING and not any(mandates):
        return None
    return sheet.told(code, provider=provider_name(sheet.visit))


def _table(sheet: Sheet, words: Words, caption: str) -> Table:
    tongue = sheet.tongue
    columns = (tongue.say("plan", "when"), tongue.say("plan", "amount"))
    rows = tuple(Row(day, amount) for day, amount in words.rows)
    return Table(tongue.say("collect", caption), columns, rows)
