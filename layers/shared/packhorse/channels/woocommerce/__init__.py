"""WooCommerce: signed webhooks with the whole order; polls, quantities and parcels by its REST API, version 3."""

from packhorse.channels.protocol import Adapter
from packhorse.channels.woocommerce.orders import WooCommerce, is_ping
from packhorse.channels.woocommerce.states import STATES

WOOCOMMERCE = Adapter(receive=WooCommerce, is_ping=is_ping, has_order_ids=True, order_states=STATES)
