"""The places of all kinds. A new kind is one more of them."""

from collections.abc import Mapping

from packhorse.domain.configuration.channel import ChannelKind
from tests.channels.kit.amazon_place import AmazonPlace
from tests.channels.kit.ebay_place import EbayPlace
from tests.channels.kit.generic_place import GenericPlace
from tests.channels.kit.place import Place
from tests.channels.kit.shopify_place import ShopifyPlace
from tests.channels.kit.woocommerce_place import WooCommercePlace

PLACES: Mapping[ChannelKind, type[Place]] = {
    made.kind: made for made in (ShopifyPlace, WooCommercePlace, EbayPlace, AmazonPlace, GenericPlace)
}
