"""Results of label batches once the buyer of one of their orders is erased."""

from typing import Any

import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.domain.values import OrderId
from packhorse.store import label_batches, orders
from simulation.aws.boundary import World
from tests.functions.fulfil.labels import an_order_of, connected, files
from tests.functions.fulfil.test_label_batch import done, start
from tests.functions.operate.calls import call
from tests.functions.operate.orders import routed, step
from tests.functions.operate.test_erasing import HOME, PATH, audited, her_order


@pytest.fixture(autouse=True)
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


def erased(order_id: str) -> None:
    step(order_id, "complete")
    call("POST", PATH, {"order": order_id})
    audited()
    assert orders.get_order(OrderId(order_id)).erased_at


def results(batch: Any) -> dict[str, Any]:
    """The results of a batch as it is now, by order."""
    return {each["order"]: each for each in call("GET", f"/label-batches/{batch['id']}").body["items"]}


def test_what_a_carrier_said_of_the_address_goes_and_that_of_others_stays(cloud: World) -> None:
    nowhere = her_order().replace(ship_to=HOME.replace(postcode="00000"))
    hers, other = routed(nowhere, nowhere.replace(channel_order_id="b"))
    batch = done(cloud, start(hers, other))
    before = results(batch)
    assert [each["message"] for each in before.values()] == ["Unable to verify address."] * 2

    erased(hers)

    assert results(batch) == {hers: {**before[hers], "message": "", "errors": []}, other: before[other]}


def test_the_file_of_a_deleted_label_is_none_of_the_batch_any_more(cloud: World) -> None:
    [hers], other = routed(her_order()), an_order_of(1)
    batch = done(cloud, start(hers, other))

    erased(hers)

    found = results(batch)
    assert (found[hers]["state"], found[hers]["url"]) == ("bought", None)
    [kept] = [each.file for each in label_batches.entries_of(batch["id"]) if each.file]
    assert kept in files(cloud)
