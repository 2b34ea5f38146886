"""Characters that no page shows, and what breaks a text of one line, in what people send: refused by their field."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from packhorse.api.requests import parse_object
from packhorse.domain.catalogue.product import Product
from packhorse.domain.values import Sku
from packhorse.store import catalogue
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import an_order_by_hand, one_routed
from tests.functions.operate.purchasing import LAMP, draft, merchant

pytestmark = pytest.mark.usefixtures("cloud")

BREAKS = ["\t", "\n", "\r\n"]
UNSEEN = ["\x00", "\x1b[31m", "\x7f", "\x85", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028"]
SHOWN = ["Zoë 東京", "👨‍👩‍👧", "می‌خواهم", "שלום\u200f!", "co\u00adoperate"]


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()


def product(text: str) -> Answer:
    return call("PATCH", f"/products/{LAMP}", {"name": text})


def warehouse(text: str) -> Answer:
    return call("PATCH", "/warehouses/main", {"name": text})


def supplier(text: str) -> Answer:
    return call("PUT", "/suppliers/acme", {"name": text})


def buyer(text: str) -> Answer:
    body = an_order_by_hand()
    return call("POST", "/orders", body | {"ship_to": {**body["ship_to"], "name": text}})


def note(text: str) -> Answer:
    return call("POST", "/orders", an_order_by_hand(note=text))


def reference(text: str) -> Answer:
    return call("POST", "/purchase-orders", draft(reference=text))


def note_of_a_purchase(text: str) -> Answer:
    return call("POST", "/purchase-orders", draft(note=text))


def internal_note_of_a_purchase(text: str) -> Answer:
    return call("POST", "/purchase-orders", draft(internal_note=text))


def internal_note(text: str) -> Answer:
    return call("POST", f"/orders/{one_routed()}/notes", {"text": text})


def carrier(text: str) -> Answer:
    return call("PATCH", "/channels/shop", {"excluded_carriers": ["DHL", text]})


def column(text: str) -> Answer:
    return call("PATCH", "/channels/shop", {"file_columns": {text: "OrderNumber"}})


def reason(text: str) -> Answer:
    return call("POST", f"/orders/{one_routed()}/hold", {"reason": text})


def box(text: str) -> Answer:
    size = {"id": "s", "name": text, "length_mm": 1, "width_mm": 1, "height_mm": 1}
    return call("PATCH", "/account", {"boxes": [size]})


PLACES = {
    "name": product,
    "name of a warehouse": warehouse,
    "name of a supplier": supplier,
    "ship_to.name": buyer,
    "note": note,
    "note of a purchase": note_of_a_purchase,
    "internal_note of a purchase": internal_note_of_a_purchase,
    "text": internal_note,
    "reference": reference,
    "excluded_carriers.1": carrier,
    "file_columns": column,
    "reason": reason,
    "boxes.0.name": box,
}
OF_SEVERAL_LINES = {"note", "note of a purchase", "internal_note of a purchase", "text"}


@pytest.mark.parametrize("field", PLACES)
@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_text_with_a_character_that_no_page_shows_is_refused_by_its_field(field: str, unseen: str) -> None:
    answer = PLACES[field](f"Ada{unseen} Lovelace")

    assert (answer.status, answer.fields) == (422, [field.split(" of ")[0]])
    assert f"U+{ord(unseen[0]):04X}" in answer.body["errors"][0]["message"]


@pytest.mark.parametrize("field", PLACES)
@pytest.mark.parametrize("text", SHOWN)
def test_what_scripts_and_emoji_are_written_with_is_taken(field: str, text: str) -> None:
    assert PLACES[field](text).status in {200, 201, 202}


@pytest.mark.parametrize("field", sorted(PLACES.keys() - OF_SEVERAL_LINES))
@pytest.mark.parametrize("character", BREAKS)
def test_a_text_of_one_line_with_a_tab_or_a_line_break_is_refused_by_its_field(field: str, character: str) -> None:
    answer = PLACES[field](f"Ada{character}Lovelace")

    assert (answer.status, answer.fields) == (422, [field.split(" of ")[0]])
    assert f"U+{ord(character[0]):04X}" in answer.body["errors"][0]["message"]


@pytest.mark.parametrize("field", sorted(OF_SEVERAL_LINES))
def test_a_note_has_several_lines(field: str) -> None:
    assert PLACES[field]("one\n\ttwo\r\nthree").status in {200, 201, 202}


@pytest.mark.parametrize("character", BREAKS)
def test_a_line_break_around_a_text_that_is_stripped_is_not_stored(character: str) -> None:
    assert product(f"Lamp{character}").body["name"] == "Lamp"


def test_a_text_that_is_stored_with_a_line_break_stays_until_it_is_edited() -> None:
    catalogue.put_product(Product(sku=Sku(LAMP), name="Desk\nlamp"))

    assert call("PATCH", f"/products/{LAMP}", {"sync": False}).body["name"] == "Desk\nlamp"
    assert product("Floor\nlamp").fields == ["name"]


@pytest.mark.parametrize("unseen", UNSEEN)
def test_no_product_is_made_under_such_a_sku(unseen: str) -> None:
    assert call("PUT", f"/products/{quote(f'MUG{unseen}X')}", {"name": "Mug"}).status == 422


def test_what_a_scanner_sends_may_part_its_data_by_a_control_character() -> None:
    code = "]C1019501101020917\x1d10ABC"

    assert parse_object(json.dumps({"code": code})) == {"code": code}


def test_a_name_in_a_table_is_refused_too() -> None:
    assert call("PATCH", f"/products/{LAMP}", {"bins": {"ma\u202ein": "A-1"}}).fields == ["bins"]


@pytest.mark.parametrize("email", ["not an email", "ann@", "@example.com", "ann@example", "a@b.c, d@e.f", "<a@b.com>"])
def test_an_order_by_hand_has_the_e_mail_of_its_buyer_or_none(email: str) -> None:
    answer = call("POST", "/orders", an_order_by_hand(customer={"email": email}))

    assert (answer.status, answer.fields) == (422, ["customer.email"])


@pytest.mark.parametrize("email", ["", "ann@example.com", " ann+mugs@mail.example.co.uk "])
def test_an_e_mail_of_a_buyer_is_taken(email: str) -> None:
    assert call("POST", "/orders", an_order_by_hand(customer={"email": email})).status == 202
