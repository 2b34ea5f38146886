"""Rejections that may be about an address, once the order has another one."""

from typing import Any

import pytest

from packhorse.domain.address import Address
from packhorse.domain.orders import intake
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.overrides import set_by_person
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import Refusal, RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.updates import with_fulfilment, with_lines
from packhorse.domain.stock.goods import Goods
from simulation.builders import a_line, an_order
from tests.domain.order_builders import LATER, SHOP, in_fulfilment, routed, the_line, where

LYON = Address(name="Ada Lovelace", address1="2 Rue Centrale", city="Lyon", postcode="69001", country="FR")


def rejecting(order: Order, reason: str = "other") -> Order:
    """The order that no other warehouse has units for."""
    report = RejectedUnits(reason=RejectReason(reason))
    return routed(rejected(order, 1, report, "report-1", Goods(), LATER, "warehouse", restock=unshipped_only).order)


def edited(order: Order, **values: Any) -> Order:
    return set_by_person(order, order.version, values, LATER, "user:ada")


def told(order: Order, **facts: Any) -> Order:
    message = an_order(a_line(), modified_at=LATER, **facts)
    return intake.updated(order, message, LATER, SHOP, restock=unshipped_only).order


def refusing(order: Order) -> list[str]:
    return [each.warehouse for each in the_line(order).refused]


def in_a_file(order: Order) -> Order:
    [part] = order.fulfilments
    sent: FulfilmentOrder = part.replace(batch=7)
    return with_fulfilment(order, sent)


@pytest.mark.parametrize("change", [told, edited], ids=["of the channel", "of a person"])
def test_another_address_has_the_warehouse_ship_that_rejected_the_former_one(change: Any) -> None:
    order = rejecting(in_fulfilment(a_line()))
    assert (refusing(order), where(order)) == (["main"], {})

    after = change(order, ship_to=LYON)

    assert refusing(after) == []
    assert where(routed(after)) == {"main": 1}


@pytest.mark.parametrize("change", [told, edited], ids=["of the channel", "of a person"])
def test_another_note_leaves_its_rejection(change: Any) -> None:
    order = rejecting(in_fulfilment(a_line()))

    assert refusing(change(order, note="ring twice")) == ["main"]


@pytest.mark.parametrize("reason", [each for each in RejectReason if each is not RejectReason.OTHER])
def test_what_is_about_the_goods_stays(reason: str) -> None:
    order = rejecting(in_fulfilment(a_line()), reason)

    assert refusing(edited(order, ship_to=LYON)) == ["main"]


def test_a_supplier_that_was_sent_the_former_address_gets_it_by_a_person_alone() -> None:
    order = rejecting(in_a_file(in_fulfilment(a_line())))

    assert refusing(edited(order, ship_to=LYON)) == ["main"]


def test_what_a_person_took_back_stays_away() -> None:
    order = rejecting(in_fulfilment(a_line()))
    taken = Refusal(warehouse="main", reason=RejectReason.OTHER, at=LATER, is_taken_back=True)
    order = with_lines(order, {"1": the_line(order).replace(refused=(taken,))})

    assert refusing(edited(order, ship_to=LYON)) == ["main"]


def test_a_line_that_another_warehouse_has_stays_there() -> None:
    order = rejecting(in_fulfilment(a_line()))
    refused = the_line(order).refused
    elsewhere = in_fulfilment(a_line())
    elsewhere = with_lines(elsewhere, {"1": the_line(elsewhere).replace(refused=refused)})

    assert refusing(told(elsewhere, ship_to=LYON)) == ["main"]
