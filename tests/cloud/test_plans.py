"""Payment plans and promises on the deployed stacks, from the page to their end: what each customer
hears on which day, that a plan which was broken resumes where it stood, and who did it and why.

Everything expected is worked out from POLICIES by hand, day by day, beside it.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from dunning.domain.calendar import parse_instant
from dunning.domain.charges.notice import FEE, INTEREST

from infra.local.pages import Page, links, read, send, text_of
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Body, Stage, customer, gapless, invoice

POLICIES = """policies:
  - id: standard
    send_at: "09:00"
    min_interval: {days: 5}
    plan_offer: {instalments: {min: 2, max: 4}, every: {weeks: 1}, first_after: {days: 7},
                 broken: {most: 1, within: {months: 12}}}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 20}, channels: [email], tone: persuasive, fee: {EUR: "5.00"},
         interest: {contract: 36.5}}
      - {level: 3, after_previous: {days: 14}, channels: [email], tone: formal}
"""
DUE = "2026-10-01"
BREAKS, KEEPS, BROKE_WORD, KEPT_WORD = "breaks", "keeps", "broke-word", "kept-word"
WHO = (BREAKS, KEEPS, BROKE_WORD, KEPT_WORD)
OFFERED = [
    {"due": "2026-10-19", "amount": "300.00"},
    {"due": "2026-10-26", "amount": "300.00"},
    {"due": "2026-11-02", "amount": "300.00"},
]
HEARD = {
    # Due on the 1st: level 1 ten days later, for all.
    # Chosen on the 12th, at ten: confirmed at once. Three instalments, the first a week later (the
    # 19th), then weekly (the 26th, 2 November); a word three days before each (the 16th, the 23rd).
    # The first is paid on the 18th. The second is not: a word on the day after (the 27th). Two days
    # of grace (27th, 28th), so broken on the 29th. Level 2 was due twenty days after the 1st, on
    # the 21st, which is over: it goes on that very 29th. Level 3 is due 14 days later, after the
    # end; of the third instalment nobody speaks any more.
    BREAKS: [
        ("10-11", "level 1"),
        ("10-12", "plan_agreed"),
        ("10-16", "instalment_due 1"),
        ("10-23", "instalment_due 2"),
        ("10-27", "instalment_missed 2"),
        ("10-29", "level 2"),
    ],
    # The creditor's proposal is told at nine and accepted at ten. The first is paid on the 18th,
    # and both that are left on the 22nd, by card, a day before the word of the second.
    KEEPS: [
        ("10-11", "level 1"),
        ("10-12", "plan_offer"),
        ("10-12", "plan_agreed"),
        ("10-16", "instalment_due 1"),
    ],
    # Promised for the 16th: a word the day before. Two days of grace (17th, 18th), nothing came: a
    # word on the 19th, for no step is due before the 21st. Level 3 14 days after level 2.
    BROKE_WORD: [
        ("10-11", "level 1"),
        ("10-15", "promise_reminder"),
        ("10-19", "promise_broken"),
        ("10-21", "level 2"),
        ("11-04", "level 3"),
    ],
    KEPT_WORD: [("10-11", "level 1"), ("10-15", "promise_reminder")],
}
END = "2026-11-11T23:00:00Z"


def address(name: str) -> str:
    return f"{name}@planned.example"


def link_of(stage: Stage, name: str) -> str:
    """The first link of a customer's newest mail."""
    return next(links(stage.cloud, text_of(stage.cloud, int(stage.sent(address(name))[-1]["n"]))))


def pays(name: str, number: int, amount: str, on: str) -> Body:
    """Money of which the bank says no more than whose it is."""
    return {
        "on": on,
        "type": "payment",
        "id": f"bank-{name}-{number}",
        "customer": name,
        "currency": "EUR",
        "amount": amount,
    }


def went(done: Page, said: str) -> None:
    assert (done.status, done.url.rpartition("?")[2]) == (303, f"said={said}")


