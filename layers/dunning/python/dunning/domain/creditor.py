"""The legal entity that is owed: brand, sender, zone, terms, and its rule for unknown sends.
No policies (policy) and no storage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .brand import NO_BRAND, Brand
from .experiments import Stopped

DEFAULT_SHARDS = 4
UNKNOWN_RULES = ("presume_sent", "ask")
FIRST_PARTY, THIRD_PARTY = "first", "third"
STATEMENT_LINK, STATEMENT_ATTACHED = "link", "attachment"
STANDARD_RULES = "standard"


class OwnRules(NamedTuple):
    """A creditor's own contact rules: the text of its contact.toml, and which version of it."""

    version: int = 0
    """0: it has none."""
    source: str = ""


NO_OWN_RULES = OwnRules()


@dataclass(frozen=True, slots=True)
class Creditor:
    """A creditor's settings, as `config/{creditor}/creditor.json` gives them."""

    creditor: str
    name: str = ""
    country: str | None = None
    time_zone: str = "UTC"
    language: str = "en"
    sender: str | None = None
    """The From address of its mails ("from" in the file)."""
    reply_to: str | None = None
    bank: Mapping[str, str] = field(default_factory=dict)
    terms_days: int | None = None
    roll: str = ""
    """next_business_day: a due day that is none counts as the next one, for steps and interest."""
    calendar: str | None = None
    """Its business days, as DE or DE-BY; else those of its country."""
    currency: str | None = None
    """The currency of files that name none."""
    unknown: str = "presume_sent"
    """What settles a send whose result stays unknown for 24 h: presume_sent, or ask a person."""
    shards: int = DEFAULT_SHARDS
    """Agenda shards in use now; accounts keep the shard they were given."""
    shards_ever: int = DEFAULT_SHARDS
    """The most shards ever used: the sweep reads 0 .. this - 1."""
    version: int = 0
    party: str = FIRST_PARTY
    """first: it reminds of what is owed to itself; third: it collects for others."""
    ruleset: str = STANDARD_RULES
    """The contact ruleset that holds where it has no contact.toml of its own."""
    brand: Brand = NO_BRAND
    """How its messages look, and whom they ask to call."""
    statement: str = STATEMENT_LINK
    """Whether its mails lead to the statement alone, or carry it as a PDF as well."""
    pay_with: tuple[str, ...] = ()
    """Payment providers on whose pages its customers can pay, in the order in which they are
    offered; none: by transfer alone."""
    collect_plans: str = ""
    """The payment provider by which customers may have a plan's instalments collected, if they
    like; empty: nobody is asked."""
    ses_tenant: str = ""
    """Its tenant in SES, with a reputation and pauses of its own; empty: the account's."""
    second_factor: str = ""
    """What the customers' pages ask for before they show an amount (`second_factor.FACTORS`);
    empty: the link alone opens them."""
    stopped: tuple[Stopped, ...] = ()
    """Variants of experiments that a guard stopped; no file says so, and none takes it back."""

    def following(self, known: "Creditor | None") -> "Creditor":
        """These settings as they are kept after those known: accounts stay in the shard they were
        given, so a shard that was ever used is swept for good."""
        before = known.shards_ever if known else 0
        version = known.version + 1 if known else 1
        shards_ever = max(self.shards, self.shards_ever, before)
        stopped = known.stopped if known else ()
        return replace(self, shards_ever=shards_ever, version=version, stopped=stopped)

    def stopping(self, one: Stopped) -> "Creditor | None":
        """These settings with a further variant stopped; None where it is already. When what is due
        does not change with it, so neither does the version."""
        if any(known[:2] == one[:2] for known in self.stopped):
            return None
        return replace(self, stopped=(*self.stopped, one))
