"""What is asked of the contact rules: one attempt, and all that is known of whom it goes to.
Values only. None is *unknown* everywhere, and each rule says what unknown means to it.
"""

from dataclasses import dataclass
from datetime import date

VOICE, SMS, EMAIL, LETTER, TASK = "voice", "sms", "email", "letter", "task"
CHANNELS = (EMAIL, VOICE, SMS, LETTER, TASK)
SPOKEN = frozenset({VOICE, SMS})
"""Channels that ring at a person: what is unknown denies them."""
REMINDER, MARKETING, TERMINATION = "reminder", "marketing", "termination_notice"
PURPOSES = (REMINDER, MARKETING, TERMINATION)
CONSUMER, SOLE_TRADER, BUSINESS, PUBLIC = "consumer", "sole_trader", "business", "public"
CLASSES = (CONSUMER, SOLE_TRADER, BUSINESS, PUBLIC)
MOBILE, LANDLINE, VOIP, TOLL_FREE, OTHER_LINE = "mobile", "landline", "voip", "toll_free", "other"
LINE_TYPES = (MOBILE, LANDLINE, VOIP, TOLL_FREE, OTHER_LINE)
HOME, WORK, ELSEWHERE = "home", "work", "elsewhere"
RINGS_AT = (HOME, WORK, ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number, and where the numbering plan says it may be. `zones` is empty where the
    number tells nothing of a place: toll-free, or of a whole calling code."""

    e164: str
    country: str | None = None
    regions: tuple[str, ...] = ()
    """Of the country, as US-MA: the state that the area code is given to."""
    zones: tuple[str, ...] = ()
    line_type: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to, in which words, from when, and until they took it back.
    `more_calls`: it says that more calls than the usual may be made (12 CFR 1006.14(b)(3)(i))."""

    channel: str
    text: str = ""
    at: int | None = None
    revoked_at: int | None = None
    more_calls: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact that was made or tried. `connected` False: busy, or not in service; a call that
    rang out is connected. `inbound`: the person called."""

    channel: str
    at: int
    connected: bool | None = None
    conversation: bool | None = None
    debt: str | None = None
    inbound: bool = False
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason of law or of ours not to contact somebody, from `at` (None: always) up to and
    including the day `until`, or up to the instant `ends`; without either it has no end."""

    kind: str
    at: int | None = None
    until: date | None = None
    ends: int | None = None
    in_window: bool | None = None
    """Of a dispute: whether it came within the validation period."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """A channel, or one address on it, that may not be used; without a channel: none may."""

    channel: str | None = None
    address: str | None = None
    reason: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Inconvenient:
    """Hours that the person said are inconvenient: seconds of the local day, on these weekdays
    (0 is Monday)."""

    start: int
    end: int
    weekdays: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Content:
    """What the message holds. None: not known here."""

    promotional: bool | None = None
    opt_out: bool | None = None
    postal_address: bool | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to reach one person about one debt. A list that is None is not known, and is
    not the same as an empty one."""

    channel: str
    number: Number | None = None
    email: str | None = None
    country: str | None = None
    region: str | None = None
    """As US-MA or DE-BY."""
    city: str | None = None
    time_zone: str | None = None
    """What the person said, or what is known of where they are."""
    customer_class: str | None = None
    purpose: str | None = None
    first_party: bool | None = None
    debt: str | None = None
    consents: tuple[Consent, ...] | None = None
    history: tuple[Contact, ...] | None = None
    holds: tuple[Hold, ...] | None = None
    suppressions: tuple[Suppression, ...] | None = None
    inconvenient: tuple[Inconvenient, ...] = ()
    line_type: str | None = None
    rings_at: str | None = None
    address_source: str | None = None
    contact_is_guarantor: bool | None = None
    amount: int | None = None
    """Minor units of the debt."""
    currency: str | None = None
    days_overdue: int | None = None
    bot: bool = True
    """Whether a machine speaks, in a call."""
    content: Content = Content()

    @property
    def line(self) -> str | None:
        """The kind of line: as said, else as the numbering plan tells it."""
        return self.line_type or (self.number.line_type if self.number else None)

    @property
    def purposes(self) -> frozenset[str]:
        """What the message is for; one promotional sentence makes it marketing too."""
        said = {self.purpose or REMINDER}
        return frozenset(said | {MARKETING}) if self.content.promotional else frozenset(said)
