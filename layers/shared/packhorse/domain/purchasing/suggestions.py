"""What to order from whom: by how fast it is taken, how long it takes to come, and what is there or on its way."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.catalogue.product import Product
from packhorse.domain.money import Money
from packhorse.domain.plural import agree, plural
from packhorse.domain.purchasing.case_pack import whole_cases
from packhorse.domain.purchasing.demand import Velocity
from packhorse.domain.purchasing.drafting import PurchaseDraft, drafts_of_lines
from packhorse.domain.purchasing.purchase_line import DraftedLine, WantedLine, day_expected
from packhorse.domain.values import Value

Collected = Mapping[tuple[str, str], int]
"""Units that drafts which collect order of a product for a warehouse already, by supplier and currency."""
NOTHING_COLLECTED: Collected = MappingProxyType({})


class StockPosition(NamedTuple):
    """Units of a shelf that are there, on their way, in drafts, and waited for by orders."""

    available: int
    incoming: int
    drafted: int
    waiting: int


class Suggestion(Value):
    """How many units of a product to order for a warehouse, and why.

    `taken` units were taken in `days` days; `empty_days`, on which nothing was there, are left out. At that pace
    `lead_days` and `safety_days` need `needed`. `sentence` says all of it. A draft that collects, and orders some
    already, gets `units` more: whole cases and the minimum are of its whole line.
    """

    sku: str
    name: str
    warehouse: str
    supplier: str
    supplier_sku: str
    price: Money
    units: int
    taken: int
    days: int
    empty_days: int
    lead_days: int
    safety_days: int
    needed: int
    waiting: int
    available: int
    incoming: int
    drafted: int
    case_pack: int
    minimum: int
    sentence: str

    @property
    def lacking(self) -> int:
        """The units that lack, without what whole cases and the minimum add."""
        return self.needed + self.waiting - self.available - self.incoming - self.drafted


def suggested(
    product: Product,
    warehouse: str,
    speed: Velocity,
    position: StockPosition,
    safety_days: int,
    suppliers: Collection[str],
    collected: Collected = NOTHING_COLLECTED,
) -> Suggestion | None:
    """Return what to order of a product, None if nothing is lacking or no supplier that exists can sell it.

    What is bought per order is bought with its orders.
    """
    terms = next((each for each in product.bought_from if each.supplier in suppliers), None)
    if terms is None or terms.fault or product.is_kit or product.bought_per_order:
        return None
    found = Suggestion(
        sku=product.sku,
        name=product.name,
        warehouse=warehouse,
        supplier=terms.supplier,
        supplier_sku=product.supplier_skus.get(terms.supplier, ""),
        price=terms.price,
        units=0,
        lead_days=terms.lead_days,
        safety_days=safety_days,
        needed=_needed(speed, terms.lead_days + safety_days),
        case_pack=terms.case_pack,
        minimum=terms.minimum,
        sentence="",
        **speed._asdict(),
        **position._asdict(),
    )
    if found.lacking <= 0:
        return None
    there = collected.get((terms.supplier, terms.price.currency), 0)
    there = there if there + found.lacking <= terms.most else 0  # else it is another line
    whole = min(whole_cases(there + found.lacking, terms.case_pack, terms.minimum), terms.most)
    ordered = found.replace(units=whole - there)
    return ordered.replace(sentence=_sentence(ordered, there))


def _needed(speed: Velocity, days: int) -> int:
    """Return the units that so many days need, rounded up; none where nothing is to go by."""
    return -(-speed.taken * days // speed.days) if speed.days > 0 else 0


def _sentence(found: Suggestion, there: int) -> str:
    """Return the arithmetic of a suggestion for a draft whose line orders so many units already."""
    left_out = f", {found.empty_days} without stock left out" if found.empty_days else ""
    days = f"{plural(found.lead_days, 'day')} to deliver and {found.safety_days} of safety"
    stock = f"{found.available} available, {found.incoming} incoming, {found.drafted} in drafts"
    rules = f"in cases of {found.case_pack}" if found.case_pack > 1 else ""
    rules += f"{' and ' if rules else ''}{found.minimum} at least" if found.minimum else ""
    rules += f", with the {there} in its draft," if there else ""
    ending = f"; {rules} that is {found.units}" if found.units != found.lacking else ""
    taken = f"{found.taken} {agree(found.taken, 'was', 'were')} taken in {plural(found.days, 'day')}{left_out}"
    return (
        f"{taken}: {days} need {found.needed}. With {found.waiting} waited for, {stock}, "
        f"{found.lacking} {agree(found.lacking, 'is', 'are')} lacking{ending}."
    )


def drafts_of(found: Iterable[Suggestion], now: datetime) -> tuple[PurchaseDraft, ...]:
    """Return drafts of what is suggested, by supplier, warehouse and currency."""
    lines: defaultdict[tuple[str, str, str], list[WantedLine]] = defaultdict(list)
    for each in found:
        lines[each.supplier, each.warehouse, each.price.currency].append(_line(each, now))
    drafts: list[PurchaseDraft] = []
    for (supplier, warehouse, currency), wanted in sorted(lines.items()):
        given = {"supplier": supplier, "warehouse": warehouse, "currency": currency, "internal_note": "suggested"}
        drafts += drafts_of_lines(given, wanted)
    return tuple(drafts)


def _line(found: Suggestion, now: datetime) -> WantedLine:
    """Return a line of what is suggested; one of a draft that has the product already gets `for_stock` more."""
    same = {name: getattr(found, name) for name in ("sku", "supplier_sku", "case_pack", "minimum", "lead_days")}
    own = {"ordered": found.units, "for_stock": min(found.lacking, found.units), "unit_cost": found.price}
    return DraftedLine(**same, **own, expected_on=day_expected(found.lead_days, now.date()))
