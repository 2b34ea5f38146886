"""Receive what a channel requests about personal data, of an inactive channel, too: its store may have been closed.

The payload is not stored, since it names the buyer.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from packhorse.aws.telemetry import logger
from packhorse.channels import CHANNELS
from packhorse.channels.privacy import PrivacyRequest, PrivacyRequestKind
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.channel_order import order_id
from packhorse.domain.plural import agree, plural
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, OrderId
from packhorse.http.signature import header
from packhorse.store import exceptions, orders
from packhorse.usecases.orders.find_buyer import orders_of_account, orders_of_email
from packhorse.usecases.orders.request_erasure import request_erasure


def is_about_privacy(channel: Channel, headers: Mapping[str, str]) -> bool:
    """Return whether the topic of a webhook is such a request."""
    kind = CHANNELS[channel.kind]
    return kind.receive is not None and header(headers, kind.receive(channel).topic) in kind.privacy_topics


def receive_privacy(channel: Channel, headers: Mapping[str, str], payload: bytes, now: datetime) -> bool:
    """Mark the buyer's orders, or open an exception for the owner; return False for an unreadable request.

    A second delivery changes nothing.
    """
    read = CHANNELS[channel.kind].privacy
    if read is None:
        raise TypeError(f"channels of the kind {channel.kind} request nothing about personal data")
    channel_id = ChannelId(channel.id)
    try:
        request = read(headers, payload)
    except Rejected as error:
        open_unreadable(channel_id, error.in_full, payload, now)
        return False
    if request.kind is PrivacyRequestKind.ERASE_CHANNEL:
        _open_erasure_of_channel(channel_id, request, now)
        return True
    if not request.names_buyer:
        open_unreadable(channel_id, "it names no buyer", payload, now)
        return False
    found = _orders_of(channel_id, request)
    if request.kind is PrivacyRequestKind.ERASE_BUYER:
        request_erasure(found, f"channel:{channel.id}", now)
        logger.info("buyer to be erased", extra={"channel": channel.id, "orders": len(found)})
    else:
        _open_data_request(channel_id, request, found, now)
    return True


def _orders_of(channel: ChannelId, request: PrivacyRequest) -> tuple[OrderId, ...]:
    """Return the stored orders that the request names, and those of its buyer in the channel."""
    named = orders.find_orders(dict.fromkeys(order_id(channel, each) for each in request.orders)).values()
    found = [each.id for each in named if not each.is_placeholder]
    if request.customer:
        found += orders_of_account(channel, (request.customer,))
    if request.email:
        found += orders_of_email(request.email, channel)
    return tuple(dict.fromkeys(found))


def _open_data_request(channel: ChannelId, request: PrivacyRequest, found: tuple[OrderId, ...], now: datetime) -> None:
    """Open the exception; it does not name the buyer, whom an erasure would have to find: the store's request does."""
    number, stored = len(found), "no order of this buyer is stored here"
    if found:
        stored = f"{plural(number, 'order')} of this buyer {agree(number, 'is', 'are')} stored here"
    problem = Problem(
        cause=Cause.DATA_REQUESTED,
        subject=Subject(text=f"{channel} data request {request.id}", channel=channel, orders=found),
        message=f"a buyer wants to have the data that is stored, by request {request.id} in the channel; {stored}",
        event=request.id,
    )
    exceptions.open_exception(problem, now)


def _open_erasure_of_channel(channel: ChannelId, request: PrivacyRequest, now: datetime) -> None:
    problem = Problem(
        cause=Cause.CHANNEL_ERASURE_REQUESTED,
        subject=Subject.of_channel(channel),
        message="the app was removed from the store two days ago: the data of the store's buyers is to be erased",
        event=request.id,
    )
    exceptions.open_exception(problem, now)


def open_unreadable(channel: ChannelId, why: str, payload: bytes, now: datetime) -> None:
    """Open an exception for a request that a person has to read in the channel, once for each payload."""
    problem = Problem(
        cause=Cause.PRIVACY_REQUEST_UNREADABLE,
        subject=Subject.of_channel(channel),
        message=f"a request about personal data cannot be done: {why}",
        event=hashlib.sha256(payload).hexdigest(),
    )
    exceptions.open_exception(problem, now)
