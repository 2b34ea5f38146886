"""Fulfilment orders as their supplier gets them."""

from packhorse.domain.money import Money
from packhorse.domain.supply.answering import is_silent
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.sending import is_in_batch, marked, may_be_sent, sent_order, unmarked, was_sent_to
from packhorse.domain.supply.supplier import Supplier
from simulation.builders import a_line
from tests.domain.order_builders import LATER, MUG, in_fulfilment


def test_a_supplier_gets_the_note_and_the_gift_message_apart() -> None:
    order = in_fulfilment().replace(note="ring twice", gift_message="For Ada")

    sent = sent_order(order, 1, {}, "acme")

    assert (sent.note, sent.gift_message) == ("ring twice", "For Ada")


def test_a_supplier_gets_prices_after_the_discount() -> None:
    order = in_fulfilment(a_line(MUG, 3))
    discounted = order.lines[0].replace(unit_price=Money.of("50.00", "EUR"), discount=Money.of("140.00", "EUR"))

    (line,) = sent_order(order.replace(lines=(discounted,)), 1, {}, "acme").lines

    assert (line.price, line.amount) == (Money.of("3.33", "EUR"), Money.of("10.00", "EUR"))


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
