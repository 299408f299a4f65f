"""GoCardless: a page on which a customer pays from their bank account, debits by an agreed mandate,
and the provider's own word on payments. Nothing of a bank account comes near us.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from dunning.domain.payment_requests import Begun, NotBegun, PaymentRequest

from .gocardless_events import Found
from .metadata import written

if TYPE_CHECKING:
    from gocardless_pro import Client
    from gocardless_pro.resources.billing_request import BillingRequest
    from gocardless_pro.resources.payment import Payment
    from gocardless_pro.resources.refund import Refund

Answer = TypeVar("Answer")
TIMEOUT_SECONDS = 8.0
LONGEST_TITLE = 100
UNDER_WAY = frozenset({"fulfilling", "fulfilled"})
"""States of a billing request whose payer has agreed."""
CANCELLED = "cancelled"
CAME_TO_NOTHING = frozenset({"failed", "cancelled", "customer_approval_denied"})
"""States of a payment that will not come any more."""
MOST_KEYS = 4


class GoCardlessPages:
    """Payments begun with one GoCardless account, by its access token."""

    name = "gocardless"

    def __init__(self, token: str, environment: str = "live", api: str | None = None) -> None:
        self._token, self._environment, self._api = token, environment, api

    def begin(self, asked: PaymentRequest) -> Begun:
        """A billing request with its page. The same key is the same request while it can be paid;
        where it was, and its bank has not refused, the page is the one to come back to. Raises
        NotBegun."""
        payment = {
            "amount": asked.amount,
            "currency": asked.currency,
            "description": asked.title[:LONGEST_TITLE],
            "metadata": written(asked.creditor, asked.customer, asked.items),
        }

        def both(client: "Client") -> Begun:
            request = self._request(client, payment, asked.key)
            if request.status in UNDER_WAY:
                return Begun(request.id, asked.back)
            flow = client.billing_request_flows.create(
                params={
                    "redirect_uri": asked.back,
                    "exit_uri": asked.left or asked.back,
                    "language": asked.language.partition("-")[0].lower(),
                    "links": {"billing_request": request.id},
                }
            )
            return Begun(request.id, flow.authorisation_url)

        return self._asked(both)

    def collect(
        self,
        asked: PaymentRequest,
        mandate: str,
        instalments: Iterable[tuple[date, int]],
    ) -> str:
        """An instalment schedule by a mandate: the id of the schedule. Raises NotBegun."""
        listed = [{"charge_date": day.isoformat(), "amount": part} for day, part in instalments]

        def schedule(client: "Client") -> str:
            made = client.instalment_schedules.create_with_dates(
                params={
                    "name": asked.title[:LONGEST_TITLE],
                    "currency": asked.currency,
                    "total_amount": asked.amount,
                    "instalments": listed,
                    "metadata": written(asked.creditor, asked.customer, asked.items),
                    "links": {"mandate": mandate},
                },
                headers={"Idempotency-Key": asked.key},
            )
            return str(made.id)

        return self._asked(schedule)

    def payment(self, id_: str) -> Found:
        """The provider's word on a payment. Raises what its client raises."""
        return _found(self._client.payments.get(id_), id_)

    def refund(self, id_: str) -> Found:
        """The provider's word on a refund. Raises what its client raises."""
        told = self._client.refunds.get(id_)
        return _found(told, str(told.links.payment))

    def _request(
        self, client: "Client", payment: Mapping[str, object], first: str
    ) -> "BillingRequest":
        """The request of a key; where it was cancelled, or its payment came to nothing, one that
        is begun anew under a further key. Raises what the client raises, and NotBegun."""
        key = first
        for _ in range(MOST_KEYS):
            request: BillingRequest = client.billing_requests.create(
                params={"payment_request": payment}, headers={"Idempotency-Key": key}
            )
            if request.status not in (*UNDER_WAY, CANCELLED):
                return request
            if request.status != CANCELLED:
                paid = request.links.payment_request_payment
                if not paid or client.payments.get(paid).status not in CAME_TO_NOTHING:
                    return request
            key = f"{first}-{request.id}"
        raise NotBegun("refused", "no request after several keys")

    def _asked(self, ask: "Callable[[Client], Answer]") -> Answer:
        import requests
        from gocardless_pro import errors

        try:
            return ask(self._client)
        except (errors.AuthenticationError, errors.PermissionsError) as error:
            raise NotBegun("misconfigured", type(error).__name__) from None
        except (errors.ValidationFailedError, errors.InvalidStateError) as error:
            raise NotBegun("refused", type(error).__name__) from None
        except (errors.GoCardlessProError, requests.RequestException) as error:
            raise NotBegun("unavailable", type(error).__name__) from None

    @cached_property
    def _client(self) -> "Client":
        from gocardless_pro import Client

        where = {"base_url": self._api} if self._api else {"environment": self._environment}
        return Client(access_token=self._token, timeout=TIMEOUT_SECONDS, **where)


def _found(told: "Payment | Refund", payment: str) -> Found:
    return Found(
        int(told.amount),
        str(told.currency),
        payment,
        str(told.reference or ""),
        dict(told.metadata or {}),
    )
