"""Accepting a finding of cdk-nag, with the reason beside what it is about.
Only the call lives here; each reason stands where the construct is made."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """`rule` names one finding, such as `AwsSolutions-S1`; in this form the report lists it."""
    cdk.Validations.of(construct).acknowledge(
        cdk.Acknowledgment(id=f"AwsSolutions::{rule}", reason=reason)
    )
