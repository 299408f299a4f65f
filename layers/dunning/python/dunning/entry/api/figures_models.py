"""Bodies and answers of reports and simulations as Pydantic models: shapes alone."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from dunning.service.cell_simulations import CURRENT, MOST_ACCOUNTS, MOST_DAYS

from .answers import Shown
from .models import Id
from .settings_models import Given

Days = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?$",
        description="A day, or D1..D2: every day from D1 to D2",
        examples=["2026-12-01..2026-12-31"],
    ),
]


class PolicyText(Given):
    """Policies to play: the text of a file, or (left out) those that hold."""

    name: Annotated[str, Field(min_length=1, max_length=64)] = CURRENT
    source: Annotated[str, Field(min_length=1, max_length=350_000)] | None = None


class Simulate(Given):
    """What to play over the book as it stands, from today on."""

    runs: list[Days] = Field(min_length=1, max_length=MOST_DAYS)
    policies: list[PolicyText] = Field(
        default_factory=lambda: [PolicyText()],
        min_length=1,
        max_length=2,
        description="Of two, what the second does otherwise than the first is told as well.",
    )
    customers: list[Id] = Field(
        default_factory=list, max_length=MOST_ACCOUNTS, description="None: the whole book"
    )
    explain: bool = Field(default=False, description="Also say why other items wait.")
    summary: bool = Field(default=False, description="Also say what it comes to.")
    gates: Literal["none", "default", "standard", "us-federal"] = Field(
        default="none", description="Contact rules, as of `dunning simulate --gates`"
    )


class Simulated(Shown):
    """Lines as `dunning simulate` prints them."""

    lines: list[dict[str, Any]]


class Report(BaseModel):
    """A report's rows, as `dunning report` prints them."""

    report: str
    creditor: str
    as_of: date
    told_since: int = Field(
        description="Documents of a past day that were told or amended after it: they count by"
        " their last word"
    )
    rows: list[dict[str, Any]]
