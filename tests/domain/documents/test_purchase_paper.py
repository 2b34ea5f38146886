"""What is on the page of a purchase order."""

import pytest

from packhorse.domain.address import Address
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.documents.purchase_paper import PurchasePaper, purchase_paper
from packhorse.domain.purchasing.to_supplier import sent_purchase
from packhorse.domain.supply.supplier import Supplier
from simulation.builders import NOON, a_warehouse
from tests.domain.purchasing.purchase_builders import on_order, wanted

DOCK = Address(address1="1 Dock St", city="Leeds", postcode="LS1 1AA", country="GB")
ACME = Supplier(id="acme", name="Acme")


def paper_of(warehouse: Warehouse) -> PurchasePaper:
    return purchase_paper(on_order(wanted()), ACME, warehouse, {}, NOON)


@pytest.mark.parametrize(
    ("name", "address", "buyer"),
    [
        ("Oxbarrow", DOCK, "Oxbarrow"),
        ("Oxbarrow", DOCK.replace(company="Kiln Ltd"), "Kiln Ltd"),
        ("", DOCK, "main"),
        ("", None, "main"),
    ],
)
def test_the_buyer_is_called_as_its_address_else_its_warehouse_is(
    name: str, address: Address | None, buyer: str
) -> None:
    assert paper_of(a_warehouse(address=address).replace(name=name)).buyer == (buyer,)


def test_goods_are_delivered_under_the_name_of_their_warehouse_on_paper_and_in_files() -> None:
    warehouse = a_warehouse(address=DOCK).replace(name="Oxbarrow")

    assert paper_of(warehouse).ship_to[:2] == ("Oxbarrow", "1 Dock St")
    assert sent_purchase(on_order(wanted()), ACME, warehouse, {}).ship_to == DOCK.replace(name="Oxbarrow")
