"""No body makes the API fail: whatever a field holds, the answer is not 5xx."""

from functools import partial
from itertools import product
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from botocore.client import BaseClient

from functions.fulfil import label, supplier
from functions.ingest import connect
from functions.operate import documents
from packhorse.aws.settings import settings
from packhorse.domain.orders.channel_order import ChannelOrder
from simulation.aws.boundary import World
from simulation.builders import a_configuration, an_order
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.hostile import Operation, chosen_bodies, operations, unbounded_texts
from tests.functions.operate.orders import routed

OPERATIONS = list(operations())
BODIES = chosen_bodies(OPERATIONS, fewest=3)
IDS = [f"{each.method} {each.path}" for each in OPERATIONS]


def test_every_operation_with_a_body_is_known() -> None:
    assert len(OPERATIONS) > 70


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_no_body_makes_an_operation_fail(operation: Operation, cloud: World) -> None:
    set_up(a_configuration())
    serve_functions(cloud)
    put_stock(100)
    order = an_order()
    routed(order)
    path = operation.path.format_map(Names(order))
    bodies = BODIES[operation.method, operation.path]

    failed = [(each.name, answer.body) for each in bodies if (answer := sent(operation, path, each.text)).status >= 500]

    assert failed == []


def test_every_text_of_a_body_is_bounded() -> None:
    assert {each.path: found for each in OPERATIONS if (found := unbounded_texts(each.schema))} == {}


class Names(dict[str, str]):
    """What stands in an address for each of its parameters."""

    def __init__(self, order: ChannelOrder) -> None:
        super().__init__(order_id=order.order_id, sku=quote(MUG), channel_id="shop", channel="shop", number="1")

    def __missing__(self, _name: str) -> str:
        return "main"


def serve_functions(cloud: World) -> None:
    """Answer what the API invokes and waits for, outside of the checks of what the API itself may call."""
    beneath = BaseClient._make_api_call

    def serve(entry: Any, payload: Any) -> Any:
        with patch.object(BaseClient, "_make_api_call", beneath):
            return entry.handler(payload, Context())

    served = {
        settings.label_function: label,
        settings.supplier_function: supplier,
        settings.connect_function: connect,
        settings.documents_function: documents,
    }
    cloud.functions.handlers.update({name: partial(serve, entry) for name, entry in served.items()})


def sent(operation: Operation, path: str, body: str) -> Answer:
    return call(operation.method, path, body)


NO_ADDRESSES = ["https://[x]", "https://[::1", "https://shop.example:port", "https://\ud800.example"]


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_an_address_that_is_none_is_refused_by_the_name_of_its_field(address: str) -> None:
    set_up()

    refused = [
        call("PUT", "/channels/woo", {"kind": "woocommerce", "base_url": address}),
        call("PUT", "/carriers/post", {"kind": "easypost", "base_url": address}),
        call("PUT", "/suppliers/mill", {"transport": {"kind": "https", "base_url": address}}),
    ]

    assert [answer.status for answer in refused] == [422, 422, 422]
    assert [answer.fields[0] for answer in refused] == ["base_url", "base_url", "transport.base_url"]


@pytest.mark.usefixtures("cloud")
def test_half_of_a_surrogate_pair_is_refused_by_the_name_of_its_field() -> None:
    set_up()

    answer = call("PATCH", "/account", {"currency": "\ud800", "priorities": ["main", "\udfff"], "\ud800": 1})

    assert (answer.status, sorted(answer.fields)) == (422, ["body", "currency", "priorities.1"])


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("label", ["x" * 1201, "\ud800"])
def test_a_label_that_cannot_be_one_is_not_voided(label: str) -> None:
    set_up()
    order = an_order()
    routed(order)

    answer = call("POST", f"/orders/{order.order_id}/fulfilments/1/void", {"label": label})

    assert (answer.status, answer.fields) == (422, ["label"])


@pytest.mark.parametrize("depth", [101, 930])
def test_a_body_that_is_nested_deeper_than_any_document_is_refused(depth: int, cloud: World) -> None:
    set_up()
    nested = {"name": '{"a":' * depth + "1" + "}" * depth, "code": "[" * depth + "]" * depth}

    for name, (method, path) in product(nested, (("PATCH", f"/products/{quote(MUG)}"), ("POST", "/orders"))):
        answer = call(method, path, f'{{"{name}": {nested[name]}}}')
        assert (answer.status, answer.fields) == (422, ["body"])
