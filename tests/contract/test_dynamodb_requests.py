"""What the real ledger asks of DynamoDB: how many requests, in which order, and at what cost."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.cell import DynamoSuppressions
from dunning.adapters.dynamodb.channels import DynamoChannels
from dunning.adapters.dynamodb.cost import UNIT, Written, item_size, write_units
from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.adapters.dynamodb.models import PostingRow, connect
from dunning.adapters.dynamodb.rows import row_of
from dunning.adapters.dynamodb.writes import WriteTooLarge
from dunning.domain.account import Plan
from dunning.domain.change import Change, Mark
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Settled
from dunning.service.ports import ClaimLost, Moved

from .building import (
    CREDITOR,
    DAY,
    NOON,
    OTHER_TOKEN,
    TOKEN,
    attempt_record,
    claimed,
    first,
    head,
    invoice,
    next_head,
    opened,
    payment,
    record,
)
from .conftest import Database

SETTLED, OPEN = 400, 3


@pytest.fixture
def real(database: Database) -> DynamoLedger:
    return DynamoLedger(database.connection)


def start(real: DynamoLedger, items: int = 1, at: int | None = NOON) -> tuple[str, Any]:
    account = real.account_key(CREDITOR, "C1")
    real.write(CREDITOR, account, first(head(at=at), invoice(items=items)))
    return account, real.head(CREDITOR, account)


def names(seen: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> list[str]:
    return [name for name, *_ in seen]


def test_a_decision_reads_head_first_and_then_the_live_range_both_consistently(
    real: DynamoLedger, database: Database
) -> None:
    account, _ = start(real)
    with database.requests() as seen:
        real.read(CREDITOR, account)
    assert names(seen) == ["GetItem", "Query"]
    assert all(request["ConsistentRead"] is True for _, request, _ in seen)


def test_a_glance_at_head_is_one_read_at_half_the_price(
    real: DynamoLedger, database: Database
) -> None:
    account, stands = start(real)
    with database.requests() as seen:
        assert real.glance(CREDITOR, account) == stands
        assert real.glance(CREDITOR, real.account_key(CREDITOR, "nobody")) is None
    assert names(seen) == ["GetItem", "GetItem"]
    assert all(request["ConsistentRead"] is False for _, request, _ in seen)


def test_the_suppression_list_is_read_at_half_the_price(database: Database) -> None:
    with database.requests() as seen:
        DynamoSuppressions().reason(CREDITOR, "email", "0123456789abcdef")
    assert names(seen) == ["GetItem"]
    assert seen[0][1]["ConsistentRead"] is False


def test_what_is_settled_costs_a_decision_nothing(real: DynamoLedger, database: Database) -> None:
    account, _ = start(real, items=OPEN)
    rows = [row_of(account, payment(f"P{n}", 100)).serialize() for n in range(SETTLED)]
    documents = (replace(invoice(f"S{n}"), settled={1: Settled(DAY)}) for n in range(SETTLED))
    rows += [row_of(account, document).serialize() for document in documents]
    for start_at in range(0, len(rows), 25):
        puts = [{"PutRequest": {"Item": row}} for row in rows[start_at : start_at + 25]]
        database.client.batch_write_item(RequestItems={database.table: puts})
    with database.requests() as seen:
        state = real.read(CREDITOR, account)
    assert state is not None
    assert len(state.open) == OPEN
    (_, _, answer) = seen[1]
    assert answer["ScannedCount"] == OPEN + 1
    assert len(seen) == 2


def test_a_change_of_head_alone_is_one_put_and_one_write_unit(
    real: DynamoLedger, database: Database
) -> None:
    account, stands = start(real)
    before = database.item(account, keys.HEAD)
    with database.requests() as seen:
        real.write(CREDITOR, account, Change(next_head(stands, parked="X"), stands.rev))
    assert names(seen) == ["PutItem"]
    after = database.item(account, keys.HEAD)
    assert write_units([Written(before, after)]) == 1


def test_a_claim_is_one_update_of_one_write_unit_and_touches_no_index_key(
    real: DynamoLedger, database: Database
) -> None:
    account, stands = start(real)
    before = database.item(account, keys.HEAD)
    with database.requests() as seen:
        real.claim(CREDITOR, account, claimed(stands, TOKEN, ItemRef("I1", 1)), stands.rev)
    assert names(seen) == ["UpdateItem"]
    after = database.item(account, keys.HEAD)
    assert write_units([Written(before, after)]) == 1
    for name in ("apk", "ask", "bpk", "bsk", "p", "h"):
        assert after[name] == before[name]
    assert set(after) - set(before) == {"k", "c", "i"}
    assert after["k"]["B"] == bytes.fromhex(TOKEN)


def test_one_reminder_writes_five_units(real: DynamoLedger, database: Database) -> None:
    account, stands = start(real)
    states = [database.item(account, keys.HEAD)]
    taken = claimed(stands, TOKEN, ItemRef("I1", 1))
    with database.requests() as seen:
        real.claim(CREDITOR, account, taken, stands.rev)
        states.append(database.item(account, keys.HEAD))
        real.put_record(CREDITOR, account, attempt_record(2, ItemRef("I1", 1)))
        done = next_head(taken, claim=None, plan=Plan(NOON + 86_400, "email", "STEP_NOT_DUE"))
        real.write(CREDITOR, account, Change(done, taken.rev, TOKEN))
    assert names(seen) == ["UpdateItem", "PutItem", "PutItem"]
    states.append(database.item(account, keys.HEAD))
    said = database.item(account, keys.history(2))
    writes = [Written(states[0], states[1]), Written(None, said), Written(states[1], states[2])]
    # Claim, record, confirm, and the agenda's entry that goes and comes.
    assert write_units(writes) == 1 + 1 + 1 + 2


def test_a_record_of_ten_items_is_one_write_unit(real: DynamoLedger, database: Database) -> None:
    account, _ = start(real)
    refs = [ItemRef(f"RE-2026-{number:06}", 1) for number in range(10)]
    real.put_record(CREDITOR, account, attempt_record(2, *refs))
    assert item_size(database.item(account, keys.history(2))) < UNIT


def test_the_sweep_reads_one_index_range_a_shard_and_no_item(
    real: DynamoLedger, database: Database
) -> None:
    account, _ = start(real)
    (entry,) = real.agenda(CREDITOR, "email", 4, NOON)
    assert entry.account == account
    with database.requests() as seen:
        assert list(real.agenda(CREDITOR, "email", 4, NOON, entry.key)) == []
    assert names(seen) == ["Query"] * 4
    for shard, (_, request, answer) in enumerate(seen):
        values = request["ExpressionAttributeValues"]
        assert request["IndexName"] == "agenda"
        assert values[":p"] == {"S": keys.agenda(CREDITOR, "email", shard)}
        assert values[":a"] == {"S": entry.key}
        assert answer["ScannedCount"] <= 1


def test_more_items_than_one_transaction_takes_are_refused_before_anything_is_sent(
    real: DynamoLedger, database: Database
) -> None:
    account, stands = start(real)
    documents = [invoice(f"X{number}") for number in range(51)]
    items = [item for document in documents for item in opened(document)]
    change = Change(next_head(stands), stands.rev, put=(*documents, *items))
    with database.requests() as seen, pytest.raises(WriteTooLarge, match="at most 100"):
        real.write(CREDITOR, account, change)
    assert seen == []


def test_a_mark_on_an_invoice_that_is_not_there_writes_nothing(
    real: DynamoLedger, database: Database
) -> None:
    account, stands = start(real)
    before = database.scan()
    with pytest.raises(LookupError):
        real.write(
            CREDITOR,
            account,
            Change(next_head(stands), stands.rev, marks=(Mark("nothing", 1, Settled(DAY)),)),
        )
    assert database.scan() == before


def _failing(
    real: DynamoLedger, monkeypatch: pytest.MonkeyPatch, operation: str, *outcomes: str
) -> list[str]:
    """The client's next calls of that operation: "lost" is done and its answer lost, "pass" goes
    through, anything else is an error of that code before anything is done."""
    client = real._connection.client
    left, made = list(outcomes), []
    send = getattr(client, operation)

    def call(**request: Any) -> Any:
        outcome = left.pop(0) if left else "pass"
        made.append(outcome)
        if outcome not in ("pass", "lost"):
            raise ClientError({"Error": {"Code": outcome, "Message": ""}}, operation)
        answer = send(**request)
        return send(**request) if outcome == "lost" else answer

    monkeypatch.setattr(client, operation, call)
    return made


def test_a_claim_whose_answer_was_lost_is_recognised_by_its_token(
    real: DynamoLedger, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, stands = start(real)
    _failing(real, monkeypatch, "update_item", "lost")
    real.claim(CREDITOR, account, claimed(stands), stands.rev)
    assert real.head(CREDITOR, account) == claimed(stands)
    with pytest.raises(ClaimLost):
        real.claim(CREDITOR, account, claimed(stands, OTHER_TOKEN), stands.rev)


def test_a_claim_that_meets_a_transaction_asks_again_and_gives_up_in_the_end(
    real: DynamoLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, stands = start(real)
    conflict = "TransactionConflictException"
    made = _failing(real, monkeypatch, "update_item", *[conflict] * 3, conflict, "pass")
    with pytest.raises(ClaimLost):
        real.claim(CREDITOR, account, claimed(stands), stands.rev)
    real.claim(CREDITOR, account, claimed(stands), stands.rev)
    assert made == [conflict] * 4 + ["pass"]


def test_an_error_that_says_nothing_of_the_fence_is_not_taken_for_one(
    real: DynamoLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, stands = start(real)
    _failing(real, monkeypatch, "update_item", "ThrottlingException")
    with pytest.raises(ClientError, match="ThrottlingException"):
        real.claim(CREDITOR, account, claimed(stands), stands.rev)
    _failing(real, monkeypatch, "put_item", "InternalServerError")
    with pytest.raises(ClientError, match="InternalServerError"):
        real.put_record(CREDITOR, account, record(2))


def test_a_record_whose_answer_was_lost_is_found_as_it_was_written(
    real: DynamoLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, _ = start(real)
    mine = attempt_record(2, ItemRef("I1", 1))
    _failing(real, monkeypatch, "put_item", "lost")
    assert real.put_record(CREDITOR, account, mine) == mine


def test_head_names_its_customer_only_where_the_key_does_not(
    real: DynamoLedger, database: Database
) -> None:
    account, _ = start(real)
    assert "n" not in database.item(account, keys.HEAD)
    odd = real.account_key(CREDITOR, "C #1")
    real.write(CREDITOR, odd, first(head("C #1")))
    assert database.item(odd, keys.HEAD)["n"] == {"S": "C #1"}


def test_new_accounts_are_spread_over_the_shards_that_their_creditor_has(
    database: Database,
) -> None:
    wide = DynamoLedger(database.connection, shards=lambda creditor: 16)
    shards = set()
    for number in range(40):
        account = wide.account_key(CREDITOR, f"C{number}")
        wide.write(CREDITOR, account, first(head(f"C{number}")))
        stands = wide.head(CREDITOR, account)
        assert stands is not None
        shards.add(stands.shard)
    assert len(shards) > 10
    assert max(shards) < 16


def test_all_models_share_one_client(database: Database) -> None:
    connection = connect(database.table, region="eu-west-1", endpoint="http://127.0.0.1:9")
    assert PostingRow._get_connection().connection is connection


def test_a_transaction_that_conflicts_has_moved(
    real: DynamoLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, stands = start(real)
    client = real._connection.client
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict", "Message": "x"}]

    def cancelled(operation: str, request: dict[str, Any]) -> Any:
        assert operation == "TransactWriteItems"
        raise ClientError(
            {  # type: ignore[arg-type]
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "CancellationReasons": reasons,
            },
            operation,
        )

    monkeypatch.setattr(client, "_make_api_call", cancelled)
    with pytest.raises(Moved):
        real.write(CREDITOR, account, Change(next_head(stands), 1, history=(record(2),)))
    reasons[1]["Code"] = "ThrottlingError"
    with pytest.raises(Exception, match="Failed to write transaction"):
        real.write(CREDITOR, account, Change(next_head(stands), 1, history=(record(2),)))


def test_a_pause_is_read_once_an_invocation_and_its_own_word_is_known_at_once(
    database: Database,
) -> None:
    channels = DynamoChannels()
    with database.requests() as seen:
        assert [channels.paused_until("email") for _ in range(3)] == [0, 0, 0]
    assert names(seen) == ["GetItem"]
    DynamoChannels().pause("email", NOON, "by another worker")
    assert channels.paused_until("email") == 0
    channels.refresh()
    assert channels.paused_until("email") == NOON
    channels.pause("email", NOON + 900, "by this one")
    assert channels.paused_until("email") == NOON + 900
