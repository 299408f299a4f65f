"""The stateful stack of a cell: table, bucket, keys, user pool, and their names for the next.
Nothing here is replaced or removed by a deploy; AWS cells keep it even when the stack goes."""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.config import Cell
from infra.constructs.acknowledge import acknowledge
from infra.names import Names
from infra.stateful import phone
from infra.stateful.access import ApiAccess


class StatefulStack(cdk.Stack):
    """What must outlive every deployment."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        env: cdk.Environment,
        synthesizer: cdk.IReusableStackSynthesizer,
        termination_protection: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            synthesizer=synthesizer,
            termination_protection=termination_protection,
            description=f"Duecourse, cell {cell.name}: ledger, files and keys",
        )
        table = _ledger_table(self, cell)
        bucket = _files_bucket(self, cell)
        address_key = _address_key(self, cell)
        link_keys = _link_keys(self, cell)
        names = Names(cell)
        for construct_id_, parameter, value in (
            ("TableNameParameter", names.table_name, table.table_name),
            ("TableStreamParameter", names.table_stream, str(table.table_stream_arn)),
            ("BucketNameParameter", names.bucket_name, bucket.bucket_name),
            ("AddressKeyParameter", names.address_key, address_key),
            ("LinkKeysParameter", names.link_keys, link_keys),
        ):
            ssm.StringParameter(self, construct_id_, parameter_name=parameter, string_value=value)
        ApiAccess(self, "ApiAccess", cell=cell)
        if cell.phone is not None and not cell.local:
            lines = phone.PhoneLines(self, "Phone", cell=cell, phone=cell.phone)
            for part, value in phone.parameters(lines).items():
                ssm.StringParameter(
                    self,
                    f"Parameter-{part}",
                    parameter_name=names.phone(part),
                    string_value=value,
                )


def _ledger_table(scope: Construct, cell: Cell) -> dynamodb.Table:
    # A plain table, not a global one: its type has no place for a replica, and two sweepers over
    # replicas would send twice.
    table = dynamodb.Table(
        scope,
        "Ledger",
        partition_key=_text("pk"),
        sort_key=_text("sk"),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        # The AWS managed key, not one of our own: every use of it stands in CloudTrail, it rotates
        # by itself, and no role needs a KMS grant that somebody could forget. DynamoDB asks KMS at
        # most once per connection and five minutes, so a million reminders cost well under a cent
        # of KMS; a key of our own would add a monthly fee, and a way to lose the whole ledger by
        # deleting it.
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True, recovery_period_in_days=35
        ),
        time_to_live_attribute="ttl",
        # What has become history is told to other systems from here, outside of every write. Lambda
        # reads it for nothing, and a write costs what it cost before.
        stream=dynamodb.StreamViewType.NEW_IMAGE,
        deletion_protection=cell.protected,
        removal_policy=cell.removal_policy,
    )
    for name, partition_key, sort_key in (("agenda", "apk", "ask"), ("book", "bpk", "bsk")):
        table.add_global_secondary_index(
            index_name=name,
            partition_key=_text(partition_key),
            sort_key=_text(sort_key),
            # Both only say which account; everything else is read from its HEAD, consistently.
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
    return table


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _files_bucket(scope: Construct, cell: Cell) -> s3.Bucket:
    access_logs = s3.Bucket(
        scope,
        "AccessLogs",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(365))],
        removal_policy=cell.removal_policy,
    )
    bucket = s3.Bucket(
        scope,
        "Files",
        versioned=True,
        # SSE-S3: encrypted at rest without a KMS request per object and per part.
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        server_access_logs_bucket=access_logs,
        lifecycle_rules=[
            # What customers added to objections: for as long as one may be argued about.
            s3.LifecycleRule(id="uploads", prefix="uploads/", expiration=cdk.Duration.days(730)),
            s3.LifecycleRule(id="results", prefix="results/", expiration=cdk.Duration.days(90)),
            # What it says stands in the ledger within minutes; who uploaded it has it as well.
            s3.LifecycleRule(id="incoming", prefix="incoming/", expiration=cdk.Duration.days(90)),
            # Letters are printed within days; what each said is rendered again from its record.
            s3.LifecycleRule(
                id="letters",
                prefix="letters/",
                expiration=cdk.Duration.days(30),
                noncurrent_version_expiration=cdk.Duration.days(1),
            ),
            # What imports keep while they run. A message waits for four days at the most.
            s3.LifecycleRule(
                id="work",
                prefix="work/",
                expiration=cdk.Duration.days(7),
                noncurrent_version_expiration=cdk.Duration.days(1),
            ),
            s3.LifecycleRule(
                id="superseded",
                noncurrent_version_expiration=cdk.Duration.days(30),
                abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
            ),
        ],
        removal_policy=cell.removal_policy,
    )
    # On the L1: the L2's switch would bring a custom-resource Lambda with a role over all buckets.
    resource = cast(s3.CfnBucket, bucket.node.default_child)
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
            event_bridge_enabled=True
        )
    )
    return bucket


def _address_key(scope: Construct, cell: Cell) -> str:
    """The ARN of the secret, never its value."""
    secret = secretsmanager.Secret(
        scope,
        "AddressKey",
        description="Keys the hashes of e-mail addresses and telephone numbers",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=64, exclude_punctuation=True
        ),
        removal_policy=cell.removal_policy,
    )
    acknowledge(
        secret,
        "AwsSolutions-SMG4",
        "Hashes of suppressed addresses are compared for years; a rotated key would make every "
        "opt-out and bounce unrecognisable, and the customer would be contacted again.",
    )
    return cast(secretsmanager.CfnSecret, secret.node.default_child).attr_id


def _link_keys(scope: Construct, cell: Cell) -> str:
    """The ARN of the secret, never its value: numbered keys, of which the newest seals links."""
    secret = secretsmanager.Secret(
        scope,
        "LinkKeys",
        description="Seal the links in messages: a JSON object of numbered keys",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            secret_string_template="{}",
            generate_string_key="1",
            password_length=64,
            exclude_punctuation=True,
        ),
        removal_policy=cell.removal_policy,
    )
    acknowledge(
        secret,
        "AwsSolutions-SMG4",
        "A key is rotated by adding the next number; the one before opens older links for three "
        "months and goes then. A rotation that replaced the only key would end every link at once.",
    )
    return cast(secretsmanager.CfnSecret, secret.node.default_child).attr_id
