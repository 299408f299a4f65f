"""Numbers, pools, the opt-out list and the protect configuration of a cell that telephones.
They stay when the stack goes: a number that is given back is gone for good, and so is who opted
out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_cdk import aws_smsvoice as smsvoice
from constructs import Construct

from infra.config import Cell
from infra.phone import Phone, PhoneLine


class PhoneLines(Construct):
    """One pool with one number for each country that names none of its own."""

    def __init__(self, scope: Construct, construct_id: str, *, cell: Cell, phone: Phone) -> None:
        super().__init__(scope, construct_id)
        self._cell, self._phone = cell, phone
        self.opt_outs = smsvoice.CfnOptOutList(
            self, "OptOuts", opt_out_list_name=f"duecourse-{cell.name}"
        )
        # What is not named is not called, whatever a number in a file says.
        self.protect = smsvoice.CfnProtectConfiguration(
            self,
            "Protect",
            deletion_protection_enabled=cell.protected,
            country_rule_set=smsvoice.CfnProtectConfiguration.CountryRuleSetProperty(
                voice=_allowed(line.country for line in phone.lines),
                sms=_allowed(line.country for line in phone.lines if line.per_text) or None,
            ),
        )
        for kept in (self.opt_outs, self.protect):
            kept.apply_removal_policy(cell.removal_policy)
        self.identities: Mapping[str, str] = {
            line.country: line.existing or self._line(line) for line in phone.lines
        }

    def _line(self, line: PhoneLine) -> str:
        """The ARN of the country's pool."""
        phone, cell = self._phone, self._cell
        number = smsvoice.CfnPhoneNumber(
            self,
            f"Number{line.country}",
            iso_country_code=line.country,
            number_type=line.number_type,
            number_capabilities=["VOICE", *(["SMS"] if line.per_text else [])],
            deletion_protection_enabled=cell.protected,
            opt_out_list_name=self.opt_outs.ref,
            mandatory_keywords=smsvoice.CfnPhoneNumber.MandatoryKeywordsProperty(
                help=smsvoice.CfnPhoneNumber.MandatoryKeywordProperty(message=phone.help_message),
                stop=smsvoice.CfnPhoneNumber.MandatoryKeywordProperty(message=phone.stop_message),
            ),
        )
        pool = smsvoice.CfnPool(
            self,
            f"Pool{line.country}",
            origination_identities=[number.attr_arn],
            deletion_protection_enabled=cell.protected,
            opt_out_list_name=self.opt_outs.ref,
            mandatory_keywords=smsvoice.CfnPool.MandatoryKeywordsProperty(
                help=smsvoice.CfnPool.MandatoryKeywordProperty(message=phone.help_message),
                stop=smsvoice.CfnPool.MandatoryKeywordProperty(message=phone.stop_message),
            ),
        )
        for kept in (number, pool):
            kept.apply_removal_policy(cell.removal_policy)
        return pool.attr_arn


def _allowed(
    countries: Iterable[str],
) -> list[smsvoice.CfnProtectConfiguration.CountryRuleProperty]:
    return [
        smsvoice.CfnProtectConfiguration.CountryRuleProperty(
            country_code=country, protect_status="ALLOW"
        )
        for country in countries
    ]


def parameters(lines: PhoneLines) -> dict[str, str]:
    """What the stateless stack reads: by the last part of the parameter's name."""
    return {
        "phone-protect": lines.protect.attr_protect_configuration_id,
        "phone-opt-outs": lines.opt_outs.ref,
        **{f"phone-line-{country}": arn for country, arn in lines.identities.items()},
    }
