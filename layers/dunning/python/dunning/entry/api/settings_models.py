"""Bodies and answers about policies and own words as Pydantic models: shapes alone."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dunning.domain.policy_steps import TONES
from dunning.domain.wordings import FIRST

from .answers import Shown, Text
from .models import Country, Currency

Short = Annotated[str, Field(max_length=500)]
Tone = Literal["friendly", "persuasive", "formal"]


class Given(BaseModel):
    """What is sent: nothing that is not known."""

    model_config = ConfigDict(extra="forbid")


class Source(Given):
    """The text of a file, as it would be uploaded."""

    source: Annotated[str, Field(min_length=1, max_length=350_000)]


class Rollback(Given):
    """Which version is to hold again."""

    to: Annotated[int, Field(ge=1, le=999_999_999)]


class WordingRollback(Given):
    """Which version is to hold again; 0: the shipped words."""

    to: Annotated[int, Field(ge=0, le=999_999_999)]


class Preview(Given):
    """Which message, in which words, to whom."""

    template: Annotated[str, Field(max_length=40)] = FIRST
    tone: Tone = TONES[0]  # type: ignore[assignment]
    version: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Of the words that were published; else the one that holds."
    )
    source: Annotated[str, Field(min_length=1, max_length=350_000)] | None = Field(
        default=None, description="Words that nobody has published yet."
    )
    account: dict[str, Any] | None = Field(
        default=None, description="An account as of `dunning render`; else a usual one."
    )


class BrandGiven(Given):
    """How its messages look, and whom they ask to call."""

    logo: Short | None = None
    logo_width: Annotated[int, Field(ge=16, le=520)] | None = None
    colour: Annotated[str, Field(max_length=20, examples=["#0f5c47"])] | None = None
    signature: list[Annotated[str, Field(max_length=120)]] | None = None
    imprint: Short | None = None
    privacy: Short | None = None
    contact: Annotated[str, Field(max_length=100)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    qr: bool | None = None


class UnderGiven(Given):
    """Whether it collects for itself, and the contact ruleset that holds for it."""

    party: Literal["first", "third"] | None = None
    ruleset: Annotated[str, Field(max_length=64)] | None = None


class PortalGiven(Given):
    """What the customers' pages ask for."""

    second_factor: Annotated[str, Field(max_length=40)] | None = None


class CreditorGiven(Given):
    """A creditor's settings, as its file says them: what is left out is as usual, not as it was."""

    name: Annotated[str, Field(max_length=200)] | None = None
    country: Country | None = None
    time_zone: Annotated[str, Field(max_length=64, examples=["Europe/Dublin"])] | None = None
    language: Annotated[str, Field(max_length=16)] | None = None
    currency: Currency | None = None
    from_: Annotated[str, Field(max_length=254)] | None = Field(default=None, alias="from")
    reply_to: Annotated[str, Field(max_length=254)] | None = None
    bank: dict[str, Annotated[str, Field(max_length=200)]] | None = Field(
        default=None, max_length=20, examples=[{"iban": "DE02120300000000202051"}]
    )
    terms: Annotated[int, Field(ge=0, le=3_650)] | None = None
    unknown: Literal["presume_sent", "ask"] | None = None
    roll: Literal["next_business_day"] | None = None
    calendar: Annotated[str, Field(max_length=20, examples=["DE-BY"])] | None = None
    brand: BrandGiven | None = None
    contact: UnderGiven | None = None
    ses_tenant: Annotated[str, Field(max_length=64)] | None = None
    portal: PortalGiven | None = None
    pay_with: list[Literal["stripe", "gocardless"]] | None = Field(default=None, max_length=10)
    collect_plans: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="The provider that collects instalments, as gocardless"
    )
    statement: Literal["link", "attachment"] | None = None


class CreditorSettings(Shown):
    """A creditor's settings. `settings` may be sent again as they are."""

    creditor: str
    version: int
    settings: CreditorGiven


class Remark(Shown):
    """Something to mend or to look at, at a line of the text."""

    line: int
    field: str
    detail: str


class Taken(Shown):
    """What became of a text: accepted as a version, unchanged, or (a dry run) valid."""

    outcome: Literal["accepted", "unchanged", "valid"]
    version: int = Field(description="The one that holds.")
    warnings: list[Remark] = Field(description="Allowed, and probably not meant.")


class PolicyRow(Shown):
    """A version of the policy file."""

    version: int
    holds: bool
    characters: int


class PolicyVersions(Shown):
    """Versions, the newest first."""

    versions: list[PolicyRow]
    next: int | None = Field(description="`before` of the next page; null: this was the last.")


class PolicyVersion(Shown):
    """A version as it was written, and what is to be said of it."""

    version: int
    holds: bool
    policies: list[str] = Field(description="Their ids.")
    warnings: list[Remark]
    problems: list[Remark] = Field(
        description="What this version of Duecourse would not take any more."
    )
    source: str


class WordingRow(Shown):
    """A version of a file of own words."""

    file: str
    version: int
    holds: bool
    taken: str
    upload: Text = Field(description="The version that the bucket gave it; null: by the API.")
    characters: int


class Wordings(Shown):
    """Files of own words, each as it holds."""

    templates: list[WordingRow]


class WordingVersions(Shown):
    """Versions of a file, the newest first."""

    versions: list[WordingRow]
    next: int | None = Field(description="`before` of the next page; null: this was the last.")


class WordingVersion(WordingRow):
    """A version of a file as it was written."""

    source: str


class Message(BaseModel):
    """A message as it would be sent: a mail's subject, text and html, or a call's speech."""

    model_config = ConfigDict(extra="allow")
    template: str
    text: str
