"""Counts the sessions and clients that a webhook makes, in INIT and in its first invocation; prints them as JSON.

python -m tests.aws.first_invocation
"""

import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from botocore.session import Session

from simulation.template import prepare

prepare()

from packhorse.aws import secrets  # noqa: E402 - after the environment is there
from packhorse.domain.configuration.channel import ChannelKind  # noqa: E402 - after prepare()
from packhorse.domain.values import ChannelId  # noqa: E402 - after prepare()
from simulation.aws.boundary import World  # noqa: E402 - after prepare()
from simulation.builders import a_channel, a_configuration  # noqa: E402 - after prepare()
from simulation.cloud import make  # noqa: E402 - after prepare()
from simulation.merchant import Context, set_up  # noqa: E402 - after prepare()

PAID = Path(__file__).parents[1] / "data" / "shopify" / "orders-paid.json"


class Counts:
    """The sessions that are made, and the services of clients."""

    def __init__(self) -> None:
        self.sessions = 0
        self.clients: list[str] = []

    def taken(self) -> dict[str, Any]:
        """What was counted since the last time."""
        found = {"sessions": self.sessions, "clients": sorted(self.clients)}
        self.sessions, self.clients = 0, []
        return found


def counted() -> dict[str, Any]:
    """The counts of a process that begins."""
    forget()
    counts, new_session, new_client = Counts(), Session.__init__, Session.create_client

    def make_session(self: Session, *args: Any, **more: Any) -> None:
        counts.sessions += 1
        new_session(self, *args, **more)

    def make_client(self: Session, service: str, *args: Any, **more: Any) -> Any:
        counts.clients.append(service)
        return new_client(self, service, *args, **more)

    with patch.object(Session, "__init__", make_session), patch.object(Session, "create_client", make_client):
        from functions.ingest import webhook

        begun = counts.taken()
        answer = webhook.handler(event(PAID.read_bytes()), Context())
        assert answer["statusCode"] == 200, answer
        return {"init": begun, "invocation": counts.taken()}


def forget() -> None:
    """Drops all that is imported of ours, and the session that it shares."""
    for name in list(sys.modules):
        if name.partition(".")[0] in {"packhorse", "functions"}:
            del sys.modules[name]
    boto3.DEFAULT_SESSION = None


def event(body: bytes) -> dict[str, Any]:
    """A signed webhook."""
    signature = base64.b64encode(hmac.digest(b"hush", body, hashlib.sha256)).decode()
    return {
        "pathParameters": {"channel": "shopify-us"},
        "headers": {"x-shopify-topic": "orders/paid", "x-shopify-hmac-sha256": signature},
        "body": body.decode(),
    }


def main() -> None:
    """Sets a shop up, and counts."""
    world = World()
    make(world)
    with world.installed():
        set_up(a_configuration(channel=a_channel("shopify-us", ChannelKind.SHOPIFY)))
        secrets.save_credentials(ChannelId("shopify-us"), secrets.Credentials(webhook_secrets=("hush",)))
        found = counted()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
