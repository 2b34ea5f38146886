"""Orders edited by a person, and what their channel sends afterwards."""

from typing import Any

import pytest

from functions.allocate import route
from packhorse.domain.address import Address
from packhorse.domain.configuration.warehouse import Region
from packhorse.domain.orders.channel_order import ChannelOrder
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_line, a_warehouse, an_order, later
from simulation.merchant import Context, balance, put_stock, set_up, told
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import causes, get, routed

pytestmark = pytest.mark.usefixtures("cloud")
LYON = {"name": "Ada Lovelace", "address1": "2 Rue Centrale", "city": "Lyon", "postcode": "69002", "country": "France"}


@pytest.fixture
def sent(cloud: World) -> ChannelOrder:
    """Return the channel's message of an order that waits for its payment."""
    set_up()
    put_stock(5)
    return an_order(paid_at=None, note="ring twice")


def edit(order_id: str, version: int | None = None, **new: Any) -> Answer:
    version = get(order_id)["version"] if version is None else version
    return call("PATCH", f"/orders/{order_id}", {"version": version, **new})


def receive(message: ChannelOrder) -> None:
    assert route.handler(told(message), Context()) == {"batchItemFailures": []}


def entries(order_id: str, what: str) -> list[str]:
    return [entry["detail"] for entry in get(order_id)["timeline"] if entry["what"] == what]


def test_address_note_and_tags_are_one_change_with_both_values_in_the_timeline(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)

    answer = edit(order_id, ship_to=LYON, note="leave it", tags=["VIP"])

    order = get(order_id)
    assert answer.status == 200
    assert (order["ship_to"]["country"], order["note"], order["tags"]) == ("FR", "leave it", ["vip"])
    address, note = entries(order_id, "edited")
    assert "Berlin" in address
    assert address.endswith("2 Rue Centrale, Lyon, 69002, FR")
    assert note == 'note from "ring twice" to "leave it"'


def test_a_gift_message_that_a_person_set_stays_until_the_channel_changes_its_own(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)

    assert edit(order_id, gift_message="For Ada").body["gift_message"] == "For Ada"
    assert entries(order_id, "edited") == ['gift message from "" to "For Ada"']
    receive(later(sent, minutes=1))
    assert get(order_id)["gift_message"] == "For Ada"
    receive(later(sent, minutes=2, gift_message="For Grace"))
    assert get(order_id)["gift_message"] == "For Grace"
    assert edit(order_id, gift_message="x" * 5001).fields == ["gift_message"]


def test_a_channel_that_repeats_its_value_leaves_that_of_the_person(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)
    edit(order_id, ship_to=LYON, note="leave it")

    receive(sent)
    receive(later(sent))

    order = get(order_id)
    assert (order["ship_to"]["city"], order["note"]) == ("Lyon", "leave it")
    assert entries(order_id, "edit_overwritten") == []


def test_a_channel_that_changes_a_field_wins_that_field_alone(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)
    edit(order_id, ship_to=LYON, note="leave it")
    rome = Address(name="Ada Lovelace", address1="Via Roma 1", city="Rome", country="IT")

    receive(later(sent, ship_to=rome))

    order = get(order_id)
    assert (order["ship_to"]["city"], order["note"]) == ("Rome", "leave it")
    (entry,) = entries(order_id, "edit_overwritten")
    assert "Lyon, 69002, FR, which a person had set, to" in entry


def test_another_version_is_refused(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)
    before = get(order_id)

    answer = edit(order_id, before["version"] + 1, note="x")

    assert (answer.status, get(order_id)) == (409, before)


def test_an_address_that_no_parcel_reaches_is_refused(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)

    assert edit(order_id, ship_to=LYON | {"country": "Atlantis"}).status == 422


def test_an_address_whose_country_is_known_ends_the_exception_of_an_unknown_one(sent: ChannelOrder) -> None:
    assert sent.ship_to is not None
    lost = sent.replace(paid_at=sent.placed_at, ship_to=sent.ship_to.replace(country="Narnia"))
    (order_id,) = routed(lost)
    assert causes(order_id) == ["unknown_country"]

    edit(order_id, ship_to=LYON)

    assert (causes(order_id), balance()) == ([], (5, 1, 4))


def test_an_order_that_a_warehouse_has_is_refused_until_a_hold_takes_it_back(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent.replace(paid_at=sent.placed_at))
    assert get(order_id)["fulfilments"]

    assert edit(order_id, note="x").status == 409
    call("POST", f"/orders/{order_id}/hold", {"reason": "wait"})
    assert edit(order_id, note="x").status == 200


@pytest.mark.parametrize("before", [{}, {"ship_to": None}])
def test_another_address_gives_the_stock_back_and_takes_it_where_the_order_ships_from_now(
    cloud: World, before: dict[str, Any]
) -> None:
    lyon = a_warehouse("lyon", regions=(Region(country="FR"),))
    set_up(a_configuration(a_warehouse("main"), lyon, a_warehouse("rest")))
    put_stock(5)
    put_stock(5, warehouse="lyon")
    (order_id,) = routed(an_order(a_line(quantity=2), paid_at=None, **before))
    assert (balance(), balance(warehouse="lyon")) == ((5, 2, 3), (5, 0, 5))

    assert edit(order_id, ship_to=LYON).status == 200

    assert (balance(), balance(warehouse="lyon")) == ((5, 0, 5), (5, 2, 3))
