"""`dunning webhooks` at a cell: what endpoints there are and how they do, their secrets, and events
told again. Arguments in, one use case, JSON Lines out.
"""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dunning.adapters.webhook_signing import MOST_SECRETS, new_secret, secret_bytes
from dunning.domain.calendar import iso_instant, parse_instant
from dunning.domain.fields import ReadingError
from dunning.entry.cli.cell import Cell, OfCreditor, creditor_in, wiring_of
from dunning.entry.cli.output import fail, lines

if TYPE_CHECKING:
    from dunning.entry.bootstrap import Wiring
    from dunning.entry.wiring_outbound import OutboundWiring

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
Endpoint = Annotated[str, typer.Option("--endpoint", help="The endpoint's id; else all.")]
app = typer.Typer(no_args_is_help=True, help="Events to other systems.")


def _outbound(wiring: "Wiring") -> "OutboundWiring":
    from dunning.entry.wiring_outbound import OutboundWiring

    return OutboundWiring(wiring)


@app.command()
def status(cell: Cell, creditor: OfCreditor = None) -> None:
    """The endpoints, and which of them fail."""
    wiring = wiring_of(cell)
    here = _outbound(wiring)
    owners = (creditor_in(wiring, creditor),) if creditor else wiring.rulebooks.creditors()
    found = []
    for owner in owners:
        healths = dict(here.healths.all(owner))
        for one in here.subscriptions.of(owner):
            health = healths.get(one.id)
            failing = health is not None and health.failures > 0
            found.append(
                {
                    "creditor": owner,
                    "endpoint": one.id,
                    "url": one.url,
                    "events": list(one.events) or ["*"],
                    "enabled": one.enabled,
                    "secrets": len(here.secrets.written(owner, one.id)),
                    "failures": health.failures if health else 0,
                    "failing_since": iso_instant(health.since) if health and failing else None,
                    "rests_until": iso_instant(health.until) if health and health.until else None,
                    "why": health.why if health and failing else None,
                }
            )
    lines(found)


@app.command()
def secret(
    cell: Cell,
    endpoint: Annotated[str, typer.Option("--endpoint", help="The endpoint's id.")],
    creditor: OfCreditor = None,
    retire: Annotated[
        bool, typer.Option("--retire", help="Only take out all but the newest one.")
    ] = False,
) -> None:
    """Give an endpoint a new secret, shown this once; the one before goes on signing beside it
    until `--retire`, so that the receiver can change over in between."""
    wiring = wiring_of(cell)
    owner, secrets = creditor_in(wiring, creditor), _outbound(wiring).secrets
    if all(one.id != endpoint for one in _outbound(wiring).subscriptions.of(owner)):
        fail(f"--endpoint: {owner} has no endpoint {endpoint}; upload webhooks.json first")
    standing = [one for one in secrets.written(owner, endpoint) if secret_bytes(one)]
    if retire:
        if not standing:
            fail(f"{endpoint} has no secret yet")
        secrets.write(owner, endpoint, standing[:1])
        lines([{"creditor": owner, "endpoint": endpoint, "secrets": 1}])
        return
    made = new_secret()
    kept = [made, *standing][:MOST_SECRETS]
    secrets.write(owner, endpoint, kept)
    lines([{"creditor": owner, "endpoint": endpoint, "secrets": len(kept), "secret": made}])


@app.command()
def replay(
    cell: Cell,
    creditor: OfCreditor = None,
    event: Annotated[
        list[str] | None, typer.Option("--event", help="An event's id; may be given again.")
    ] = None,
    since: Annotated[
        str, typer.Option("--since", help="A day or an instant: 2026-11-22T06:00:00Z.")
    ] = "",
    until: Annotated[str, typer.Option("--until", help="Up to before then; else now.")] = "",
    customer: Annotated[str, typer.Option("--customer", help="Of one customer alone.")] = "",
    endpoint: Endpoint = "",
) -> None:
    """Tell events again, from the history: by their ids, or all since then. A receiver knows each
    by its id."""
    if bool(event) == bool(since):
        fail("--event or --since: say which events, or since when")
    wiring = wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    if not wiring.settings.webhook_queue_url:
        fail(f"--cell: {cell} has no queue for webhooks; deploy it anew")
    replays = _outbound(wiring).replays
    try:
        if event:
            told = replays.by_id(owner, event, endpoint)
        else:
            end = _instant(until, "--until") if until else wiring.clock.now() + 1
            begin = _instant(since, "--since")
            told = replays.since(owner, begin, end, customer=customer, endpoint=endpoint)
    except ReadingError as error:
        fail(f"--{error.field.removesuffix('s')}: {error}")
    lines([{"creditor": owner, "deliveries": told.deliveries, "accounts": told.accounts}])


def _instant(text: str, option: str) -> int:
    """An instant, or the beginning of a day in UTC."""
    try:
        if _DAY.match(text):
            return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
        return parse_instant(text)
    except ValueError:
        fail(f"{option}: {text!r} is neither a day nor an instant as 2026-11-22T06:00:00Z")
