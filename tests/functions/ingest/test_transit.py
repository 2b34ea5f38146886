"""Webhooks of carriers, through the real handler."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from functions.ingest import transit
from packhorse.aws import secrets
from simulation.builders import a_configuration
from simulation.merchant import Context, set_up
from tests.functions.operate.calls import call
from tests.functions.stale import cache_again

pytestmark = pytest.mark.usefixtures("cloud")

DELIVERED = json.loads((Path(__file__).parents[3] / "events/transit/delivered.json").read_text())
ACCOUNT, OLD, NEW = "easypost", "the secret before, long enough", "the secret from now on"


def save(secret: str) -> None:
    given = {"token": "EZAK-of-the-account", "webhook_secrets": [secret]}
    assert call("PUT", f"/carriers/{ACCOUNT}", {"kind": "easypost", "credentials": given}).status == 200


def post(secret: str) -> int:
    signature = hmac.digest(secret.encode(), DELIVERED["body"].encode(), hashlib.sha256).hex()
    headers: dict[str, Any] = {**DELIVERED["headers"], "x-hmac-signature": f"hmac-sha256-hex={signature}"}
    return int(transit.handler({**DELIVERED, "headers": headers}, Context())["statusCode"])


def test_a_new_secret_counts_at_once_also_after_wrong_signatures() -> None:
    set_up(a_configuration())
    save(OLD)
    before = secrets.get_credentials(ACCOUNT, of=secrets.CARRIERS)
    save(NEW)
    cache_again(ACCOUNT, before, of=secrets.CARRIERS)

    answers = [post(secret) for secret in ("nobody's", NEW, OLD)]

    assert answers == [401, 200, 401]


def test_parcels_are_followed_though_their_account_is_switched_off() -> None:
    set_up(a_configuration())
    save(NEW)
    assert call("PATCH", f"/carriers/{ACCOUNT}", {"active": False}).status == 200

    assert post(NEW) == 200
