from datetime import timedelta

import pytest

from packhorse.domain.values import OrderId
from packhorse.store import claims
from packhorse.store.claims import claim_orders

ORDERS = [OrderId(f"{number:032x}") for number in range(250)]
pytestmark = pytest.mark.usefixtures("cloud")


def test_of_two_uploads_the_first_one_has_the_order_and_claiming_again_changes_nothing() -> None:
    assert claim_orders(ORDERS[:200], "one") == set()
    assert claim_orders(ORDERS[:200], "one") == set()

    assert claim_orders(ORDERS[150:], "two") == set(ORDERS[150:200])
    assert claim_orders(ORDERS, "one") == set(ORDERS[200:])
    assert claim_orders(ORDERS[:2] * 2, "two") == set(ORDERS[:2])


def test_a_claim_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "ON_ITS_WAY", timedelta(seconds=-5))
    assert claim_orders(ORDERS[:2], "one") == set()

    assert claim_orders(ORDERS[:2], "two") == set()
