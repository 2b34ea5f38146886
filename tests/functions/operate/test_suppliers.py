"""Suppliers, through the API: their settings and credentials."""

from collections.abc import Mapping
from typing import Any

import pytest

from packhorse.aws import secrets
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import NotNow
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import WarehouseId
from packhorse.store import exceptions, suppliers
from packhorse.usecases.suppliers.connect_supplier import connect_supplier
from simulation.builders import NOON, a_configuration, a_warehouse
from simulation.merchant import set_up
from tests.functions.operate.calls import Answer, call

HOST_KEY = "SHA256:" + "A" * 43
ORDERS = {
    "file_name": "ORD_{batch}.csv",
    "records": [
        {
            "level": "line",
            "columns": [
                {"name": "PO", "source": "fulfilment.id"},
                {"name": "SKU", "source": "line.sku"},
                {"name": "QTY", "source": "line.quantity"},
            ],
        }
    ],
}
SFTP = {"kind": "sftp", "host": "sftp.acme.example", "user": "shop", "host_keys": [HOST_KEY]}


@pytest.fixture(autouse=True)
def configured(cloud: Any) -> None:
    """An own warehouse and two of partners."""
    partners = a_warehouse("acme", kind="dropship"), a_warehouse("north", kind="3pl")
    set_up(a_configuration(a_warehouse("main"), *partners, priorities=("main", "acme", "north")))


def put(name: str = "acme", **changes: Any) -> Answer:
    body = {"warehouses": ["acme"], "transport": SFTP, "orders": ORDERS, "credentials": {"password": "pw"}, **changes}
    return call("PUT", f"/suppliers/{name}", {key: value for key, value in body.items() if value is not None})


def stored(name: str = "acme") -> secrets.Credentials:
    return secrets.get_credentials(name, max_age=0, of=secrets.SUPPLIERS)


def test_a_supplier_is_made_shown_changed_and_removed() -> None:
    made = put()

    assert (made.status, made.body["warnings"]) == (200, [])
    shown = call("GET", "/suppliers/acme").body
    assert (shown["transport"]["host"], shown["warehouses"]) == ("sftp.acme.example", ["acme"])
    assert "credentials" not in shown
    assert "pw" not in str(shown)
    patched = call("PATCH", "/suppliers/acme", {"every_minutes": 30, "folders": {"processed": "done"}})
    assert (patched.status, patched.body["every_minutes"], patched.body["folders"]["processed"]) == (200, 30, "done")
    assert [each["id"] for each in call("GET", "/suppliers").body["items"]] == ["acme"]
    assert call("PUT", "/suppliers/acme", {**patched.body}).status == 200
    assert stored().password == "pw"

    ships = call("DELETE", "/suppliers/acme")
    assert (ships.status, "ships the orders of acme" in ships.body["detail"]) == (409, True)
    assert call("PATCH", "/warehouses/acme", {"active": False}).status == 200
    assert call("DELETE", "/suppliers/acme").status == 204

    assert call("GET", "/suppliers/acme").status == 404
    assert call("DELETE", "/suppliers/acme").status == 404
    assert stored() == secrets.Credentials()


WRONG: list[tuple[Mapping[str, Any], str]] = [
    ({"transport": {**SFTP, "host_keys": []}}, "transport.sftp.host_keys"),
    ({"transport": {**SFTP, "host": "no host"}}, "transport.host"),
    ({"orders": {**ORDERS, "file_name": "orders.csv"}}, "orders.file_name"),
    ({"answers": [{"columns": [{"field": "sku", "names": ["SKU"]}]}]}, "answers.0.columns"),
    ({"warehouses": ["main"]}, "warehouses.0"),
    ({"warehouses": ["acme", "nowhere"]}, "warehouses.1"),
    ({"unheard_of": 1}, "unheard_of"),
]


def test_what_does_not_fit_is_named_by_its_field_and_nothing_is_stored(subtests: pytest.Subtests) -> None:
    for changes, field in WRONG:
        with subtests.test(field):
            answer = put(**changes)
            assert (answer.status, answer.fields[:1]) == (422, [field])
    assert suppliers.all_suppliers() == []
    assert stored() == secrets.Credentials()


def test_a_warehouse_has_one_supplier() -> None:
    put()

    assert put("other").fields == ["warehouses.0"]
    assert put("other", warehouses=["north"]).status == 200
    assert suppliers.supplier_of(WarehouseId("north")) == suppliers.get_supplier("other")


def test_credentials_are_kept_for_their_server_only() -> None:
    put()
    elsewhere = {**SFTP, "host": "sftp.evil.example"}

    moved = put(transport=elsewhere, credentials=None)

    assert (moved.status, moved.fields) == (422, ["credentials.password"])
    assert suppliers.get_supplier("acme").connection.kind == "sftp"
    assert stored().origin == "sftp://sftp.acme.example:22"
    assert put(transport=elsewhere, credentials={"password": "new"}).status == 200
    assert (stored().password, stored().origin) == ("new", "sftp://sftp.evil.example:22")


FTP = {"kind": "ftps", "host": "ftp.acme.example", "user": "shop"}
MAIL = {
    "kind": "email",
    "host": "smtp.acme.example",
    "user": "shop",
    "sender": "us@shop.example",
    "recipients": ["orders@acme.example"],
}
HTTPS = {"kind": "https", "base_url": "https://api.acme.example"}


