"""What `wiring` makes of links: their tokens, the pages behind them, what is decided there.
Each is made when it is first asked for; no rule lives here.
"""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from dunning.entry.observability import metrics

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient

    from dunning.adapters.form_pages import FormPages
    from dunning.adapters.link_tokens import LinkKeys, LinkTokens
    from dunning.adapters.links import SignedLinks
    from dunning.adapters.sqs import SqsLinkRequests
    from dunning.entry.wiring import Wiring
    from dunning.service.opting_out import OptOuts, RevokeLinks
    from dunning.service.portal import LinkDoor, Portal
    from dunning.service.portal_forms import Forms
    from dunning.service.renewing import Renewals


class LinkWiring:
    """The parts of one cell that have to do with links."""

    def __init__(self, here: "Wiring") -> None:
        self._here = here

    @cached_property
    def link_keys(self) -> "LinkKeys":
        from dunning.adapters.link_tokens import LinkKeys, secret_text

        client = cast("SecretsManagerClient", self._here.client("secretsmanager"))
        return LinkKeys(secret_text(client, self._here.settings.link_keys_secret))

    @cached_property
    def link_tokens(self) -> "LinkTokens":
        from dunning.adapters.link_tokens import LinkTokens

        return LinkTokens(self.link_keys)

    @cached_property
    def forms(self) -> "Forms":
        from dunning.adapters.form_seals import FormSeals
        from dunning.service.portal_forms import Forms

        return Forms(FormSeals(self.link_keys))

    @cached_property
    def links(self) -> "SignedLinks":
        from dunning.adapters.links import SignedLinks

        return SignedLinks(self._here.settings.portal_url, lambda: self.link_tokens)

    @cached_property
    def door(self) -> "LinkDoor":
        from dunning.adapters.dynamodb.keys import creditor_of
        from dunning.service.portal import LinkDoor

        return LinkDoor(
            self._here.ledger, self._here.rulebooks, self.link_tokens.opened, creditor_of
        )

    @cached_property
    def portal(self) -> "Portal":
        from dunning.service.portal import Portal

        return Portal(self.door)

    @cached_property
    def opt_outs(self) -> "OptOuts":
        from dunning.service.opting_out import OptOuts

        return OptOuts(self.door, self._here.withdrawing, metrics())

    @cached_property
    def revoking(self) -> "RevokeLinks":
        from dunning.service.opting_out import RevokeLinks

        return RevokeLinks(self._here.accounts)

    @cached_property
    def link_requests(self) -> "SqsLinkRequests":
        from dunning.adapters.sqs import SqsLinkRequests

        return SqsLinkRequests(self._queues(), self._here.settings.link_requests_url)

    @cached_property
    def renewals(self) -> "Renewals":
        from dunning.adapters.sqs import SqsOutbox
        from dunning.service.renewing import Renewals

        mails = SqsOutbox(self._queues(), self._here.settings.email_queue_url)
        return Renewals(self.door, self._here.accounts, mails, metrics())

    def _queues(self) -> "SQSClient":
        return cast("SQSClient", self._here.client("sqs"))

    @cached_property
    def pages(self) -> "FormPages":
        from dunning.adapters.form_pages import FormPages

        return FormPages(self._here.settings.templates_path)
