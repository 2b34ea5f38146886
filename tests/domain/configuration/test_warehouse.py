"""What a warehouse is called on parcels and papers."""

import pytest

from packhorse.domain.address import Address
from simulation.builders import a_warehouse

DOCK = Address(address1="1 Dock St", city="Leeds", country="GB")


@pytest.mark.parametrize(
    ("address", "name"),
    [(DOCK, "Oxbarrow"), (DOCK.replace(name="Ada"), "Ada"), (DOCK.replace(company="Kiln Ltd"), "")],
)
def test_an_address_without_name_and_company_has_the_warehouses_name(address: Address, name: str) -> None:
    warehouse = a_warehouse(address=address).replace(name="Oxbarrow")

    assert warehouse.sender == warehouse.returns_to == address.replace(name=name)


def test_goods_come_back_to_an_address_of_its_own_under_the_same_name() -> None:
    elsewhere = Address(address1="2 Kiln Lane", city="York", country="GB")
    warehouse = a_warehouse(address=DOCK, returns_address=elsewhere).replace(name="Oxbarrow")

    assert warehouse.returns_to == elsewhere.replace(name="Oxbarrow")
