"""The Notification API of the simulated eBay: destinations with their challenge, subscriptions, signed deliveries."""

import base64
import hashlib
import json
import secrets
import uuid
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from local.world.ebay import SCOPE, SUBSCRIPTIONS, Ebay, Json, now
from local.world.ebay_orders import errors
from local.world.routes import BAD_REQUEST, FORBIDDEN, NOT_FOUND, OK, Answer, Query, Reply

PATH = "/commerce/notification/v1"
KEY = "9936261a-7d7b-4621-a0f1-96ccb428af49"
CREATED, NO_CONTENT, CONFLICT = 201, 204, 409
ENABLED = "ENABLED"
CLIENT = httpx.Client(timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
"""One for all deliveries and challenges: to make one takes longer than they do."""

TOPICS = {"ORDER_CONFIRMATION": "1.0", "ITEM_MARKED_SHIPPED": "1.0", "MARKETPLACE_ACCOUNT_DELETION": "1.0"}


def signed(ebay: Ebay, body: bytes) -> str:
    """Return the X-EBAY-SIGNATURE of a body."""
    signature = _key(ebay).sign(body, ECDSA(SHA1()))  # noqa: S303 -- what eBay signs with
    given = {"alg": "ecdsa", "kid": KEY, "signature": base64.b64encode(signature).decode(), "digest": "SHA1"}
    return base64.b64encode(json.dumps(given).encode()).decode()


def _key(ebay: Ebay) -> EllipticCurvePrivateKey:
    with ebay.lock:
        if not ebay.signing_key:
            made = generate_private_key(SECP256R1())
            ebay.signing_key = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    found = load_pem_private_key(ebay.signing_key.encode(), None)
    assert isinstance(found, EllipticCurvePrivateKey)  # noqa: S101 -- that of above
    return found


def get_key(ebay: Ebay, _: Query, __: Any, name: str) -> Answer:
    """GET /public_key/{id}: in one line, as eBay writes it."""
    if name != KEY:
        return NOT_FOUND, _error(195001, "The specified key id is invalid.")
    pem = _key(ebay).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return OK, {"key": pem.replace("\n", ""), "algorithm": "ECDSA", "digest": "SHA1"}


def deliver(ebay: Ebay, topic: str, data: Json, url: str) -> Json:
    """Post a notification once; return the delivery, with the status of the answer (None: none came)."""
    body = json.dumps(notification(topic, data)).encode()
    headers = {"Content-Type": "application/json", "X-EBAY-SIGNATURE": signed(ebay, body)}
    try:
        status = CLIENT.post(url, content=body, headers=headers).status_code
    except httpx.TransportError:
        status = None
    delivery = {"topic": topic, "data": data, "url": url, "status": status, "at": now()}
    ebay.deliveries.append(delivery)
    return delivery


def notification(topic: str, data: Json) -> Json:
    """Return the body of a notification of now."""
    content = {
        "notificationId": str(uuid.uuid4()),
        "eventDate": now(),
        "publishDate": now(),
        "publishAttemptCount": 1,
        "data": data,
    }
    metadata = {"topic": topic, "schemaVersion": TOPICS.get(topic, "1.0"), "deprecated": False}
    return {"metadata": metadata, "notification": content}


def post_notification(ebay: Ebay, _: Query, body: Json) -> Answer:
    """POST /_control/notifications: to `url`, else to the destination of each subscription to the topic."""
    topic, data = body["topic"], body.get("data") or _data_of(ebay, body)
    urls = [body["url"]] if "url" in body else _urls(ebay, topic)
    return OK, {"deliveries": [deliver(ebay, topic, data, url) for url in urls]}


def _data_of(ebay: Ebay, body: Json) -> Json:
    user = {"userId": "y9qonyvfrqq", "username": ebay.settings.seller}
    if body["topic"] == "ITEM_MARKED_SHIPPED":
        return {"itemMarkedShipped": {"orderId": body["order"], "publicUserId": user["userId"]}}
    return {"user": user, "order": {"orderId": body["order"]}}


def _urls(ebay: Ebay, topic: str) -> list[str]:
    wanted = [each for each in ebay.subscriptions.values() if each["topicId"] == topic and each["status"] == "ENABLED"]
    found = [ebay.destinations[each["destinationId"]] for each in wanted]
    return [each["deliveryConfig"]["endpoint"] for each in found if each["status"] == "ENABLED"]


# ---- destinations


def get_destinations(ebay: Ebay, _: Query, __: Any) -> Answer:
    """GET /destination."""
    return OK, {"total": len(ebay.destinations), "destinations": list(ebay.destinations.values())}


def post_destination(ebay: Ebay, _: Query, body: Json) -> Answer:
    """POST /destination: eBay sends the challenge before it answers."""
    if not ebay.settings.alert_email:
        return CONFLICT, _error(195003, "Please provide configurations required for notifications. Refer to /config")
    return _saved(ebay, secrets.token_hex(8), body, CREATED)


def put_destination(ebay: Ebay, _: Query, body: Json, name: str) -> Answer:
    """PUT /destination/{id}: with the challenge, too, whatever becomes of its status."""
    return (
        _saved(ebay, name, body, NO_CONTENT)
        if name in ebay.destinations
        else (NOT_FOUND, _error(195022, "Invalid id."))
    )


def delete_destination(ebay: Ebay, _: Query, __: Any, name: str) -> Answer:
    """DELETE /destination/{id}: of one that is disabled and has no subscription."""
    if name not in ebay.destinations:
        return NOT_FOUND, _error(195022, "Invalid id.")
    is_used = any(each["destinationId"] == name for each in ebay.subscriptions.values())
    if is_used or ebay.destinations[name]["status"] == ENABLED:
        return CONFLICT, _error(195025, "Destination is enabled or in use")
    del ebay.destinations[name]
    return NO_CONTENT, Reply(b"")


def _saved(ebay: Ebay, name: str, body: Json, done: int) -> Answer:
    config = body.get("deliveryConfig") or {}
    url, token = config.get("endpoint", ""), config.get("verificationToken", "")
    others = [each for key, each in ebay.destinations.items() if key != name]
    if any(each["deliveryConfig"]["endpoint"] == url for each in others):
        return CONFLICT, _error(195021, "Destination exists for this endpoint")
    if not 32 <= len(token) <= 80:
        return BAD_REQUEST, _error(195019, "Invalid or missing verification token for this endpoint.")
    if not _answers(url, token):
        return CONFLICT, _error(195020, "Challenge verification failed for requested endpoint")
    ebay.destinations[name] = {"destinationId": name, **body}
    return done, Reply(b"", headers={"Location": f"https://api.ebay.com{PATH}/destination/{name}"})


def _answers(url: str, token: str) -> bool:
    """Return whether an endpoint answers its challenge."""
    code = secrets.token_hex(16)
    try:
        found = CLIENT.get(url, params={"challenge_code": code}, timeout=10).json()
    except (httpx.HTTPError, ValueError):
        return False
    return bool(found.get("challengeResponse") == hashlib.sha256(f"{code}{token}{url}".encode()).hexdigest())


# ---- subscriptions


def get_topic(_: Ebay, __: Query, ___: Any, name: str) -> Answer:
    """GET /topic/{id}."""
    if name not in TOPICS:
        return NOT_FOUND, _error(195023, "Invalid topic id.")
    payload = {"schemaVersion": TOPICS[name], "format": ["JSON"], "deliveryProtocol": "HTTPS", "deprecated": False}
    return OK, {"topicId": name, "status": "ENABLED", "supportedPayloads": [payload]}


def get_subscriptions(ebay: Ebay, _: Query, __: Any) -> Answer:
    """GET /subscription."""
    return OK, {"total": len(ebay.subscriptions), "subscriptions": list(ebay.subscriptions.values())}


def post_subscription(ebay: Ebay, _: Query, body: Json) -> Answer:
    """POST /subscription."""
    if body.get("topicId") not in TOPICS or body.get("destinationId") not in ebay.destinations:
        return BAD_REQUEST, _error(195027, "Invalid or missing topic id, or destination id.")
    if body["topicId"] == "MARKETPLACE_ACCOUNT_DELETION":
        return FORBIDDEN, _error(195011, "Not authorized for this topic.")
    if any(each["topicId"] == body["topicId"] for each in ebay.subscriptions.values()):
        return CONFLICT, _error(195012, "Subscription already exists")
    name = secrets.token_hex(8)
    ebay.subscriptions[name] = {"subscriptionId": name, "creationDate": now(), **body}
    return CREATED, Reply(b"", headers={"Location": f"https://api.ebay.com{PATH}/subscription/{name}"})


def put_subscription(ebay: Ebay, _: Query, body: Json, name: str) -> Answer:
    """PUT /subscription/{id}."""
    if name not in ebay.subscriptions:
        return NOT_FOUND, _error(195013, "Invalid subscription Id.")
    ebay.subscriptions[name] |= body
    return NO_CONTENT, Reply(b"")


def delete_subscription(ebay: Ebay, _: Query, __: Any, name: str) -> Answer:
    """DELETE /subscription/{id}."""
    if ebay.subscriptions.pop(name, None) is None:
        return NOT_FOUND, _error(195013, "Invalid subscription Id.")
    return NO_CONTENT, Reply(b"")


def _error(number: int, text: str) -> Json:
    return errors((number, text), domain="API_NOTIFICATION")


ROUTES = (
    ("GET", rf"{PATH}/public_key/([^/]+)", get_key),
    ("GET", rf"{PATH}/destination", get_destinations),
    ("POST", rf"{PATH}/destination", post_destination),
    ("PUT", rf"{PATH}/destination/([^/]+)", put_destination),
    ("DELETE", rf"{PATH}/destination/([^/]+)", delete_destination),
    ("GET", rf"{PATH}/topic/([^/]+)", get_topic),
    ("GET", rf"{PATH}/subscription", get_subscriptions),
    ("POST", rf"{PATH}/subscription", post_subscription),
    ("PUT", rf"{PATH}/subscription/([^/]+)", put_subscription),
    ("DELETE", rf"{PATH}/subscription/([^/]+)", delete_subscription),
    ("POST", r"/_control/notifications", post_notification),
)
SCOPES = ((rf".* {PATH}/subscription.*", (SUBSCRIPTIONS,)), (rf".* {PATH}/.*", (SCOPE,)))
