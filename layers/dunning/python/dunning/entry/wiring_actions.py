"""The parts behind the forms of the customers' pages; each action asks for what it needs."""

from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from dunning.entry.observability import metrics
from dunning.entry.wiring_payments import PaymentWiring
from dunning.service.ports import Metrics
from dunning.service.record_body import RecordBody

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from dunning.adapters.form_pages import FormPages
    from dunning.adapters.upload_forms import UploadForms
    from dunning.domain.links import Link
    from dunning.service.authorising import Authorising
    from dunning.service.collecting import Collecting
    from dunning.service.paying import Paying
    from dunning.service.renewing import LinkRequests
    from dunning.service.second_factor import Tries
    from dunning.service.withdrawing import Withdrawing


class ActionParts(Protocol):
    """What actions may ask for."""

    @property
    def bodies(self) -> RecordBody: ...

    @property
    def withdrawing(self) -> "Withdrawing": ...

    @property
    def metrics(self) -> Metrics: ...

    @property
    def paying(self) -> "Paying": ...

    @property
    def authorising(self) -> "Authorising": ...

    @property
    def collecting(self) -> "Collecting": ...

    @property
    def portal_url(self) -> str:
        """Where the pages are: what a provider sends a customer back to begins so."""

    @property
    def pages(self) -> "FormPages": ...

    @property
    def tries(self) -> "Tries": ...

    @property
    def uploads(self) -> "UploadForms": ...

    @property
    def link_requests(self) -> "LinkRequests": ...

    def sealed(self, link: "Link") -> str:
        """The token of a link."""


class ActionWiring(PaymentWiring):
    """One cell's parts for `ActionParts`."""

    @cached_property
    def metrics(self) -> Metrics:
        return metrics()

    @property
    def portal_url(self) -> str:
        return self.settings.portal_url.rstrip("/")

    @property
    def pages(self) -> "FormPages":
        return self.behind_links.pages

    @cached_property
    def uploads(self) -> "UploadForms":
        from dunning.adapters.upload_forms import UploadForms

        return UploadForms(cast("S3Client", self.client("s3")), self.settings.bucket_name)

    @cached_property
    def tries(self) -> "Tries":
        from dunning.adapters.dynamodb.tries import DynamoTries

        _ = self.connection
        return DynamoTries()

    @property
    def link_requests(self) -> "LinkRequests":
        return self.behind_links.link_requests

    def sealed(self, link: "Link") -> str:
        return self.behind_links.link_tokens.sealed(link)
