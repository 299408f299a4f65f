"""How a new link is asked for with an old one: a queue that the forms fill, whatever a link is
worth, and the function that judges it. The mail itself is the sender's.
"""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.buffer import Buffer
from infra.stateless.permissions import Permissions

_TIMEOUT = cdk.Duration.seconds(30)
"""Ten requests, of which each may have to write an account several times."""


class Renewing(Construct):
    """Requests for a new link: judged where nobody waits for the answer."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.requests = Buffer(self, "Requests", function_timeout=_TIMEOUT)

    def function(
        self,
        function: Callable[..., lambda_.Function],
        permissions: Permissions,
        *,
        link_keys_arn: str,
        email: Buffer,
    ) -> lambda_.Function:
        """The function. It may send nothing: it hands accounts to those who send mails."""
        made = function(
            "RenewLinks",
            verb="renew_links",
            timeout=_TIMEOUT,
            memory_mib=256,
            environment={
                "LINK_KEYS_SECRET": link_keys_arn,
                "EMAIL_QUEUE_URL": email.queue.queue_url,
            },
            grants=[
                *permissions.ledger(),
                *permissions.link_keys(),
                *permissions.into_queue(email.queue),
                *permissions.from_queues([self.requests.queue]),
            ],
        )
        # Anybody may fill the queue with texts that are no link: two at once bound what that costs.
        self.requests.feed(made, "ToJudge", batch_size=10, max_concurrency=2)
        return made
