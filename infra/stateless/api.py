"""The public HTTP API of a cell: the pages behind the links of messages, and what is decided there.
One API a cell, no authoriser: a link is its own proof, and the functions check it.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.config import Cell
from infra.constructs.acknowledge import acknowledge
from infra.constructs.http_api import LOGGED, LoggedApi

RATE, BURST = 50, 100
"""Requests a second over all routes. People read pages; a mail client posts once. It bounds what a
flood can cost, and how much of the account's Lambda concurrency it can take from the senders."""

SHOWN = ("/portal/{token}", "/portal/{token}/{name}", "/plans/{token}", "/unsubscribe/{token}")
SENT = (
    *("/portal/{token}", "/portal/{token}/{name}"),
    *("/plans/{token}", "/plans/{token}/{answer}"),
)
STOPPED = ("/unsubscribe/{token}",)
TOLD = ("/callbacks/{provider}", "/callbacks/{provider}/{creditor}")


class PublicApi(LoggedApi):
    """Routes to four functions: one that can only read answers every GET, one takes the forms of
    its pages, one ends mails, one keeps what payment providers tell."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        service: str,
        pages: lambda_.IFunction,
        forms: lambda_.IFunction,
        opt_outs: lambda_.IFunction,
        callbacks: lambda_.IFunction,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            cell=cell,
            api_name=f"{service}-public",
            description=f"Pages behind the links of messages, cell {cell.name}",
            disable_execute_api_endpoint=cell.portal_domain is not None,
        )
        routes = [
            *self._routes(SHOWN, apigateway.HttpMethod.GET, "Pages", pages),
            *self._routes(SENT, apigateway.HttpMethod.POST, "Forms", forms),
            *self._routes(STOPPED, apigateway.HttpMethod.POST, "OptOuts", opt_outs),
        ]
        for route in routes:
            acknowledge(
                route,
                "AwsSolutions-APIG4",
                "A customer has no account to sign in with: the link in a message is the proof, "
                "sealed, bound to one account, purpose and recipient, and checked by the function.",
            )
        for route in self._routes(TOLD, apigateway.HttpMethod.POST, "Callbacks", callbacks):
            acknowledge(
                route,
                "AwsSolutions-APIG4",
                "A payment provider signs its webhooks, with a secret of the creditor's account "
                "there; the function checks it over the very bytes and takes nothing else.",
            )
        stage = self._stage(RATE, BURST, LOGGED)
        self.url = self._address(stage)

    def _routes(
        self,
        paths: tuple[str, ...],
        method: apigateway.HttpMethod,
        name: str,
        function: lambda_.IFunction,
    ) -> list[apigateway.HttpRoute]:
        integration = HttpLambdaIntegration(name, function)
        return [
            route
            for path in paths
            for route in self.api.add_routes(path=path, methods=[method], integration=integration)
        ]

    def _address(self, stage: apigateway.CfnStage) -> str:
        """Where the pages are, as links in messages name it."""
        named = self._cell.portal_domain
        if self._cell.endpoint or named is None:
            return self._own_address()
        domain = apigateway.DomainName(
            self,
            "Domain",
            domain_name=named.name,
            certificate=certificates.Certificate.from_certificate_arn(
                self, "Certificate", named.certificate_arn
            ),
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )
        mapping = apigateway.CfnApiMapping(
            self,
            "Mapping",
            api_id=self.api.api_id,
            domain_name=domain.name,
            stage=stage.ref,
        )
        mapping.node.add_dependency(domain)
        cdk.CfnOutput(self, "DomainTarget", value=domain.regional_domain_name)
        return f"https://{named.name}"
