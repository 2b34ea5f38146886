"""Orders that are edited while a label with their address is paid for."""

from typing import Any

import pytest

from functions.allocate import route
from local.world.carriers.easypost import EasyPostAccount
from packhorse.domain.address import Address
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.usecases.labels import buy_label
from simulation.aws.boundary import World
from simulation.builders import a_line, an_order, later
from simulation.merchant import Context, told
from tests.functions.fulfil.labels import an_order_of, configured, connected, labels
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import get, routed, step

LYON = {"name": "Ada Lovelace", "address1": "2 Rue Centrale", "city": "Lyon", "postcode": "69002", "country": "France"}


@pytest.fixture(autouse=True)
def carrier(cloud: World) -> EasyPostAccount:
    """The carrier, of a warehouse where the packed box is what ships."""
    account = connected(cloud)
    configured(ships_on=ShipsOn.PACKED)
    return account


def label(order: str) -> Any:
    return call("POST", f"/orders/{order}/fulfilments/1/label", {}).body


def void(order: str, bought: Any) -> int:
    return call("POST", f"/orders/{order}/fulfilments/1/void", {"label": bought["id"]}).status


def edit(order: str, **new: Any) -> Answer:
    return call("PATCH", f"/orders/{order}", {"version": get(order)["version"], **new})


@pytest.mark.parametrize("new", [{"ship_to": LYON}, {"lines": [{"id": "1", "quantity": 1}]}])
def test_what_a_label_is_paid_for_is_edited_once_it_is_void(new: dict[str, Any]) -> None:
    order = an_order_of()
    bought = label(order)
    step(order, "hold", {"reason": "the buyer called"})

    refused = edit(order, **new)
    assert (refused.status, labels(order)) == (409, ["bought"])
    assert refused.body["detail"] == f"fulfilment 1 has label {bought['tracking']}: void it first, then edit the order"

    assert void(order, bought) == 200
    assert edit(order, **new).status == 200
    assert get(order)["exceptions"] == []


def test_an_address_is_not_edited_while_its_label_is_being_bought(monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order_of()
    answers = []

    def slow(*arguments: Any) -> Any:
        step(order, "hold", {"reason": "the buyer called"})
        answers.append(edit(order, ship_to=LYON))
        return purchase(*arguments)

    purchase = buy_label.purchase
    monkeypatch.setattr(buy_label, "purchase", slow)
    label(order)

    [refused] = answers
    assert (refused.status, refused.body["detail"]) == (
        409,
        "the label of fulfilment 1 is being bought: try again in two minutes",
    )
    assert get(order)["ship_to"]["city"] != "Lyon"


def test_tags_and_note_are_edited_whatever_label_there_is() -> None:
    order = an_order_of()
    label(order)
    step(order, "hold", {"reason": "the buyer called"})

    assert edit(order, tags=["vip"], note="ring twice").status == 200


def test_an_address_that_the_channel_changes_behind_a_label_is_an_exception_until_the_label_is_void() -> None:
    message = an_order(a_line(quantity=2))
    [order] = routed(message)
    bought = label(order)
    step(order, "hold", {"reason": "the buyer called"})
    rome = Address(name="Ada Lovelace", address1="Via Roma 1", city="Rome", postcode="00184", country="IT")

    route.handler(told(later(message, ship_to=rome)), Context())

    [problem] = get(order)["exceptions"]
    assert problem["kind"] == "address_changed"
    assert f"void its label {bought['tracking']}" in problem["message"]
    assert void(order, bought) == 200
    assert get(order)["exceptions"] == []
