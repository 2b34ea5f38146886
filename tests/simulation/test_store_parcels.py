"""The rule of parcels finds what a store has otherwise than we sent it, and excuses what an exception is about."""

from typing import Any

import pytest

from simulation.outlets.parcels import faults_of_store
from simulation.storefront import STORE, Storefront, in_shop_terms
from simulation.turns import Turns


@pytest.fixture
def storefront() -> Storefront:
    found = Storefront(Turns(1), lambda _: None)
    found.stock_up("MUG", 9)
    return found


def sold(storefront: Storefront, *fulfillments: tuple[str, int], is_made: bool = True) -> dict[str, Any]:
    """Return an order of ours of which two left under T-1; the store has these fulfilments, by number and units."""
    order = storefront.sell({"MUG": 2})
    line = order["line_items"][0]["id"]
    order["fulfillments"] = [
        {
            "status": "success",
            "tracking_number": number,
            "line_items": [{"id": line, "quantity": units}],
            **({"notified": 1} if is_made else {}),
        }
        for number, units in fulfillments
    ]
    storefront.store.put_order(order)
    parts = [{"line": str(line), "quantity": 2}]
    parcel = {"tracking": "T-1", "lines": parts, "notice": {"notified_at": "now", "is_theirs": not is_made}}
    return {
        "channel": STORE,
        "channel_order_id": str(order["id"]),
        "is_notifiable": True,
        "fulfilments": [{"parcels": [parcel]}],
    }


def faults(storefront: Storefront, document: dict[str, Any]) -> list[str]:
    return list(faults_of_store(storefront, {"o1": document}))


def test_a_store_that_has_the_parcel_agrees(storefront: Storefront) -> None:
    assert faults(storefront, sold(storefront, ("T-1", 2))) == []


def test_so_does_one_that_fulfilled_the_units_itself_under_any_number(storefront: Storefront) -> None:
    assert faults(storefront, sold(storefront, ("S-9", 2), is_made=False)) == []


@pytest.mark.parametrize(
    ("fulfillments", "fault"),
    [
        ((), "lacks {"),
        ((("T-1", 1),), "lacks {"),
        ((("T-1", 2), ("T-1", 2)), "has parcel t1, 1 times more than it left"),
        ((("T-9", 2),), "has parcel t9, which has not left"),
        ((("T-1", 2), (None, 1)), "has parcel , which has not left"),
        ((("T-1", 3),), "has {"),
    ],
)
def test_what_it_lacks_or_has_otherwise_is_a_fault_unless_an_exception_says_so(
    storefront: Storefront, fulfillments: tuple[Any, ...], fault: str
) -> None:
    document = sold(storefront, *fulfillments)

    assert any(fault in each for each in faults(storefront, document))
    for cause in ("channel_not_notified", "tracking_differs"):
        assert faults(storefront, {**document, "exceptions": [{"cause": cause}]}) == []


def test_a_parcel_of_which_it_was_never_notified_is_a_fault(storefront: Storefront) -> None:
    document = sold(storefront, ("T-1", 2))
    document["fulfilments"][0]["parcels"].append({"tracking": "T-2", "lines": []})

    assert faults(storefront, document) == [f"order {document['channel_order_id']} of store was not notified of T-2"]


def test_a_parcel_of_a_part_of_a_kit_alone_is_none_that_a_store_is_notified_of(storefront: Storefront) -> None:
    document = sold(storefront, ("T-1", 2))
    document["fulfilments"].append({"parcels": [{"tracking": "T-2", "lines": []}]})

    assert faults(storefront, document) == []


def test_what_we_made_stays_when_the_store_changes_the_order(storefront: Storefront) -> None:
    document = sold(storefront, ("T-1", 2))
    order = storefront.store.orders[document["channel_order_id"]]

    storefront.change({**order, "fulfillments": []})

    assert faults(storefront, document) == []


def test_an_edit_stays_once_we_have_fulfilled_what_it_left(storefront: Storefront) -> None:
    order = storefront.sell({"MUG": 2})
    line = {**order["line_items"][0], "current_quantity": 1}
    posted = storefront.change({**order, "line_items": [line]})
    sent = {"status": "success", "notified": 1, "line_items": [{"id": line["id"], "quantity": 1}]}

    fulfilled = {**posted, "line_items": [{**line, "fulfillable_quantity": 0}], "fulfillments": [sent]}

    wanted = [{"id": str(line["id"]), "quantity": 1}]
    assert in_shop_terms(posted)["lines"] == in_shop_terms(fulfilled)["lines"] == wanted
