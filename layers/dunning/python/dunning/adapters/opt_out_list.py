"""The opt-out list of the telephone service: numbers that nothing calls from the cell's lines.
Whether a customer may be called is decided from our own ledger, never from here.
"""

from collections.abc import Callable
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from .phone_numbers import e164

FAILED = "OptOutNotListed"
"""Counted when the service did not take a number: our own list holds all the same."""
_NOT_THERE = "ResourceNotFoundException"


class ListClient(Protocol):
    """What is used of the service's client."""

    def put_opted_out_number(self, **request: str) -> dict[str, Any]: ...

    def delete_opted_out_number(self, **request: str) -> dict[str, Any]: ...


class PhoneOptOuts:
    """One list of AWS End User Messaging. The client is made at the first number: most functions
    never hear of one."""

    def __init__(
        self, client: Callable[[], ListClient], name: str, count: Callable[[str], None]
    ) -> None:
        self._client = client
        self._name = name
        self._count = count

    def put(self, number: str, country: str | None) -> None:
        dialled = e164(number, country)
        if dialled is not None:
            self._ask(lambda: self._client().put_opted_out_number, dialled)

    def remove(self, number: str, country: str | None) -> None:
        dialled = e164(number, country)
        if dialled is not None:
            self._ask(lambda: self._client().delete_opted_out_number, dialled)

    def _ask(self, call: Callable[[], Callable[..., object]], number: str) -> None:
        try:
            call()(OptOutListName=self._name, OptedOutNumber=number)
        except ClientError as error:
            # A number that is taken off a list on which it never was.
            if error.response.get("Error", {}).get("Code") != _NOT_THERE:
                self._count(FAILED)
        except BotoCoreError:
            self._count(FAILED)
