"""Contact rulesets as data: what ships, how a tenant tightens one, what is refused and how."""

from datetime import date

import pytest
from dunning.adapters.contact_rulesets import contact_ruleset, ruleset_of, tenant_ruleset
from dunning.domain.contact.ruleset import ContactRulesetError

from tests.unit.contacting import CALL, MAIL, called, judged, overriding, said

TENANT = 'name = "acme"\nversion = "7"\n'
QUIET_FRIDAYS = """
[[rules]]
id = "acme_hours"
kind = "hours"
opens = "09:00"
closes = "17:00"
days = ["mon", "tue", "wed", "thu"]
when = {channels = ["voice", "email"]}
source = "our works agreement, section 4"
says = "We reach nobody on Fridays, nor before nine."
"""


@pytest.mark.parametrize("name", ["standard", "us-federal"])
def test_every_shipped_rule_has_a_name_a_source_and_a_sentence(name: str) -> None:
    ruleset = contact_ruleset(name)

    assert len({rule.id for rule in ruleset.rules}) == len(ruleset.rules) > 20
    for rule in ruleset.rules:
        assert rule.source, rule.id
        assert rule.says.endswith("."), rule.id
        assert rule.policy == (rule.id.startswith("p_") or rule.id == "country_not_covered")


def test_the_federal_ruleset_has_no_policy_no_state_and_nothing_of_europe() -> None:
    rules = contact_ruleset("us-federal").rules

    assert not [rule.id for rule in rules if rule.policy or rule.scope.regions]
    assert {c for rule in rules for c in rule.scope.countries} == {
        "US", "PR", "VI", "GU", "AS", "MP",
    }  # fmt: skip
    standard = {rule.id for rule in contact_ruleset("standard").rules}
    assert {rule.id for rule in rules} < standard


def test_a_verdict_names_the_ruleset_and_its_version() -> None:
    assert judged(MAIL, "2026-06-05T09:00:00Z").ruleset == "standard@2026-11-22"
    tenant = tenant_ruleset(TENANT)
    assert judged(MAIL, "2026-06-05T09:00:00Z", tenant).ruleset == ("acme@7+standard@2026-11-22")


def test_a_tenant_tightens_by_rules_of_its_own() -> None:
    tenant = tenant_ruleset(TENANT + QUIET_FRIDAYS)
    friday = "2026-06-05T09:00:00Z"

    assert said(judged(MAIL, friday)) == "ALLOW"
    verdict = judged(MAIL, friday, tenant)
    # Monday 9:00 in Berlin.
    assert said(verdict) == "DEFER 2026-06-08T07:00:00Z"
    (rule,) = verdict.rules
    assert (rule.code, rule.source) == ("acme_hours", "our works agreement, section 4")
    assert rule.policy


ONE_CAP = (
    '[[rules]]\nid = "own"\nkind = "cap"\nmost = 1\n{}\nper = "person"\ncounts = ["email"]\n'
    'source = "ours"\nsays = "Ours."\n'
)
ONE_QUIET = (
    '[[rules]]\nid = "own"\nkind = "after_conversation"\n{}\nper = "debt"\n'
    'source = "ours"\nsays = "Ours."\n'
)


def test_a_tenant_may_build_on_the_federal_ruleset() -> None:
    tenant = tenant_ruleset(f'extends = "us-federal"\n{TENANT}{QUIET_FRIDAYS}')

    # 2026-06-04 is a Thursday; 9:00 EDT is 13:00Z.
    assert said(judged(CALL, "2026-06-04T12:30:00Z", tenant)) == "DEFER 2026-06-04T13:00:00Z"


def test_an_override_is_signed_and_shows_in_every_verdict_also_where_it_changes_nothing() -> None:
    off = overriding("p_1aday")
    again = CALL | {"history": [called("2026-06-03T14:00:00Z")]}
    now = "2026-06-03T15:00:00Z"

    assert judged(again, now).codes[0] == "p_1aday"
    for verdict in (judged(again, now, off), judged(MAIL, now, off)):
        assert said(verdict) == "ALLOW"
        (override,) = verdict.overrides
        assert override.rule == "p_1aday"
        assert (override.who, override.when) == ("General counsel", date(2026, 1, 1))
        assert override.why == "We collect our own debts only."


def test_an_override_ends_on_its_day() -> None:
    off = tenant_ruleset(
        TENANT + '[[overrides]]\nrule = "p_us_hours"\nwho = "A"\nwhen = 2026-01-01\nwhy = "trial"\n'
        "until = 2026-06-30\n"
    )
    mail = MAIL | {"country": "US", "region": "NJ"}

    assert said(judged(mail, "2026-06-30T02:00:00Z", off)) == "ALLOW"
    assert judged(mail, "2026-07-01T02:00:00Z", off).decision == "DEFER"


