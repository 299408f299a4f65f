"""Hands at a cell: tasks, imports, redrive and more. Arguments in, one use case, JSON Lines out.
The cell is found by its stack's outputs; its parts are the bootstrap's.
"""

import re
from typing import TYPE_CHECKING, Annotated, cast

import typer

from dunning.adapters.dynamodb.keys import creditor_of
from dunning.domain.calendar import iso_instant
from dunning.domain.policy import Rulebook
from dunning.entry.cli.output import fail, lines, say
from dunning.service.replan_ports import Replanning

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

    from dunning.entry.bootstrap import Wiring

LOCAL = "local"
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]\Z")
PARKED_TASK = "parked-"

Cell = Annotated[str, typer.Option("--cell", help="The cell, as it was deployed: eu-west-1.")]
OfCreditor = Annotated[
    str | None, typer.Option("--creditor", help="The creditor, where the cell has several.")
]


def outputs_of(cell: str) -> tuple[dict[str, str], str | None]:
    """What the stacks of a deployed cell say of it, and its region."""
    # Here, so that the offline commands start without AWS.
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import get_session

    session = get_session()
    region = cell if _REGION.match(cell) else session.get_config_variable("region")
    stack = f"duecourse-{cell}-stateless"
    try:
        client = cast(
            "CloudFormationClient", session.create_client("cloudformation", region_name=region)
        )
        found = client.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    except (BotoCoreError, ClientError) as error:
        fail(f"--cell: the stack {stack} cannot be read in {region} ({error})")
    return {str(one["OutputKey"]): str(one["OutputValue"]) for one in found}, region


def wiring_of(cell: str) -> "Wiring":
    """The parts of a deployed cell, under the caller's own AWS credentials."""
    from dunning.entry.bootstrap import Wiring
    from dunning.entry.settings import TABLE, WALL, Settings

    outputs, region = outputs_of(cell)
    return Wiring(
        Settings(
            cell=cell,
            table_name=outputs["TableName"],
            bucket_name=outputs["BucketName"],
            clock_source=TABLE if cell == LOCAL else WALL,
            # A cell that was deployed before there were any has none.
            webhook_queue_url=outputs.get("WebhooksQueueUrl", ""),
            webhook_secrets=f"duecourse/{cell}/webhooks",
        ),
        region,
    )


def creditor_in(wiring: "Wiring", creditor: str | None) -> str:
    """The creditor that is meant: the one named, or the cell's only one."""
    known = wiring.rulebooks.creditors()
    if creditor is None and len(known) == 1:
        return known[0]
    if creditor not in known:
        fail(f"--creditor: name one of {', '.join(known) or 'none: the cell has no creditor yet'}")
    return creditor


def rulebook_in(wiring: "Wiring", creditor: str) -> Rulebook:
    """The creditor's rulebook as it stands."""
    rulebook = wiring.rulebooks.rulebook(creditor)
    if rulebook is None:
        fail(f"--creditor: {creditor} has no settings in this cell")
    return rulebook


def tasks(cell: Cell) -> None:
    """Lines for people: accounts that are parked, sends whose result is unknown."""
    wiring = wiring_of(cell)
    lines(
        {
            "creditor": creditor,
            "id": task.id,
            "at": iso_instant(task.at),
            "kind": task.kind,
            "customer": task.customer,
            "detail": task.detail,
        }
        for creditor in wiring.rulebooks.creditors()
        for task in wiring.ledger.tasks(creditor)
    )


def imports(cell: Cell, creditor: OfCreditor = None) -> None:
    """Files on their way into the ledger, and those of the last weeks, the newest first."""
    wiring = wiring_of(cell)
    owners = (creditor_in(wiring, creditor),) if creditor else wiring.rulebooks.creditors()
    lines(
        {
            "creditor": owner,
            "file": run.file,
            "version": run.version,
            "state": run.state,
            "started": iso_instant(run.started),
            "ended": iso_instant(run.ended) if run.ended else None,
            "rows": run.rows,
            "parts": run.parts,
            "parts_done": len(run.done),
            "accepted": run.accepted,
            "unchanged": run.unchanged,
            "rejected": run.rejected,
            "why": run.why or None,
        }
        for owner in owners
        for run in wiring.runs.runs(owner)
    )


def redrive(
    cell: Cell,
    accounts: Annotated[
        list[str] | None, typer.Argument(help="Account keys; none: every parked account.")
    ] = None,
) -> None:
    """Put parked accounts back on the agenda, once the cause is mended."""
    wiring = wiring_of(cell)
    now = wiring.clock.now()
    wanted = accounts or [
        task.id.removeprefix(PARKED_TASK)
        for creditor in wiring.rulebooks.creditors()
        for task in wiring.ledger.tasks(creditor)
        if task.kind == "parked"
    ]
    lines(
        {
            "account": account,
            "redriven": wiring.reminders.redrive(creditor_of(account), account, now),
        }
        for account in wanted
    )


def settle(
    customer: Annotated[str, typer.Argument(help="The customer who was asked about.")],
    answer: Annotated[str, typer.Argument(help="sent or not-sent")],
    cell: Cell,
    creditor: OfCreditor = None,
) -> None:
    """A person's word on a send whose result stayed unknown."""
    if answer not in ("sent", "not-sent"):
        fail(f"the answer is sent or not-sent, not {answer!r}")
    wiring = wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    account = wiring.ledger.account_key(owner, customer)
    done = wiring.settlement.answer(
        owner, account, rulebook_in(wiring, owner), sent=answer == "sent", now=wiring.clock.now()
    )
    if not done:
        fail(f"nothing is asked about {customer}; see `dunning tasks --cell {cell}`")
    lines([{"creditor": owner, "customer": customer, "answer": answer}])


def replan(
    cell: Cell,
    creditor: OfCreditor = None,
    status: Annotated[
        bool, typer.Option("--status", help="Only say how far it has come, of every creditor.")
    ] = False,
) -> None:
    """Plan a creditor's whole book anew; an account whose plan stands is left alone. May be
    stopped: the cell goes on with it within the hour."""
    wiring = wiring_of(cell)
    if status:
        owners = (creditor_in(wiring, creditor),) if creditor else wiring.rulebooks.creditors()
        lines(_replan_status(owner, wiring.replannings.find(owner)) for owner in owners)
        return
    owner = creditor_in(wiring, creditor)
    rulebook_in(wiring, owner)
    say(f"dunning: planning the book of {owner} anew")
    now = wiring.clock.now()
    wiring.replans.begin(owner, now, anew=True)
    lines([_replan_status(owner, wiring.replans.go_on(owner, now))])


def _replan_status(creditor: str, state: Replanning | None) -> dict[str, object]:
    """How many accounts may still stand on an older edition, of how many."""
    if state is None:
        return {"creditor": creditor, "state": "none"}
    return {
        "creditor": creditor,
        "state": "ended" if state.ended else "running",
        "edition": state.edition,
        "accounts": state.accounts,
        "on_old_plan": state.behind,
        "replanned": state.written,
        "skipped": state.skipped,
        "began": iso_instant(state.began),
        "last_piece": iso_instant(state.touched),
        "ended": iso_instant(state.ended) if state.ended else None,
    }
