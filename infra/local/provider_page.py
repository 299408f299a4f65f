"""The page of the payment provider on this machine: to pay, set up a mandate, or be refused."""

import html
from typing import Any

from dunning.domain.money import format_amount


def page_of(begun: dict[str, Any]) -> str:
    """The page of what was begun."""
    currency = begun["currency"].upper()
    # Stripe's amounts of some currencies are not ISO 4217's; here nobody pays in one.
    amount = f"{format_amount(begun['amount'], currency)} {currency}"
    if begun.get("mandate") is not None:
        amount = f"Direct debits in {currency}"
    done = begun.get("outcome") == "paid"
    buttons = (
        '<p>This has been paid already.</p><button name="outcome" value="paid">Go back</button>'
        if done
        else '<button name="outcome" value="paid">Pay</button>'
        '<button name="outcome" value="refused">Let the bank refuse</button>'
    )
    left = f'<p><a href="{html.escape(begun["left"])}">Back without paying</a></p>'
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Test payment</title>"
        "<style>body{font:18px system-ui;max-width:24rem;margin:3rem auto;padding:0 1rem}"
        "button{font:inherit;width:100%;padding:.8rem;margin:.3rem 0}</style>"
        f"<h1>Test payment</h1><p>{html.escape(str(begun['title']))}</p><p>{amount}</p>"
        f'<form method="post">{buttons}</form>{left if begun["left"] and not done else ""}</html>'
    )
