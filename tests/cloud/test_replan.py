"""A book planned anew on the deployed stacks: by message, with the rights of the functions."""

from dunning.adapters.dynamodb import keys

from tests.cloud.conftest import MakeStage
from tests.cloud.stage import ONE_STEP, Stage, customer, invoice


def edition(stage: Stage, name: str) -> int:
    return stage.head(name).edition


def test_rules_of_another_deployment_replan_the_book_by_message(on_stage: MakeStage) -> None:
    stage = on_stage("replans")
    names = [f"c{n}" for n in range(3)]
    bodies = [customer(name, f"{name}@replan.example") for name in names]
    bodies += [invoice(name, f"R-{name}", "2026-02-20") for name in names]
    stage.open("2026-03-01T06:00:00Z", *bodies)
    before = {name: edition(stage, name) for name in names}
    (status,) = stage.by_hand("replan", "--status", "--creditor", stage.creditor)
    assert (status["state"], status["on_old_plan"]) == ("ended", 0)
    # As if what is deployed had been made with older holidays.
    stage.cloud.client("dynamodb").update_item(
        TableName=stage.cloud.outputs["TableName"],
        Key={"pk": {"S": stage.creditor}, "sk": {"S": keys.CREDITOR}},
        UpdateExpression="SET #r = :old",
        ExpressionAttributeNames={"#r": "rules"},
        ExpressionAttributeValues={":old": {"S": "holidays 0.1"}},
    )

    assert stage.cloud.invoke("SweepFunctionName")["replans"] == 1
    stage.quiet()

    assert {name: edition(stage, name) for name in names} == {
        name: one + 1 for name, one in before.items()
    }
    (status,) = stage.by_hand("replan", "--status", "--creditor", stage.creditor)
    assert (status["state"], status["on_old_plan"], status["accounts"]) == ("ended", 0, 3)
    assert stage.cloud.invoke("SweepFunctionName")["replans"] == 0


def test_new_policies_plan_a_small_book_before_their_report(on_stage: MakeStage) -> None:
    stage = on_stage("replans-2")
    stage.open(
        "2026-03-01T06:00:00Z",
        customer("c1", "c1@replan.example"),
        invoice("c1", "R-1", "2026-02-25"),
    )
    before = stage.head("c1").plan.at

    stage.loader.settings(
        {"creditor": stage.creditor, "name": "Test & Sons", "from": "billing@example.com"},
        ONE_STEP.replace("days: 10", "days: 12"),
    )

    after = stage.head("c1").plan.at
    assert before is not None
    assert after is not None
    assert after == before + 2 * 86_400
    assert stage.loader.reports[-1]["replanned"] == 1
