"""Who acts in the local cloud when no function does: the account's owner, by test credentials.

One place for the account, the region and how a client of ours passes for one that came by TLS.
"""

from typing import Any

import boto3

ACCOUNT = "000000000000"
# That of the local cell in infra/config.py; a test holds the two together.
REGION = "us-east-1"
KEY = "test"

# The queues refuse whoever did not come by TLS, their owner too.
ENDED_TLS = (("X-Forwarded-Proto", "https"),)


def owner_environment(endpoint: str, region: str = REGION) -> dict[str, str]:
    """For a child process that speaks to the emulator."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }


def owner_session(region: str = REGION) -> boto3.Session:
    """A session whose clients need `endpoint_url`; nothing of the machine's profile is read."""
    session = boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=region)
    session.events.register("before-send", _came_by_tls)
    return session


def _came_by_tls(request: Any, **_: object) -> None:
    for name, value in ENDED_TLS:
        request.headers[name] = value
