"""The count of bytes and units, held to rows worked out by hand from AWS's published rules."""

import pytest
from dunning.adapters.dynamodb.cost import Written, index_entry, item_size, read_units, write_units

AGENDA = ("apk", "ask")


def item(kilobytes: float = 0.0, **more: str) -> dict[str, dict[str, str]]:
    """An item of exactly so many kilobytes: 10 bytes of keys, 1 of a name, the rest its text."""
    fixed = {"pk": {"S": "aaa"}, "sk": {"S": "bbb"}, **{n: {"S": v} for n, v in more.items()}}
    used = sum(len(name) + len(value["S"]) for name, value in fixed.items()) + 1
    return {**fixed, "t": {"S": "x" * max(0, int(kilobytes * 1024) - used)}}


@pytest.mark.parametrize(
    ("value", "bytes_"),
    [
        # The name "n" is one byte of each.
        ({"S": "abc"}, 1 + 3),
        ({"S": "ü"}, 1 + 2),
        ({"B": b"12345678"}, 1 + 8),
        ({"N": "0"}, 1 + 2),
        ({"N": "7"}, 1 + 2),
        ({"N": "12345"}, 1 + 3 + 1),
        ({"N": "1200000"}, 1 + 1 + 1),  # trailing zeros are exponent, not digits
        ({"N": "-12"}, 1 + 1 + 1 + 1),
        ({"BOOL": True}, 1 + 1),
        ({"NULL": True}, 1 + 1),
        ({"L": []}, 1 + 3),
        ({"L": [{"S": "ab"}, {"S": "c"}]}, 1 + 3 + (1 + 2) + (1 + 1)),
        ({"M": {"ab": {"S": "c"}}}, 1 + 3 + (1 + 2 + 1)),
        ({"SS": ["ab", "c"]}, 1 + 2 + 1),
    ],
)
def test_an_attribute_takes_its_name_and_its_value(value: dict[str, object], bytes_: int) -> None:
    assert item_size({"n": value}) == bytes_


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, 1.0, 1),  # exactly one kilobyte
        (None, 1.1, 2),
        (2.5, 0.2, 3),  # the larger of before and after
        (0.2, None, 1),  # a delete
        (3.5, None, 4),
    ],
)
def test_a_write_costs_the_larger_image_in_begun_kilobytes(
    before: float | None, after: float | None, units: int
) -> None:
    images = [None if size is None else item(size) for size in (before, after)]
    assert write_units([Written(*images)]) == units
    assert write_units([Written(*images, transactional=True)]) == 2 * units


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        ({}, {"apk": "A", "ask": "1"}, 1),  # enters the index
        ({"apk": "A", "ask": "1"}, {"apk": "A", "ask": "1"}, 0),  # what is not projected changed
        ({"apk": "A", "ask": "1"}, {"apk": "A", "ask": "2"}, 2),  # moves: a delete and a put
        ({"apk": "A", "ask": "1"}, {}, 1),  # leaves
        ({}, {"apk": "A"}, 0),  # half a key is no entry
    ],
)
def test_an_index_is_written_only_where_its_entry_changes(
    before: dict[str, str], after: dict[str, str], units: int
) -> None:
    written = Written(item(**before), item(0.5, **after))
    assert write_units([written]) == 1 + units


def test_a_transaction_costs_double_on_the_table_and_not_on_the_index() -> None:
    moved = Written(item(apk="A", ask="1"), item(apk="A", ask="2"), transactional=True)
    assert write_units([moved]) == 2 + 2


def test_a_condition_that_fails_costs_the_item_that_stands() -> None:
    assert write_units([Written(item(1.5), item(3.0), failed=True)]) == 2
    assert write_units([Written(None, item(3.0), failed=True)]) == 1


def test_the_writes_of_a_small_reminder_add_up_to_five() -> None:
    due, later = {"apk": "A", "ask": "1"}, {"apk": "A", "ask": "2"}
    claim = Written(item(0.4, **due), item(0.7, **due))
    record = Written(None, item(0.3))
    confirm = Written(item(0.7, **due), item(0.5, **later))
    assert write_units([claim, record, confirm]) == 1 + 1 + (1 + 2)


def test_an_entry_of_a_keys_only_index_is_its_keys_and_the_items() -> None:
    whole = item(0.5, apk="AGENDA#a", ask="2026")
    entry = index_entry(whole, AGENDA)
    assert entry is not None
    assert item_size(entry) == (3 + 8) + (3 + 4) + (2 + 3) + (2 + 3)


@pytest.mark.parametrize(
    ("sizes", "consistent", "units"),
    [
        ([], True, 1),  # nothing found
        ([], False, 0.5),
        ([4096], True, 1),
        ([4097], True, 2),
        ([100] * 40, False, 0.5),  # 4,000 bytes, summed before they are rounded
        ([100] * 41, False, 1),
        ([78] * 1000, False, 10),  # 78,000 bytes are 19.04 blocks
    ],
)
def test_a_read_sums_its_bytes_and_then_rounds_up_to_four_kilobytes(
    sizes: list[int], consistent: bool, units: float
) -> None:
    assert read_units(sizes, consistent=consistent) == units
