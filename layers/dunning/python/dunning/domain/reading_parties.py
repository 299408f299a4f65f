"""Creditors and customers from plain objects: the settings file's and the ledger's.
What every body has, and all other types, are read in `reading`.
"""

import re
from collections.abc import Mapping

from .business_days import NEXT_BUSINESS_DAY, is_code
from .contact.reading_hours import said_of
from .creditor import (
    FIRST_PARTY,
    STANDARD_RULES,
    STATEMENT_ATTACHED,
    STATEMENT_LINK,
    THIRD_PARTY,
    UNKNOWN_RULES,
    Creditor,
)
from .customer import Address, Customer
from .fields import (
    Fields,
    ReadingError,
    clean_text,
    countries,
    names,
    printable,
    sender_address,
)
from .identity import IdentityError, creditor_id
from .postal import letter_address
from .reading_brand import brand_from
from .second_factor import FACTORS

CREDITOR_FIELDS = names(
    "creditor name country time_zone language currency from reply_to bank terms unknown roll"
    " calendar brand contact ses_tenant portal pay_with collect_plans statement"
)
CUSTOMER_FIELDS = names(
    "customer name class segment country region city time_zone language email phone address"
    " policy consents autopay inconvenient"
)
ADDRESS_FIELDS = frozenset({"lines", "postcode", "city", "region", "country"})
CONTACT_FIELDS = frozenset({"party", "ruleset"})
PORTAL_FIELDS = frozenset({"second_factor"})
CUSTOMER_CLASSES = ("consumer", "sole_trader", "business", "public")
LONGEST_TERMS = 3_650
STATEMENTS = (STATEMENT_LINK, STATEMENT_ATTACHED)
PAY_PAGES = ("stripe", "gocardless")
"""Payment providers that have a page to pay on."""
COLLECTS_PLANS = ("gocardless",)
"""Payment providers that collect by mandate."""
_TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_NEUTRAL: tuple[object, ...] = (None, "", "none", "off", False, (), [], {})


def read_creditor(raw: Mapping[str, object], creditor: str | None = None) -> Creditor:
    """A creditor's settings. Raises ReadingError; with `creditor`, the object may name no other."""
    return creditor_from(Fields(raw, CREDITOR_FIELDS), creditor)


def creditor_from(fields: Fields, creditor: str | None) -> Creditor:
    """The settings in an object whose field names have been checked."""
    given = fields.get("contact")
    contact = Fields({} if given is None else given, CONTACT_FIELDS, "contact")
    return Creditor(
        creditor=named_creditor(fields, creditor) or str(fields.need("creditor")),
        name=fields.text("name", 200),
        country=fields.country(),
        time_zone=fields.zone() or "UTC",
        language=fields.language() or "en",
        sender=sender_address(fields.get("from"), "from") if fields.has("from") else None,
        reply_to=(
            sender_address(fields.get("reply_to"), "reply_to") if fields.has("reply_to") else None
        ),
        bank=_bank(fields),
        currency=fields.currency() if fields.has("currency") else None,
        terms_days=_terms(fields),
        roll=_roll(fields),
        calendar=_calendar(fields),
        unknown=fields.one_of("unknown", UNKNOWN_RULES, UNKNOWN_RULES[0]),
        party=contact.one_of("party", (FIRST_PARTY, THIRD_PARTY), FIRST_PARTY),
        ruleset=contact.text("ruleset", 64) or STANDARD_RULES,
        brand=brand_from(fields),
        ses_tenant=_tenant(fields),
        second_factor=_second_factor(fields),
        pay_with=_pay_with(fields),
        collect_plans=_collect_plans(fields),
        statement=fields.one_of("statement", STATEMENTS, STATEMENT_LINK),
    )


def named_creditor(fields: Fields, creditor: str | None) -> str | None:
    """The creditor that an object names; one other than the file's is refused."""
    if not fields.has("creditor"):
        return creditor
    try:
        named = creditor_id(str(fields.get("creditor")).strip())
    except IdentityError as error:
        raise ReadingError("bad_id", "creditor", f"creditor: {error}") from None
    if creditor is not None and named != creditor:
        raise ReadingError(
            "other_creditor",
            "creditor",
            f"this is {creditor}'s; upload what belongs to {named} under its own prefix",
        )
    return named


def _second_factor(fields: Fields) -> str:
    """What the customers' pages ask for besides the link."""
    given = fields.get("portal")
    if given is None:
        return ""
    one = Fields(given, PORTAL_FIELDS, "portal")
    if one.raw.get("second_factor") in _NEUTRAL:
        return ""
    return one.one_of("second_factor", FACTORS)


def _tenant(fields: Fields) -> str:
    """The name of a tenant in SES: letters of ASCII, figures, - and _."""
    name = fields.text("ses_tenant", 64)
    if name and not _TENANT.match(name):
        raise ReadingError(
            "bad_tenant",
            "ses_tenant",
            f"ses_tenant {printable(name)} is no name of a tenant in SES; write its name, of up to"
            " 64 letters, figures, - and _ (not its id or ARN)",
        )
    return name


