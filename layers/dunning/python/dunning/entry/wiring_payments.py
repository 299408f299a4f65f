"""The parts that speak with payment providers, beside those of `wiring`: for the functions that
take webhooks in and record them.
"""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from dunning.entry.observability import metrics
from dunning.entry.wiring import Wiring

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient

    from dunning.adapters.provider_keys import SecretProviderKeys
    from dunning.service.authorising import Authorising
    from dunning.service.callbacks import ReceiveCallback, RecordCallback
    from dunning.service.collecting import Collecting
    from dunning.service.paying import Paying


class PaymentWiring(Wiring):
    """One cell's parts, those of payment providers among them."""

    @cached_property
    def provider_keys(self) -> "SecretProviderKeys":
        from dunning.adapters.provider_keys import SecretProviderKeys

        client = cast("SecretsManagerClient", self.client("secretsmanager"))
        return SecretProviderKeys(client, self.settings.provider_secrets)

    @cached_property
    def paying(self) -> "Paying":
        from dunning.adapters.providers.hosted_pages import pages_of
        from dunning.service.paying import Paying

        api = self.settings.provider_api or None
        return Paying(
            self.accounts,
            self.provider_keys,
            lambda provider, keys: pages_of(provider, keys, api),
            metrics(),
        )

    @cached_property
    def authorising(self) -> "Authorising":
        from dunning.adapters.providers.hosted_pages import collects_of
        from dunning.service.authorising import Authorising

        api = self.settings.provider_api or None
        return Authorising(
            self.provider_keys, lambda provider, keys: collects_of(provider, keys, api), metrics()
        )

    @cached_property
    def collecting(self) -> "Collecting":
        from dunning.adapters.pay_section import title
        from dunning.adapters.providers.hosted_pages import collects_of
        from dunning.service.collecting import Collecting

        api = self.settings.provider_api or None
        return Collecting(
            self.accounts,
            self.rulebooks,
            self.provider_keys,
            lambda provider, keys: collects_of(provider, keys, api),
            metrics(),
            lambda rulebook, state, plan: title(
                rulebook.creditor, state.customer, tuple((ref, 0) for ref in plan.items)
            ),
        )

    @cached_property
    def receive_callback(self) -> "ReceiveCallback":
        from dunning.adapters.providers.known import verifiers
        from dunning.adapters.sqs import SqsCallbacks
        from dunning.service.callbacks import ReceiveCallback

        client = cast("SQSClient", self.client("sqs"))
        queue = SqsCallbacks(client, self.settings.callback_queue_url)
        return ReceiveCallback(verifiers(), self.provider_keys, queue, metrics())

    @cached_property
    def record_callback(self) -> "RecordCallback":
        from dunning.adapters.providers.known import reader
        from dunning.service.callbacks import RecordCallback
        from dunning.service.provider_money import ProviderMoney

        api = self.settings.provider_api or None
        return RecordCallback(
            money=ProviderMoney(self.bodies, metrics()),
            settings=self.rulebooks,
            keys=self.provider_keys,
            readers=lambda provider, keys: reader(provider, keys, api),
            collecting=self.collecting,
        )
