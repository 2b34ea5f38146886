"""Subjects of exceptions as schema 1 stored them: as text alone."""

from collections.abc import Callable, Mapping

from packhorse.domain.problem import Cause, Subject
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId


def subject_of_schema_1(fields: Mapping[str, str]) -> Subject:
    """Return the subject of an exception that schema 1 stored as text.

    The text does not name the fulfilment order of an order's exception; the order itself does.
    """
    text = fields["concerns"]
    if "order" in fields:
        return Subject.of_order(fields["order"], fields.get("line")).replace(text=text)
    read = READ_OF_SCHEMA_1.get(fields["cause"])
    return read(text) if read else Subject(text=text)


def _polled(text: str) -> Subject:
    return Subject(text=text, channel=None if text == "a channel" else text)


def _listing(text: str) -> Subject:
    channel, _, sku = text.partition(" ")
    return Subject.of_listing(channel, sku)


def _channel_order(text: str) -> Subject:
    channel, _, number = text.partition(" ")
    return Subject.of_channel_order(channel, number)


def _payload(text: str) -> Subject:
    channel, _, key = text.partition(" ")
    return Subject.of_payload(channel, key)


def _shelf(text: str) -> Subject:
    sku, _, warehouse = text.rpartition(" in ")
    return Subject.of_shelf(Shelf(Sku(sku), WarehouseId(warehouse)))


READ_OF_SCHEMA_1: Mapping[str, Callable[[str], Subject]] = {
    Cause.POLL_FAILED: _polled,
    Cause.DRIFT: Subject.of_channel,
    Cause.PUSH_REJECTED: _listing,
    Cause.UNREADABLE_ORDER: _payload,
    Cause.UNKNOWN_CHANNEL: _channel_order,
    Cause.ORDER_REJECTED: _channel_order,
    Cause.ORDER_EXISTS: _channel_order,
    Cause.LEDGER_DIFFERS: _shelf,
    Cause.ORDER_DIFFERS: Subject.of_order,
}
