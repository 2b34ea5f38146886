"""The day on which a purchase order is expected: from the lead days of its supplier on, or as a person says."""

from datetime import date, timedelta

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.purchasing.drafting import drafted, edited
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.per_order import placed
from packhorse.domain.purchasing.purchase_line import WantedLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.steps import submitted
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId, Sku, WarehouseId
from tests.domain.purchasing.purchase_builders import ADA, AT, MUG, draft

ACME = Supplier(id="acme")
TODAY, DAY = AT.date(), timedelta(days=1)


def sold(lead_days: int) -> dict[Sku, Product]:
    terms = {"supplier": "acme", "price": {"amount": "2.00", "currency": "EUR"}, "lead_days": lead_days}
    return {Sku(MUG): Product(sku=MUG, bought_per_order=True, bought_from=[terms])}


def need(order: str) -> Need:
    return Need(OrderId(order), "1", Shelf(Sku(MUG), WarehouseId("main")), 2)


def collecting(lead_days: int = 5) -> PurchaseOrder:
    """A draft that was made today for an order, and collects more."""
    [made] = placed([need("a")], [], sold(lead_days), {"acme": ACME}, AT).drafts
    return drafted("PO-1001", made, "packhorse", AT).replace(collects=True)


def with_more(order: PurchaseOrder, later: timedelta, lead_days: int = 5) -> PurchaseOrder:
    """The same after another order was bought for."""
    [(_, after)] = placed([need("b")], [order], sold(lead_days), {"acme": ACME}, AT + later).changed
    return after


def as_edited(order: PurchaseOrder, expected_on: date | None) -> PurchaseOrder:
    """The same as a person writes it, with the day."""
    [line] = order.lines
    same = {name: getattr(line, name) for name in WantedLine.model_fields}
    return edited(order, draft(WantedLine(**{**same, "expected_on": expected_on}), note="by noon"), ADA, AT)


def due(order: PurchaseOrder) -> date | None:
    [line] = order.lines
    return line.expected_on


def test_what_is_added_is_expected_after_its_own_lead_days() -> None:
    assert due(collecting()) == TODAY + 5 * DAY
    assert due(with_more(collecting(), 10 * DAY)) == TODAY + 15 * DAY


def test_all_is_expected_on_the_later_day() -> None:
    assert due(with_more(collecting(30), 10 * DAY)) == TODAY + 30 * DAY
    assert due(with_more(collecting(5), 10 * DAY, lead_days=0)) == TODAY + 5 * DAY
    assert due(with_more(collecting(0), 10 * DAY, lead_days=0)) is None


def test_the_lead_days_begin_when_it_is_submitted() -> None:
    later = AT + 20 * DAY, TODAY + 20 * DAY

    assert due(submitted(collecting(), ADA, *later)) == TODAY + 25 * DAY
    assert due(submitted(with_more(collecting(30), 10 * DAY, lead_days=5), ADA, *later)) == TODAY + 25 * DAY
    assert due(submitted(as_edited(collecting(), TODAY + 5 * DAY), ADA, *later)) == TODAY + 25 * DAY
    assert due(submitted(collecting(0), ADA, *later)) is None


@pytest.mark.parametrize("day", [TODAY + 2 * DAY, None])
def test_the_day_that_a_person_says_stays(day: date | None) -> None:
    assert due(submitted(as_edited(collecting(), day), ADA, AT + 20 * DAY, TODAY + 20 * DAY)) == day


def test_what_is_added_to_the_day_of_a_person_is_expected_then_or_later() -> None:
    order = as_edited(collecting(), TODAY + 12 * DAY)

    assert due(submitted(with_more(order, 1 * DAY), ADA, AT + 9 * DAY, TODAY + 9 * DAY)) == TODAY + 12 * DAY
    assert due(submitted(with_more(order, 8 * DAY), ADA, AT + 9 * DAY, TODAY + 9 * DAY)) == TODAY + 14 * DAY