class Story:
    """What the customers do, each at its instant, and what the agenda shows then."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.plan = stage, ""
        self.agenda: dict[str, tuple[str, str, str]] = {}
        self.days: dict[int, str] = {}
        stage.driver.after_step = self._note
        stage.driver.paused_until = stage.reader.paused_until

    def play(self) -> None:
        facts = {
            "2026-10-01T06:00:00Z": self.opens,
            "2026-10-12T06:00:00Z": self.creditor_proposes,
            "2026-10-12T10:00:00Z": self.all_say,
            "2026-10-13T06:00:00Z": self.looks,
            "2026-10-16T06:00:00Z": lambda: self.comes(pays(KEPT_WORD, 1, "120.00", "2026-10-16")),
            "2026-10-18T06:00:00Z": lambda: self.comes(
                pays(BREAKS, 1, "300.00", "2026-10-18"), pays(KEEPS, 1, "300.00", "2026-10-18")
            ),
            "2026-10-22T06:00:00Z": self.pays_early,
            "2026-10-28T06:00:00Z": self.looks,
            "2026-10-30T06:00:00Z": self.looks,
        }
        at = {parse_instant(instant): fact for instant, fact in facts.items()}
        self.stage.driver.play(at, parse_instant(END))

    def opens(self) -> None:
        self.stage.cloud.takes_payments(self.stage.creditor, "stripe")
        self.stage.open(
            "2026-10-01T06:00:00Z",
            *(customer(name, address(name)) for name in WHO),
            *(invoice(name, f"P-{name}", DUE, "900.00") for name in (BREAKS, KEEPS)),
            *(invoice(name, f"P-{name}", DUE, "120.00") for name in (BROKE_WORD, KEPT_WORD)),
            policies=POLICIES,
            pay_with=["stripe"],
        )

    def creditor_proposes(self) -> None:
        self.comes(
            {
                "on": "2026-10-12", "type": "plan", "id": "pl-1", "customer": KEEPS,
                "state": "proposed", "by": "anna", "items": [{"invoice": f"P-{KEEPS}"}],
                "instalments": OFFERED,
            }
        )  # fmt: skip

    def all_say(self) -> None:
        offers = read(f"{link_of(self.stage, BREAKS)}/plan")
        review = send(offers.form("/plan", having="choice"), choice="EUR-3")
        agree = review.form("/plan", having="form")
        went(send(agree), "plan-agreed")
        went(send(agree), "plan-agreed")  # twice: one plan
        (plan,) = self.state(BREAKS).plans
        self.plan = plan.id

        accept = read(f"{link_of(self.stage, KEEPS)}/plan").form("/accept")
        assert "/plans/" in accept.action
        for _ in range(2):
            went(send(accept), "plan-agreed")
        for name in (BROKE_WORD, KEPT_WORD):
            promise = read(f"{link_of(self.stage, name)}/promise").form("/promise")
            went(send(promise, date="2026-10-16"), "promised")

    def pays_early(self) -> None:
        """By card, all that is left of the plan: neither instalment is due, so none is chosen
        beforehand."""
        provider = self.stage.cloud.provider
        form = read(link_of(self.stage, KEEPS)).form("/pay")
        left = [value for name, value in form.values if name == "item"]
        assert len(left) == 2
        begun = send(form, item=left, by="stripe").url
        assert begun.startswith(f"{provider.url}/pay/")
        id_ = begun.rpartition("/")[2]
        assert provider.what(id_)["amount"] == 60_000
        provider.pay(id_)

    def comes(self, *bodies: Body) -> None:
        report = self.stage.loader.bodies(f"at-{self.stage.driver.now}", bodies)
        assert (report["accepted"], report["rejected"]) == (len(bodies), 0)

    def looks(self) -> None:
        """What the agenda shows of who is to break their plan."""
        plan = self.stage.head(BREAKS).plan
        assert plan.at is not None
        at = datetime.fromtimestamp(plan.at, UTC).strftime("%m-%d %H:%M")
        self.agenda[self.days_now] = (at, plan.reason, plan.tells.partition("/portal-")[0])

    def state(self, name: str) -> Any:
        found = self.stage.reader.ledger.read(self.stage.creditor, self.stage.account(name))
        assert found is not None
        return found

    @property
    def days_now(self) -> str:
        return datetime.fromtimestamp(self.stage.driver.now, UTC).strftime("%m-%d")

    def _note(self, now: int) -> None:
        for row in self.stage.cloud.gate.log(after=max(self.days, default=0)):
            self.days[row["n"]] = datetime.fromtimestamp(now, UTC).strftime("%m-%d")

    def heard(self) -> dict[str, list[tuple[str, str]]]:
        """Every mail that the gate took, by customer, with its day and what it was."""
        found = defaultdict(list)
        tags = {self.stage.tag(name): name for name in WHO}
        for row in self.stage.cloud.gate.log():
            assert row["accepted"], row
            found[tags[row["account"]]].append((self.days[row["n"]], _what(row["items"])))
        return dict(found)


def _what(items: str) -> str:
    """`!instalment_due/2/pl-1` is "instalment_due 2"; `P-1/1/2/0` is "level 2"."""
    if not items.startswith("!"):
        return f"level {items.split('/')[2]}"
    kind, mark, _ = items.removeprefix("!").split("/", 2)
    return f"{kind} {mark}" if kind.startswith("instalment") else kind


def test_plans_and_promises_are_told_once_kept_or_broken_and_the_case_resumes(
    on_stage: MakeStage,
) -> None:
    stage = on_stage("planned")
    story = Story(stage)
    story.play()
    assert story.heard() == HEARD
    assert all(gapless(stage.history(name), stage.head(name)) for name in WHO)
    _the_agenda(story)
    _the_charges(story)
    _the_ends(story)
    _why(story)
    _no_further_plan(story)


def _the_agenda(story: Story) -> None:
    assert story.agenda == {
        # In the plan; next a word, three days before the 19th.
        "10-13": ("10-16 09:00", "IN_PLAN", "instalment_due/1"),
        # All is told; next the plan is looked at, on the first instant after its grace.
        "10-28": ("10-29 00:00", "IN_PLAN", ""),
        # Back on the ladder: level 3, fourteen days after the 29th.
        "10-30": ("11-12 09:00", "STEP_NOT_DUE", ""),
    }


def _the_charges(story: Story) -> None:
    """Level 2 asks for what is left, its fee, and interest: 0.1 % a day (36.5 % a year) from the
    day after the 1st. 900.00 for 2 to 11 October, 9.00; none on the 12th to the 28th, when the plan
    was in good standing; 600.00 on the 29th, 0.60."""
    (notice,) = [
        record.attempt
        for record in story.stage.history(BREAKS)
        if record.attempt and any(said.level == 2 for said in record.attempt.said)
    ]
    assert notice is not None
    assert [(said.level, said.open) for said in notice.said] == [(2, 60_000)]
    assert {one.what: one.amount for one in notice.charges} == {FEE: 500, INTEREST: 960}
    text = text_of(story.stage.cloud, int(story.stage.sent(address(BREAKS))[-1]["n"]))
    assert "€600.00" in text
    assert "€614.60" in text
    state = story.state(BREAKS)
    assert sum(item.open for item in state.open) == 60_000 + 500 + 960
    (item,) = [one for one in state.open if one.charge is None]
    assert state.level_of(item).level == 2


def _the_ends(story: Story) -> None:
    ended = {
        name: [
            (record.code, record.id if record.id == "pl-1" else "", record.detail)
            for record in story.stage.history(name)
            if record.kind in ("PAYMENT_PLAN", "PROMISE")
        ]
        for name in WHO
    }
    missed = "300.00 EUR of the instalment of 2026-10-26 did not come"
    assert ended == {
        BREAKS: [("PLAN_BROKEN", "", missed)],
        KEEPS: [("PLAN_COMPLETED", "pl-1", "")],
        BROKE_WORD: [("PROMISE_BROKEN", "", "0.00 of 120.00 EUR came by 2026-10-18")],
        KEPT_WORD: [("PROMISE_KEPT", "", "120.00 of 120.00 EUR came by 2026-10-18")],
    }
    assert [story.state(name).open for name in (KEEPS, KEPT_WORD)] == [(), ()]
    assert story.stage.head(KEEPS).plan.reason == "NOTHING_OPEN"


def _why(story: Story) -> None:
    """Each state of the plan with who and why, in the words that a person reads."""
    whose = (BREAKS, "--creditor", story.stage.creditor)
    lines = story.stage.by_hand("why", *whose)
    told = [str(line["sentence"]) for line in lines if "sentence" in line]
    expected = [
        f"plan {story.plan} was recorded: new -> active; by customer; because words:en-",
        f"left by email: of the payment plan {story.plan} as it was agreed",
        f"left by email: that instalment 1 of the payment plan {story.plan} is due soon",
        "payment bank-breaks-1 was recorded",
        f"left by email: that instalment 2 of the payment plan {story.plan} is due soon",
        f"left by email: that instalment 2 of the payment plan {story.plan} is missing",
        f"the payment plan {story.plan} was broken: an instalment was missed",
        "left by email: P-breaks/1 to level 2",
    ]
    places = [[n for n, one in enumerate(told) if part in one] for part in expected]
    assert [len(found) for found in places] == [1] * len(expected), told
    assert places == sorted(places)
    assert "by the customer, with the link that was sent to" in told[places[0][0]]
    for day, reason, reminded in (
        ("2026-10-20", "IN_PLAN", False),
        ("2026-10-28", "IN_PLAN", False),
        ("2026-10-29", "STEP_NOT_DUE", True),
    ):
        answer, *_ = story.stage.by_hand("why", *whose, "--on", day)
        assert (answer["reason"], answer["reminded"]) == (reason, reminded), day
    # Who is on the account of the other: the creditor proposed, the customer accepted.
    theirs = story.stage.by_hand("why", KEEPS, "--creditor", story.stage.creditor)
    plans = [one["sentence"] for one in theirs if one.get("code") == "plan"]
    assert [text.partition("; because")[0] for text in plans] == [
        "plan pl-1 was recorded: new -> proposed; by anna",
        "plan pl-1 was recorded: proposed -> active; by customer",
    ]


def _no_further_plan(story: Story) -> None:
    """One plan was broken within twelve months, and the policy takes no more than that."""
    page = read(f"{link_of(story.stage, BREAKS)}/plan")
    assert "Earlier plans were not kept" in page.html
    chosen = read(f"{link_of(story.stage, BREAKS)}/plan?choice=EUR-3")
    assert [form for one in (page, chosen) for form in one.forms if "form" in form.names] == []
