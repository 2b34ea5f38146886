"""Which purchase order has a reference of a supplier, in the Work table, for good.

question                              | pk                                     | sk
the one that a reference named last   | PURCHASE_REFERENCE#supplier#reference  | REFERENCE

The reference is there as it is compared. A purchase order that was cancelled, or has another reference by now, stays
the one that it named until another one takes it: a file that is read again makes nothing twice.
"""

from packhorse.aws.settings import settings
from packhorse.domain.purchasing.purchase_order import PurchaseTerms
from packhorse.domain.purchasing.receipts import spelled
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Request, equals, missing
from packhorse.store.reading import get_item


def is_same_reference(one: PurchaseTerms, other: PurchaseTerms) -> bool:
    """Return whether both have the same reference of the same supplier, however it is written."""
    return _pk(one) == _pk(other)


def named_by(terms: PurchaseTerms) -> str | None:
    """Return the id of the purchase order that the reference of these terms named last, strongly consistent."""
    key = expressions.key(_pk(terms), "REFERENCE")
    found = get_item(settings.work_table, key)
    return found["made"]["S"] if found else None


def naming_write(terms: PurchaseTerms, name: str, before: str | None) -> dict[str, Request]:
    """Return the write by which a reference names a purchase order, if it still names the one that it did `before`."""
    values: Attributes = {"pk": _pk(terms), "sk": "REFERENCE", "made": name}
    condition = equals("made", before) if before else missing("pk")
    return {"Put": expressions.put(settings.work_table, values, condition)}


def _pk(terms: PurchaseTerms) -> str:
    return f"PURCHASE_REFERENCE#{terms.supplier}#{spelled(terms.reference)}"
