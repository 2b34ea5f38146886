"""The app's access scopes and webhook subscriptions of the Admin API, whose urls are public and of HTTPS."""

import threading
from typing import Any
from urllib.parse import urlsplit

import httpx
from graphql import GraphQLResolveInfo

from local.world.shopify import post_webhook
from local.world.shopify_events import PRIVACY
from local.world.shopify_ids import page_of
from local.world.shopify_store import Json, Store

Info = GraphQLResolveInfo[Any]

WEBHOOKS = """
    type AccessScope { handle: String! description: String! }
    type AppInstallation implements Node { id: ID! accessScopes: [AccessScope!]! }

    enum WebhookSubscriptionFormat { JSON XML }
    enum WebhookSubscriptionTopic {
      APP_UNINSTALLED FULFILLMENT_ORDERS_HOLD_RELEASED FULFILLMENT_ORDERS_PLACED_ON_HOLD INVENTORY_LEVELS_UPDATE
      ORDERS_CANCELLED ORDERS_CREATE ORDERS_DELETE ORDERS_EDITED
      ORDERS_FULFILLED ORDERS_PAID ORDERS_PARTIALLY_FULFILLED ORDERS_UPDATED PRODUCTS_UPDATE
    }
    type WebhookSubscription implements Node {
      id: ID!
      topic: WebhookSubscriptionTopic!
      uri: String!
      format: WebhookSubscriptionFormat!
    }
    type WebhookSubscriptionConnection { nodes: [WebhookSubscription!]! pageInfo: PageInfo! }
    input WebhookSubscriptionInput { uri: String format: WebhookSubscriptionFormat filter: String }
    type UserErrorOfWebhook { field: [String!] message: String! }
    type WebhookSubscriptionCreatePayload {
      webhookSubscription: WebhookSubscription
      userErrors: [UserErrorOfWebhook!]!
    }

    type WebhookSubscriptionDeletePayload {
      deletedWebhookSubscriptionId: ID
      userErrors: [UserErrorOfWebhook!]!
    }

    extend type QueryRoot {
      currentAppInstallation: AppInstallation!
      webhookSubscriptions(first: Int, after: String): WebhookSubscriptionConnection!
    }

    extend type Mutation {
      webhookSubscriptionCreate(
        topic: WebhookSubscriptionTopic!
        webhookSubscription: WebhookSubscriptionInput!
      ): WebhookSubscriptionCreatePayload
      webhookSubscriptionDelete(id: ID!): WebhookSubscriptionDeletePayload
    }
"""


def send_events(store: Store) -> None:
    """Send what happened to the webhooks of its topic, while the request that caused it is answered."""
    if wanted := wanted_events(store):
        threading.Thread(target=post_events, args=(store, wanted), daemon=True).start()


def wanted_events(store: Store) -> list[tuple[str, Json]]:
    """Return what happened and is not sent yet, each with a url that it is posted to; it counts as sent from now on."""
    with store.lock:
        events, store.events = store.events, []
    return [(url, event) for event in events for url in _urls_of(store, event["topic"])]


def _urls_of(store: Store, topic: str) -> list[str]:
    """Return where a topic is posted: to the subscriptions of it or, for one about privacy, to the url of the app."""
    if topic in PRIVACY:
        return [store.settings.compliance_url] if store.settings.compliance_url else []
    return [each["uri"] for each in store.webhooks if each["topic"] == _name(topic)]


def _name(topic: str) -> str:
    return topic.replace("/", "_").upper()


def post_events(store: Store, wanted: list[tuple[str, Json]]) -> None:
    """Post events, each to its url, and note what was answered."""
    for url, event in wanted:
        try:
            secret = store.settings.client_secret  # with which Shopify signs what it posts to an app
            status = post_webhook(url, secret, event["topic"], event["payload"]).status_code
        except httpx.HTTPError:
            status = None
        store.deliveries.append({"topic": event["topic"], "uri": url, "status": status})


class WebhookFields:
    """The fields of the query and mutation root for the app and its webhooks."""

    store: Store

    def currentAppInstallation(self, _: Info) -> Json:  # noqa: N802 -- the names in the schema
        """Return the app that the token is of."""
        scopes = [{"handle": scope, "description": scope} for scope in self.store.scopes]
        return {"__typename": "AppInstallation", "id": "gid://shopify/AppInstallation/1", "accessScopes": scopes}

    def webhookSubscriptions(self, _: Info, first: int | None = None, after: str | None = None) -> Json:  # noqa: N802
        """Return a page of the app's webhooks."""
        return page_of(self.store.webhooks, first, after)

    def webhookSubscriptionCreate(self, _: Info, topic: str, webhookSubscription: Json) -> Json:  # noqa: N802, N803
        """Create a webhook; each topic once for a url."""
        url = str(webhookSubscription.get("uri") or "")
        if reason := self._refusal(topic, url):
            error = {"field": ["webhookSubscription", "uri"], "message": reason}
            return {"webhookSubscription": None, "userErrors": [error]}
        number = 1 + max((int(each["id"].rpartition("/")[2]) for each in self.store.webhooks), default=8000)
        new = {
            "__typename": "WebhookSubscription",
            "id": f"gid://shopify/WebhookSubscription/{number}",
            "topic": topic,
            "uri": url,
            "format": webhookSubscription.get("format") or "JSON",
        }
        self.store.webhooks.append(new)
        return {"webhookSubscription": new, "userErrors": []}

    def webhookSubscriptionDelete(self, _: Info, id: str) -> Json:  # noqa: N802, A002 -- the names in the schema
        """Delete a webhook."""
        left = [each for each in self.store.webhooks if each["id"] != id]
        if len(left) == len(self.store.webhooks):
            error = {"field": ["id"], "message": "Webhook subscription does not exist"}
            return {"deletedWebhookSubscriptionId": None, "userErrors": [error]}
        self.store.webhooks[:] = left
        return {"deletedWebhookSubscriptionId": id, "userErrors": []}

    def _refusal(self, topic: str, url: str) -> str | None:
        if any((each["topic"], each["uri"]) == (topic, url) for each in self.store.webhooks):
            return "Address for this topic has already been taken"
        address = urlsplit(url)
        if address.scheme != "https" and address.hostname not in {"127.0.0.1", "localhost"}:  # a local stack has no TLS
            return f"Address protocol {address.scheme}:// is not supported"
        return None
