"""Which line a row of a file means: never another one than it says."""

import pytest

from packhorse.domain.errors import Rejected
from packhorse.domain.purchasing.line_names import LineName, line_named
from packhorse.domain.values import Sku
from tests.domain.purchasing.purchase_builders import LAMP, MUG, on_order, wanted

JAR, VASE = "JAR", "VASE"
ORDER = on_order(
    wanted(MUG, supplier_sku=LAMP),
    wanted(LAMP),
    wanted(JAR, supplier_sku="GLASS"),
    wanted(VASE, supplier_sku="GLASS"),
)
NAMES = {Sku(VASE): "V-1"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (LineName(line="2"), "2"),
        (LineName(line="02"), "2"),
        (LineName(line="2.0"), "2"),
        (LineName(sku="123.0"), "2"),
        (LineName(sku=LAMP), "2"),
        (LineName(sku="123"), "2"),
        (LineName(supplier_sku=LAMP), "1"),
        (LineName(supplier_sku=MUG.upper()), "1"),
        (LineName(sku="v-1"), "4"),
        (LineName(line="1", sku=LAMP), "1"),
        (LineName(line="4", sku="GLASS"), "4"),
        (LineName(sku="GLASS", supplier_sku="V-1"), "4"),
        (LineName(sku=JAR, supplier_sku="unknown"), "3"),
    ],
)
def test_a_line_is_named_by_number_or_sku_and_our_own_comes_first(name: LineName, line: str) -> None:
    assert line_named(ORDER, name, NAMES).id == line


@pytest.mark.parametrize(
    ("name", "field", "message"),
    [
        (LineName(line="9"), "line", "PO-1001 has no line “9”"),
        (LineName(line="2", sku=MUG), "sku", f"line “2” is {LAMP}, and the row names “{MUG}”, too"),
        (LineName(line="2", sku="unknown"), "sku", f"line “2” is {LAMP}, and the row names “unknown”, too"),
        (LineName(line="2", supplier_sku="V-1"), "supplier_sku", f"line “2” is {LAMP}, and the row names “V-1”, too"),
        (LineName(sku="unknown"), "sku", "“unknown” is no sku of PO-1001"),
        (LineName(sku="GLASS"), "sku", "“GLASS” may be line 3 and 4 of PO-1001: give the line"),
        (LineName(sku=MUG, supplier_sku="V-1"), "sku", f"“{MUG}” may be line 1 and 4 of PO-1001: give the line"),
    ],
)
def test_what_names_no_line_or_several_is_refused_with_its_field(name: LineName, field: str, message: str) -> None:
    with pytest.raises(Rejected) as raised:
        line_named(ORDER, name, NAMES)

    assert raised.value.errors == ((field, message),)
