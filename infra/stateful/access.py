"""Who may use the API for billing systems: a user pool without users, and where it gives tokens.
Its clients and their scopes are made by people (`dunning api-client`), creditor by creditor.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.config import Cell
from infra.constructs.acknowledge import acknowledge
from infra.names import NO_CLIENT, Names

_NO_USERS = (
    "The pool has no users and can have none sign in: self-sign-up is off and its clients have "
    "the client-credentials grant alone, so there is no password, no second factor and no risk "
    "of a sign-in to judge."
)


class ApiAccess(Construct):
    """The pool, the domain of its token endpoint, and the list of clients that the API admits."""

    def __init__(self, scope: Construct, construct_id: str, *, cell: Cell) -> None:
        super().__init__(scope, construct_id)
        names = Names(cell)
        pool = cognito.UserPool(
            self,
            "Pool",
            user_pool_name=f"duecourse-{cell.name}-api",
            self_sign_up_enabled=False,
            account_recovery=cognito.AccountRecovery.NONE,
            sign_in_aliases=cognito.SignInAliases(username=True),
            deletion_protection=cell.protected,
            removal_policy=cell.removal_policy,
        )
        for rule in ("COG1", "COG2", "COG8"):
            acknowledge(pool, f"AwsSolutions-{rule}", _NO_USERS)
        pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(
                domain_prefix=names.token_domain(cdk.Stack.of(self).account)
            ),
        )
        ssm.StringParameter(
            self,
            "PoolParameter",
            parameter_name=names.user_pool,
            string_value=pool.user_pool_id,
        )
        # Kept by `dunning api-client`, and read by every deployment: the authoriser admits the
        # clients that it names, also those that were made since the one before.
        ssm.StringListParameter(
            self,
            "ClientsParameter",
            parameter_name=names.api_clients,
            string_list_value=[NO_CLIENT],
        )
