"""Packing slips and pick lists through the API: printed, linked to, and recorded in their orders."""

import io
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from functions.operate import documents
from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.users import Role
from packhorse.domain.values import OrderId, Sku
from packhorse.store import catalogue, orders
from packhorse.store.commit import commit
from packhorse.usecases.packing import print_documents
from simulation.aws.boundary import World
from simulation.builders import a_channel, a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import get, one_routed, step
from tests.functions.operate.people import PAT, invited

PLATE = Sku("Teller 50% #2")
LEEDS, YORK = a_warehouse("leeds", address=Address(address1="1 Kiln Lane", city="Leeds", country="GB")), "york"


@pytest.fixture(autouse=True)
def _documents_function(cloud: World) -> None:
    """The documents function."""
    cloud.functions.handlers["test-documents"] = lambda payload: documents.handler(payload, Context())
    set_up(a_configuration(LEEDS, a_warehouse(YORK), channel=a_channel(name="shop", slip_prices=False)))
    catalogue.put_product(Product(sku=MUG, name="Blue mug", bins={"leeds": "A-10", "york": "secret"}))
    catalogue.put_product(Product(sku=PLATE, name="Plate", bins={"leeds": "A-9"}))
    for sku in (MUG, PLATE):
        put_stock(20, sku, "leeds")
    put_stock(20, PLATE, YORK)


