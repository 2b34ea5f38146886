"""What every adapter promises, whichever shop is behind it. A new one is a row in SHOPS and a folder of bodies."""

import hmac
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packhorse.channels import CHANNELS, adapter_of
from packhorse.channels.protocol import Receiving
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.channel_order import ChannelOrder

DATA = Path(__file__).parents[1] / "data"
SECRET, OLD_SECRET = "shh-new", "shh-old"


class Shop(NamedTuple):
    """How a shop of some kind writes its headers."""

    kind: str
    topic: str
    topics: dict[str, str]
    signature: str
    written: Callable[[bytes], str]

    @property
    def adapter(self) -> Receiving:
        receive = CHANNELS[ChannelKind(self.kind)].receive
        assert receive
        return receive(Channel(id=f"{self.kind}-1", kind=ChannelKind(self.kind)))

    def signed(self, raw: bytes, secret: str = SECRET) -> dict[str, str]:
        return {self.signature: self.written(hmac.digest(secret.encode(), raw, "sha256"))}

    def body(self, name: str) -> bytes:
        return (DATA / self.kind / f"{name}.json").read_bytes()


SHOPIFY_TOPICS = ("create", "updated", "paid", "cancelled", "fulfilled", "partially_fulfilled")
SHOPS = [
    Shop(
        kind="shopify",
        topic="X-Shopify-Topic",
        topics={f"orders-{what}": f"orders/{what}" for what in SHOPIFY_TOPICS},
        signature="X-Shopify-Hmac-SHA256",
        written=lambda digest: b64encode(digest).decode(),
    ),
    Shop(
        kind="woocommerce",
        topic="X-WC-Webhook-Topic",
        topics={
            "order-created": "order.created",
            "order-cancelled": "order.updated",
            "order-completed": "order.updated",
        },
        signature="X-WC-Webhook-Signature",
        written=lambda digest: b64encode(digest).decode(),
    ),
    Shop(
        kind="generic",
        topic="X-Packhorse-Topic",
        topics={"order": "order.created", "order-shipped": "order.updated"},
        signature="X-Packhorse-Signature",
        written=lambda digest: f"sha256={digest.hex()}",
    ),
]
BODIES = [(shop, name) for shop in SHOPS for name in shop.topics]

every_shop = pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.kind)
every_body = pytest.mark.parametrize(("shop", "name"), BODIES, ids=lambda part: getattr(part, "kind", part))
searching = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


# ---- the registry


def test_every_kind_of_channel_is_in_the_registry() -> None:
    assert set(CHANNELS) == set(ChannelKind)
    assert {shop.kind for shop in SHOPS} == {kind for kind, adapter in CHANNELS.items() if adapter.receive}


def test_every_kind_that_can_be_called_signs_in() -> None:
    called = {kind for kind, adapter in CHANNELS.items() if adapter.poll or adapter.stock or adapter.notify}

    assert called == {kind for kind, adapter in CHANNELS.items() if adapter.sign_in}


def test_an_inactive_channel_can_do_nothing() -> None:
    assert not any(adapter_of(Channel(id="web", kind=ChannelKind.GENERIC, active=False)))


@pytest.mark.parametrize("kind", ChannelKind)
def test_a_paused_channel_keeps_only_what_takes_its_webhooks(kind: ChannelKind) -> None:
    paused = adapter_of(Channel(id="web", kind=kind, base_url="https://shop.example", paused_since=datetime.now(UTC)))
    calling = ("poll", "read", "names", "stock", "notify", "cancel", "connect")

    assert [name for name in calling if getattr(paused, name)] == []
    assert {name for name in paused._fields if name not in calling and getattr(paused, name)} == {
        name for name in paused._fields if name not in calling and getattr(CHANNELS[kind], name)
    }


def test_the_door_does_not_pay_for_a_client() -> None:
    program = "import sys, packhorse.channels; sys.exit('httpx' in sys.modules)"
    layer = Path(__file__).parents[2] / "layers/shared"

    said = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(layer)})  # noqa: S603

    assert said.returncode == 0


