"""Short ids of fulfilment orders: what is printed is read again, however it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.orders.channel_order import order_id
from packhorse.domain.orders.short_id import ShortId, parse_short_id, short_id
from packhorse.domain.values import ChannelId
from tests.domain.order_builders import handed, received

ORDER_IDS = st.builds(lambda name: order_id(ChannelId("shop"), name), st.text(min_size=1))


@given(ORDER_IDS, st.integers(1, 9999))
def test_a_printed_id_names_its_order_and_its_number(order: str, number: int) -> None:
    assert parse_short_id(short_id(order, number)) == ShortId(order[:10], number)


def test_a_fulfilment_order_has_the_short_id_of_its_order_and_number() -> None:
    order = handed(received())

    (first,) = order.fulfilments
    assert first.short_id == short_id(order.id, 1)


@pytest.mark.parametrize(
    "typed", ["1W7GY3RF-2", "1w7gy3rf-2", "IW7GY3RF-2", "lw7g y3rf 2", "1W7GY3RF2", " 1W7GY3RF-2\r\n"]
)
def test_what_is_typed_or_misread_is_the_same_id(typed: str) -> None:
    assert parse_short_id(typed) == ShortId("0f0f0f0f0f", 2)


@pytest.mark.parametrize(
    "other", ["", "1W7GY3RF", "1W7GY3RF-0", "1W7GY3RF-12345", "1W7GY3RU-2", "4006381333931", "MUG-1"]
)
def test_a_sku_a_barcode_and_half_an_id_are_no_short_ids(other: str) -> None:
    assert parse_short_id(other) is None
