"""Which line of a purchase order the row of a file means: by its number, by our sku or by the supplier's."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.spreadsheets import without_fraction
from packhorse.domain.supply.answers import same_sku
from packhorse.domain.values import Sku

NO_NAMES: Mapping[Sku, str] = MappingProxyType({})


class LineName(NamedTuple):
    """What a row names a line by, empty where it does not say; `sku` is ours, or else the supplier's."""

    line: str = ""
    sku: str = ""
    supplier_sku: str = ""

    @property
    def skus(self) -> Iterator[tuple[str, str]]:
        """The skus that are given, each with its field."""
        yield from ((field, getattr(self, field)) for field in ("sku", "supplier_sku") if getattr(self, field))


def line_named(order: PurchaseOrder, name: LineName, names: Mapping[Sku, str] = NO_NAMES) -> PurchaseLine:
    """Return the line that is meant; raises Rejected for none, for several, and if what is given contradicts itself.

    `names` are what the supplier calls our skus. In the field `sku`, our own sku of a line comes before what the
    supplier calls another one.
    """
    if name.line:
        return _numbered(order, name, names)
    found = {field: called(order, field, sku, names) for field, sku in name.skus}
    known = [lines for lines in found.values() if lines]
    field, sku = next(name.skus)
    if not known:
        raise _wrong(field, f"“{sku[:40]}” is no sku of {order.id}")
    common = [line for line in known[0] if all(line in lines for lines in known)]
    if len(common) == 1:
        return common[0]
    lines = " and ".join(line.id for line in dict.fromkeys(line for each in known for line in each))
    raise _wrong(field, f"“{sku[:40]}” may be line {lines} of {order.id}: give the line")


def called(order: PurchaseOrder, field: str, sku: str, names: Mapping[Sku, str]) -> tuple[PurchaseLine, ...]:
    """Return the lines that a sku in that field names; several only if the supplier has one name for them."""
    text = _spelled(order, sku, names)
    ours = tuple(line for line in order.lines if line.sku == text)
    theirs = tuple(line for line in order.lines if text in _suppliers_names_of(line, names))
    return ours or theirs if field == "sku" else theirs or ours


def names_exactly(order: PurchaseOrder, sku: str) -> bool:
    """Return whether a line has that sku, ours or the supplier's, as it is written."""
    return any(sku in (line.sku, line.supplier_sku) for line in order.lines)


def _numbered(order: PurchaseOrder, name: LineName, names: Mapping[Sku, str]) -> PurchaseLine:
    line = order.line(without_fraction(name.line).lstrip("0") or name.line)
    if line is None:
        raise _wrong("line", f"{order.id} has no line “{name.line[:40]}”")
    for field, sku in name.skus:
        if _spelled(order, sku, names) not in _names_of(line, names):
            raise _wrong(field, f"line “{name.line[:40]}” is {line.sku[:40]}, and the row names “{sku[:40]}”, too")
    return line


def _spelled(order: PurchaseOrder, sku: str, names: Mapping[Sku, str]) -> str | None:
    return same_sku(sku, (each for line in order.lines for each in _names_of(line, names)))


def _names_of(line: PurchaseLine, names: Mapping[Sku, str]) -> tuple[str, ...]:
    return line.sku, *_suppliers_names_of(line, names)


def _suppliers_names_of(line: PurchaseLine, names: Mapping[Sku, str]) -> tuple[str, ...]:
    return tuple(filter(None, (line.supplier_sku, names.get(Sku(line.sku), ""))))


def _wrong(field: str, message: str) -> Rejected:
    return Rejected("the row names no line", [FieldError(field, message)])
