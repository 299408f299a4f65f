"""Why, and why not: an account's timeline from its own records, and the plan that held on a day.
Reads the ledger's ports alone; the wording of reasons is the domain's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from functools import partial
from typing import Any

from dunning.domain import history
from dunning.domain.account import Account, Plan
from dunning.domain.behaviour import Standing
from dunning.domain.calendar import instant, iso_instant, local_day
from dunning.domain.charges.telling import charge_sentence
from dunning.domain.experiments import Assigned
from dunning.domain.explaining import explain
from dunning.domain.facts import Awaiting
from dunning.domain.gates import Gates
from dunning.domain.history import Attempt, Record
from dunning.domain.money import format_amount
from dunning.domain.policy import Rulebook
from dunning.domain.posting import CREDIT_NOTES, LEDGER, PostingKey
from dunning.domain.reasons import (
    CHOSEN,
    PLAN_ENDS,
    PROMISE_ENDS,
    TELLING,
    sentence,
    what_was_needed,
)
from dunning.domain.telling_words import what as what_is_told
from dunning.service import why_approval
from dunning.service.ports import Ledger, Settings
from dunning.service.why_contact import ContactTold
from dunning.service.why_then import Then

Output = dict[str, Any]

ATTEMPTS = {
    history.SENT: "notice {serial}, attempt {attempt}, left by {channel}: {items}",
    history.RELEASED: "notice {serial} did not leave by {channel} ({detail}) and is tried again",
    history.REJECTED: "notice {serial} was refused by {channel} for good ({detail})",
    history.UNKNOWN: "whether notice {serial} left by {channel} is unknown",
}
SETTLED = {
    history.SENT: "it is known by now that notice {id} left",
    history.RELEASED: "it is known by now that notice {id} did not leave",
    history.REJECTED: "it is known by now that notice {id} was refused",
    history.NOT_SENT: "a person said that notice {id} did not leave",
    history.PRESUMED_SENT: "nothing was heard of notice {id} for a day: it is presumed sent",
    history.ASKED: "nothing was heard of notice {id} for a day: a person is asked",
}


@dataclass(frozen=True, slots=True)
class Why:
    """The story of one account."""

    ledger: Ledger
    gates: Gates

    settings: Settings | None = None
    """Where the creditor's rules are read, to explain what they said."""

    def timeline(
        self, creditor: str, customer: str, invoice: str | None = None
    ) -> Iterator[Output]:
        """Each record, oldest first, with the plan that it ended; last what stands now. With an
        invoice: only records that are about it."""
        contact = self._contact(creditor)
        account = self.ledger.account_key(creditor, customer)
        state = self.ledger.read(creditor, account)
        if state is None:
            return
        numbers = self._with_charges(creditor, account, invoice) if invoice else frozenset()
        for record in self.ledger.history(creditor, account):
            if invoice is None or any(
                self._is_about(creditor, account, record, number, state) for number in numbers
            ):
                yield _told(creditor, customer, record, contact)
        for fact in state.awaiting:
            if invoice in (None, fact.invoice):
                yield self._waiting(creditor, customer, account, fact)
        yield {
            "creditor": creditor,
            "customer": customer,
            "kind": "NOW",
            **_plan("plan", state.head.plan, contact),
        }

    def _contact(self, creditor: str) -> ContactTold:
        """What explains the codes of this creditor's contact rules."""
        settings = self.settings
        if settings is None:
            return ContactTold(self.gates)
        source = partial(settings.contact_rules_source, creditor)
        return ContactTold(self.gates, settings.rulebook(creditor), source)

    def _waiting(self, creditor: str, customer: str, account: str, fact: Awaiting) -> Output:
        """Money that waits for an invoice, and whether that will ever come here."""
        owner = self.ledger.account_of_invoice(creditor, fact.invoice)
        posting = self.ledger.posting(creditor, account, fact.posting)
        amount = format_amount(fact.amount, posting.currency) if posting else str(fact.amount)
        currency = f" {posting.currency}" if posting else ""
        of_another = owner not in (None, account)
        why = "is of another customer" if of_another else "is not known of this customer yet"
        return {
            "creditor": creditor,
            "customer": customer,
            "kind": "WAITING",
            "id": fact.posting.id,
            "invoice": fact.invoice,
            "amount": amount,
            "sentence": f"{amount}{currency} of {fact.posting.id} is on account for invoice"
            f" {fact.invoice}, which {why}",
        }

    def on_day(
        self,
        creditor: str,
        customer: str,
        day: date,
        rulebook: Rulebook,
        invoice: str | None = None,
    ) -> Iterator[Output]:
        """Why the account was, or was not, reminded on a day: from the first record after that
        day, whose ended plan held on it, else from HEAD; then item by item, of a day that is over
        as the record tells it. With an invoice: only its items."""
        account = self.ledger.account_key(creditor, customer)
        state = self.ledger.read(creditor, account)
        if state is None:
            return
        zone = state.zone(rulebook.creditor)
        held: Plan | None = None
        source: int | str = "HEAD"
        sent: list[Record] = []
        records = list(self.ledger.history(creditor, account))
        for record in records:
            its_day = local_day(record.at, zone)
            if its_day == day and record.kind == history.ATTEMPT:
                sent.append(record)
            if its_day > day:
                held, source = record.ended, record.seq
                break
        plan = held or state.head.plan
        contact = replace(self._contact(creditor), rulebook=rulebook)
        answer: Output = {
            "creditor": creditor,
            "customer": customer,
            "on": day.isoformat(),
            "reminded": any(
                record.code == history.SENT and record.attempt and not record.attempt.tells
                for record in sent
            ),
            "attempts": [_told(creditor, customer, record, contact) for record in sent],
            "reason": plan.reason,
            "detail": plan.detail,
            "planned_at": None if plan.at is None else iso_instant(plan.at),
            "channel": plan.channel,
            "since": iso_instant(plan.since),
            "sentence": sentence(plan.reason, plan.detail),
            "needed": what_was_needed(plan.reason),
            "read_from": source,
            **_beside(plan),
            **contact.plan(plan),
        }
        yield answer
        if held is not None:
            then = Then(self.ledger, creditor, account, state, day, zone, held, records)
            yield from then.items(invoice)
        else:
            hour = max((policy.send_at for policy in rulebook.policies), default=time(9))
            now = max(plan.since, instant(day, hour, zone))
            yield from self._items(creditor, customer, state, rulebook, invoice, now, contact)

    def _items(
        self,
        creditor: str,
        customer: str,
        state: Account,
        rulebook: Rulebook,
        invoice: str | None,
        now: int,
        contact: ContactTold,
    ) -> Iterator[Output]:
        """What holds each item that is open now, by the policies of now: nothing has come since."""
        for one in explain(state, rulebook, now, self.gates):
            ref = one.ref
            item = state.item(ref)
            if item is None or not (invoice is None or item.concerns(invoice)):
                continue
            yield {
                "creditor": creditor,
                "customer": customer,
                "kind": "ITEM",
                "invoice": ref.invoice,
                "item": ref.item,
                "due": item.due.isoformat(),
                "open": format_amount(item.open, item.currency),
                "policy": one.policy or None,
                "policy_because": CHOSEN.get(one.chosen_by, one.chosen_by),
                "policy_version": rulebook.version,
                "reason": one.code,
                "reasons": list(one.codes),
                "until": one.until or None,
                "sentence": sentence(one.code, one.detail or str(ref)),
                "needed": what_was_needed(one.code),
                **contact.plan(Plan(None, None, one.code, one.detail)),
            }

    def _with_charges(self, creditor: str, account: str, invoice: str) -> frozenset[str]:
        """An invoice and the documents of what notices have charged on it."""
        return frozenset(
            one.number
            for one in self.ledger.invoices(creditor, account)
            if any(charge.parent.invoice == invoice for charge in one.charges)
        ).union((invoice,))

    def _is_about(
        self, creditor: str, account: str, record: Record, invoice: str, state: Account
    ) -> bool:
        if record.attempt is not None:
            refs = [one.ref for one in record.attempt.said]
            refs += [one.ref for one in record.attempt.charges]
            return any(ref.invoice == invoice for ref in refs)
        ended = partial(self.ledger.ended, creditor, account)
        about = why_approval.is_about(record, invoice, state, ended)
        if about is not None or record.kind != history.FACT:
            return bool(about)
        if record.code in ("invoice", history.AMENDED):
            return record.id == invoice
        source = CREDIT_NOTES if record.code == "credit_note" else LEDGER
        key = PostingKey(source, record.id)
        if any(f.posting == key and f.invoice == invoice for f in state.awaiting):
            return True
        posting = self.ledger.posting(creditor, account, key)
        return posting is not None and any(a.ref.invoice == invoice for a in posting.allocations)


