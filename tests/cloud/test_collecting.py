"""A plan that is collected by mandate, on the deployed stacks: from the customer's signature on the
page, over the provider's own, to the debits; and what is not owed any more is cancelled there.
"""

from typing import Any

from infra.local.pages import links, read, send, text_of
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage, customer, invoice, payment, wait_for

POLICIES = """policies:
  - id: standard
    send_at: "09:00"
    plan_offer: {instalments: {min: 2, max: 4}, every: {weeks: 1}, first_after: {days: 7}}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
"""
TO = "collected@harbour.example"


def state(stage: Stage) -> Any:
    found = stage.reader.ledger.read(stage.creditor, stage.account("c-1"))
    assert found is not None
    return found


def told(stage: Stage) -> list[str]:
    """What the mails to the customer were, by their tags."""
    rows = (stage.cloud.gate.message(int(row["n"])) for row in stage.sent(TO))
    return [str(row["request"]["Content"]["Simple"]["Subject"]["Data"]) for row in rows]


def test_a_plan_is_collected_and_what_is_paid_early_is_not_debited(on_stage: MakeStage) -> None:
    stage = on_stage("collects")
    provider = stage.cloud.provider
    stage.cloud.takes_payments(stage.creditor, "gocardless")
    stage.open(
        "2026-09-01T06:00:00Z",
        customer("c-1", TO),
        invoice("c-1", "P-1", "2026-10-01", "119.00"),
        policies=POLICIES,
        pay_with=["gocardless"],
        collect_plans="gocardless",
    )
    stage.at("2026-10-12T09:00:00Z")
    stage.sweep_and_send()
    link = next(links(stage.cloud, text_of(stage.cloud, int(stage.sent(TO)[0]["n"]))))

    # The plan is agreed first; to have it collected is asked on its own.
    review = send(read(f"{link}/plan").form("/plan", having="choice"), choice="EUR-3")
    assert all(not form.action.endswith("/collect") for form in review.forms)
    send(review.form("/plan", having="form"))
    choice = read(f"{link}/plan").form("/collect")
    leads = [send(choice).url for _ in range(2)]
    assert leads[0] == leads[1], "the same form is the same mandate"
    assert leads[0].startswith(f"{provider.url}/pay/BRQ")
    (mandate,) = state(stage).mandates
    assert (mandate.state, mandate.source, len(mandate.text_hash)) == ("signed", "portal", 64)

    provider.pay(leads[0].rpartition("/")[2])
    wait_for(lambda: state(stage).mandates[0].schedule)
    stage.quiet()
    (mandate,) = state(stage).mandates
    schedule = provider.debits.schedules[mandate.schedule]
    made = [provider.debits.payments[one] for one in schedule["links"]["payments"]]
    # 119.00 in three: 39.66, 39.66, and the rest; a week after the 12th, then weekly.
    assert [(one["charge_date"], one["amount"]) for one in made] == [
        ("2026-10-19", 3_966),
        ("2026-10-26", 3_966),
        ("2026-11-02", 3_968),
    ]
    assert "stop-collecting" in read(f"{link}/plan").html

    # No word before the first debit, on its day, or after it; the agreement alone was told.
    for instant in ("2026-10-16T09:00:00Z", "2026-10-19T09:00:00Z", "2026-10-21T09:00:00Z"):
        stage.at(instant)
        stage.sweep_and_send()
    assert len(told(stage)) == 2
    provider.debit("2026-10-19")
    wait_for(lambda: state(stage).plans[0].paid()[0])
    stage.quiet()
    (plan,) = state(stage).plans
    assert (plan.paid(), len(plan.coming)) == ((3_966, 0, 0), 2)

    # All that is left comes by transfer: the next run of the quarter of an hour cancels the rest.
    report = stage.loader.bodies("early", [payment("c-1", "P-1", "79.34", "2026-10-22")])
    assert report["accepted"] == 1
    assert (state(stage).open, state(stage).mandates[0].errand) == ((), "cancel")
    assert stage.cloud.invoke("CollectPlansFunctionName", {}) == {"done": 1, "undone": 0}
    assert [one["status"] for one in made] == ["confirmed", "cancelled", "cancelled"]
    assert provider.debits.mandates[mandate.reference]["status"] == "cancelled"
    stage.quiet()
    assert (state(stage).mandates, stage.head("c-1").credit) == ((), {})
    assert stage.cloud.invoke("CollectPlansFunctionName", {}) == {"done": 0, "undone": 0}
    assert stage.cloud.dead_letters()["CallbacksDeadLetterQueueUrl"] == 0
