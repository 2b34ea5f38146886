"""The page of a purchase order through the API."""

import io
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from functions.operate import documents
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import MUG, Context, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.people import PAT, WIL, invited
from tests.functions.operate.purchasing import LAMP, do, line, made, merchant, on_order


@pytest.fixture(autouse=True)
def _documents_function(cloud: World) -> None:
    """The documents function."""
    cloud.functions.handlers["test-documents"] = lambda payload: documents.handler(payload, Context())
    merchant()


def printed(answer: Answer) -> str:
    assert answer.status == 200, answer.body
    content = httpx.get(answer.body["url"]).content
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.split())


def page(name: str, **more: Any) -> str:
    return printed(call("GET", f"/purchase-orders/{name}/document", **more))


def test_the_page_has_what_the_supplier_needs() -> None:
    address = {"name": "Acme Mill", "address1": "2 Mill Street", "city": "York", "country": "GB"}
    purchasing = {"account": "PKH-77", "terms": "30 days net", "address": address}
    assert call("PATCH", "/suppliers/acme", {"purchasing": purchasing}).status == 200
    assert call("PATCH", f"/products/{LAMP}", {"supplier_skus": {"acme": "TW-123"}}).status == 200
    name = on_order(line(ordered=12, case_pack=6), line(LAMP, 3, cost="4.00"))

    text = page(name)

    wanted = [name, "Acme Mill", "2 Mill Street", "PKH-77", "30 days net", f"TW-123 our sku {LAMP}", "2 × 6"]
    wanted += ["Total 42.00 EUR", "15 units in 2 lines"]
    assert [each for each in wanted if each not in text] == []


def test_the_note_to_the_supplier_is_on_it_and_the_internal_one_is_not() -> None:
    text = page(made(note="to the back door", internal_note="margin is thin"))

    assert ("to the back door" in text, "margin" in text) == (True, False)


def test_what_the_supplier_refuses_is_not_on_it() -> None:
    name = on_order(line(ordered=10), line(LAMP, 3, cost="4.00"))
    do(name, "answer", {"lines": [{"line": "1", "refused": 10}]})

    assert "3 units in 1 line" in page(name)


def test_a_draft_and_a_cancelled_one_say_so() -> None:
    draft, gone = made(), on_order()
    do(gone, "cancel")

    assert "DRAFT" in page(draft)
    assert "CANCELLED" in page(gone)


def test_a_warehouse_gets_it_without_prices_and_only_its_own() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("york")), MUG)
    name = made()
    invited(WIL, "warehouse", warehouses=["main"])
    invited(PAT, "warehouse", warehouses=["york"])

    assert "25.00" in page(name)
    assert "25.00" not in page(name, roles=(), who=WIL)
    assert call("GET", f"/purchase-orders/{name}/document", roles=(), who=PAT).status == 404


def test_one_that_does_not_exist_is_404() -> None:
    assert call("GET", "/purchase-orders/PO-9/document").status == 404
