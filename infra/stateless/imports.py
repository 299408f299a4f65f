"""The functions behind the bucket: one reads files into parts, one records them.
How much memory and disk each has, and why, stands here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aws_cdk import aws_lambda as lambda_

from infra.constructs.buffer import MAX_RECEIVE_COUNT, Buffer
from infra.constructs.layers import FunctionLayers
from infra.stateless.permissions import Permissions
from infra.stateless.queues import IMPORT_TIMEOUT, PART_TIMEOUT

Function = Callable[..., lambda_.Function]


def import_invoices(
    function: Function, may: Permissions, layers: FunctionLayers, imports: Buffer, parts: Buffer
) -> lambda_.Function:
    """The function that reads files and writes settings, fed by `imports`."""
    made = function(
        "ImportInvoices",
        verb="import_invoices",
        timeout=IMPORT_TIMEOUT,
        # A whole CPU: one file is read by one thread. The memory is the readers' of PDF and
        # of spreadsheets, which hold one document or sheet; rows wait on the disk.
        memory_mib=1769,
        # The largest file, and its rows five times over while they are put in order.
        disk_mib=4096,
        layers=layers.with_documents,
        environment={"PARTS_QUEUE_URL": parts.queue.queue_url},
        grants=[
            *may.settings_and_plans(),
            *may.book(),
            *may.incoming_files(),
            *may.import_files(),
            *may.into_queue(parts.queue),
            *may.from_queues([imports.queue]),
        ],
    )
    imports.feed(made, "ToImport", batch_size=1, max_concurrency=2)
    return made


def record_import(
    function: Function, may: Permissions, stopped: Mapping[str, str], parts: Buffer
) -> lambda_.Function:
    """The function that records parts of files, and plans books anew, fed by `parts`."""
    made = function(
        "RecordImport",
        verb="record_import",
        timeout=PART_TIMEOUT,
        # More than half a CPU for four threads: two such workers write what a new table takes.
        memory_mib=1024,
        # All bad rows of a file on their way into one.
        disk_mib=2048,
        # A long part, and a large book that is planned anew, go on by message after message.
        sends_itself_on=True,
        environment={
            "PARTS_QUEUE_URL": parts.queue.queue_url,
            "PARTS_MAX_RECEIVE_COUNT": str(MAX_RECEIVE_COUNT),
            **stopped,
        },
        grants=[
            *may.ledger(),
            *may.book(),
            *may.import_files(),
            *may.address_key(),
            *may.opted_out_numbers(),
            *may.into_queue(parts.queue),
            *may.from_queues([parts.queue]),
        ],
    )
    parts.feed(made, "ToRecord", batch_size=1, max_concurrency=2)
    return made
