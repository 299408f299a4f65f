"""GoCardless: a page on which a customer pays from their bank account, debits by an agreed mandate,
and the provider's own word on payments. Nothing of a bank account comes near us.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from dunning.domain.payment_requests import (
    Begun,
    DebitsRequest,
    MandateRequest,
    NotBegun,
    PaymentRequest,
)

from .gocardless_events import Found, FoundMandate
from .metadata import of_plan, plan_of, written

if TYPE_CHECKING:
    from gocardless_pro import Client
    from gocardless_pro.resources.billing_request import BillingRequest
    from gocardless_pro.resources.instalment_schedule import InstalmentSchedule
    from gocardless_pro.resources.mandate import Mandate
    from gocardless_pro.resources.payment import Payment
    from gocardless_pro.resources.refund import Refund

    class _Cancels(Protocol):
        """Mandates, or schedules, of an account."""

        def cancel(self, identity: str) -> object: ...

        def get(self, identity: str) -> "Mandate | InstalmentSchedule": ...


Answer = TypeVar("Answer")
TIMEOUT_SECONDS = 8.0
LONGEST_TITLE = 100
STANDING = ("pending", "active")
"""States of a schedule of which debits may still come."""
OVER = ("cancelled", "completed", "creation_failed", "errored", "failed", "expired", "consumed")
"""States of a schedule or mandate by which nothing more is debited."""
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
            return _page(client, request, asked)

        return self._asked(both)

    def set_up(self, asked: MandateRequest) -> Begun:
        """A billing request for a mandate, with its page. The same mandate is the same request.
        Raises NotBegun."""
        wanted = {
            "currency": asked.currency,
            "description": asked.title[:LONGEST_TITLE],
            "metadata": of_plan(asked.creditor, asked.customer, asked.plan, asked.mandate),
        }

        def both(client: "Client") -> Begun:
            request = client.billing_requests.create(
                params={"mandate_request": wanted}, headers={"Idempotency-Key": asked.mandate}
            )
            return _page(client, request, asked)

        return self._asked(both)

    def collect(self, asked: DebitsRequest) -> str:
        """An instalment schedule by a mandate: the id of the schedule. Raises NotBegun."""
        listed = [{"charge_date": day.isoformat(), "amount": part} for day, part in asked.debits]

        def schedule(client: "Client") -> str:
            made = client.instalment_schedules.create_with_dates(
                params={
                    "name": asked.title[:LONGEST_TITLE],
                    "currency": asked.currency,
                    "total_amount": sum(part for _, part in asked.debits),
                    "instalments": listed,
                    "metadata": of_plan(asked.creditor, asked.customer, asked.plan, asked.mandate),
                    "links": {"mandate": asked.reference},
                },
                headers={"Idempotency-Key": f"debits-{asked.mandate}"},
            )
            return str(made.id)

        return self._asked(schedule)

    def stop(self, reference: str, mandate: str, *, whole: bool) -> None:
        """Cancel every schedule of the provider's mandate that is the ledger's `mandate`, and with
        `whole` the provider's mandate too, by which everything ends that it can still end. Raises
        NotBegun."""

        def cancel(client: "Client") -> None:
            # Looked for, since whoever asked for them may have been cut off from the answer.
            for one in client.instalment_schedules.all(params={"mandate": reference}):
                mine = plan_of(dict(one.metadata or {}))[1] == mandate
                if mine and str(one.status) in STANDING:
                    _cancelled(client.instalment_schedules, str(one.id))
            if whole:
                _cancelled(client.mandates, reference)

        if reference:
            self._asked(cancel)

    def mandate(self, id_: str) -> FoundMandate:
        """The provider's word on a mandate. Raises what its client raises."""
        told = self._client.mandates.get(id_)
        earliest = str(told.next_possible_charge_date or "")
        day = date.fromisoformat(earliest) if earliest else None
        return FoundMandate(id_, dict(told.metadata or {}), day)

    def schedule(self, id_: str) -> FoundMandate:
        """The provider's word on a schedule: the mandate that it debits by. Raises what its client
        raises."""
        told = self._client.instalment_schedules.get(id_)
        return FoundMandate(str(told.links.mandate or ""), dict(told.metadata or {}))

    def payment(self, id_: str) -> Found:
        """The provider's word on a payment. Raises what its client raises."""
        told = self._client.payments.get(id_)
        found = _found(told, id_)
        schedule = told.links.instalment_schedule if told.links else None
        if not schedule:
            return found
        # The payments of a schedule carry nothing of ours; the schedule does.
        day = date.fromisoformat(str(told.charge_date)) if told.charge_date else None
        metadata = dict(self._client.instalment_schedules.get(schedule).metadata or {})
        return found._replace(metadata=metadata, charged=day)

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


def _page(
    client: "Client", request: "BillingRequest", asked: PaymentRequest | MandateRequest
) -> Begun:
    """The provider's page of a request; of one that was finished there, where it leads back to."""
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


def _cancelled(service: "_Cancels", id_: str) -> None:
    """Cancel what may be over already: then there is nothing to do. Raises NotBegun where it is
    not over all the same."""
    from gocardless_pro.errors import InvalidStateError

    try:
        service.cancel(id_)
    except InvalidStateError:
        status = str(service.get(id_).status)
        if status not in OVER:
            raise NotBegun("unavailable", f"{id_} is {status}") from None


def _found(told: "Payment | Refund", payment: str) -> Found:
    return Found(
        int(told.amount),
        str(told.currency),
        payment,
        str(told.reference or ""),
        dict(told.metadata or {}),
    )
