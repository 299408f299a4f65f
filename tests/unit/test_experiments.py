"""Experiments: who gets which variant, what a file may say of it, and what sending makes of it."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dunning.adapters.dynamodb.behaviour_codec import pack_tone, unpack_tone
from dunning.adapters.dynamodb.creditor_codec import settings_of
from dunning.adapters.dynamodb.rows import history_row, record_of
from dunning.adapters.memory.cell import MemorySettings
from dunning.domain.approval import CHANGED, Proposal
from dunning.domain.creditor import Creditor
from dunning.domain.experiments import Assigned, Experiment, Guard, Stopped, Variant, variant_of
from dunning.domain.fence import claimed
from dunning.domain.gates import OpenGates
from dunning.domain.policy_file import read_policies
from dunning.domain.policy_nodes import PolicyFileError
from dunning.domain.proposing import _as_answered
from dunning.domain.wordings import wording_of
from dunning.service.why import Why
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.offline import Body, customer, invoice, play, policy, run

HALVES = (Variant("usual", 5_000), Variant("firm", 5_000))
EXPERIMENT = Experiment("summer", HALVES, "usual", 14)
OVER = Stopped("summer", "firm", "usual", "2026-03-01", 200, 60, 200, 100, "31.0", "20.0")
MANY = [f"c{number}" for number in range(4_000)]
STEP = """{level: 1, after_due: {days: 10}, channels: [email], tone: friendly, variants: %s}"""
TRIED = STEP % (
    "{name: summer, paid_within: {days: 14},"
    " among: {usual: {share: 50}, firm: {share: 50, tone: formal, wording: last}}}"
)


def shares(*basis_points: int) -> Experiment:
    """An experiment of variants v0, v1 and so on."""
    variants = tuple(Variant(f"v{n}", share) for n, share in enumerate(basis_points))
    return replace(EXPERIMENT, variants=variants, control="v0")


def groups(experiment: Experiment, creditor: str = "acme") -> dict[str, str]:
    return {one: variant_of(experiment, creditor, one).name for one in MANY}


@pytest.mark.parametrize(
    "split", [(5_000, 5_000), (9_000, 1_000), (3_333, 3_333, 3_334), (50, 9_950)]
)
def test_customers_fall_to_variants_in_proportion_to_their_shares(split: tuple[int, ...]) -> None:
    counted = Counter(groups(shares(*split)).values())
    for number, share in enumerate(split):
        expected = len(MANY) * share / 10_000
        deviation = (expected * (1 - share / 10_000)) ** 0.5
        assert abs(counted[f"v{number}"] - expected) < 4 * deviation


def test_where_shares_change_only_those_move_who_have_to() -> None:
    before, after = groups(shares(5_000, 3_000, 2_000)), groups(shares(4_000, 3_000, 3_000))
    moved = Counter((before[one], after[one]) for one in MANY if before[one] != after[one])
    # v0 gives to both others and to nobody else; v1 keeps its share and passes on to v2 alone.
    assert set(moved) <= {("v0", "v1"), ("v0", "v2"), ("v1", "v2")}
    assert 0.08 < sum(moved.values()) / len(MANY) < 0.16


@settings(max_examples=25)
@given(st.permutations(list(shares(5_000, 3_000, 2_000).variants)), st.text(max_size=40))
def test_the_order_of_the_file_changes_nobody(order: list[Variant], who: str) -> None:
    usual = shares(5_000, 3_000, 2_000)
    assert variant_of(replace(usual, variants=tuple(order)), "acme", who) == variant_of(
        usual, "acme", who
    )


@pytest.mark.parametrize("other", ["another name", "another creditor"])
def test_experiments_are_independent_of_each_other(other: str) -> None:
    mine = groups(EXPERIMENT)
    theirs = (
        groups(replace(EXPERIMENT, name="winter"))
        if other == "another name"
        else groups(EXPERIMENT, "other")
    )
    both = Counter((mine[one], theirs[one]) for one in MANY)
    # Chi-square of the two by two table, one degree of freedom: 10.83 is passed by one in 1,000.
    expected = len(MANY) / 4
    assert len(both) == 4
    assert sum((seen - expected) ** 2 / expected for seen in both.values()) < 16.3


def test_the_assignment_is_the_one_that_the_policies_page_states() -> None:
    """Worked out anew in floats: whoever changes the hash would mix experiments that run."""

    def number(variant: str, who: str) -> float:
        digest = hashlib.sha256(f"acme\0summer\0{variant}\0{who}".encode()).digest()
        return (int.from_bytes(digest[:8]) + 1) / (2**64 + 1)

    tried = replace(EXPERIMENT, variants=(Variant("usual", 2_500), Variant("firm", 7_500)))
    for who in MANY[:500]:
        drawn = {one.name: number(one.name, who) ** (10_000 / one.share) for one in tried.variants}
        assert variant_of(tried, "acme", who).name == max(drawn, key=lambda name: drawn[name])


def problems(variants: str, steps: str = STEP) -> list[str]:
    with pytest.raises(PolicyFileError) as caught:
        read_policies(policy(steps % variants))
    return [str(one) for one in caught.value.problems]


AMONG = "among: {usual: {share: 50}, firm: {share: 50}}"


@pytest.mark.parametrize(
    ("variants", "said"),
    [
        (f"{{paid_within: {{days: 14}}, {AMONG}}}", "name: an experiment has a name"),
        (f"{{name: 'a/b', paid_within: {{days: 14}}, {AMONG}}}", "name: an experiment has a name"),
        (f"{{name: x, {AMONG}}}", "paid_within: say within how long"),
        ("{name: x, paid_within: {days: 14}}", "among: an experiment has 2 to 8"),
        (
            "{name: x, paid_within: {days: 14}, among: {a: {share: 100}}}",
            "among: an experiment has",
        ),
        (
            "{name: x, paid_within: {days: 14}, among: {a: {share: 50}, b: {share: 49.99}}}",
            "among: the shares come to 99.99 percent",
        ),
        (
            "{name: x, paid_within: {days: 14}, among: {a: {share: 50}, b: {}}}",
            "share: a variant has a share",
        ),
        (
            "{name: x, paid_within: {days: 14}, among: {a: {share: 50}, b: {share: 33.333}}}",
            "share: '33.333' is not a share",
        ),
        (
            "{name: x, paid_within: {days: 14}, among: {a: {share: 50}, b: {share: 50, tone: no}}}",
            "tone: 'no' is no such tone",
        ),
        (
            (
                "{name: x, paid_within: {days: 14},"
                " among: {a: {share: 50}, b: {share: 50, wording: before_due}}}"
            ),
            "wording: 'before_due' is no such wording",
        ),
        (
            (
                "{name: x, paid_within: {days: 14},"
                " among: {a: {share: 50}, b: {share: 50, channels: [email]}}}"
            ),
            "channels: b has no such key",
        ),
        (
            f"{{name: x, paid_within: {{days: 14}}, control: c, {AMONG}}}",
            "control: 'c' is not among",
        ),
        (
            f"{{name: x, paid_within: {{days: 14}}, guard: {{false_stops: 50}}, {AMONG}}}",
            "false_stops: '50' is no percentage",
        ),
        (
            f"{{name: x, paid_within: {{days: 14}}, guard: {{customers: 0}}, {AMONG}}}",
            "customers: '0' is not a whole number",
        ),
        ("[a, b]", "variants: this is written with keys"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(variants: str, said: str) -> None:
    found = problems(variants)
    assert any(said in one for one in found), found
    assert all(one.startswith("line 4: ") for one in found), found


def test_a_name_is_one_experiments() -> None:
    second = TRIED.replace("level: 1", "level: 2").replace("days: 10", "days: 20")
    with pytest.raises(PolicyFileError) as caught:
        read_policies(policy(f"{TRIED}\n{second}"))
    assert [str(one) for one in caught.value.problems] == [
        (
            "line 5: variants: the experiment summer is the step's in line 4 already; give this one"
            " another name"
        )
    ]


def test_what_a_file_leaves_out_is_as_usual() -> None:
    read = read_policies(policy(TRIED))[0].ladder[0].experiment
    assert read == Experiment(
        "summer",
        (Variant("usual", 5_000), Variant("firm", 5_000, "formal", "last")),
        "usual",
        14,
        Guard(Decimal(5), 100),
    )
    assert read_policies(policy(STEP % "none"))[0].ladder[0].experiment is None
    unguarded = TRIED.replace("name: summer", "name: summer, guard: none")
    tried = read_policies(policy(unguarded))[0].ladder[0].experiment
    assert tried is not None
    assert tried.guard is None


def book_of(number: int) -> list[Body]:
    found: list[Body] = []
    for place in range(number):
        who = f"c{place}"
        found += [customer(who), invoice(f"I{place}", "2026-02-01", customer=who)]
    return found


def told(lines: list[Body]) -> dict[str, Any]:
    return {line["customer"]: (line["variant"], line["tone"], line["stopped"]) for line in lines}


def test_a_step_says_to_each_customer_what_their_variant_says_and_the_record_keeps_it() -> None:
    simulation = play(policy(TRIED), book_of(40))
    lines = run(simulation, "2026-02-11")
    tones = {"usual": "friendly", "firm": "formal"}
    expected = {f"c{n}": variant_of(EXPERIMENT, "default", f"c{n}").name for n in range(40)}
    assert told(lines) == {who: (name, tones[name], False) for who, name in expected.items()}
    assert len(set(expected.values())) == 2
    for who, name in expected.items():
        key = simulation.stage.ledger.account_key("default", who)
        kept = [r for r in simulation.stage.ledger.history("default", key) if r.attempt]
        assert [r.attempt and r.attempt.variant for r in kept] == [f"summer/{name}"]
        assert record_of(history_row(key, kept[0])) == kept[0]


def test_customers_of_a_stopped_variant_get_the_control_and_the_others_stay() -> None:
    simulation = play(policy(TRIED), book_of(40))
    simulation.record(date(2026, 2, 10))
    assert simulation.stage.settings.stop_variant("default", OVER)
    assert not simulation.stage.settings.stop_variant("default", OVER)
    found = told(run(simulation, "2026-02-11"))
    for who in found:
        name = variant_of(EXPERIMENT, "default", who).name
        assert found[who] == (name, "friendly", name == "firm")


@pytest.mark.parametrize(
    ("variant", "wording"),
    [
        ("", "first"),
        ("summer/usual", "first"),
        ("summer/firm", "last"),
        ("summer/firm/stopped", "first"),
    ],
)
def test_a_variant_may_have_a_wording_of_its_own(variant: str, wording: str) -> None:
    assert wording_of(read_policies(policy(TRIED))[0], 1, variant) == wording


def test_a_message_of_no_experiment_is_kept_as_ever() -> None:
    assert pack_tone("formal", None) == ["l"]
    assert pack_tone("formal", None, "summer/firm") == ["l", "", "summer/firm"]
    assert unpack_tone(["l", "", "summer/firm"]) == ("formal", None)


def test_what_a_record_keeps_is_read_back() -> None:
    for one in (Assigned("summer", "firm"), Assigned("summer", "firm", True)):
        assert Assigned.of(str(one)) == one
    assert Assigned.of("") is None


def test_settings_that_a_file_brings_take_back_no_stop() -> None:
    kept = MemorySettings()
    kept.put_creditor("acme", Creditor("acme"))
    kept.stop_variant("acme", OVER)
    kept.put_creditor("acme", Creditor("acme", name="Acme"))
    known = kept.creditor("acme")
    assert known is not None
    assert (known.name, known.stopped) == ("Acme", (OVER,))
    stored = json.dumps({"creditor": "acme", "stopped": [list(OVER)]})
    assert settings_of("acme", stored).stopped == (OVER,)


def test_a_claim_in_an_experiment_takes_no_more_of_head_than_any() -> None:
    """HEAD has a few bytes to spare before a reminder costs twice: the record alone keeps more."""
    simulation = play(policy(TRIED), book_of(1))
    run(simulation, "2026-02-11")
    ledger = simulation.stage.ledger
    key = ledger.account_key("default", "c0")
    head = ledger.head("default", key)
    sent = simulation.stage.recorder.last
    assert head is not None
    assert sent is not None
    assert sent.variant
    within = claimed(head, sent, "ab" * 8, 1_770_000_000).claim
    without = claimed(head, replace(sent, variant=""), "ab" * 8, 1_770_000_000).claim
    assert within is not None
    assert within == without


def test_why_says_which_variant_a_customer_got() -> None:
    simulation = play(policy(TRIED), book_of(1))
    run(simulation, "2026-02-11")
    stage = simulation.stage
    lines = list(Why(stage.ledger, OpenGates(), stage.settings).timeline("default", "c0"))
    (told_of,) = [line["attempt"] for line in lines if "attempt" in line]
    name = variant_of(EXPERIMENT, "default", "c0").name
    said = f"variant {name} of the experiment summer"
    assert told_of["experiment"] == {
        "experiment": "summer", "variant": name, "stopped": False, "sentence": said,
    }  # fmt: skip
    assert any(said in str(line.get("sentence")) for line in lines)


def test_a_person_who_changes_a_notice_takes_it_out_of_the_experiment() -> None:
    step = read_policies(policy(TRIED.replace("variants", "approval: yes, variants")))[0].ladder[0]
    assert step.experiment is not None
    answered = Proposal(
        "p1", date(2026, 2, 1), date(2026, 2, 9), "EUR", "standard", 1, "email", "persuasive",
        (), 0, answer=CHANGED,
    )  # fmt: skip
    changed = _as_answered(step, answered)
    assert (changed.tone, changed.experiment) == ("persuasive", None)
    assert _as_answered(step, replace(answered, answer="approved")) is step
