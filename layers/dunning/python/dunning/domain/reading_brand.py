"""The `brand` of creditor.json: logo, colour, signature, imprint, whom to call. Refuses what could
not be read, or not be reached. What a brand is: `brand`.
"""

import re
from urllib.parse import urlsplit

from .brand import INK, LEAST_CONTRAST, PAPER, USUAL_COLOUR, Brand, contrast, readable, towards
from .fields import Fields, ReadingError, clean_text, names, printable

BRAND_FIELDS = names("logo logo_width colour signature imprint privacy contact phone qr")
LONGEST_URL = 500
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")


def brand_from(fields: Fields) -> Brand:
    """The brand in a creditor's settings; what they do not say is as usual."""
    given = fields.get("brand")
    if given is None:
        return Brand()
    one = Fields(given, BRAND_FIELDS, "brand")
    return Brand(
        logo=_address(one, "logo"),
        logo_width=one.whole("logo_width", 16, 520) if one.has("logo_width") else 160,
        colour=_colour(one),
        signature=_signature(one),
        imprint=one.text("imprint", 500),
        privacy=_address(one, "privacy"),
        contact=one.text("contact", 100),
        phone=_phone(one),
        qr=True if one.get("qr") is None else bool(one.flag("qr")),
    )


def _colour(one: Fields) -> str:
    if not one.has("colour"):
        return USUAL_COLOUR
    colour = one.text("colour", 20).lower()
    if not _COLOUR.match(colour):
        raise ReadingError(
            "bad_colour",
            "brand.colour",
            f"brand.colour {printable(colour)} is no colour; write it as #0f5c47",
        )
    if not readable(colour):
        raise ReadingError(
            "low_contrast",
            "brand.colour",
            f"brand.colour {colour} has a contrast of {contrast(colour, PAPER):.1f} on the paper of"
            f" a mail, and text needs {LEAST_CONTRAST}; {towards(colour, INK, PAPER)} is near it"
            " and can be read",
        )
    return colour


def _address(one: Fields, name: str) -> str:
    """An https address in ASCII."""
    address = one.text(name, LONGEST_URL)
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    if not good or not address.isascii() or any(sign in address for sign in " \"'<>\\"):
        raise ReadingError(
            "bad_url",
            f"brand.{name}",
            f"brand.{name} is not an address that a mail can name; write it as https://…, in ASCII",
        )
    return address


def _signature(one: Fields) -> tuple[str, ...]:
    value = one.get("signature")
    if value is None:
        return ()
    lines = value if isinstance(value, list | tuple) else str(value).splitlines()
    if len(lines) > 6:
        raise ReadingError(
            "too_long", "brand.signature", "brand.signature has more than 6 lines; shorten it"
        )
    found = (clean_text(line, "brand.signature", 120) for line in lines)
    return tuple(line for line in found if line)


def _phone(one: Fields) -> str:
    number = re.sub(r"[ ()./-]", "", one.text("phone", 40))
    if number and not _E164.match(number):
        raise ReadingError(
            "bad_phone",
            "brand.phone",
            "brand.phone is read aloud to people who call back; write it as +35315551234",
        )
    return number