# ---- signatures


@every_body
def test_a_signed_body_is_accepted(shop: Shop, name: str) -> None:
    raw = shop.body(name)

    assert shop.adapter.verify(shop.signed(raw), raw, [SECRET])


@every_shop
def test_while_secrets_rotate_either_will_do(shop: Shop) -> None:
    assert shop.adapter.verify(shop.signed(b"{}", OLD_SECRET), b"{}", [SECRET, OLD_SECRET])
    assert shop.adapter.verify(shop.signed(b"{}", SECRET), b"{}", [SECRET, OLD_SECRET])


@every_shop
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_names_of_headers_have_no_case(shop: Shop, case: Callable[[str], str]) -> None:
    headers = {case(name): value for name, value in shop.signed(b"{}").items()}

    assert shop.adapter.verify(headers, b"{}", [SECRET])


@every_shop
@given(data=st.data())
@searching
def test_one_flipped_bit_is_refused(shop: Shop, data: st.DataObject) -> None:
    raw = shop.body(next(iter(shop.topics)))
    at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    flipped = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]

    assert not shop.adapter.verify(shop.signed(raw), flipped, [SECRET])


@every_shop
def test_what_was_not_signed_with_an_active_secret_is_refused(shop: Shop) -> None:
    signed = shop.signed(b"{}")
    (name, value), *_ = signed.items()

    assert not shop.adapter.verify(signed, b"{}", ["shh-other"])
    assert not shop.adapter.verify(signed, b"{}", [])
    assert not shop.adapter.verify({}, b"{}", [SECRET])
    assert not shop.adapter.verify({name: ""}, b"{}", [SECRET])
    assert not shop.adapter.verify({name: f"{value}, {value}"}, b"{}", [SECRET])
    assert not shop.adapter.verify({name: value[:-1]}, b"{}", [SECRET])
    assert not shop.adapter.verify(signed, b"", [SECRET])


@every_shop
def test_an_empty_secret_signs_nothing(shop: Shop) -> None:
    assert not shop.adapter.verify(shop.signed(b"{}", ""), b"{}", [""])


@every_shop
@given(given=st.text(st.characters()), raw=st.binary(), secret=st.text(st.characters()))
@searching
def test_garbage_is_refused_and_nothing_worse(shop: Shop, given: str, raw: bytes, secret: str) -> None:
    assert not shop.adapter.verify({shop.signature: given, given: given}, raw, [secret])


# ---- bodies


@every_body
def test_a_body_in_our_terms(shop: Shop, name: str) -> None:
    expected = json.loads((DATA / shop.kind / "read" / f"{name}.json").read_text())

    order = shop.adapter.read({shop.topic: shop.topics[name]}, shop.body(name))

    assert order
    assert order.model_dump(mode="json") == expected
    assert ChannelOrder.model_validate_json(order.model_dump_json()) == order


@every_body
def test_the_topic_is_found_whatever_the_case_of_its_header(shop: Shop, name: str) -> None:
    assert shop.adapter.read({shop.topic.lower(): shop.topics[name]}, shop.body(name))


@every_shop
def test_a_topic_that_is_none_of_ours_is_not_even_parsed(shop: Shop) -> None:
    assert shop.adapter.read({shop.topic: "customers/redact"}, b"\xff") is None
    assert shop.adapter.read({}, b"\xff") is None


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
    topic = next(iter(shop.topics.values()))

    with pytest.raises(Rejected) as refusal:
        shop.adapter.read({shop.topic: topic}, raw)

    assert refusal.value.errors


@every_shop
@given(data=st.data())
@searching
def test_a_truncated_or_scrambled_body_is_rejected_and_nothing_worse(shop: Shop, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(shop.topics)))
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
    name = data.draw(st.sampled_from(sorted(shop.topics)))
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
        order = shop.adapter.read({shop.topic: shop.topics[name]}, raw)
    except Rejected as refusal:
        return refusal.errors
    assert order is None or isinstance(order, ChannelOrder)
    return ()
