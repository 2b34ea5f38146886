"""What of the needs is bought: neither what is available nor what is on its way to whoever still waits."""

from itertools import chain

from packhorse.domain.catalogue.product import Product
from packhorse.domain.purchasing.drafting import MAX_AT_ONCE
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.purchase_line import WantedLine
from packhorse.domain.purchasing.short_lines import covered, draft_needs
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import OrderId, Sku, WarehouseId
from tests.domain.purchasing.purchase_builders import AT, MUG, arrived, new, on_order, received, wanted

MAIN = Shelf(Sku(MUG), WarehouseId("main"))


def need(order: str, units: int) -> Need:
    return Need(OrderId(order), "1", MAIN, units)


def bought_for(**orders: int) -> WantedLine:
    made_for = tuple(MadeFor(order=name, line="1", units=units) for name, units in orders.items())
    return wanted(ordered=sum(orders.values()), made_for=made_for)


def test_what_is_on_its_way_is_for_the_orders_it_was_made_for() -> None:
    purchase = on_order(bought_for(young=6))

    assert list(covered([need("old", 4), need("young", 6)], purchase.coming, Goods()).lacking) == [need("old", 4)]


def test_the_rest_of_a_delivery_is_for_those_that_the_first_part_did_not_serve() -> None:
    purchase = received(on_order(bought_for(a=6, b=6)), arrived(6))

    assert list(covered([need("b", 6)], purchase.coming, Goods()).lacking) == []


def test_a_part_that_arrived_and_is_not_served_yet_counts_as_available() -> None:
    purchase = received(on_order(bought_for(a=6, b=6)), arrived(6))

    assert list(covered([need("a", 6), need("b", 6)], purchase.coming, Goods({MAIN: 6})).lacking) == []


def test_units_for_an_order_that_waits_no_longer_are_for_the_oldest_that_does() -> None:
    purchase = on_order(bought_for(cancelled=6))

    assert list(covered([need("c", 4), need("d", 4)], purchase.coming, Goods()).lacking) == [need("d", 2)]


def test_a_line_that_two_purchase_orders_are_made_for_is_covered_once() -> None:
    purchases = [on_order(bought_for(a=6)), new(bought_for(a=6))]

    coming = chain.from_iterable(each.coming for each in purchases)
    assert list(covered([need("a", 6), need("b", 7)], coming, Goods()).lacking) == [need("b", 1)]


def test_a_line_that_needs_less_than_was_bought_for_it_leaves_the_rest() -> None:
    purchase = on_order(bought_for(a=6))

    assert list(covered([need("a", 2), need("b", 5)], purchase.coming, Goods()).lacking) == [need("b", 1)]


def test_what_comes_to_another_warehouse_of_the_line_covers_it() -> None:
    east = Shelf(Sku(MUG), WarehouseId("east"))
    flexible = need("a", 6)._replace(elsewhere=(WarehouseId("east"),))

    assert list(covered([flexible, need("b", 2)], [], Goods({east: 4, MAIN: 3})).lacking) == [need("b", 2)]
    assert list(covered([flexible], [], Goods({east: 4})).lacking) == [flexible._replace(units=2)]


def test_drafts_that_are_submitted_at_once_are_small_enough_for_one_transaction() -> None:
    skus = [f"SKU-{number:03}" for number in range(100)]
    price = {"amount": "2.00", "currency": "EUR"}
    products = {Sku(sku): Product(sku=sku, bought_from=[{"supplier": "acme", "price": price}]) for sku in skus}
    needs = [
        need(f"order {place // 4}", 1)._replace(shelf=Shelf(Sku(sku), MAIN.warehouse)) for place, sku in enumerate(skus)
    ]

    drafts = draft_needs(needs, products, ["acme"], AT, at_once=["acme"]).drafts
    collected = draft_needs(needs, products, ["acme"], AT).drafts

    sizes = [len(each.lines) + len({part.order for line in each.lines for part in line.made_for}) for each in drafts]
    assert sizes == [MAX_AT_ONCE, 35]
    assert [line.sku for each in drafts for line in each.lines] == skus
    assert [len(each.lines) for each in collected] == [80, 20]


def test_what_no_need_takes_is_left() -> None:
    purchase = on_order(bought_for(a=6))

    assert covered([need("a", 2)], purchase.coming, Goods({MAIN: 3})).free == Goods({MAIN: 7})


def test_what_is_a_kit_by_now_is_left_out_with_what_to_do() -> None:
    terms = [{"supplier": "acme", "price": {"amount": "2.00", "currency": "EUR"}}]
    as_kit = Product(sku=MUG, kind="kit", components={"CLAY": 2}, bought_from=terms)

    found = draft_needs([need("a", 3)], {Sku(MUG): as_kit}, ["acme"], AT)

    assert found.drafts == ()
    [left] = found.left_out
    assert (left.order, left.units) == ("a", 3)
    assert left.reason.startswith("it is a kit by now")
