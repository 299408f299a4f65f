"""Routes of what is reckoned from a book: reports, and what policies would do."""

import json
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from dunning.domain.fields import ReadingError
from dunning.service.cell_reports import table
from dunning.service.cell_simulations import MOST_DAYS, Wanted
from dunning.service.simulate import days_between

from . import figures_models as shapes
from .asking import Asked, known

AS_OF = (
    "Today, in the creditor's zone, or a past day: of that aging, dso, cei and payment-rates, by"
    " days of issue and value dates"
)
CSV, JSON = "text/csv", "application/json"
REPORT: Any = {
    200: {
        "description": "The report's rows",
        "content": {JSON: {"model": shapes.Report}, CSV: {"schema": {"type": "string"}}},
    }
}


def reports(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """Figures of the book as it stands today, or stood at a past day's end."""

    @app.get("/reports/<name>", tags=["reports"], responses=REPORT)
    def get_report(
        name: Annotated[
            str,
            Path(
                description="aging, dso, cei, delinquents, plans, promises, payment-rates,"
                " effectiveness, experiments"
            ),
        ],
        as_of: Annotated[date | None, Query(description=AS_OF)] = None,
        days: Annotated[
            int | None, Query(ge=1, le=3_650, description="dso and cei 90, effectiveness 14")
        ] = None,
        format: Annotated[
            Literal["json", "csv"] | None, Query(description="Else what Accept says, else JSON")
        ] = None,
    ) -> Response[str]:
        """A report, as `dunning report` prints it. As CSV, what stands within another figure is a
        column of its own."""
        creditor, door = asked.mine(), asked.door()
        book = door.rulebook(creditor)
        found = known(door.figures().report(unquote(name), book, door.now(), as_of, days))
        if format == "csv" or (format is None and CSV in asked.header("accept")):
            named = f'attachment; filename="{unquote(name)}-{found.as_of.isoformat()}.csv"'
            headers = {"Content-Disposition": named}
            return Response(200, f"{CSV}; charset=utf-8", table(found.rows), headers)
        told = {
            "report": unquote(name),
            "creditor": creditor,
            "as_of": found.as_of.isoformat(),
            "told_since": found.told_since,
            "rows": found.rows,
        }
        return Response(200, JSON, json.dumps(told, ensure_ascii=False))


def simulations(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """What would be sent."""

    @app.post("/simulations", tags=["simulations"])
    def post_simulation(body: shapes.Simulate) -> shapes.Simulated:
        """Who would hear what on which day, if nothing is paid and nothing changes meanwhile: from
        the book as it stands, under the policies that hold or others. Nothing is sent or stored."""
        creditor, door = asked.mine(), asked.door()
        wanted = Wanted(
            tuple((one.name, one.source) for one in body.policies),
            _days(body.runs),
            tuple(body.customers),
            body.explain,
            body.summary,
        )
        book = door.rulebook(creditor)
        lines = door.figures().simulated(book, wanted, body.gates, door.now())
        return shapes.Simulated(lines=[dict(line) for line in lines])


def _days(runs: list[str]) -> tuple[date, ...]:
    """The days of a list in which D1..D2 stands for every day from D1 to D2."""
    days: set[date] = set()
    for text in runs:
        first, dots, last = text.partition("..")
        try:
            start = date.fromisoformat(first)
            end = date.fromisoformat(last) if dots else start
        except ValueError:
            raise ReadingError("bad_date", "runs", f"runs: {text} is no day there is") from None
        if not 0 <= (end - start).days <= MOST_DAYS:
            said = f"runs: {text} ends before it begins, or is longer than {MOST_DAYS} days"
            raise ReadingError("bad_span", "runs", said)
        days.update(days_between(start, end))
    return tuple(sorted(days))
