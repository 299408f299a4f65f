"""What a cell may never lose is protected, encrypted and reached by TLS only."""

from __future__ import annotations

from tests.infra.reading import Reading

KEPT = (
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::Cognito::UserPool",
)


def test_the_table_has_the_keys_and_the_two_sparse_indexes(stateful: Reading) -> None:
    table = stateful.only("AWS::DynamoDB::Table")
    assert table["KeySchema"] == _keys("pk", "sk")
    indexes = {
        index["IndexName"]: (index["KeySchema"], index["Projection"])
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {
        "agenda": (_keys("apk", "ask"), {"ProjectionType": "KEYS_ONLY"}),
        "book": (_keys("bpk", "bsk"), {"ProjectionType": "KEYS_ONLY"}),
    }
    assert {a["AttributeType"] for a in table["AttributeDefinitions"]} == {"S"}


def test_the_table_is_protected_and_can_be_restored_to_any_second_of_five_weeks(
    stateful: Reading,
) -> None:
    table = stateful.only("AWS::DynamoDB::Table")
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 35,
    }
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}


def test_what_becomes_of_the_table_can_be_read_as_it_is_then(stateful: Reading) -> None:
    table = stateful.only("AWS::DynamoDB::Table")
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def test_what_holds_data_outlives_its_stack(stateful: Reading) -> None:
    for kind in KEPT:
        for path, resource in stateful.resources(kind).items():
            assert resource["DeletionPolicy"] == "Retain", path
            assert resource["UpdateReplacePolicy"] == "Retain", path


def test_every_bucket_is_encrypted_private_and_refuses_plain_http(stateful: Reading) -> None:
    buckets = stateful.properties("AWS::S3::Bucket")
    assert set(buckets) == {"Files", "AccessLogs"}
    policies = {
        policy["Bucket"]: policy["PolicyDocument"]["Statement"]
        for policy in stateful.properties("AWS::S3::BucketPolicy").values()
    }
    for path, bucket in buckets.items():
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert _refuses_plain_http(policies["{" + path + "}"]), path


def test_files_keep_their_versions_and_results_do_not_stay_for_ever(stateful: Reading) -> None:
    files = stateful.properties("AWS::S3::Bucket")["Files"]
    assert files["VersioningConfiguration"] == {"Status": "Enabled"}
    assert files["LoggingConfiguration"] == {"DestinationBucketName": "{AccessLogs}"}
    rules = {rule["Id"]: rule for rule in files["LifecycleConfiguration"]["Rules"]}
    assert rules["results"]["Prefix"] == "results/"
    assert rules["results"]["ExpirationInDays"] == 90
    assert rules["incoming"]["Prefix"] == "incoming/"
    assert rules["incoming"]["ExpirationInDays"] == 90
    assert rules["uploads"]["Prefix"] == "uploads/"
    assert rules["uploads"]["ExpirationInDays"] == 730
    assert rules["letters"]["Prefix"] == "letters/"
    assert rules["letters"]["ExpirationInDays"] == 30
    assert rules["letters"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rules["work"]["Prefix"] == "work/"
    assert rules["work"]["ExpirationInDays"] == 7
    assert rules["work"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rules["superseded"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rules["superseded"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_files_announce_themselves_on_the_bus_without_a_function_in_between(
    stateful: Reading,
) -> None:
    files = stateful.properties("AWS::S3::Bucket")["Files"]
    assert files["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }
    kinds = {resource["Type"] for resource in stateful.template["Resources"].values()}
    assert not [kind for kind in kinds if kind.startswith(("AWS::Lambda", "AWS::IAM", "Custom"))]


def test_keys_are_drawn_by_aws_and_written_nowhere(stateful: Reading) -> None:
    secrets = stateful.properties("AWS::SecretsManager::Secret")
    drawn = {"PasswordLength": 64, "ExcludePunctuation": True}
    assert {path: secret["GenerateSecretString"] for path, secret in secrets.items()} == {
        "AddressKey": drawn,
        # {"1": "…"}: the first of the numbered keys.
        "LinkKeys": {**drawn, "SecretStringTemplate": "{}", "GenerateStringKey": "1"},
    }
    assert not [path for path, secret in secrets.items() if "SecretString" in secret]


def test_the_other_stack_finds_everything_by_parameter_and_nothing_is_exported(
    stateful: Reading, cell_name: str
) -> None:
    parameters = {
        parameter["Name"]: parameter["Value"]
        for parameter in stateful.properties("AWS::SSM::Parameter").values()
    }
    assert parameters == {
        f"/duecourse/{cell_name}/table-name": "{Ledger}",
        f"/duecourse/{cell_name}/table-stream-arn": "{Ledger.StreamArn}",
        f"/duecourse/{cell_name}/bucket-name": "{Files}",
        f"/duecourse/{cell_name}/address-key-secret-arn": "{AddressKey.Id}",
        f"/duecourse/{cell_name}/link-keys-secret-arn": "{LinkKeys.Id}",
        f"/duecourse/{cell_name}/api-user-pool-id": "{ApiAccess/Pool}",
        # No client yet; `dunning api-client` keeps it.
        f"/duecourse/{cell_name}/api-clients": "none",
    }
    assert not stateful.template.get("Outputs")


def test_the_pool_of_the_api_s_clients_has_no_way_in_for_a_person(
    stateful: Reading, cell_name: str
) -> None:
    pool = stateful.only("AWS::Cognito::UserPool")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["DeletionProtection"] == "ACTIVE"
    domain = stateful.only("AWS::Cognito::UserPoolDomain")
    assert domain["Domain"] == f"duecourse-{cell_name}-{{AWS::AccountId}}"
    # Clients and scopes come with creditors, and so from no template.
    kinds = {resource["Type"] for resource in stateful.template["Resources"].values()}
    assert {kind for kind in kinds if "Cognito" in kind} == {
        "AWS::Cognito::UserPool",
        "AWS::Cognito::UserPoolDomain",
    }


def test_the_local_cell_can_be_thrown_away(local_stateful: Reading) -> None:
    assert not local_stateful.only("AWS::DynamoDB::Table").get("DeletionProtectionEnabled")
    assert local_stateful.only("AWS::Cognito::UserPool")["DeletionProtection"] == "INACTIVE"
    for kind in KEPT:
        for path, resource in local_stateful.resources(kind).items():
            assert resource["DeletionPolicy"] == "Delete", path


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def _refuses_plain_http(statements: list[dict[str, object]]) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and statement["Action"] == "s3:*"
        and statement["Principal"] == {"AWS": "*"}
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in statements
    )