def test_an_override_loosens_nothing_before_the_day_of_its_signature() -> None:
    off = tenant_ruleset(
        TENANT + '[[overrides]]\nrule = "p_us_hours"\nwho = "A"\nwhen = 2026-06-01\nwhy = "trial"\n'
    )
    mail = MAIL | {"country": "US", "region": "NJ"}

    assert judged(mail, "2026-05-31T02:00:00Z", off).decision == "DEFER"
    assert said(judged(mail, "2026-06-01T02:00:00Z", off)) == "ALLOW"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "acme.toml: "),
        ('name = "a"\nversion = "1"\nswitches = 1', "'switches' is not known"),
        ('name = "a"', "version is missing"),
        ('version = "1"', "name is missing"),
        (TENANT.replace("acme", "a") + 'x = 1', "'x' is not known"),
        ('extends = "german"\n' + TENANT, "the ruleset 'german' is not known"),
        (TENANT + QUIET_FRIDAYS.replace("hours\"\nopens", "houses\"\nopens"), "mean 'hours'"),
        (TENANT + QUIET_FRIDAYS.replace("opens", "open"), "'open' is not known"),
        (TENANT + QUIET_FRIDAYS.replace("09:00", "9:00"), "not a time of day"),
        (TENANT + QUIET_FRIDAYS.replace("09:00", "18:00"), "closes before it opens"),
        (TENANT + QUIET_FRIDAYS.replace("email", "mail"), "did you mean 'email'"),
        (TENANT + QUIET_FRIDAYS.replace("acme_hours", "regf_hours"), "there twice"),
        (TENANT + QUIET_FRIDAYS.replace('source =', '# source ='), "source is missing"),
        (TENANT + QUIET_FRIDAYS + 'from = 2026-02-01\nuntil = 2026-01-01', "before it begins"),
        (
            TENANT + QUIET_FRIDAYS.replace("channels =", 'regions = ["NY"], channels ='),
            "write it as US-MA",
        ),
        (TENANT + ONE_CAP.format("days = 31"), "kept for 30 days"),
        (TENANT + ONE_CAP.format("hours = 721"), "kept for 30 days"),
        (TENANT + ONE_QUIET.format("days = 31"), "not from 1 to 30"),
        (TENANT + ONE_QUIET.format("days = 0"), "not from 1 to 30"),
        (TENANT + '[[overrides]]\nrule = "p_us_hour"\nwho = "A"\nwhy = "B"', "'p_us_hours'"),
        (TENANT + '[[overrides]]\nrule = "p_us_hours"\nwho = ""\nwhen = 2026-01-01\nwhy = "B"',
         "who answers for it"),
        (TENANT + '[[overrides]]\nrule = "p_us_hours"\nwho = "A"\nwhy = "B"', "when is missing"),
        (TENANT + '[[overrides]]\nrule = "p_us_hours"\nwho = "A"\nwhen = 2026-01-01',
         "why is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_the_place_and_what_to_write(
    text: str, message: str
) -> None:
    with pytest.raises(ContactRulesetError) as refused:
        tenant_ruleset(text, "acme.toml")

    assert message in str(refused.value)


def test_a_name_that_is_not_known_names_those_that_are() -> None:
    with pytest.raises(ContactRulesetError, match="known: standard, us-federal, or the path"):
        ruleset_of("strict")
    with pytest.raises(ContactRulesetError, match="cannot be read"):
        ruleset_of("/nowhere/strict.toml")


@pytest.mark.parametrize(
    ("kind", "figures", "now", "history", "expected"),
    [
        ("cap", 'most = 1\nhours = 24\nper = "person"\ncounts = ["email"]',
         "2026-06-03T09:00:00Z", "2026-06-02T10:00:30Z", "DEFER 2026-06-03T10:00:30Z"),
        ("cap", 'most = 1\ndays = 2\nper = "debt"\ncounts = ["email"]',
         "2026-06-03T09:00:00Z", "2026-06-02T10:00:30Z", "DEFER 2026-06-03T22:00:00Z"),
        ("cap", 'most = 0\ndays = 1\nper = "debt"\ncounts = ["email"]',
         "2026-06-03T09:00:00Z", "2026-06-02T10:00:30Z", "DENY"),
        ("after_conversation", 'days = 2\nper = "person"',
         "2026-06-03T09:00:00Z", "2026-06-02T10:00:30Z", "DEFER 2026-06-03T22:00:00Z"),
        ("needs_consent", "", "2026-06-03T09:00:00Z", "2026-06-02T10:00:30Z", "DENY"),
        ("forbidden", 'decision = "REVIEW"', "2026-06-03T09:00:00Z", "2026-06-02T10:00:30Z",
         "REVIEW"),
    ],
)  # fmt: skip
def test_each_kind_of_rule_is_open_to_tenants(
    kind: str, figures: str, now: str, history: str, expected: str
) -> None:
    tenant = tenant_ruleset(
        f'{TENANT}[[rules]]\nid = "own"\nkind = "{kind}"\n{figures}\n'
        'when = {channels = ["email"]}\nsource = "ours"\nsays = "Ours."\n'
    )
    log = [
        called(history, channel="email"),
        called(history, conversation=True, direction="inbound"),
    ]

    assert said(judged(MAIL, now, tenant, history=log)) == expected
