"""What a simulation comes to, as tables for a person at a terminal.
Figures are read from the lines of the use case; none is computed here.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from rich.console import Console
from rich.table import Table

from dunning.service.simulated_lines import Output

MOST_DIFFERENCES = 40
"""Lines of differences that a table shows; `--format json` has all of them."""
MOST_REASONS = 8


def show(lines: Iterable[Output], console: Console | None = None) -> None:
    """Print summaries side by side, then what is different. Lines of single runs are left out."""
    out = console or Console(soft_wrap=True, highlight=False, markup=False)
    summaries: list[Mapping[str, Any]] = []
    shown = hidden = 0
    differing = _table("What is different", "customer", "item", "change", "days", "first", "second")
    compared: Mapping[str, Any] | None = None
    for line in lines:
        if "summary" in line:
            summaries.append(line)
        elif "comparison" in line:
            compared = line
        elif "difference" in line:
            if shown < MOST_DIFFERENCES:
                differing.add_row(*_difference(line))
                shown += 1
            else:
                hidden += 1
    out.print(_summaries(summaries))
    out.print(_reasons(summaries))
    if compared is None:
        return
    out.print(_comparison(compared))
    if shown:
        out.print(differing)
    if hidden:
        out.print(f"... and {hidden} more; --format json has them all")


def _summaries(summaries: list[Mapping[str, Any]]) -> Table:
    table = _table("What it comes to", "", *(one["summary"] for one in summaries))
    columns = [list(_figures(one)) for one in summaries]
    names = list(dict.fromkeys(name for name, _ in chain.from_iterable(columns)))
    for name in names:
        table.add_row(name, *(dict(column).get(name, "0") for column in columns))
    return table


def _figures(one: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    per, silent = one["contacts_per_customer"], one["never_reached"]
    late, spans = one["days_late_at_first_notice"], one["first_to_last_days"]
    yield "runs", f"{one['runs']}, {one['first_run']} to {one['last_run']}"
    yield "notices", str(one["notices"])
    for channel, count in one["notices_by_channel"].items():
        yield f"  by {channel}", str(count)
    if one["told"]:
        yield "told beside the ladder", str(sum(one["told"].values()))
    for kind, count in one["told"].items():
        yield f"  {kind}", str(count)
    yield "calls", str(one["calls"])
    yield "contacts per customer", f"{per['mean']} on average, {per['most']} at most"
    yield "customers reached", f"{one['reached']} of {one['customers']}"
    why = ", ".join(f"{reason} {count}" for reason, count in silent["why"].items())
    yield "customers never reached", f"{silent['customers']}{f' ({why})' if why else ''}"
    yield "items told of", str(one["items"])
    for level, count in one["items_by_level"].items():
        yield f"  to level {level}", str(count)
    yield "items handed over", str(one["handed_over"])
    yield "days late at the first notice", _spread(late)
    yield "days from first to last, an item", _spread(spans["items"])
    yield "days from first to last, a customer", _spread(spans["customers"])
    for currency, kinds in one["charges"].items():
        for kind, amount in kinds.items():
            yield f"{kind} {currency}", amount


def _spread(spread: Mapping[str, Any]) -> str:
    if spread["median"] is None:
        return "none"
    return f"{spread['least']} to {spread['most']}, median {spread['median']}"


def _reasons(summaries: list[Mapping[str, Any]]) -> Table:
    names = [one["summary"] for one in summaries]
    table = _table("What held past-due items back, item by run", "reason", *names)
    counts = [{held["reason"]: held["item_runs"] for held in one["held_back"]} for one in summaries]
    totals = {reason: sum(c.get(reason, 0) for c in counts) for c in counts for reason in c}
    for reason in sorted(totals, key=lambda one: (-totals[one], one))[:MOST_REASONS]:
        table.add_row(reason, *(str(count.get(reason, 0)) for count in counts))
    return table


def _comparison(one: Mapping[str, Any]) -> Table:
    first, second = one["comparison"]
    table = _table(f"{second} against {first}", "", "customers", "items")
    for change in one["items"]:
        table.add_row(change, str(one["customers"][change]), str(one["items"][change]))
    return table


def _difference(line: Mapping[str, Any]) -> tuple[str, ...]:
    item = f"{line['invoice']}/{line['item']}" if "invoice" in line else "(all)"
    days = "" if line["days"] is None else f"{line['days']:+}" if line["days"] else "0"
    return (
        str(line["customer"]),
        item,
        ", ".join(line["change"]),
        days,
        _story(line["first"]),
        _story(line["second"]),
    )


def _story(story: Mapping[str, Any] | None) -> str:
    if story is None:
        return "never"
    return f"{story['first']}, {story['notices']} notices, level {story['level']}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table
