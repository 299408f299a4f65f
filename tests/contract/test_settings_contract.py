"""The ports Settings, Suppressions and Channels: what a cell remembers besides its accounts."""

import uuid
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from dunning.adapters.dynamodb.cell import DynamoSettings, DynamoSuppressions
from dunning.adapters.dynamodb.channels import DynamoChannels
from dunning.adapters.memory.cell import MemoryChannels, MemorySettings, MemorySuppressions
from dunning.adapters.rate import LeasedRate
from dunning.domain.brand import Brand
from dunning.domain.creditor import Creditor
from dunning.domain.experiments import Stopped
from dunning.domain.policy import Criteria, Policy, Step
from dunning.service.ports import PROBE, Channels, Cursor, Moved, Suppressions, SweepState

from .building import NOON

ACME = Creditor(
    "acme",
    name="Acme Müller GmbH",
    country="DE",
    time_zone="Europe/Berlin",
    language="de",
    sender="rechnung@acme.example",
    bank={"iban": "DE00", "name": "Bank"},
    unknown="ask",
    brand=Brand(colour="#7a1f1f", signature=("Anna Beispiel", "Buchhaltung"), qr=False),
)
FIRST = (Policy("std", (Step(1, after_due=10), Step(2, ("email", "voice"), after_previous=7))),)
SECOND = (
    Policy(
        "b2b",
        (Step(1, after_due=3),),
        Criteria(currencies=("EUR",)),
        minimum={"EUR": 500},
        send_at=time(8, 30),
    ),
)
TEXTS = {"first: ä\n": FIRST, "second": SECOND}

Settings = MemorySettings | DynamoSettings


@pytest.fixture
def settings(adapter: str, request: pytest.FixtureRequest) -> Settings:
    """An empty cell; a file's text stands for its policies."""
    if adapter == "memory":
        return MemorySettings()
    return DynamoSettings(request.getfixturevalue("database").connection, TEXTS.__getitem__)


def test_own_wording_is_kept_by_file_and_version(settings: Settings) -> None:
    assert settings.put_creditor("acme", ACME)
    book = settings.rulebook("acme")
    assert book is not None
    assert book.wording.versions == {}
    assert settings.put_wording("acme", "email/de", "a = 1", NOON, "v1") == 1
    assert settings.put_wording("acme", "email/de", "a = 1", NOON + 1, "v2") is None
    assert settings.put_wording("acme", "voice/de", "b = ä", NOON, "") == 1
    assert settings.put_wording("acme", "email/de", "", NOON + 2, "v3") == 2
    book = settings.rulebook("acme")
    assert book is not None
    assert book.wording.versions == {"email/de": 2, "voice/de": 1}
    assert book.wording.source("email/de") == ""
    assert book.wording.source("voice/de") == "b = ä"
    assert settings.wording("acme", "email/de", 1) == (1, "a = 1", NOON, "v1")
    assert settings.wording("acme", "voice/de", 1) == (1, "b = ä", NOON, "")
    assert settings.wording("acme", "email/de", 3) is None
    assert book.creditor.name == ACME.name


def test_own_wording_that_comes_before_the_settings_stands_beside_them(settings: Settings) -> None:
    assert settings.put_wording("acme", "email/de", "a = 1", NOON, "v1") == 1
    assert settings.put_creditor("acme", ACME)
    book = settings.rulebook("acme")
    assert book is not None
    assert book.wording.source("email/de") == "a = 1"
    assert settings.creditors() == ("acme",)


def test_a_creditor_that_is_not_there_has_no_rulebook(settings: Settings) -> None:
    assert settings.rulebook("acme") is None
    assert settings.creditors() == ()
    assert settings.policy_source("acme", 1) is None


def test_settings_are_read_as_they_were_put(settings: Settings) -> None:
    assert settings.put_creditor("acme", ACME)
    book = settings.rulebook("acme")
    assert book is not None
    assert (book.creditor, book.policies, book.version) == (replace(ACME, version=1), (), 0)
    assert book.creditor.brand.colour == "#7a1f1f"
    assert isinstance(book.creditor.brand.signature, tuple)
    assert settings.creditors() == ("acme",)


