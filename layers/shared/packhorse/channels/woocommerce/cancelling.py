"""Cancellation of orders at a WooCommerce store."""

from typing import TYPE_CHECKING

from packhorse.channels.decoration import Words
from packhorse.channels.woocommerce.rest import API, call, change, model_in
from packhorse.channels.woocommerce.states import CANCELLED, COMPLETED, REFUNDED, state_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel

if TYPE_CHECKING:
    import httpx


class Stated(ExternalModel):
    """An order, of which the state alone is read."""

    status: Words


class WooCancelling:
    """The orders of a WooCommerce store that can be cancelled there."""

    def __init__(self, channel: Channel, http: "httpx.Client") -> None:
        self.channel = channel
        self.http = http

    def cancel_order(self, order: str, *, restock: bool, job: str = "") -> None:  # noqa: ARG002 -- see the docstring
        """Cancel an order that is not over; one that is cancelled or refunded stays so.

        WooCommerce always adds the units to its own stock, whatever `restock` says, and pays nothing back. What is not
        restocked here is not offered for long: the quantity that is published next replaces the store's.
        """
        path = f"{API}/orders/{order}"
        status = model_in(call(self.http, "GET", path), Stated).status
        state = state_of(status, self.channel.order_states)
        if state == COMPLETED:
            raise Rejected("the order is completed in WooCommerce: refund it there, if it is not to be")
        if state not in (CANCELLED, REFUNDED):
            change(self.http, "PUT", path, {"status": CANCELLED})
