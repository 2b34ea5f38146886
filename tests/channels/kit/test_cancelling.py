"""Cancellations that a channel is notified of: of whole orders, once, with the choice of restocking; no money moves."""

import pytest

from packhorse.channels import CHANNELS
from packhorse.domain.errors import Rejected
from tests.channels.kit.place import Place
from tests.channels.kit.places import PLACES
from tests.channels.kit.sale import Sale, Sent


def test_a_kind_that_cannot_cancel_says_why() -> None:
    assert {kind for kind, made in PLACES.items() if "cancel" in made.cannot} == {
        kind for kind in PLACES if CHANNELS[kind].cancel is None
    }


@pytest.fixture
def sold(place: Place) -> Place:
    """A place with an order, if the kind can cancel one."""
    if reason := place.cannot.get("cancel"):
        pytest.skip(reason)
    place.put(Sale())
    return place


@pytest.mark.parametrize("restock", [True, False])
def test_an_order_is_cancelled_once_however_often(sold: Place, restock: bool) -> None:
    for _ in range(2):
        sold.cancelling().cancel_order(sold.order_id, restock=restock)

    assert sold.times_cancelled() == 1
    [page] = sold.pages()
    assert [order.cancelled_at is not None for order in page.orders] == [True]


def test_an_order_that_the_channel_does_not_have_is_refused(sold: Place) -> None:
    sold.reset()

    with pytest.raises(Rejected):
        sold.cancelling().cancel_order(sold.order_id, restock=True)


def test_an_order_that_has_left_is_refused(sold: Place) -> None:
    sold.put(Sale(sent=(Sent({0: 3, 1: 1}),)))

    with pytest.raises(Rejected):
        sold.cancelling().cancel_order(sold.order_id, restock=True)
    assert sold.times_cancelled() == 0