def test_a_variant_is_stopped_once_and_no_file_takes_it_back(settings: Settings) -> None:
    over = Stopped("summer", "firm", "usual", "2026-03-01", 200, 60, 200, 100, "31.0", "20.0")
    assert not settings.stop_variant("acme", over)  # it has no settings
    settings.put_creditor("acme", ACME)
    assert settings.stop_variant("acme", over)
    assert not settings.stop_variant("acme", over._replace(on="2026-03-02"))
    assert not settings.put_creditor("acme", ACME)
    assert settings.put_creditor("acme", Creditor("acme", name="Other"))
    settings.refresh()
    book = settings.rulebook("acme")
    assert book is not None
    assert (book.creditor.name, book.creditor.stopped) == ("Other", (over,))


def test_the_same_settings_again_change_nothing(settings: Settings) -> None:
    settings.put_creditor("acme", ACME)
    assert not settings.put_creditor("acme", ACME)
    assert settings.put_creditor("acme", Creditor("acme", name="Other"))
    book = settings.rulebook("acme")
    assert book is not None
    assert book.creditor == Creditor("acme", name="Other", version=2)


def test_settings_that_somebody_else_changed_meanwhile_are_not_overwritten(
    settings: Settings,
) -> None:
    with pytest.raises(Moved):
        settings.put_creditor("acme", ACME, 1)
    assert settings.put_creditor("acme", ACME, 0)
    assert settings.put_creditor("acme", Creditor("acme", name="Other"), 1)
    for stale in (0, 1, 3):
        with pytest.raises(Moved):
            settings.put_creditor("acme", ACME, stale)
    assert not settings.put_creditor("acme", Creditor("acme", name="Other"), 2)
    settings.refresh()
    book = settings.rulebook("acme")
    assert book is not None
    assert (book.creditor.name, book.creditor.version) == ("Other", 2)


def test_a_shard_that_was_ever_used_is_swept_for_good(settings: Settings) -> None:
    for shards in (8, 2):
        settings.put_creditor("acme", Creditor("acme", shards=shards))
    book = settings.rulebook("acme")
    assert book is not None
    assert (book.creditor.shards, book.creditor.shards_ever) == (2, 8)
    assert not settings.put_creditor("acme", Creditor("acme", shards=2))


def test_each_new_policy_file_is_a_version_and_the_old_ones_stay(settings: Settings) -> None:
    settings.put_creditor("acme", ACME)
    assert settings.put_policies("acme", FIRST, "first: ä\n") == 1
    assert settings.put_policies("acme", FIRST, "first: ä\n") is None
    assert settings.put_policies("acme", SECOND, "second") == 2
    assert settings.put_policies("acme", FIRST, "first: ä\n") == 3
    book = settings.rulebook("acme")
    assert book is not None
    assert (book.creditor, book.policies, book.version) == (replace(ACME, version=1), FIRST, 3)
    assert book.edition == 4
    sources = [settings.policy_source("acme", version) for version in range(5)]
    assert sources == [None, "first: ä\n", "second", "first: ä\n", None]


def test_who_names_the_version_that_was_read_replaces_no_other(settings: Settings) -> None:
    settings.put_creditor("acme", ACME)
    assert settings.put_policies("acme", FIRST, "first: ä\n", 0) == 1
    with pytest.raises(Moved):
        settings.put_policies("acme", SECOND, "second", 0)
    assert settings.put_policies("acme", FIRST, "first: ä\n", 1) is None
    assert settings.put_policies("acme", SECOND, "second", 1) == 2
    assert settings.put_wording("acme", "email/de", "one", 5, "", 0) == 1
    with pytest.raises(Moved):
        settings.put_wording("acme", "email/de", "two", 6, "", 0)
    assert settings.put_wording("acme", "email/de", "two", 6, "", 1) == 2
    book = settings.rulebook("acme")
    assert book is not None
    assert (book.version, dict(book.wording.versions)) == (2, {"email/de": 2})


def test_policies_may_come_before_their_creditor(settings: Settings) -> None:
    assert settings.put_policies("acme", FIRST, "first: ä\n") == 1
    book = settings.rulebook("acme")
    assert book is not None
    assert (book.creditor, book.policies) == (Creditor("acme"), FIRST)
    assert settings.creditors() == ("acme",)
    assert settings.put_creditor("acme", ACME)
    book = settings.rulebook("acme")
    assert book is not None
    assert (book.creditor, book.policies, book.version) == (replace(ACME, version=1), FIRST, 1)
    assert book.edition == 2


