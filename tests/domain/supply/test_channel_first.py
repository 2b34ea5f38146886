"""What a channel or a person says left, while a supplier has it to ship: counted once, and never in silence."""

from datetime import timedelta

import pytest

from packhorse.domain.orders.completion import completed
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answering import Known, answered
from packhorse.domain.supply.answers import AnswerRow
from simulation.builders import a_configuration, a_line, a_warehouse, an_order, later
from tests.domain.order_builders import (
    LATER,
    a_told_parcel,
    asked,
    handed,
    hear,
    heard,
    shelf,
    with_products,
)

TOLD = an_order(a_line(quantity=3))


def at_supplier() -> Order:
    """Return an order of three mugs, which its supplier has in a file."""
    configuration = a_configuration(a_warehouse("acme", kind="dropship"))
    order = asked(handed(with_products(heard(TOLD)), shelf(acme=9), configuration))
    return with_fulfilment(order, order.fulfilments[0].replace(batch=7, supplier="acme", sent_lines=("1",)))


def shipped_there(tracking: str | None = "1Z1") -> Order:
    """Return it after its channel reported all of it, in a parcel of that number or without any."""
    told = {"parcels": (a_told_parcel(tracking, "UPS", _1=3),)} if tracking else {"shipped_at": LATER}
    return hear(at_supplier(), later(TOLD, 5, **told))


def after_answer(order: Order, tracking: str) -> Order:
    row = AnswerRow(
        row=2, fulfilment=order.fulfilments[0].id, meaning=Meaning.SHIPPED, tracking=tracking, carrier="DHL"
    )
    return answered(order, 1, [row], LATER, "supplier acme", Known(unshipped_only)).change.order


def kinds(order: Order) -> list[str]:
    return [each.kind for each in order.exceptions]


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        (shipped_there(), "shipped_late_1_1Z1"),
        (shipped_there(None), "shipped_late_1"),
        (completed(at_supplier(), LATER, "Eve").order, "shipped_late_1"),
    ],
    ids=["a parcel", "all", "a person"],
)
def test_a_person_is_to_ask_the_supplier_to_keep_it_back(order: Order, kind: str) -> None:
    assert (order.status, kinds(order)) == (Status.COMPLETE, [kind])
    assert "acme has it to ship" in order.exceptions[0].message


def test_a_person_is_to_ask_as_soon_as_it_is_heard_whenever_the_parcel_left() -> None:
    told = a_told_parcel("1Z1", "UPS", _1=3).replace(shipped_at=LATER - timedelta(days=26))

    after = hear(at_supplier(), later(TOLD, 5, parcels=(told,)))

    assert [each.opened_at for each in after.exceptions] == [LATER]
    assert [each.at for each in after.timeline] == sorted(each.at for each in after.timeline)


def test_another_number_of_the_supplier_is_another_parcel_and_no_correction_of_it() -> None:
    after = after_answer(shipped_there(), "DHL-7")

    assert [(each.tracking, each.former) for each in after.parcels] == [("1Z1", ())]
    assert kinds(after) == ["shipped_late_1_1Z1", "shipment_refused_1_DHL-7"]


def test_it_ends_once_the_supplier_reports_the_same_number() -> None:
    after = after_answer(shipped_there(), "1z 1")

    assert (after.status, kinds(after), len([*after.parcels])) == (Status.COMPLETE, [], 1)
