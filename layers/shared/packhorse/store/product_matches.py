"""Which products the lines of orders mean: found by base items of the Catalogue table, so that a new one counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from packhorse.domain.catalogue.barcode import spellings
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.matching import Match, Matches
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import listing_names
from packhorse.domain.values import OrderId, Sku
from packhorse.store.catalogue_items import CatalogueItem


def find_matches(orders: Iterable[Order]) -> dict[OrderId, Matches]:
    """Match the orders' lines that have no product: by listing reference, then by sku, then by barcode.

    Channels and products spell the same barcode with more or fewer zeros in front.
    """
    lacking = [(order, [line for line in order.lines if not line.matched]) for order in orders]
    keys = {key for order, lines in lacking for line in lines for key in _match_keys(order.channel, line)}
    found = (
        {(entry.pk, entry.sk): entry for entry in CatalogueItem.batch_get(keys, consistent_read=True)} if keys else {}
    )
    return {order.id: _matched(order.channel, lines, found) for order, lines in lacking}


def _match_keys(channel: str, line: ChannelLine) -> list[tuple[str, str]]:
    """Return the keys that may match a line, in the order of preference."""
    keys = [(f"LISTING#{channel}#{name}", "LISTING") for name in listing_names(line)]
    if sku := line.sku.strip():
        keys.append((f"PRODUCT#{sku}", "PRODUCT"))
    if line.barcode:
        spelled = dict.fromkeys((line.barcode, *sorted(spellings(line.barcode))))
        keys += [(f"BARCODE#{name}", "BARCODE") for name in spelled]
    return keys


def _matched(channel: str, lines: Iterable[ChannelLine], found: Mapping[tuple[str, str], Any]) -> Matches:
    matched = {}
    for line in lines:
        entry = next((found[key] for key in _match_keys(channel, line) if key in found), None)
        if entry:
            matched[line.id] = Match(Sku(_sku(entry)))
    return matched


def _sku(entry: CatalogueItem) -> str:
    return entry.body if entry.sk == "BARCODE" else str(entry.name)
