"""How other systems are told: the mapping from the table's stream, and a queue in order."""

from __future__ import annotations

import json

from infra.stateless.outbound import NEWS
from tests.infra.reading import Reading

MAPPINGS = "AWS::Lambda::EventSourceMapping"


def test_the_stream_s_records_go_to_one_function_from_where_it_begins(stateless: Reading) -> None:
    mapping = stateless.properties(MAPPINGS)["Outbound/FromLedger"]
    assert mapping["EventSourceArn"] == "{LedgerStream}"
    assert mapping["FunctionName"] == "{PublishEvents/Function.Arn}"
    assert mapping["StartingPosition"] == "TRIM_HORIZON", "a mapping that is made misses nothing"
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (1000, 5)


def test_what_cannot_be_handed_on_stops_the_stream_for_hours_and_not_for_ever(
    stateless: Reading,
) -> None:
    mapping = stateless.properties(MAPPINGS)["Outbound/FromLedger"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 20
    assert mapping["MaximumRecordAgeInSeconds"] < 24 * 3600, "a stream keeps a day"
    assert mapping["DestinationConfig"] == {
        "OnFailure": {"Destination": "{Outbound/Unpublished.Arn}"}
    }


def test_only_new_records_that_may_be_news_wake_the_function(stateless: Reading) -> None:
    mapping = stateless.properties(MAPPINGS)["Outbound/FromLedger"]
    patterns = [json.loads(one["Pattern"]) for one in mapping["FilterCriteria"]["Filters"]]
    assert len(patterns) <= 5, "more are a quota to be asked for"
    passed = set()
    for pattern in patterns:
        assert pattern["eventName"] == ["INSERT"]
        assert pattern["dynamodb"]["Keys"] == {"sk": {"S": [{"prefix": "4#HISTORY#"}]}}
        image = pattern["dynamodb"]["NewImage"]
        assert set(image) == {"kind", "code"}
        passed |= {(kind, code) for kind in image["kind"]["S"] for code in image["code"]["S"]}
        assert len(json.dumps(pattern)) < 4096
    assert {(kind, code) for kind, codes in NEWS.items() for code in codes} <= passed
    assert not {code for _, code in passed} & {"invoice", "customer", "RELEASED", "REPLANNED"}


def test_the_queue_keeps_each_account_s_order_and_no_other(stateless: Reading) -> None:
    queues = stateless.properties("AWS::SQS::Queue")
    queue, dead = queues["Outbound/Queue"], queues["Outbound/DeadLetters"]
    assert queue["FifoQueue"] is dead["FifoQueue"] is True
    assert queue["DeduplicationScope"] == "messageGroup"
    assert queue["FifoThroughputLimit"] == "perMessageGroupId"
    # The function gives up by age; five receives would be the first minute of an outage.
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": "{Outbound/DeadLetters.Arn}",
        "maxReceiveCount": 1000,
    }
    mapping = stateless.properties(MAPPINGS)["Outbound/ToDeliver"]
    assert mapping["FunctionName"] == "{DeliverWebhooks/Function}"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 5}
    assert queue["VisibilityTimeout"] == 360
    assert {queues[path]["MessageRetentionPeriod"] for path in queues if "Outbound" in path} == {
        4 * 86400,
        14 * 86400,
    }
