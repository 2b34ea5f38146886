"""Settings of suppliers: checked as a whole, each fault with its field."""

from typing import Any

import pytest

from packhorse.domain.errors import Rejected
from packhorse.domain.supply.answer_layout import AnswerColumn, AnswerField, AnswerLayout, FeedLayout, Meaning
from packhorse.domain.supply.supplier import Supplier, check_supplier
from tests.domain.supply_builders import flat

KEY = "SHA256:" + "a" * 43
SFTP = {"kind": "sftp", "host": "sftp.weaver.example", "user": "oxbarrow", "host_keys": [KEY]}
BY_ID = (AnswerColumn(field=AnswerField.FULFILMENT, names=("PO_NUM",)),)


def supplier(**fields: Any) -> Supplier:
    given = {"id": "weaver", "transport": SFTP, "orders": flat(), **fields}
    return Supplier.model_validate({**given, "orders": given["orders"].model_dump()})


def faults(found: Supplier, local_allowed: bool = False) -> dict[str, str]:
    try:
        check_supplier(found, local_allowed)
    except Rejected as error:
        return {each.field: each.message for each in error.errors}
    return {}


def test_settings_are_read_back_as_they_were_written() -> None:
    found = supplier(answers=[AnswerLayout(means=Meaning.SHIPPED, columns=BY_ID).model_dump()])

    assert Supplier.model_validate_json(found.model_dump_json()) == found
    assert faults(found) == {}


@pytest.mark.parametrize(
    ("transport", "field", "message"),
    [
        ({**SFTP, "host": "10.0.0.7"}, "transport.host", "private network"),
        ({**SFTP, "host": "127.0.0.1."}, "transport.host", "private network"),
        ({**SFTP, "host": "DB.Lan"}, "transport.host", "private network"),
        ({**SFTP, "host": "a b"}, "transport.host", "not the name of a host"),
        ({"kind": "https", "base_url": "http://weaver.example"}, "transport.base_url", "must be https"),
        (
            {
                "kind": "email",
                "host": "mail.example.com",
                "sender": "us@example.com",
                "recipients": ["them@example.com"],
                "security": "none",
            },
            "transport.security",
            "starttls or tls",
        ),
    ],
)
def test_where_files_may_go(transport: dict[str, Any], field: str, message: str) -> None:
    assert message in faults(supplier(transport=transport))[field]


def test_a_server_of_this_machine_is_allowed_locally_only() -> None:
    found = supplier(transport={**SFTP, "host": "127.0.0.1"})

    assert faults(found, local_allowed=True) == {}
    assert "transport.host" in faults(found)


def test_nothing_comes_back_by_mail() -> None:
    mail = {"kind": "email", "host": "m.example.com", "sender": "a@b.example", "recipients": ["c@d.example"]}
    found = supplier(transport=mail, answers=[AnswerLayout(means=Meaning.SHIPPED, columns=BY_ID).model_dump()])

    assert "nothing can be fetched" in faults(found)["transport.kind"]


def test_read_files_go_to_a_folder_that_is_not_read() -> None:
    answer = AnswerLayout(folder="out", means=Meaning.SHIPPED, columns=BY_ID).model_dump()

    assert "folders.processed" in faults(supplier(answers=[answer], folders={"processed": "out"}))
    assert faults(supplier(answers=[answer], folders={"processed": "out/read"})) == {}


def test_an_answer_must_find_its_order_and_say_something() -> None:
    answer = AnswerLayout(columns=(AnswerColumn(field=AnswerField.SKU, names=("SKU",)),))

    found = faults(supplier(answers=[answer.model_dump()]))

    assert "no row would find its order" in found["answers.0.columns"]
    assert "what each row says" in found["answers.0.means"]


def test_a_stock_feed_has_skus_and_quantities() -> None:
    feed = FeedLayout(columns=(AnswerColumn(field=AnswerField.SKU, names=("SKU",)),))

    assert faults(supplier(feed=feed.model_dump())) == {"feed.columns": "has no column quantity"}


def test_a_trailer_is_needed_where_a_file_is_whole_by_its_count() -> None:
    answer = AnswerLayout(means=Meaning.SHIPPED, columns=BY_ID, complete="trailer")

    assert "trailer in row_types" in faults(supplier(answers=[answer.model_dump()]))["answers.0.complete"]


def test_a_feed_of_a_supplier_with_several_warehouses_names_its_own() -> None:
    feed = {"columns": [{"field": "sku", "names": ["SKU"]}, {"field": "quantity", "names": ["QTY"]}]}

    assert list(faults(supplier(warehouses=["a", "b"], feed=feed))) == ["feed.warehouse"]
    assert list(faults(supplier(warehouses=["a", "b"], feed={**feed, "warehouse": "c"}))) == ["feed.warehouse"]
    assert list(faults(supplier(warehouses=["a", "b"], feed={**feed, "warehouse": "b"}))) == []
    assert list(faults(supplier(warehouses=["a"], feed=feed))) == []