def _pay_with(fields: Fields) -> tuple[str, ...]:
    """Names of payment providers whose pages there are: one, or a list of them."""
    value = fields.get("pay_with")
    given = [value] if isinstance(value, str) else value
    if given is None:
        return ()
    known = ", ".join(PAY_PAGES)
    if not isinstance(given, list | tuple) or not all(one in PAY_PAGES for one in given):
        raise ReadingError(
            "bad_provider",
            "pay_with",
            f"pay_with {printable(str(value))} is no list of providers; write of: {known}",
        )
    return tuple(dict.fromkeys(given))


def _collect_plans(fields: Fields) -> str:
    """The provider that collects the instalments of plans for whoever asks for it."""
    if fields.get("collect_plans") in _NEUTRAL:
        return ""
    return fields.one_of("collect_plans", COLLECTS_PLANS)


def _bank(fields: Fields) -> dict[str, str]:
    value = fields.get("bank")
    if value is None:
        return {}
    if isinstance(value, str):
        return {"account": clean_text(value, "bank", 200)}
    if not isinstance(value, Mapping) or len(value) > 20:
        raise ReadingError(
            "bad_object", "bank", 'bank is not an object; write {"iban": …, "bic": …, "holder": …}'
        )
    return {clean_text(k, "bank", 40): clean_text(v, "bank", 200) for k, v in value.items()}


def _roll(fields: Fields) -> str:
    """How a due day that is no business day counts: as it stands, or as the next one."""
    value = fields.raw.get("roll")
    if value in _NEUTRAL:
        return ""
    if value is True:
        return NEXT_BUSINESS_DAY
    word = fields.one_of("roll", (NEXT_BUSINESS_DAY, "following", "business_day"))
    return NEXT_BUSINESS_DAY if word else ""


def _calendar(fields: Fields) -> str | None:
    """The calendar of the creditor's business days: a country, or a region in it."""
    if fields.raw.get("calendar") in _NEUTRAL:
        return None
    code = fields.text("calendar", 20).upper()
    if is_code(code) and code[:2] in countries():
        return code
    raise ReadingError(
        "bad_calendar",
        "calendar",
        f"calendar {printable(code)} is not one; write a country as DE, or a region as DE-BY",
    )


def _terms(fields: Fields) -> int | None:
    value = fields.get("terms")
    if value is None:
        return None
    if isinstance(value, Mapping):
        return Fields(value, frozenset({"days"}), "terms").whole("days", 0, LONGEST_TERMS)
    return fields.whole("terms", 0, LONGEST_TERMS)


def customer_from(fields: Fields) -> Customer:
    """A customer in an object whose field names have been checked."""
    addresses = [Address("email", one, "") for one in fields.emails("email")]
    addresses += [Address("voice", one, "") for one in fields.phones("phone")]
    postal, city, region, country, postcode = _postal(fields)
    name = fields.text("name", 200)
    addresses += letter_address(name, postal, fields.get("address"), country)
    return Customer(
        customer=fields.id("customer"),
        name=name,
        customer_class=(fields.one_of("class", CUSTOMER_CLASSES) if fields.has("class") else None),
        segment=fields.text_or_none("segment", 100),
        country=fields.country() or country,
        region=fields.text_or_none("region", 100) or region,
        city=fields.text_or_none("city", 100) or city,
        time_zone=fields.zone(),
        language=fields.language(),
        policy=fields.text_or_none("policy", 64),
        addresses=tuple(addresses),
        postal=postal,
        autopay=bool(fields.flag("autopay")),
        inconvenient=said_of(fields, "inconvenient"),
        postcode=postcode,
    )


def _postal(fields: Fields) -> tuple[tuple[str, ...], str | None, str | None, str | None, str]:
    """Lines of the postal address ready to print; its city, region, country and postcode."""
    value = fields.get("address")
    if value is None:
        return (), None, None, None, ""
    if not isinstance(value, Mapping):
        text = clean_text(value, "address", 500, lines=True)
        lines_of = tuple(line.strip() for line in text.splitlines() if line.strip())
        return lines_of, None, None, None, ""
    parts = Fields(value, ADDRESS_FIELDS, "address")
    given = parts.get("lines")
    lines = given if isinstance(given, list | tuple) else [] if given is None else [given]
    printed = [clean_text(line, "address.lines", 200) for line in lines[:10]]
    city, region = parts.text_or_none("city", 100), parts.text_or_none("region", 100)
    postcode, country = parts.text("postcode", 20), parts.country()
    printed.append(" ".join(part for part in (postcode, city or "") if part))
    printed += [part for part in (region, country) if part]
    return tuple(line for line in printed if line), city, region, country, postcode
