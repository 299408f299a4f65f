"""The function that prints: its size and layers, and no rights. Who may ask it is the stack's."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from infra.constructs.layers import FunctionLayers

_TIMEOUT = cdk.Duration.seconds(8)
"""Less than a page's, which waits for it."""


def print_pdf(
    function: Callable[..., lambda_.Function], layers: FunctionLayers
) -> lambda_.Function:
    """It reads what strangers wrote, and so may do nothing at all but answer."""
    return function(
        "PrintPdf",
        verb="print_pdf",
        timeout=_TIMEOUT,
        # Somebody may wait for it: half a CPU (docs/decisions/pdf.md). It fills 115 MiB.
        memory_mib=1024,
        layers=layers.with_pdf,
        grants=[],
    )
