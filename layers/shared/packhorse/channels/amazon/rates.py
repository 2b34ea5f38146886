"""The rates of the operations that are called, as Amazon states them: those that an application begins with."""

import hashlib
import re

from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.web_address import split_url
from packhorse.http.rates import CallRate

RATES = tuple(
    (re.compile(path), CallRate(name, per_second, burst))
    for name, path, per_second, burst in (
        ("searchOrders", r"GET .*/orders/2026-01-01/orders", 0.0056, 20),
        ("getOrder", r"GET .*/orders/2026-01-01/orders/[^/]+", 0.5, 30),
        ("confirmShipment", r"POST .*/orders/v0/orders/[^/]+/shipmentConfirmation", 2, 10),
        ("searchListingsItems", r"GET .*/listings/2021-08-01/items/[^/]+", 5, 5),
        ("getListingsItem", r"GET .*/listings/2021-08-01/items/[^/]+/[^/]+", 5, 10),
        ("patchListingsItem", r"PATCH .*/listings/2021-08-01/items/[^/]+/[^/]+", 5, 5),
        ("getFulfillmentPreview", r"POST .*/fba/outbound/2020-07-01/fulfillmentOrders/preview", 2, 30),
        ("createFulfillmentOrder", r"POST .*/fba/outbound/2020-07-01/fulfillmentOrders", 2, 30),
        ("listAllFulfillmentOrders", r"GET .*/fba/outbound/2020-07-01/fulfillmentOrders", 2, 30),
        ("getFulfillmentOrder", r"GET .*/fba/outbound/2020-07-01/fulfillmentOrders/[^/]+", 2, 30),
        ("cancelFulfillmentOrder", r"PUT .*/fba/outbound/2020-07-01/fulfillmentOrders/[^/]+/cancel", 2, 30),
        ("getInventorySummaries", r"GET .*/fba/inventory/v1/summaries", 2, 2),
        ("getMarketplaceParticipations", r"GET .*/sellers/v1/marketplaceParticipations", 0.016, 15),
        ("createReport", r"POST .*/reports/2021-06-30/reports", 0.0167, 15),
        ("getReport", r"GET .*/reports/2021-06-30/reports/[^/]+", 2, 15),
        ("getReportDocument", r"GET .*/reports/2021-06-30/documents/[^/]+", 0.0167, 15),
        ("getDestinations", r"GET .*/notifications/v1/destinations", 1, 5),
        ("createDestination", r"POST .*/notifications/v1/destinations", 1, 5),
        ("getSubscription", r"GET .*/notifications/v1/subscriptions/[^/]+", 1, 5),
        ("createSubscription", r"POST .*/notifications/v1/subscriptions/[^/]+", 1, 5),
        ("deleteSubscriptionById", r"DELETE .*/notifications/v1/subscriptions/[^/]+/[^/]+", 1, 5),
    )
)


def rate_holder(channel: Channel, keys: Keys) -> str:
    """Return what Amazon counts calls by: a seller's account in a region and an application, whatever marketplace."""
    counted = f"{split_url(channel.base_url or '').hostname} {channel.seller} {keys.client_id}"
    return hashlib.sha256(counted.encode()).hexdigest()[:32]


def rate_of(method: str, path: str) -> CallRate | None:
    """Return the rate of a request; None for one that is made too rarely to count.

    >>> rate_of("GET", "/orders/2026-01-01/orders/902-1"), rate_of("GET", "/orders/2026-01-01")
    (CallRate(operation='getOrder', per_second=0.5, burst=30), None)
    """
    return next((rate for pattern, rate in RATES if pattern.fullmatch(f"{method} {path}")), None)
