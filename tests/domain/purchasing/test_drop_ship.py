"""What the purchase order of a fulfilment order has: the goods that its supplier ships and invoices."""

from packhorse.domain.catalogue.product import Product
from packhorse.domain.money import Money
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import LineQuantity, Parcel
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.purchasing.drop_ship import drop_ship_order, following, units_to_price
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.supply_terms import SupplyTerms
from packhorse.domain.values import Sku
from simulation.builders import a_line
from tests.domain.order_builders import LATER, asked, handed, received, shelf
from tests.domain.supply.test_kits import ACME, BOWL, CUP, OURS, SET, an_order

LAMP, MUG = "LAMP", "MUG"


def sold(sku: str, price: str, theirs: str = "") -> Product:
    terms = SupplyTerms(supplier=ACME, price=Money.of(price, "EUR"))
    return Product(sku=sku, bought_from=(terms,), supplier_skus={ACME: theirs} if theirs else {})


PARTS = {Sku(sku): sold(sku, price) for sku, price in ((CUP, "9.00"), (BOWL, "12.00"))}


def purchase_of(order: Order, products: dict[Sku, Product]) -> PurchaseOrder:
    fulfilment = fulfilment_order_of(order, 1)
    read = {sku: products[sku] for sku in units_to_price(order, fulfilment, None) if sku in products}
    return drop_ship_order("PO-1", ACME, order, fulfilment, read, LATER)


def lines(purchase: PurchaseOrder) -> list[tuple[str, str, int, int, str]]:
    return [
        (each.sku, each.supplier_sku, each.ordered, each.received, each.unit_cost.amount) for each in purchase.lines
    ]


def shipped(order: Order, units: int) -> Order:
    parcel = Parcel(tracking="1Z", shipped_at=LATER, lines=(LineQuantity(line="1", quantity=units),))
    fulfilment = fulfilment_order_of(order, 1)
    gone = fulfilment.replace(status=FulfilmentStatus.CANCELLED, lines=(), uncounted_parcels=(parcel,))
    return with_fulfilment(order, gone)


def test_a_kit_that_goes_to_its_supplier_as_it_is_is_bought_as_it_is() -> None:
    order = an_order().replace(lines=(an_order().lines[0].replace(matched=SET),))
    whole = {**PARTS, Sku(SET): sold(SET, "30.00", "TW-SET")}

    made = purchase_of(order, whole)

    assert lines(made) == [(SET, "TW-SET", 3, 0, "30.00")]
    assert lines(following(made, order, {}, LATER)) == lines(made)
    assert lines(following(made, shipped(order, 2), {}, LATER)) == [(SET, "TW-SET", 2, 2, "30.00")]
    assert [each[:3] for each in lines(purchase_of(order, PARTS))] == [(CUP, "", 6), (BOWL, "", 3)]


def test_what_ships_late_is_what_the_line_was_and_not_the_item_that_it_is_now() -> None:
    order = asked(handed(received(a_line(LAMP, 2)), shelf(LAMP, acme=9), OURS))
    products = {Sku(LAMP): sold(LAMP, "40.00"), Sku(MUG): sold(MUG, "2.00")}
    made = purchase_of(order, products)
    now = order.lines[0].replace(sku=MUG, matched=MUG).with_former(order.lines[0], 1)
    edited = shipped(order.replace(lines=(now,)), 2)

    late = following(made, edited, products, LATER)

    assert lines(late) == [(LAMP, "", 2, 2, "40.00")]


def test_a_kit_that_went_as_it_was_and_is_another_item_now_is_invoiced_as_it_was() -> None:
    order = an_order().replace(lines=(an_order().lines[0].replace(matched=SET),))
    products = {**PARTS, Sku(SET): sold(SET, "30.00", "TW-SET"), Sku(MUG): sold(MUG, "2.00")}
    made = purchase_of(order, products)
    now = order.lines[0].replace(sku=MUG, matched=MUG, components={}).with_former(order.lines[0], 1)

    late = following(made, shipped(order.replace(lines=(now,)), 2), products, LATER)

    assert lines(late) == [(SET, "TW-SET", 2, 2, "30.00")]


def test_what_ships_late_is_what_a_line_was_also_where_only_its_stock_is_stored() -> None:
    order = an_order(a_line(CUP, line="2"))
    lamp = order.lines[0].replace(sku=LAMP, matched=LAMP, components={})
    made = purchase_of(order.replace(lines=(lamp, order.lines[1])), PARTS | {Sku(LAMP): sold(LAMP, "40.00")})
    now = lamp.replace(sku=CUP, matched=CUP).with_former(lamp, 1)
    stored = now.replace(former_items=(now.former_items[0].replace(matched=None),))

    late = following(made, shipped(order.replace(lines=(stored, order.lines[1])), 2), PARTS, LATER)

    assert [each[:4] for each in lines(late)] == [(LAMP, "", 2, 2), (CUP, "", 1, 0)]
