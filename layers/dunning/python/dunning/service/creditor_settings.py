"""A creditor's settings as its file says them: checked, wherever they come from, and shown so that
what is shown can be sent again and says the same. No secret is among them.
"""

import json
from collections.abc import Mapping

from dunning.domain.brand import Brand
from dunning.domain.contact.ruleset import ContactRulesetError
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.reading_parties import read_creditor
from dunning.service.contact_rules import ContactRules
from dunning.service.ports import Settings
from dunning.service.shown import Output


def checked(
    raw: Mapping[str, object], creditor: str, settings: Settings, contact: ContactRules
) -> Creditor:
    """The settings that an object says. Raises ReadingError with the field and how to mend it."""
    read = read_creditor(raw, creditor)
    problem = settings.calendars.problem(read.calendar) if read.calendar else None
    if problem:
        raise ReadingError("bad_calendar", "calendar", f"calendar: {problem}")
    try:
        contact.check_name(read.ruleset)
    except ContactRulesetError as error:
        raise ReadingError("bad_ruleset", "contact.ruleset", str(error)) from None
    return read


def creditor_shown(one: Creditor) -> Output:
    """Settings by the names of their file, with their version."""
    return {"creditor": one.creditor, "version": one.version, "settings": _settings(one)}


def as_file(one: Creditor) -> str:
    """Settings as their file would say them."""
    said = {name: value for name, value in _settings(one).items() if value is not None}
    return json.dumps({"creditor": one.creditor, **said}, ensure_ascii=False, indent=2) + "\n"


def _settings(one: Creditor) -> Output:
    return {
        "name": one.name or None,
        "country": one.country,
        "time_zone": one.time_zone,
        "language": one.language,
        "currency": one.currency,
        "from": one.sender,
        "reply_to": one.reply_to,
        "bank": dict(one.bank) or None,
        "terms": one.terms_days,
        "unknown": one.unknown,
        "roll": one.roll or None,
        "calendar": one.calendar,
        "brand": _brand(one.brand),
        "contact": {"party": one.party, "ruleset": one.ruleset},
        "ses_tenant": one.ses_tenant or None,
        "portal": {"second_factor": one.second_factor} if one.second_factor else None,
        "pay_with": list(one.pay_with) or None,
        "collect_plans": one.collect_plans or None,
        "statement": one.statement,
    }


def _brand(brand: Brand) -> Output:
    """Every part of it has the name that its file gives it."""
    said = {**brand._asdict(), "signature": list(brand.signature) or None}
    return {name: None if value == "" else value for name, value in said.items()}
