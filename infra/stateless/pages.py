"""The functions behind the links of messages: one shows, one takes the forms of the pages, one ends
mails. Which route leads to which is the API's.
"""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from infra.config import Cell
from infra.constructs.buffer import Buffer
from infra.constructs.layers import FunctionLayers
from infra.stateless.payments import secrets_of
from infra.stateless.permissions import Permissions

_PAGE = cdk.Duration.seconds(10)
_FORM = cdk.Duration.seconds(25)
"""A form may begin a payment, whose provider is given eight seconds a try; the API waits for 30."""
_MEMORY = 512
"""Somebody waits for it: a third of a CPU, and one that starts within a second or two."""


def page_functions(
    *,
    cell: Cell,
    function: Callable[..., lambda_.Function],
    permissions: Permissions,
    layers: FunctionLayers,
    link_keys_arn: str,
    prints: lambda_.IFunction,
    link_requests: Buffer,
) -> dict[str, lambda_.Function]:
    """The three of them, by the names of their constructs; the first has PDFs printed."""
    environment = {"LINK_KEYS_SECRET": link_keys_arn}
    opens, writes = permissions.link_keys(), [*permissions.ledger(), *permissions.address_key()]
    stopped = {"OPT_OUT_LIST": cell.opt_out_list} if cell.opt_out_list else {}
    return {
        "Portal": function(
            "Portal",
            verb="portal",
            timeout=_PAGE,
            memory_mib=_MEMORY,
            environment={**environment, "PDF_FUNCTION": prints.function_name},
            grants=[*permissions.reading(), *permissions.printer(prints), *opens],
        ),
        "OptOut": function(
            "OptOut",
            verb="opt_out",
            timeout=_PAGE,
            memory_mib=_MEMORY,
            environment=environment,
            grants=[*writes, *opens],
        ),
        "PortalActions": function(
            "PortalActions",
            verb="portal_actions",
            timeout=_FORM,
            memory_mib=_MEMORY,
            layers=layers.with_payments,
            environment={
                **environment,
                "PROVIDER_SECRETS": secrets_of(cell),
                "LINK_REQUESTS_URL": link_requests.queue.queue_url,
                **stopped,
            },
            grants=[
                *writes,
                *permissions.opted_out_numbers(),
                *permissions.uploaded_files(),
                # A payment is begun with the creditor's own key.
                *permissions.provider_keys(secrets_of(cell)),
                *permissions.into_queue(link_requests.queue),
                *opens,
            ],
        ),
    }
