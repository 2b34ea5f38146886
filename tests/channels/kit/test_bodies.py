"""Bodies of webhooks: recorded ones are read as they always were, others are rejected with the fields at fault."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.channel_order import ChannelOrder
from tests.channels.kit.webhook_shops import DATA, Shop, every_body, every_shop, searching


@every_body
def test_a_body_in_our_terms(shop: Shop, name: str) -> None:
    expected = json.loads((DATA / shop.kind / "read" / f"{name}.json").read_text())

    order = shop.receiving.read({shop.webhooks.topic: shop.webhooks.topics[name]}, shop.body(name))

    assert order
    assert order.model_dump(mode="json") == expected
    assert ChannelOrder.model_validate_json(order.model_dump_json()) == order


@every_body
def test_the_topic_is_found_whatever_the_case_of_its_header(shop: Shop, name: str) -> None:
    assert shop.receiving.read({shop.webhooks.topic.lower(): shop.webhooks.topics[name]}, shop.body(name))


@every_shop
def test_a_topic_that_is_none_of_ours_is_not_even_parsed(shop: Shop) -> None:
    assert shop.receiving.read({shop.webhooks.topic: "customers/redact"}, b"\xff") is None
    assert shop.receiving.read({}, b"\xff") is None


@every_shop
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"\xff\xff",
        b"null",
        b"[]",
        b'"order"',
        b"{}",
        b"webhook_id=1",
        b"[" * 100_000,
        b'{"id": NaN}',
        b'{"id": 1e99999999999999999999}',
    ],
    ids=range(11),
)
def test_a_body_that_cannot_be_understood_is_rejected_with_the_fields(shop: Shop, raw: bytes) -> None:
    topic = next(iter(shop.webhooks.topics.values()))

    with pytest.raises(Rejected) as refusal:
        shop.receiving.read({shop.webhooks.topic: topic}, raw)

    assert refusal.value.errors


@every_shop
@given(data=st.data())
@searching
def test_a_truncated_or_scrambled_body_is_rejected_and_nothing_worse(shop: Shop, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(shop.webhooks.topics)))
    raw = shop.body(name)
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(raw)), st.integers(0, len(raw)))))

    assert len(_errors(shop, name, raw[:start] + data.draw(st.binary(max_size=4)) + raw[end:])) <= 20


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=300)
    | st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "NaN", "1e999999", "-0", "٣", "USD"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@every_shop
@given(data=st.data())
@searching
def test_an_order_with_any_of_its_values_replaced_is_read_or_rejected(shop: Shop, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(shop.webhooks.topics)))
    body = json.loads(shop.body(name))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(_places(body))))
        if data.draw(st.booleans()):
            holder[key] = data.draw(ANYTHING)
        else:
            del holder[key]
        if not body:
            break

    assert all(len(error.message) < 500 for error in _errors(shop, name, json.dumps(body).encode()))


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a body, but for Shopify's second spelling of each amount, which nobody reads."""
    keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    for key in keys:
        if str(key).endswith("_set"):
            continue
        yield part, key
        yield from _places(part[key])


def _errors(shop: Shop, name: str, raw: bytes) -> tuple[FieldError, ...]:
    try:
        order = shop.receiving.read({shop.webhooks.topic: shop.webhooks.topics[name]}, raw)
    except Rejected as refusal:
        return refusal.errors
    assert order is None or isinstance(order, ChannelOrder)
    return ()
