"""docs/orders.md: the bodies there are those that the API takes, and its tables have all statuses and flags."""

import re

import pytest

from packhorse.api.annotations import NewNote, Tags
from packhorse.api.editing import OrderPatch
from packhorse.api.lines import LineReduction, Move, NamedProduct
from packhorse.api.orders import NewCancellation, Release, Shipment
from packhorse.api.parcels import ParcelPatch
from packhorse.api.requests import parse_object
from packhorse.api.ship_by import AskedShipBy
from packhorse.domain.orders.order import Flag, Status
from packhorse.domain.values import Value
from packhorse.usecases.orders.hold_order import NewHold
from packhorse.usecases.orders.place_order import NewOrder
from simulation.template import ROOT

PAGE = (ROOT / "docs" / "orders.md").read_text()
ROWS = dict(re.findall(r"^\| `\w+ (/orders/\{id\}/\S+)` \| `(\{.+?\})` \|", PAGE, re.MULTILINE))
BLOCKS = dict(re.findall(r"^```json (\w+)\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL))
BODIES: dict[str, type[Value]] = {
    "hold": NewHold,
    "release": Release,
    "cancel": NewCancellation,
    "lines/{line}/cancel": LineReduction,
    "lines/{line}/move": Move,
    "lines/{line}/product": NamedProduct,
    "ship-by": AskedShipBy,
    "tags": Tags,
    "notes": NewNote,
}
SHOWN: dict[str, type[Value]] = {"order": NewOrder, "patch": OrderPatch, "shipment": Shipment}


def test_the_page_shows_each_body_once() -> None:
    assert set(ROWS) == {f"/orders/{{id}}/{name}" for name in BODIES}
    assert set(BLOCKS) == set(SHOWN)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_of_the_table_is_one_that_the_request_takes(name: str) -> None:
    BODIES[name].model_validate(parse_object(ROWS[f"/orders/{{id}}/{name}"]))


@pytest.mark.parametrize("name", SHOWN)
def test_a_body_of_its_own_is_one_that_the_request_takes(name: str) -> None:
    SHOWN[name].model_validate(parse_object(BLOCKS[name]))


def test_the_correction_of_a_number_is_one_that_the_request_takes() -> None:
    (shown,) = re.findall(r'`(\{"was".+?\})`', PAGE)

    ParcelPatch.model_validate(parse_object(shown))


def test_the_page_has_every_status_and_flag() -> None:
    tables = PAGE.partition("## Place one")[0]

    assert [each for each in (*Status, *Flag) if f"| `{each}` |" not in tables] == []
