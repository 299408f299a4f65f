"""What a mail shows that tells of something beside reminders: an instalment, a promise, a payment,
a plan, a hand-over, a new link. The layout only places it.
"""

from typing import Any

from dunning.domain.account import Account
from dunning.domain.creditor import Creditor
from dunning.domain.tellings import (
    HandOverTold,
    InstalmentTold,
    NewLinkTold,
    PlanTold,
    PromiseTold,
    Telling,
    Thanks,
)
from dunning.service.ports import Links

from .render_lines import Writer, document, schedule
from .render_page import Page, item_table


def telling_page(
    state: Account, owed_to: Creditor, telling: Telling, tone: str, write: Writer, links: Links
) -> dict[str, Any]:
    """What is told beside reminders."""
    page = Page(state, owed_to, write, telling.wording, tone)
    match telling:
        case InstalmentTold():
            return _instalment(page, telling, links)
        case PromiseTold():
            return _promise(page, telling, links)
        case Thanks():
            return _thanks(page, telling, links)
        case PlanTold():
            return _plan(page, telling, links)
        case HandOverTold():
            page.about([document(line) for line in telling.lines], telling.total)
            page.named["receiver"] = write.words["receivers"][telling.fact.to]
            page.named["on"] = write.day(telling.fact.on)
            return page.shown(
                total=telling.total, links=links, tables=[item_table(page, telling.lines)]
            )
        case NewLinkTold():
            page.about((), 0)
            return page.shown(total=0, links=links)


def _instalment(page: Page, told: InstalmentTold, links: Links) -> dict[str, Any]:
    plan, write = told.plan, page.write
    page.about([ref.invoice for ref in plan.items], told.total)
    page.named |= {
        "number": str(told.number),
        "instalments": str(len(plan.instalments)),
        "due": write.day(told.instalment.due),
        "left": write.money(told.left),
        "last_day": write.day(plan.last_day(told.instalment)),
    }
    rows = schedule(plan, write, told.today, told.number)
    return page.shown(
        total=told.total,
        links=links,
        plan={"words": write.words["schedule"], "rows": rows},
        to_pay=told.total,
    )


def _promise(page: Page, told: PromiseTold, links: Links) -> dict[str, Any]:
    promise, write = told.promise, page.write
    page.about([document(line) for line in told.lines], told.total)
    words = write.words["promise"]
    promised, received = write.money(promise.amount), write.money(promise.received)
    by = write.day(promise.by)
    page.named |= {"promised": promised, "by": by, "received": received}
    rows = [(words["amount"], promised), (words["by"], by), (words["received"], received)]
    partly = told.broken and promise.received > 0
    return page.shown(
        total=told.total,
        links=links,
        tables=[item_table(page, told.lines)],
        facts={"caption": words["caption"], "rows": rows},
        opening=page.say("opening_partly") if partly else "",
        to_pay=told.total,
    )


def _thanks(page: Page, told: Thanks, links: Links) -> dict[str, Any]:
    write, labels = page.write, page.write.words["labels"]
    page.about([line.ref.invoice for line in told.settled], told.total)
    page.named |= {"paid": write.money(told.paid), "on": write.day(told.on)}
    opened = {item.ref: item for item in page.state.open}
    rows = []
    for one in told.settled:
        item = opened.get(one.ref)
        details = [labels["of"].format(amount=write.money(item.amount))] if item else []
        name = one.ref.invoice
        if one.ref.item > 1:
            name = labels["part"].format(invoice=name, part=one.ref.item)
        due = labels["due"].format(date=write.day(item.due)) if item else ""
        amount = write.money(one.amount)
        rows.append(
            {"name": name, "issued": "", "due": due, "late": "", "open": amount, "details": details}
        )
    settled = {"caption": labels["listed_paid"], "column": labels["amount"], "lines": rows}
    left = item_table(page, told.lines)
    return page.shown(
        total=told.total or told.paid,
        label="" if told.total else "total_paid",
        links=links,
        tables=[settled, left],
        request=page.say("rest") if told.total else "",
        to_pay=told.total or None,
    )


def _plan(page: Page, told: PlanTold, links: Links) -> dict[str, Any]:
    plan, write = told.plan, page.write
    page.about([ref.invoice for ref in plan.items], told.total)
    first = plan.instalments[0]
    page.named |= {
        "instalments": str(len(plan.instalments)),
        "first_amount": write.money(first.amount),
        "first_due": write.day(first.due),
    }
    unpaid = plan.unpaid()
    return page.shown(
        total=told.total,
        links=links,
        tables=[item_table(page, told.lines)],
        plan={"words": write.words["schedule"], "rows": schedule(plan, write, told.today)},
        to_pay=unpaid[0].amount if told.agreed and unpaid else None,
    )
