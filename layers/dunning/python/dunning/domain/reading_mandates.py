"""Mandates to collect a plan from plain objects: signed in which words, where, and what became of
them. Whether the plan is there, and what follows, is `mandate_entries`'.
"""

import re
from dataclasses import replace
from datetime import date

from .bodies import MandateBody
from .fields import Fields, ReadingError, names, printable
from .mandate_entries import SAID
from .mandates import hash_of_words
from .plan_mandates import API, LIVE, SIGNED, SOURCES
from .reading_consents import LONGEST_WORDS, instant_or_none
from .reading_parties import COLLECTS_PLANS

MANDATE_FIELDS = names(
    "id customer plan provider state reference signed_at text text_sha256 language source"
    " copy_given reason"
)
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_CODE = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")


def mandate(fields: Fields, on: date) -> MandateBody:
    """A word on a mandate in an object whose field names have been checked. Raises ReadingError."""
    state = fields.one_of("state", SAID, SIGNED)
    body = MandateBody(
        on=on,
        id=fields.id("id"),
        customer=fields.id("customer"),
        state=state,
        source=fields.one_of("source", SOURCES, API),
        reference=fields.id_or_none("reference") or "",
        reason=_reason(fields),
    )
    if state != SIGNED:
        if state == LIVE:
            fields.need("reference")
        return body
    signed_at = instant_or_none(fields, "signed_at")
    if signed_at is None:
        raise ReadingError(
            "missing", "signed_at", "signed_at is missing; say when the customer signed it"
        )
    return replace(
        body,
        plan=fields.id("plan"),
        provider=fields.one_of("provider", COLLECTS_PLANS),
        signed_at=signed_at,
        text_hash=_words(fields),
        language=fields.language() or "",
        copy_given=fields.day("copy_given") if fields.has("copy_given") else None,
    )


def _words(fields: Fields) -> str:
    """The hash of the words that were signed: given, or of the words themselves (which are not
    kept)."""
    given = fields.text("text_sha256", 64).lower()
    if given:
        if not _HASH.match(given):
            raise ReadingError(
                "bad_hash",
                "text_sha256",
                f"text_sha256 {printable(given)} is no SHA-256; write its 64 hexadecimal figures",
            )
        return given
    fields.need("text")
    return hash_of_words(fields.text("text", LONGEST_WORDS))


def _reason(fields: Fields) -> str:
    reason = fields.text("reason", 64)
    if reason and not _CODE.match(reason):
        raise ReadingError(
            "bad_code", "reason", "reason is a code of letters, digits and . _ : -, no free text"
        )
    return reason
