"""Signatures with a shared secret: those of an active one are taken, and nothing else is."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.kit.webhook_shops import OLD_SECRET, SECRET, Shop, every_body, every_shop, searching


@every_body
def test_a_signed_body_is_accepted(shop: Shop, name: str) -> None:
    raw = shop.body(name)

    assert shop.receiving.verify(shop.signed(raw), raw, [SECRET])


@every_shop
def test_while_secrets_rotate_either_will_do(shop: Shop) -> None:
    assert shop.receiving.verify(shop.signed(b"{}", OLD_SECRET), b"{}", [SECRET, OLD_SECRET])
    assert shop.receiving.verify(shop.signed(b"{}", SECRET), b"{}", [SECRET, OLD_SECRET])


@every_shop
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_names_of_headers_have_no_case(shop: Shop, case: Callable[[str], str]) -> None:
    headers = {case(name): value for name, value in shop.signed(b"{}").items()}

    assert shop.receiving.verify(headers, b"{}", [SECRET])


@every_shop
@given(data=st.data())
@searching
def test_one_flipped_bit_is_refused(shop: Shop, data: st.DataObject) -> None:
    raw = shop.body(next(iter(shop.webhooks.topics)))
    at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    flipped = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]

    assert not shop.receiving.verify(shop.signed(raw), flipped, [SECRET])


@every_shop
def test_what_was_not_signed_with_an_active_secret_is_refused(shop: Shop) -> None:
    signed = shop.signed(b"{}")
    (name, value), *_ = signed.items()

    assert not shop.receiving.verify(signed, b"{}", ["shh-other"])
    assert not shop.receiving.verify(signed, b"{}", [])
    assert not shop.receiving.verify({}, b"{}", [SECRET])
    assert not shop.receiving.verify({name: ""}, b"{}", [SECRET])
    assert not shop.receiving.verify({name: f"{value}, {value}"}, b"{}", [SECRET])
    assert not shop.receiving.verify({name: value[:-1]}, b"{}", [SECRET])
    assert not shop.receiving.verify(signed, b"", [SECRET])


@every_shop
def test_an_empty_secret_signs_nothing(shop: Shop) -> None:
    assert not shop.receiving.verify(shop.signed(b"{}", ""), b"{}", [""])


@every_shop
@given(given=st.text(st.characters()), raw=st.binary(), secret=st.text(st.characters()))
@searching
def test_garbage_is_refused_and_nothing_worse(shop: Shop, given: str, raw: bytes, secret: str) -> None:
    assert not shop.receiving.verify({shop.webhooks.signature: given, given: given}, raw, [secret])
