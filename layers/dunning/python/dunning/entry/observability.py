"""Logs without personal data, and counters, for every function. No tracer: it costs 300 ms of a
cold start and 5 USD a million. What is worth counting is decided by the use cases.
"""

import logging
from collections import Counter
from collections.abc import Callable
from functools import cache, wraps
from threading import Lock
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from dunning.entry.masking import ExcInfo, masked, masked_error

NAMESPACE = "Duecourse"
Answer = TypeVar("Answer")


class MaskingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines; every value of a line is masked on its way out."""

    def __init__(self) -> None:
        super().__init__(utc=True, use_rfc3339=True, serialize_stacktrace=False)

    def formatException(self, ei: ExcInfo) -> str:  # type: ignore[override]  # noqa: N802
        return masked_error(ei[1])

    def serialize(self, log: object) -> str:  # type: ignore[override]
        return super().serialize(masked(log))  # type: ignore[arg-type]


@cache
def logger() -> Logger:
    """The process's logger; service and level come from the environment."""
    return Logger(logger_formatter=MaskingFormatter())


class CellMetrics:
    """The port Metrics: counts in memory, written as one line when the invocation ends.

    The one dimension is the service: a creditor or a customer in a dimension would be a price and
    a leak."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, name: str, value: int = 1) -> None:
        with self._lock:
            self._counts[name] += value

    def flush(self) -> None:
        """Write what was counted, and begin anew."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        out = Metrics(namespace=NAMESPACE)
        for name, value in sorted(counts.items()):
            out.add_metric(name, MetricUnit.Count, value)
        out.flush_metrics()


@cache
def metrics() -> CellMetrics:
    """The process's counters."""
    return CellMetrics()


class FunctionFailed(RuntimeError):
    """What a handler raised, as a line of the log may tell it. Lambda writes the text of what it is
    handed into the function's log by itself, and answers whoever called with it."""


def entry_point(
    handler: Callable[[dict[str, Any], LambdaContext], Answer],
) -> Callable[[dict[str, Any], LambdaContext], Answer]:
    """A function's handler: its log lines carry the request's id, its counters are written. Raises
    FunctionFailed for whatever it raises, so that no text of an error passes unmasked."""

    @wraps(handler)
    def observed(event: dict[str, Any], context: LambdaContext) -> Answer:
        log = logger()
        log.append_keys(request_id=context.aws_request_id)
        try:
            return handler(event, context)
        except Exception as error:
            log.exception("failed")
            raise FunctionFailed(masked_error(error)) from None
        finally:
            metrics().flush()

    return observed


# Libraries tell of requests and connections in their own words, which nobody has masked.
for _name in ("botocore", "boto3", "urllib3", "pynamodb"):
    logging.getLogger(_name).setLevel(logging.ERROR)
