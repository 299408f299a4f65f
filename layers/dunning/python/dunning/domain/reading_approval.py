"""The bodies of approval and escalation from plain objects: approval, hand_over, hand_back.
Every other type is `reading`'s; whether a body fits the ledger is `answers`'.
"""

import re
from datetime import date

from .approval import ANSWERS, ITEMS, PERSON, RECEIVERS, SCOPES
from .bodies import ApprovalBody, HandBackBody, HandOverBody
from .fields import Fields, ReadingError, names
from .identity import ItemRef
from .policy_steps import CARRIED_CHANNELS, TONES

MOST_ITEMS = 1_000
REF_FIELDS = frozenset({"invoice", "item"})
APPROVAL_FIELDS = names("id proposal outcome by reason drop channel tone charges until")
HAND_OVER_FIELDS = names("id customer to items scope by")
HAND_BACK_FIELDS = names("id customer hand_over by")

_ROLE = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")


def approval(fields: Fields, on: date) -> ApprovalBody:
    """An answer to a proposal."""
    return ApprovalBody(
        on=on,
        id=fields.id("id"),
        proposal=fields.id("proposal"),
        outcome=fields.one_of("outcome", ANSWERS),
        by=_role(fields, "person"),
        reason=fields.text("reason"),
        drop=refs(fields, "drop"),
        channel=fields.one_of("channel", CARRIED_CHANNELS) if fields.has("channel") else None,
        tone=fields.one_of("tone", TONES) if fields.has("tone") else None,
        charges=_charges(fields),
        until=fields.day("until") if fields.has("until") else None,
    )


def hand_over(fields: Fields, on: date) -> HandOverBody:
    """A person or an agency pursues items from now on."""
    return HandOverBody(
        on=on,
        id=fields.id("id"),
        customer=fields.id("customer"),
        to=fields.one_of("to", RECEIVERS, PERSON),
        items=refs(fields, "items"),
        scope=fields.one_of("scope", SCOPES, ITEMS),
        by=_role(fields, ""),
    )


def hand_back(fields: Fields, on: date) -> HandBackBody:
    """What was handed over comes back; without an id, all of it."""
    return HandBackBody(
        on=on,
        id=fields.id("id"),
        customer=fields.id("customer"),
        hand_over=fields.id_or_none("hand_over"),
        by=_role(fields, ""),
    )


def refs(fields: Fields, name: str) -> tuple[ItemRef, ...]:
    """A list of items: invoice, and which item of it (default: the first)."""
    found = []
    for count, raw in enumerate(fields.objects(name, MOST_ITEMS), 1):
        item = Fields(raw, REF_FIELDS, f"{name}.{count}")
        found.append(ItemRef(item.id("invoice"), item.item_or_none() or 1))
    return tuple(found)


def _role(fields: Fields, default: str) -> str:
    """Who answers: a role or an id. Names and addresses have no place in the record."""
    given = fields.text_or_none("by", 64)
    if given is None:
        return default
    if not _ROLE.match(given):
        raise ReadingError(
            "bad_role",
            "by",
            "by is a role or an id (letters, digits, . _ - :), no name and no address: controller",
        )
    return given


def _charges(fields: Fields) -> bool:
    value = fields.get("charges")
    if value in (None, True, "true", "yes"):
        return True
    if value in (False, "false", "no"):
        return False
    raise ReadingError("bad_charges", "charges", "charges is true or false; false sends without")
