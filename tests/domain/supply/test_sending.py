"""Fulfilment orders as their supplier gets them."""

from packhorse.domain.supply.sending import sent_order
from tests.domain.order_builders import in_fulfilment


def test_a_supplier_gets_the_note_and_the_gift_message_apart() -> None:
    order = in_fulfilment().replace(note="ring twice", gift_message="For Ada")

    sent = sent_order(order, 1, {}, "acme")

    assert (sent.note, sent.gift_message) == ("ring twice", "For Ada")
