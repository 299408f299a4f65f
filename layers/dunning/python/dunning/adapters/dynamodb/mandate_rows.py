"""Mandates to collect a plan as their items, and back. Nothing is read or written here."""

from datetime import date

from dunning.domain.mandates import Debit
from dunning.domain.plan_mandates import PlanMandate

from . import codec, keys
from .models import FactRow

KIND = "mandate"


def mandate_row(account: str, fact: PlanMandate) -> FactRow:
    """The item of a mandate: in the agenda while something is to be done at its provider."""
    row = FactRow(
        account,
        keys.mandate(fact.id),
        kind=KIND,
        id=fact.id,
        on=fact.on.isoformat(),
        state=fact.state,
        reason=fact.why or None,
        at=fact.signed_at,
        instalments=[
            codec.join(one.on.isoformat(), one.amount, _iso(one.told)) for one in fact.debits
        ]
        or None,
        of=codec.join(
            fact.plan,
            fact.provider,
            fact.reference,
            fact.text_hash,
            fact.language,
            fact.source,
            _iso(fact.copy_given),
            _iso(fact.earliest),
            fact.schedule,
            "u" if fact.undone else "",
            "" if fact.due is None else fact.due,
        ),
    )
    if fact.due is not None:
        creditor = keys.creditor_of(account)
        row.apk, row.ask = keys.errands(creditor), keys.agenda_entry(fact.due, account)
    return row


def mandate_of(row: FactRow) -> PlanMandate:
    """The mandate behind an item."""
    plan, provider, reference, words, language, source, copy, earliest, schedule, undone, due = (
        codec.split(row.of or "")
    )
    debits = (codec.split(text) for text in row.instalments or ())
    return PlanMandate(
        row.id,
        date.fromisoformat(row.on),
        plan,
        provider,
        None if row.at is None else int(row.at),
        words,
        language,
        source,
        reference,
        _day(copy),
        _day(earliest),
        row.state or "",
        row.reason or "",
        tuple(
            Debit(date.fromisoformat(on), int(amount), _day(told)) for on, amount, told in debits
        ),
        schedule,
        bool(undone),
        int(due) if due else None,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