@pytest.mark.parametrize(
    ("transport", "password", "field"),
    [
        (FTP, "two\nlines", "credentials.password"),
        (FTP, "ends with one\r", "credentials.password"),
        (MAIL, "schlüssel", "credentials.password"),
        (MAIL, "two\nlines", "credentials.password"),
        ({**FTP, "user": "two\nlines"}, "pw", "transport.user"),
        ({**SFTP, "user": "two\nlines"}, "pw", "transport.user"),
        ({**MAIL, "user": "jürgen"}, "pw", "transport.user"),
        ({**MAIL, "sender": "jürgen@shop.example"}, "pw", "transport.sender"),
        ({**MAIL, "recipients": ["a@acme.example", "büro@acme.example"]}, "pw", "transport.recipients.1"),
        ({**HTTPS, "auth_scheme": "Schlüssel"}, None, "transport.auth_scheme"),
        ({**HTTPS, "auth_scheme": "Bearer\n"}, None, "transport.auth_scheme"),
    ],
)
def test_what_a_protocol_cannot_carry_is_named_by_its_field(
    transport: Mapping[str, Any], password: str | None, field: str
) -> None:
    answer = put(transport=transport, credentials={"password": password} if password else None)

    assert (answer.status, answer.fields) == (422, [field])
    assert stored() == secrets.Credentials()
    assert "lines" not in str(answer.body)


@pytest.mark.parametrize(("transport", "password"), [(SFTP, "zwei\nzeilen ü"), (FTP, "schlüssel"), (MAIL, "s3cret pw")])
def test_what_a_protocol_can_carry_is_stored_as_it_is(transport: Mapping[str, Any], password: str) -> None:
    assert put(transport=transport, credentials={"password": password}).status == 200

    assert stored().password == password


def test_the_password_of_mails_with_purchase_orders_is_ascii() -> None:
    purchasing = {"pdf": True, "email": MAIL}
    answer = put(purchasing=purchasing, credentials={"password": "pw", "mail_password": "schlüssel"})

    assert (answer.status, answer.fields) == (422, ["credentials.mail_password"])
    assert stored() == secrets.Credentials()


def test_a_private_key_ends_with_a_line_break_and_an_empty_part_is_removed() -> None:
    put(credentials={"private_key": "  -----BEGIN-----\nx\n-----END-----", "password": "pw"})

    answer = call("PATCH", "/suppliers/acme", {"credentials": {"password": ""}})

    assert (answer.status, answer.body["warnings"]) == (200, [])
    assert (stored().private_key, stored().password) == ("-----BEGIN-----\nx\n-----END-----\n", "")


def test_what_a_supplier_lacks_is_a_warning() -> None:
    answer = put(warehouses=[], credentials=None)

    assert [each.partition(": ")[2] for each in answer.body["warnings"]] == [
        "without a warehouse it gets no orders",
        "without a password or a private key nobody can sign in",
    ]


def test_a_patch_of_a_supplier_that_does_not_exist_is_404() -> None:
    assert call("PATCH", "/suppliers/acme", {"active": False}).status == 404


def test_a_warehouse_of_a_partner_without_a_supplier_is_a_warning() -> None:
    lacking = "warehouse acme: no supplier ships its orders: name it in one's `warehouses`"
    assert lacking in call("PATCH", "/warehouses/acme", {"name": "Acme"}).body["warnings"]

    put()

    assert lacking not in call("PATCH", "/warehouses/acme", {"name": "Acme"}).body["warnings"]


def test_a_warehouse_that_a_supplier_ships_for_and_feeds_becomes_none_of_ours() -> None:
    put()
    as_ours = {"kind": WarehouseKind.OWN}

    refused = call("PATCH", "/warehouses/acme", as_ours)

    assert (refused.status, "take it from its `warehouses`" in refused.body["detail"]) == (409, True)
    assert call("PATCH", "/warehouses/acme", {"kind": WarehouseKind.THIRD_PARTY}).status == 200
    call("PATCH", "/suppliers/acme", {"warehouses": []})
    assert call("PATCH", "/warehouses/acme", as_ours).status == 200


def test_a_warehouse_that_a_supplier_names_stays() -> None:
    call("PATCH", "/account", {"priorities": ["main", "north"]})
    put()

    assert call("DELETE", "/warehouses/acme").status == 409
    call("PATCH", "/suppliers/acme", {"warehouses": []})
    assert call("DELETE", "/warehouses/acme").status == 204


def test_a_supplier_that_goods_are_only_bought_from_needs_no_files() -> None:
    made = call("PUT", "/suppliers/mill", {"name": "The mill"})

    assert (made.status, made.body["transport"], made.body["warnings"]) == (200, None, [])
    assert call("POST", "/suppliers/mill/send-now").status == 409
    with pytest.raises(NotNow, match="people write to it"), connect_supplier(suppliers.get_supplier("mill")):
        pass
    wanted = call("PATCH", "/suppliers/mill", {"warehouses": ["acme"]})
    assert (wanted.status, wanted.fields) == (422, ["transport", "orders"])
    assert call("PATCH", "/suppliers/mill", {"credentials": {"password": "pw"}}).fields == ["credentials"]


def test_a_supplier_whose_transport_is_taken_away_is_not_called_any_more() -> None:
    put()

    files = Subject.of_supplier("acme", "files")
    exceptions.open_exception(Problem(cause=Cause.SUPPLIER_FAILED, subject=files, message="refused"), NOON)

    answer = call("PATCH", "/suppliers/acme", {"warehouses": [], "transport": None, "orders": None})

    assert answer.status == 200, answer.body
    assert call("GET", "/exceptions").body["items"] == []
    again = put(credentials=None)
    assert (again.status, stored().password) == (200, "pw")