def test_creditors_are_told_in_order_and_keep_to_themselves(settings: Settings) -> None:
    for name in ("zeta", "acme", "beta-2"):
        settings.put_creditor(name, Creditor(name))
    settings.put_policies("zeta", FIRST, "first: ä\n")
    assert settings.creditors() == ("acme", "beta-2", "zeta")
    book = settings.rulebook("acme")
    assert book is not None
    assert book.policies == ()


def test_a_rulebook_is_read_once_an_invocation(database: Any) -> None:
    reader = DynamoSettings(database.connection, TEXTS.__getitem__)
    writer = DynamoSettings(database.connection, TEXTS.__getitem__)
    writer.put_creditor("acme", ACME)
    writer.put_policies("acme", FIRST, "first: ä\n")
    with database.requests() as seen:
        for _ in range(3):
            book = reader.rulebook("acme")
            assert book is not None
            assert book.policies == FIRST
    assert [name for name, *_ in seen] == ["GetItem", "GetItem"]
    writer.put_policies("acme", SECOND, "second")
    assert reader.rulebook("acme") == book
    reader.refresh()
    fresh = reader.rulebook("acme")
    assert fresh is not None
    assert fresh.policies == SECOND
    reader.refresh()
    with database.requests() as seen:
        reader.rulebook("acme")
    assert [name for name, *_ in seen] == ["GetItem"]


