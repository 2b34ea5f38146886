"""How many purchase orders, work orders and transfer orders are in each state that is not over."""

from collections.abc import Mapping
from typing import Any

import pytest

from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.store import register
from tests.functions.operate import purchasing, transferring, working
from tests.functions.operate.calls import call
from tests.functions.operate.people import WIL, invited

pytestmark = pytest.mark.usefixtures("cloud")

PURCHASES, WORK, TRANSFERS = "/purchase-orders", "/work-orders", "/transfer-orders"


def counts(path: str, **query: Any) -> Mapping[str, int] | None:
    found: Mapping[str, int] | None = call("GET", path, query=query).body["counts"]
    return found


def some(path: str, **query: Any) -> dict[str, int]:
    """The counts but for zeros."""
    return {state: units for state, units in (counts(path, **query) or {}).items() if units}


def listed(state: dict[str, Any], name: str) -> None:
    """A purchase order stands in the list of those that are not over."""
    item = {"pk": {"S": "PURCHASES#OPEN"}, "sk": {"S": name}, **state}
    clients.client("dynamodb").put_item(TableName=settings.work_table, Item=item)


def test_purchase_orders_are_counted_by_how_far_they_are() -> None:
    purchasing.merchant()
    assert counts(PURCHASES) == {"new": 0, "partially_received": 0, "submitted": 0}

    purchasing.made()
    name = purchasing.on_order()
    assert some(PURCHASES) == {"new": 1, "submitted": 1}
    purchasing.receive(name, purchasing.arrived(4))
    assert some(PURCHASES) == {"new": 1, "partially_received": 1}
    purchasing.receive(name, purchasing.arrived(6), receipt="DN-8")

    assert some(PURCHASES) == {"new": 1}


def test_one_that_is_open_again_is_counted_again() -> None:
    purchasing.merchant()
    name = purchasing.on_order()
    refuse = {"lines": [{"line": "1", "refused": 10}]}
    assert (purchasing.do(name, "answer", refuse).status, some(PURCHASES)) == (200, {})

    assert purchasing.do(name, "answer", {"lines": [{"line": "1", "refused": 0}]}).status == 200

    assert some(PURCHASES) == {"submitted": 1}


def test_work_orders_are_counted() -> None:
    working.merchant()
    working.made(1)
    name = working.submitted(2)
    assert some(WORK) == {"new": 1, "submitted": 1}

    working.report(name, 2)

    assert some(WORK) == {"new": 1}


def test_transfer_orders_are_counted() -> None:
    transferring.merchant()
    transferring.made()
    name = transferring.sent()
    assert some(TRANSFERS) == {"requested": 1, "sent": 1}

    transferring.do(name, "close")

    assert some(TRANSFERS) == {"requested": 1}


def test_they_are_of_all_whatever_a_list_is_filtered_by() -> None:
    purchasing.merchant()
    purchasing.made()
    purchasing.on_order()

    assert some(PURCHASES, state="new", q="nothing", warehouse="moon") == {"new": 1, "submitted": 1}


def test_a_further_page_has_none() -> None:
    purchasing.merchant()
    for _ in range(3):
        purchasing.made()

    first = call("GET", PURCHASES, query={"limit": 2}).body
    second = call("GET", PURCHASES, query={"limit": 2, "cursor": first["next"]}).body

    assert (first["counts"]["new"], second["counts"]) == (3, None)


def test_no_document_is_read_for_them() -> None:
    purchasing.merchant()
    purchasing.made()
    listed({"state": {"S": "new"}}, "PO-1777")

    assert some(PURCHASES) == {"new": 2}


def test_who_sees_some_warehouses_only_gets_none() -> None:
    purchasing.merchant()
    purchasing.made()
    invited(WIL, "warehouse", warehouses=["main"])

    answer = call("GET", PURCHASES, roles=(), who=WIL, query={"warehouse": "main"})

    assert (answer.status, answer.body["counts"]) == (200, None)


def test_more_than_are_counted_have_no_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MAX_COUNTED", 2)
    purchasing.merchant()
    for _ in range(3):
        purchasing.made()

    assert counts(PURCHASES) is None


def test_one_that_older_code_listed_is_counted_by_what_it_says_itself() -> None:
    purchasing.merchant()
    name = purchasing.on_order()
    listed({}, name)

    assert some(PURCHASES) == {"submitted": 1}
    purchasing.receive(name, purchasing.arrived(4))
    assert some(PURCHASES) == {"partially_received": 1}