def _told(creditor: str, customer: str, record: Record, contact: ContactTold) -> Output:
    told: Output = {
        "creditor": creditor,
        "customer": customer,
        "seq": record.seq,
        "at": iso_instant(record.at),
        "kind": record.kind,
        "code": record.code,
        "id": record.id,
        "sentence": _sentence(record),
    }
    if record.detail:
        told["detail"] = record.detail
    if record.attempt is not None:
        told["attempt"] = _attempt(record.attempt)
        allowed = contact.attempt(record.attempt.ruleset)
        if allowed:
            told["attempt"]["contact"] = allowed
            told["sentence"] += f"; {allowed['sentence']}"
    return {**told, **_plan("ended", record.ended, contact)}


def _sentence(record: Record) -> str:
    if record.kind == history.FACT:
        done = "was amended" if record.code == history.AMENDED else "was recorded"
        what = "invoice" if record.code == history.AMENDED else record.code.replace("_", " ")
        said = " ".join(part for part in (what, record.id, done) if part)
        return f"{said}: {record.detail}" if record.detail else said
    if record.kind == history.ATTEMPT and record.attempt is not None:
        items = ", ".join(f"{said.ref} to level {said.level}" for said in record.attempt.said)
        if record.attempt.tells:
            items = what_is_told(record.attempt.tells)
        for charge in record.attempt.charges:
            items += f"; {charge_sentence(charge, record.attempt.currency)}"
        if mine := Assigned.of(record.attempt.variant):
            items += f"; {mine.sentence}"
        return ATTEMPTS.get(record.code, record.code).format(
            serial=record.attempt.serial,
            attempt=record.attempt.attempt,
            channel=record.attempt.channel,
            items=items,
            detail=record.detail or "no word why",
        )
    asked = why_approval.told(record)
    if asked is not None:
        return asked
    if record.kind == history.SETTLED:
        return SETTLED.get(record.code, record.code).format(id=record.id)
    if record.kind == history.PARKED:
        return sentence("PARKED", record.code)
    if record.kind in (history.PAYMENT_PLAN, history.PROMISE):
        ends = {**PLAN_ENDS, **PROMISE_ENDS}
        said = ends.get(record.code, record.code).format(detail=record.id)
        return f"{said} ({record.detail})" if record.detail else said
    if record.kind == history.REDRIVEN:
        return "a person put the account back on the agenda"
    if record.kind == history.LINKS_REVOKED:
        return "the links in all messages so far were revoked"
    return f"the plan was made anew: {sentence(record.code)}"