def printed(answer: Answer) -> str:
    """The text of the PDF that an answer links to."""
    assert answer.status in {200, 201}, answer.body
    found = httpx.get(answer.body["url"])
    assert found.headers["content-type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(found.content)).pages)


def slip(order_id: str, number: int = 1, **more: Any) -> Answer:
    return call("GET", f"/orders/{order_id}/fulfilments/{number}/packing-slip", **more)


def picks(*order_ids: str, **more: Any) -> Answer:
    named = [{"order": order_id, "fulfilment": 1} for order_id in order_ids]
    return call("POST", "/pick-lists", {"fulfilments": named}, **more)


def slips(*order_ids: str, **more: Any) -> Answer:
    named = [{"order": order_id, "fulfilment": 1} for order_id in order_ids]
    return call("POST", "/packing-slips", {"fulfilments": named}, **more)


def story(order_id: str) -> list[tuple[str, str]]:
    return [(entry["what"], entry["detail"]) for entry in get(order_id)["timeline"] if "print" in entry["what"]]


def test_a_packing_slip_is_a_pdf_behind_a_link() -> None:
    order_id = one_routed(a_line(MUG, 2, name="Blue mug"), number="#7", note="happy birthday")

    text = printed(slip(order_id))

    short_id = get(order_id)["fulfilments"][0]["short_id"]
    assert [
        word for word in (short_id, "#7", "Blue mug", "Ada", "Kiln Lane", "happy birthday") if word not in text
    ] == []
    assert "EUR" not in text


def test_a_second_slip_is_a_reprint_on_paper_and_in_the_timeline() -> None:
    order_id = one_routed()

    first, second = printed(slip(order_id)), printed(slip(order_id))

    assert ("REPRINT" in first, "REPRINT" in second) == (False, True)
    what = "packing slip of fulfilment 1"
    assert story(order_id) == [("printed", what), ("reprinted", what)]
    assert get(order_id)["timeline"][-1]["who"] == "user:ada@example.com"


def test_prices_are_on_slips_of_a_channel_that_wants_them() -> None:
    assert call("PATCH", "/channels/shop", {"slip_prices": True}).status == 200

    assert "12.50 EUR" in printed(slip(one_routed()))


def test_slips_of_many_are_one_file_in_the_sequence_that_was_given() -> None:
    first, second = one_routed(number="#7"), one_routed(a_line(PLATE, 1, warehouse=YORK), number="#8")

    text = printed(slips(second, first))

    assert text.index("#8") < text.index("#7")
    assert [story(each) for each in (first, second)] == [[("printed", "packing slip of fulfilment 1")]] * 2
    assert printed(slips(first, second)).count("REPRINT") == 2


def test_a_repeated_request_for_slips_is_one_print() -> None:
    order_id = one_routed()

    first, second = (slips(order_id, headers={"idempotency-key": "k1"}) for _ in range(2))

    assert first.body == second.body
    assert len(story(order_id)) == 1


def test_slips_that_cannot_be_printed_are_named_and_none_is() -> None:
    fits, cancelled = one_routed(), one_routed()
    step(cancelled, "cancel")

    answer = slips(fits, cancelled, "nobody", fits)

    assert (answer.status, answer.fields) == (422, [f"fulfilments.{place}" for place in (1, 2, 3)])
    assert story(fits) == []
    assert slips("nobody").status == 404


@pytest.mark.parametrize("many", [0, 201])
def test_one_to_two_hundred_slips_are_printed_at_once(many: int) -> None:
    assert slips(*(f"{number}" for number in range(many))).fields == ["fulfilments"]


def test_a_pick_list_of_many_has_totals_by_bin_and_every_order() -> None:
    order_ids = [one_routed(a_line(MUG, 2), a_line(PLATE, 1, "2")), one_routed(a_line(MUG, 3))]

    answer = picks(*order_ids)

    text = printed(answer)
    assert answer.status == 201
    assert text.index("A-9") < text.index("A-10")
    assert ("2 orders, 6 units" in text, "secret" in text) == (True, False)
    assert [story(order_id) for order_id in order_ids] == [[("printed", "pick list of fulfilment 1")]] * 2


def test_a_pick_list_of_one_is_printed_from_its_order() -> None:
    order_id = one_routed(number="#7")

    text = printed(call("GET", f"/orders/{order_id}/fulfilments/1/pick-list"))

    assert "#7" in text
    assert "1 order, 1 unit" in text


def test_a_repeated_request_for_a_list_is_one_print() -> None:
    order_id = one_routed()

    first, second = (picks(order_id, headers={"idempotency-key": "k1"}) for _ in range(2))

    assert first.body == second.body
    assert len(story(order_id)) == 1


def test_what_does_not_fit_on_a_list_is_named_and_nothing_is_printed() -> None:
    fits, cancelled = one_routed(), one_routed()
    elsewhere = one_routed(a_line(PLATE, 1, warehouse=YORK))
    step(cancelled, "cancel")

    answer = picks(fits, cancelled, "no-such-order", elsewhere, fits[:-1])

    assert answer.status == 422
    assert answer.fields == [f"fulfilments.{place}" for place in (1, 2, 3, 4)]
    assert story(fits) == []
    assert picks(fits, fits).fields == ["fulfilments.1"]


@pytest.mark.parametrize("body", [{}, {"fulfilments": []}, {"fulfilments": [{"order": "x"}]}, {"orders": ["x"]}])
def test_a_list_names_what_to_pick(body: Any) -> None:
    assert call("POST", "/pick-lists", body).status == 422


def test_every_one_that_does_not_fit_is_named_at_once() -> None:
    order_id = one_routed()

    answer = picks(order_id, order_id, "nobody", order_id)

    assert answer.fields == ["fulfilments.1", "fulfilments.2", "fulfilments.3"]
    said = [error["message"] for error in answer.body["errors"]]
    assert said == ["fulfilment 1 is there twice", "there is no order nobody", "fulfilment 1 is there twice"]


def test_more_than_five_hundred_are_refused() -> None:
    assert picks(*(f"{number}" for number in range(501))).fields == ["fulfilments"]


@pytest.mark.parametrize("what", ["packing-slip", "pick-list"])
def test_what_is_not_there_is_not_printed(what: str) -> None:
    order_id = one_routed()

    assert call("GET", f"/orders/nobody/fulfilments/1/{what}").status == 404
    assert call("GET", f"/orders/{order_id}/fulfilments/2/{what}").status == 404
    assert call("GET", f"/orders/{order_id}/fulfilments/0/{what}").status == 422


@pytest.mark.parametrize("what", ["packing-slip", "pick-list"])
def test_what_is_cancelled_is_not_printed(what: str) -> None:
    order_id = one_routed()
    step(order_id, "cancel")

    assert call("GET", f"/orders/{order_id}/fulfilments/1/{what}").status == 409


def test_a_document_that_cannot_be_drawn_is_no_print(cloud: World) -> None:
    order_id = one_routed()

    def fail(_: Any) -> None:
        raise OSError("no space")

    cloud.functions.handlers["test-documents"] = fail

    assert slip(order_id).status == 503
    assert story(order_id) == []


def test_an_order_that_changes_meanwhile_is_recorded_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = one_routed()
    tries: list[int] = []

    def late(writes: Any, now: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            step(order_id, "notes", {"text": "first"})
        return commit(writes, now)

    monkeypatch.setattr(print_documents, "commit", late)
    slip(order_id)

    order = orders.get_order(OrderId(order_id))
    assert (len(tries), [note.text for note in order.internal_notes]) == (2, ["first"])
    assert story(order_id) == [("printed", "packing slip of fulfilment 1")]


# ---- roles -----------------------------------------------------------------------------------------------------


def test_a_packer_prints_papers_of_ones_own_warehouse_with_what_a_label_needs() -> None:
    invited(PAT, Role.PACKER, warehouses=["leeds"])
    buyer = Customer(name="Ada", email="ada@hidden.example", phone="+44 8888")
    order_id = one_routed(
        a_line(MUG, 2), a_line(PLATE, 1, "2", warehouse=YORK), customer=buyer, note="Happy birthday, aunt!"
    )
    own, other = (
        next(each["number"] for each in get(order_id)["fulfilments"] if each["warehouse"] == name)
        for name in ("leeds", YORK)
    )
    step(order_id, "notes", {"text": "wrap it", "printable": True})

    answer = slip(order_id, own, roles=(), who=PAT)

    text = printed(answer)
    assert [word for word in ("wrap it", "Ada Lovelace", "Happy birthday, aunt!") if word not in text] == []
    assert [word for word in ("hidden", "8888", "EUR", "Plate") if word in text] == []
    assert call("GET", f"/orders/{order_id}", roles=(), who=PAT).body["note"] == ""
    assert slip(order_id, other, roles=(), who=PAT).status == 404


@pytest.mark.parametrize("role", [Role.PACKER, Role.WAREHOUSE])
def test_a_gift_message_gets_into_the_parcel_whoever_prints_the_slip(role: Role) -> None:
    invited(PAT, role, warehouses=["leeds"])
    order_id = one_routed(note="A present for my aunt", gift_message="With love, Zoë")

    text = printed(slip(order_id, roles=(), who=PAT))
    assert [each for each in ("A present for my aunt", "Gift message", "With love, Zoë") if each not in text] == []
    assert call("GET", f"/orders/{order_id}", roles=(), who=PAT).body["gift_message"] == ""


def test_a_packer_prints_of_many_at_ones_own_warehouse() -> None:
    invited(PAT, Role.PACKER, warehouses=["leeds"])
    own, foreign = one_routed(), one_routed(a_line(PLATE, 1, warehouse=YORK))

    for of_many in (picks, slips):
        assert of_many(own, roles=(), who=PAT).status == 201
        refused = of_many(own, foreign, "nobody", roles=(), who=PAT)
        assert (refused.status, refused.fields) == (422, ["fulfilments.1", "fulfilments.2"])


def test_who_only_looks_prints_nothing() -> None:
    order_id = one_routed()

    assert slip(order_id, roles=("read_only",)).status == 403
    assert picks(order_id, roles=("read_only",)).status == 403
    assert slips(order_id, roles=("read_only",)).status == 403


# ---- settings ---------------------------------------------------------------------------------------------------


def test_what_is_printed_is_set_at_the_warehouse() -> None:
    wanted = {
        "address": {"address1": "1 Kiln Lane", "city": "Leeds", "postcode": "ls11aa", "country": "Great Britain"},
        "returns_address": {"city": "York", "country": "GB"},
        "paper": "letter",
    }

    answer = call("PATCH", "/warehouses/leeds", wanted)

    assert (answer.status, answer.body["paper"], answer.body["returns_address"]["city"]) == (200, "letter", "York")
    assert (answer.body["address"]["country"], answer.body["address"]["postcode"]) == ("GB", "LS1 1AA")
    assert call("PUT", "/warehouses/leeds", answer.body).status == 200
    assert call("PATCH", "/warehouses/leeds", {"paper": "a3"}).fields == ["paper"]


def test_a_bin_is_set_at_the_product() -> None:
    answer = call("PATCH", f"/products/{PLATE.replace('%', '%25').replace(' ', '%20').replace('#', '%23')}", {
        "bins": {"york": "B-1", "narnia": "C"}
    })  # fmt: skip

    assert answer.status == 200
    assert answer.body["bins"] == {"leeds": "A-9", "york": "B-1", "narnia": "C"}
    assert [warning for warning in answer.body["warnings"] if "narnia" in warning]
