"""Fulfilment orders as their supplier gets them."""

from packhorse.domain.supply.answering import is_silent
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.sending import is_in_batch, marked, may_be_sent, sent_order, unmarked, was_sent_to
from packhorse.domain.supply.supplier import Supplier
from tests.domain.order_builders import LATER, in_fulfilment


def test_a_supplier_gets_the_note_and_the_gift_message_apart() -> None:
    order = in_fulfilment().replace(note="ring twice", gift_message="For Ada")

    sent = sent_order(order, 1, {}, "acme")

    assert (sent.note, sent.gift_message) == ("ring twice", "For Ada")


def test_a_batch_of_the_same_number_is_another_one_at_another_supplier() -> None:
    theirs, ours = (SupplierBatch(supplier=name, number=1, created_at=LATER) for name in ("acme", "bee"))
    order = marked(in_fulfilment(), 1, ours, LATER)

    assert is_in_batch(order, 1, ours)
    assert is_silent(order, 1, ours)
    assert may_be_sent(order, 1, "bee", replaces=1)
    assert not is_in_batch(order, 1, theirs)
    assert not is_silent(order, 1, theirs)
    assert not may_be_sent(order, 1, "acme", replaces=1)
    assert unmarked(order, 1, 1).fulfilments[0].supplier == ""


def test_what_was_sent_before_suppliers_were_stored_is_with_who_ships_for_its_warehouse_now() -> None:
    fulfilment = in_fulfilment().fulfilments[0]
    here, elsewhere = Supplier(id="acme", warehouses=(fulfilment.warehouse,)), Supplier(id="bee")

    assert not was_sent_to(fulfilment, here)
    assert was_sent_to(fulfilment.replace(batch=1), here)
    assert not was_sent_to(fulfilment.replace(batch=1), elsewhere)
    assert was_sent_to(fulfilment.replace(batch=1, supplier="bee"), elsewhere)
    assert not was_sent_to(fulfilment.replace(batch=1, supplier="bee"), here)
