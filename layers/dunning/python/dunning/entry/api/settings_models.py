"""Bodies and answers about policies and own words as Pydantic models: shapes alone."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dunning.domain.policy_steps import TONES
from dunning.domain.wordings import FIRST

from .answers import Shown, Text

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