def test_two_who_write_policies_at_once_get_two_versions(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (DynamoSettings(database.connection, TEXTS.__getitem__) for _ in range(2))
    one.put_creditor("acme", ACME)
    ask = one.policy_source
    one.put_policies("acme", FIRST, "first: ä\n")

    def meanwhile(creditor: str, version: int) -> str | None:
        monkeypatch.undo()
        two.put_policies("acme", SECOND, "second")
        return ask(creditor, version)

    monkeypatch.setattr(one, "policy_source", meanwhile)
    assert one.put_policies("acme", SECOND, "third") == 3
    assert [one.policy_source("acme", version) for version in (2, 3)] == ["second", "third"]


@pytest.fixture
def suppressions(adapter: str, request: pytest.FixtureRequest) -> Suppressions:
    if adapter == "memory":
        return MemorySuppressions()
    request.getfixturevalue("database")
    return DynamoSuppressions()


def test_a_suppressed_address_is_barred_for_every_creditor_with_its_first_reason(
    suppressions: Suppressions,
) -> None:
    hashed = "0123456789abcdef"
    assert suppressions.reason("acme", "email", hashed) is None
    suppressions.add("acme", "email", hashed, "bounced", NOON)
    suppressions.add("acme", "email", hashed, "complained", NOON + 1)
    assert suppressions.reason("acme", "email", hashed) == "bounced"
    assert suppressions.reason("other", "email", hashed) == "bounced"
    assert suppressions.reason("acme", "voice", hashed) is None
    assert suppressions.reason("acme", "email", hashed[::-1]) is None


def test_what_was_taken_back_bars_an_address_for_that_creditor_until_it_is_given_again(
    suppressions: Suppressions,
) -> None:
    hashed = uuid.uuid4().hex[:16]
    suppressions.add_for("acme", "email", hashed, "opt_out", NOON)
    suppressions.add_for("acme", "email", hashed, "opt_out", NOON)
    suppressions.add_for("acme", "email", hashed, "wrong_person", NOON + 5)
    assert suppressions.reason("acme", "email", hashed) == "opt_out"
    assert suppressions.reason("other", "email", hashed) is None
    assert suppressions.reason("acme", "voice", hashed) is None

    opt_out = frozenset({"opt_out"})
    suppressions.lift_for("other", "email", hashed, opt_out, NOON + 9)
    suppressions.lift_for("acme", "email", hashed, opt_out, NOON)
    assert suppressions.reason("acme", "email", hashed) == "opt_out", "not newer than the word"
    suppressions.lift_for("acme", "email", hashed, opt_out, NOON + 1)
    assert suppressions.reason("acme", "email", hashed) == "wrong_person"
    suppressions.lift_for("acme", "email", hashed, opt_out | {"wrong_person"}, NOON + 6)
    assert suppressions.reason("acme", "email", hashed) is None
    suppressions.lift_for("acme", "email", hashed, opt_out, NOON + 6)


def test_what_the_cell_learns_of_an_address_stands_beside_what_a_creditor_was_told(
    suppressions: Suppressions,
) -> None:
    hashed = uuid.uuid4().hex[:16]
    suppressions.add_for("acme", "email", hashed, "opt_out", NOON)
    suppressions.add("other", "email", hashed, "bounced", NOON + 1)
    suppressions.add_for("other", "email", hashed, "opt_out", NOON + 2)
    suppressions.lift_for("acme", "email", hashed, frozenset({"opt_out"}), NOON + 3)

    assert suppressions.reason("acme", "email", hashed) == "bounced"
    assert suppressions.reason("other", "email", hashed) == "bounced"


@pytest.fixture
def channels(adapter: str, request: pytest.FixtureRequest) -> Channels:
    if adapter == "memory":
        return MemoryChannels()
    request.getfixturevalue("database")
    return DynamoChannels()


def _state(creditors: int, marks: int) -> SweepState:
    def cursor(n: int, turn: int) -> Cursor:
        key = f"{date(2026, 11, 1 + turn)}T08:00:00Z#creditor-{n}#C|{n}"
        return Cursor(key, f"{key}/first", f"{key}/last") if n % 2 else Cursor(key)

    def cursors(turn: int) -> dict[str, Cursor]:
        return {f"creditor-{n}": cursor(n, turn) for n in range(creditors - turn)}

    return SweepState(
        cursors=cursors(0), total=99, marks=tuple((n * 7, cursors(n)) for n in range(marks))
    )


def test_a_channel_that_never_swept_starts_at_the_oldest(channels: Channels) -> None:
    assert channels.sweep_state("email") == SweepState()


def test_a_sweep_reads_what_the_last_one_saved(channels: Channels) -> None:
    state = _state(creditors=5, marks=4)
    channels.save_sweep("email", state)
    assert channels.sweep_state("email") == state
    assert channels.sweep_state("voice") == SweepState()
    channels.save_sweep("email", SweepState())
    assert channels.sweep_state("email") == SweepState()


def test_saving_a_sweep_never_ends_or_makes_a_pause(channels: Channels) -> None:
    before = channels.sweep_state("email")
    channels.pause("email", NOON + 900, "quota | used up")
    channels.save_sweep("email", before)
    state = channels.sweep_state("email")
    assert (state.paused_until, state.paused_why) == (NOON + 900, "quota | used up")
    assert channels.paused_until("email") == NOON + 900
    assert channels.paused_until("voice") == 0
    channels.pause("voice", NOON, "")
    channels.save_sweep("voice", SweepState(total=3, paused_until=NOON + 999, paused_why="old"))
    assert channels.sweep_state("voice") == SweepState(total=3, paused_until=NOON)


def test_a_rest_is_only_made_longer(channels: Channels) -> None:
    channels.pause("email", NOON + 3_600, "suspended")
    channels.pause("email", NOON + 900, "paused")
    assert channels.paused_until("email") == NOON + 3_600
    assert channels.sweep_state("email").paused_why == "suspended"


def test_a_creditor_s_rest_is_its_own(channels: Channels) -> None:
    channels.pause("email", NOON + 900, "tenant", "acme")
    channels.pause("email", NOON + 1_800, "tenant", "blue")
    channels.pause("email", NOON + 60, "tenant", "blue")
    assert channels.paused_until("email", "acme") == NOON + 900
    assert channels.paused_until("email", "blue") == NOON + 1_800
    assert channels.paused_until("email", "other") == channels.paused_until("email") == 0
    found = channels.sweep_state("email")
    assert (found.resting, found.paused_until) == ({"acme": NOON + 900, "blue": NOON + 1_800}, 0)
    channels.pause("email", NOON + 1_000, "quota")
    assert channels.paused_until("email", "acme") == NOON + 1_000


@pytest.mark.parametrize("whose", ["", "acme"])
def test_after_a_rest_one_alone_tries_until_it_knows(channels: Channels, whose: str) -> None:
    channels.pause("email", NOON, "paused", whose)
    assert not channels.probe("email", "acme", NOON - 1)
    assert channels.probe("email", "acme", NOON + 5)
    assert not channels.probe("email", "acme", NOON + 6)
    assert channels.paused_until("email", "acme") == NOON + 5 + PROBE
    channels.resume("email", "acme", NOON + 4)
    assert channels.paused_until("email", "acme") == NOON + 5 + PROBE, "of another probe"
    channels.resume("email", "acme", NOON + 5)
    assert channels.paused_until("email", "acme") == 0
    assert channels.sweep_state("email") == SweepState()


def test_a_probe_that_came_to_nothing_leaves_the_next_one_to_another(channels: Channels) -> None:
    channels.pause("email", NOON, "paused")
    assert channels.probe("email", "acme", NOON)
    assert channels.probe("email", "blue", NOON + PROBE)


def test_a_probe_that_was_refused_rests_again_and_its_end_ends_nothing(channels: Channels) -> None:
    channels.pause("email", NOON, "paused")
    assert channels.probe("email", "acme", NOON)
    channels.pause("email", NOON + 3_600, "suspended")
    channels.resume("email", "acme", NOON)
    assert channels.paused_until("email") == NOON + 3_600


def test_a_channel_s_rate_is_what_was_last_said_of_it(channels: Channels) -> None:
    assert channels.rate("email") is None
    channels.set_rate("email", 14.0)
    channels.set_rate("email", 0.5)
    assert channels.rate("email") == 0.5
    assert channels.rate("voice") is None


def test_two_workers_that_find_a_rest_over_do_not_both_try(database: Any) -> None:
    one, other = DynamoChannels(), DynamoChannels()
    one.pause("email", NOON, "paused")
    assert one.paused_until("email") == other.paused_until("email") == NOON
    assert one.probe("email", "acme", NOON)
    assert not other.probe("email", "acme", NOON)
    assert other.paused_until("email") == NOON + PROBE


def test_a_lease_is_answered_with_the_rate_that_the_sweep_left(database: Any) -> None:
    at = [1_800_000_000.0]
    client = database.connection.client
    sender = LeasedRate(
        client, database.table, "email", 10, now=lambda: at[0], sleep=lambda seconds: None
    )
    DynamoChannels().set_rate("email", 1.0)
    with database.requests() as seen:
        assert [sender.take("acme", "email") for _ in range(12)].count(True) == 10
    # The first block was cut for the old rate and is let go; after its 0.7 s there is one a second
    # up to the longest wait.
    assert {name for name, *_ in seen} == {"UpdateItem"}
    at[0] += 100
    DynamoChannels().set_rate("email", 500.0)
    taken = [sender.take("acme", "email") for _ in range(120)]
    assert 90 <= taken.count(True) <= 112, "never faster than the cell's own rate"


def test_a_pause_leaves_cursors_and_marks_alone(channels: Channels) -> None:
    state = _state(creditors=3, marks=2)
    channels.save_sweep("email", state)
    channels.pause("email", NOON, "paused")
    found = channels.sweep_state("email")
    assert (found.cursors, found.total, found.marks) == (state.cursors, 99, state.marks)


def test_the_state_of_thousands_of_creditors_fits_into_one_item(database: Any) -> None:
    channels = DynamoChannels()
    state = _state(creditors=4_000, marks=12)
    channels.save_sweep("email", state)
    assert channels.sweep_state("email") == state
    stored = database.item("SWEEP#email", "STATE")
    assert len(stored["state"]["B"]) < 350_000


MAPPING = "layout: columns-1a2b3c4d\ndates: day_first\n"


def test_answers_about_a_layout_are_kept_per_creditor(settings: Settings) -> None:
    assert settings.mapping("acme", "columns-1a2b3c4d") is None
    assert settings.put_mapping("acme", "columns-1a2b3c4d", "march.yaml", MAPPING)
    found = settings.mapping("acme", "columns-1a2b3c4d")
    assert found is not None
    assert (found[0], found[1].layout, found[1].dates) == (
        "march.yaml",
        "columns-1a2b3c4d",
        "day_first",
    )
    assert settings.mapping("other", "columns-1a2b3c4d") is None
    assert settings.mapping("acme", "xero_invoices_export") is None


def test_the_newest_answers_hold_and_the_same_again_change_nothing(settings: Settings) -> None:
    settings.put_mapping("acme", "columns-1a2b3c4d", "march.yaml", MAPPING)
    assert not settings.put_mapping("acme", "columns-1a2b3c4d", "march.yaml", MAPPING)
    newer = MAPPING.replace("day_first", "month_first")
    assert settings.put_mapping("acme", "columns-1a2b3c4d", "april.yaml", newer)
    found = settings.mapping("acme", "columns-1a2b3c4d")
    assert found is not None
    assert (found[0], found[1].dates) == ("april.yaml", "month_first")
