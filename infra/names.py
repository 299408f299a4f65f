"""What two stacks must call by the same name. An SSM parameter, not an export: an exported value
cannot be changed or removed while another stack imports it. Only names live here."""

from __future__ import annotations

from dataclasses import dataclass

from infra.config import Cell

NO_CLIENT = "none"
"""Stands for an empty list, which a parameter cannot hold; no client of Cognito has such an id."""


@dataclass(frozen=True)
class Names:
    """The SSM parameters that the stateful stack of a cell writes and the stateless one reads."""

    cell: Cell

    @property
    def table_name(self) -> str:
        return f"/duecourse/{self.cell.name}/table-name"

    @property
    def table_stream(self) -> str:
        return f"/duecourse/{self.cell.name}/table-stream-arn"

    @property
    def bucket_name(self) -> str:
        return f"/duecourse/{self.cell.name}/bucket-name"

    def phone(self, part: str) -> str:
        """Of a cell that telephones: `phone-protect`, `phone-opt-outs`, `phone-line-DE` …"""
        return f"/duecourse/{self.cell.name}/{part}"

    @property
    def address_key(self) -> str:
        return f"/duecourse/{self.cell.name}/address-key-secret-arn"

    @property
    def link_keys(self) -> str:
        return f"/duecourse/{self.cell.name}/link-keys-secret-arn"

    @property
    def user_pool(self) -> str:
        return f"/duecourse/{self.cell.name}/api-user-pool-id"

    @property
    def api_clients(self) -> str:
        """The ids of the clients that the API admits; kept by `dunning api-client`."""
        return f"/duecourse/{self.cell.name}/api-clients"

    def token_domain(self, account: str) -> str:
        """The first label of the host that hands out tokens; one name in the whole region."""
        return f"duecourse-{self.cell.name}-{account}"
