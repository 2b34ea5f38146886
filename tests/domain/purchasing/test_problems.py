"""What a purchase order needs a person for says how it came to it."""

from packhorse.domain.purchasing.problems import problems_of
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.steps import cancelled
from tests.domain.purchasing.purchase_builders import ADA, AT, MUG, arrived, on_order, received


def messages(order: PurchaseOrder) -> list[str]:
    return [each.message for each in problems_of(order)]


def test_what_comes_of_one_that_was_cancelled_is_said_to_and_what_to_do() -> None:
    order = received(cancelled(on_order(), ADA, AT), arrived(2))

    todo = "make sure that acme knows, then return them, or accept what is wanted all the same"
    assert messages(order) == [
        f"2 units of {MUG} came to main by purchase order PO-1001 of acme, which was cancelled: {todo}"
    ]


def test_what_comes_beyond_an_order_is_said_with_all_that_came_and_what_of_it_was_rejected() -> None:
    order = received(on_order(), arrived(12, rejected=3, reason="cracked"))

    assert messages(order) == [
        f"2 units of {MUG} came to main beyond purchase order PO-1001 of acme: 10 ordered, 10 received, 3 rejected"
    ]
    order = received(received(on_order(), arrived(rejected=3, reason="cracked")), arrived(9), receipt="DN-8")

    assert messages(order) == [
        f"2 units of {MUG} came to main beyond purchase order PO-1001 of acme: 10 ordered, 7 received, 3 rejected"
    ]
