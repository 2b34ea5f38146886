"""Webhooks of Shopify, signed."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx

API_VERSION = "2026-10"


def post_webhook(
    url: str,
    secret: str,
    topic: str,
    payload: dict[str, Any],
    *,
    shop: str = "packhorse-test.myshopify.com",
    webhook_id: str | None = None,
    event_id: str | None = None,
) -> httpx.Response:
    """Post a webhook to <api>/webhooks/<channel>; a topic is for example orders/create.

    Shopify repeats a webhook with the same ids: pass them to simulate that.
    """
    body = json.dumps(payload, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Event-Id": event_id or str(uuid.uuid4()),
        "X-Shopify-Hmac-Sha256": signature(body, secret),
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Topic": topic,
        "X-Shopify-Triggered-At": payload.get("updated_at") or datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "X-Shopify-Webhook-Id": webhook_id or str(uuid.uuid4()),
    }
    return httpx.post(url, content=body, headers=headers, timeout=30)


def signature(body: bytes, secret: str) -> str:
    """Return the X-Shopify-Hmac-Sha256 of a raw body.

    >>> signature(b"{}", "secret")
    'dzJZAsrKgS3CWXM6rNBGtzgXNyx3e42VtAJkdHRRbhM='
    """
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