def _attempt(attempt: Attempt) -> Output:
    return {
        "notice": attempt.serial,
        "attempt": attempt.attempt,
        "channel": attempt.channel,
        "currency": attempt.currency,
        "policy": attempt.policy,
        "policy_version": attempt.version,
        "ruleset": attempt.ruleset,
        "template": attempt.template,
        "tone": attempt.tone,
        "tone_because": _standing(attempt.standing),
        **({"tells": attempt.tells} if attempt.tells else {}),
        "message_id": attempt.message_id,
        **_variant(attempt),
        "said": [
            {
                "invoice": said.ref.invoice,
                "item": said.ref.item,
                "level": said.level,
                "open": format_amount(said.open, attempt.currency),
            }
            for said in attempt.said
        ],
        "charges": [
            {
                "charge": one.what,
                "mode": one.mode,
                "amount": format_amount(one.amount, attempt.currency),
                "invoice": one.ref.invoice,
                "item": one.ref.item,
                "level": one.level,
                "basis": one.basis,
                "sentence": charge_sentence(one, attempt.currency),
            }
            for one in attempt.charges
        ],
    }


def _variant(attempt: Attempt) -> Output:
    """What the notice was in an experiment, where it was in one."""
    mine = Assigned.of(attempt.variant)
    return {"experiment": {**mine._asdict(), "sentence": mine.sentence}} if mine else {}


def _standing(standing: Standing | None) -> Output | None:
    """What a tone followed from, where it was by behaviour."""
    return {**standing._asdict(), "sentence": standing.sentence} if standing else None


def _plan(name: str, plan: Plan, contact: ContactTold) -> Output:
    return {
        name: {
            "reason": plan.reason,
            "detail": plan.detail,
            "sentence": sentence(plan.reason, plan.detail),
            "at": None if plan.at is None else iso_instant(plan.at),
            "channel": plan.channel,
            "since": iso_instant(plan.since),
            **_beside(plan),
            **contact.plan(plan),
        }
    }


def _beside(plan: Plan) -> Output:
    """What is told beside the ladder at the plan's instant, where anything is."""
    if not plan.tells:
        return {}
    return {"tells": {"what": plan.tells, "sentence": sentence(TELLING, plan.tells)}}
