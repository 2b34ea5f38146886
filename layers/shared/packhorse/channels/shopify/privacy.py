"""Shopify's compliance webhooks: requests about personal data, whose url is set in the app and not by its API."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from packhorse.channels.body import parse_model
from packhorse.channels.decoration import Words, otherwise
from packhorse.channels.privacy import PrivacyRequest, PrivacyRequestKind
from packhorse.channels.shopify.levels import TOPIC
from packhorse.http.body import ExternalId, ExternalModel, parse_json
from packhorse.http.signature import header

KINDS: Mapping[str, PrivacyRequestKind] = {
    "customers/redact": PrivacyRequestKind.ERASE_BUYER,
    "customers/data_request": PrivacyRequestKind.EXPORT_BUYER,
    "shop/redact": PrivacyRequestKind.ERASE_CHANNEL,
}

WEBHOOK_ID = "x-shopify-webhook-id"
"""The header that is equal in each delivery of a webhook."""


class Buyer(ExternalModel):
    """The buyer; a guest may have an e-mail address alone."""

    id: Annotated[ExternalId, otherwise(str)] = ""
    email: Words = ""


class DataRequest(ExternalModel):
    """Shopify's record of a request for data."""

    id: Annotated[ExternalId, otherwise(str)] = ""


class Compliance(ExternalModel):
    """The body of all three topics; orders are by their ids."""

    customer: Annotated[Buyer, otherwise(Buyer)] = Field(default_factory=Buyer)
    orders_to_redact: tuple[ExternalId, ...] = ()
    orders_requested: tuple[ExternalId, ...] = ()
    data_request: Annotated[DataRequest, otherwise(DataRequest)] = Field(default_factory=DataRequest)


def privacy_request(headers: Mapping[str, str], raw: bytes) -> PrivacyRequest:
    """Return the request of a webhook with a topic of KINDS; raises Rejected if it is unreadable."""
    body = parse_model(Compliance, parse_json(raw))
    return PrivacyRequest(
        KINDS[header(headers, TOPIC)],
        body.data_request.id or header(headers, WEBHOOK_ID),
        (*body.orders_to_redact, *body.orders_requested),
        body.customer.id,
        body.customer.email,
    )
