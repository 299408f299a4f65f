"""`dunning api-client` at a cell: credentials for a system that uses the API, shown once.
Arguments in, one call of the use case, JSON Lines out.
"""

from typing import Annotated

import typer

from dunning.entry.cli import api_directory
from dunning.entry.cli.cell import Cell, creditor_in, wiring_of
from dunning.entry.cli.output import fail, lines, say
from dunning.service.api_clients import READ, SETTINGS, WRITE, ApiClients, ClientError, Credentials


def api_client(
    cell: Cell,
    creditors: Annotated[
        list[str] | None,
        typer.Argument(help="The creditors whose data it may use; none: list all clients."),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="It may ask, and change nothing.")
    ] = False,
    settings: Annotated[
        bool,
        typer.Option(
            "--settings",
            help="It may also change the creditor's settings, its bank account among them.",
        ),
    ] = False,
    rotate: Annotated[
        bool,
        typer.Option(
            "--rotate", help="New credentials beside the present ones, which hold until --revoke."
        ),
    ] = False,
    revoke: Annotated[
        str | None, typer.Option("--revoke", help="End the client of this id, and its tokens.")
    ] = None,
) -> None:
    """Credentials of the API for a billing system. The secret is shown once, by the run that made
    it; asked again, the command tells which client there is."""
    where = api_directory.of(cell)
    clients = ApiClients(where.directory)
    if read_only and settings:
        fail("--settings: who may change settings may not be --read-only; leave one of them out")
    try:
        if revoke:
            if read_only or settings or rotate:
                fail("--revoke: it ends one client; leave the other options out")
            _revoke(clients, creditors or [], revoke)
            return
        if not creditors:
            if read_only or settings or rotate:
                fail("CREDITOR: name whose data the client may use")
            found = [Credentials(one) for one in clients.listed()]
        else:
            known = wiring_of(cell)
            owners = [creditor_in(known, one) for one in creditors]
            right = READ if read_only else SETTINGS if settings else WRITE
            found = clients.issue(owners, right, anew=rotate)
            _hint(found, rotate=rotate)
    except ClientError as error:
        fail(str(error))
    except api_directory.Refused as error:
        fail(f"--cell: {error}")
    lines(
        {
            "creditors": list(one.client.creditors),
            "right": one.client.right,
            "client_id": one.client.id,
            "client_secret": one.secret or None,
            "token_url": where.token_url,
            "api": where.api_url,
        }
        for one in found
    )


def _revoke(clients: ApiClients, creditors: list[str], client: str) -> None:
    held = {one.id: one for one in clients.listed()}.get(client)
    if creditors and held is not None and set(creditors) != set(held.creditors):
        fail(f"--revoke: that client is of {', '.join(held.creditors)}")
    lines([{"client_id": client, "revoked": clients.revoke(client)}])


def _hint(found: list[Credentials], *, rotate: bool) -> None:
    if any(one.secret for one in found):
        say("dunning: this is the only time that the secret is shown; keep it in a safe place")
        if rotate:
            say("dunning: the former credentials hold until --revoke names them")
    else:
        say("dunning: there is such a client; --rotate makes new credentials beside it")
