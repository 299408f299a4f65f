"""Whose law gives interest where a policy names none: by the parties' countries and the customer's
class. What the law gives is `regime`'s.
"""

REGIMES = ("EU", "DE", "UK", "IE", "FR", "AT")
"""Names of the regimes that a policy may name; the ruleset has the same."""
CONSUMER = "consumer"
OWN = {"DE": "DE", "GB": "UK", "UK": "UK", "IE": "IE", "FR": "FR", "AT": "AT"}
"""Countries with a regime of their own here."""
MEMBERS = frozenset(
    (
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    )
)  # fmt: skip
"""Members of the European Union: the directive's least where there is no regime of their own."""


def regime_of(creditor: str | None, customer: str | None, customer_class: str) -> str | None:
    """The regime of a debt; None where none is known.

    Between businesses the law of the seller's country holds unless the contract says otherwise, and
    a consumer keeps that of their own (Rome I, art. 4 and 6); where that country is not known, the
    other one's. A contract that names a law is told by naming the regime in the policy.
    """
    countries = (customer, creditor) if customer_class == CONSUMER else (creditor, customer)
    country = next((one.strip().upper() for one in countries if one and one.strip()), "")
    return OWN.get(country) or ("EU" if country in MEMBERS else None)
