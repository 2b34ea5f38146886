"""Drafts of what orders wait for take no more than a line can; the next one takes the rest."""

from packhorse.domain.catalogue.product import Product
from packhorse.domain.purchasing.case_pack import MAX_UNITS
from packhorse.domain.purchasing.drafting import PurchaseDraft
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.per_order import collected
from packhorse.domain.purchasing.purchase_line import WantedLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.short_lines import draft_needs
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.domain.work_orders.short_lines import needed_work
from tests.domain.purchasing.purchase_builders import AT, LAMP, MUG, draft, new, wanted

TERMS = {"supplier": "acme", "price": {"amount": "2.50", "currency": "EUR"}, "case_pack": 7}
PRODUCTS = {
    Sku(MUG): Product(sku=MUG, bought_from=(TERMS,)),
    Sku("PAIR"): Product(sku="PAIR", kind="built", components={MUG: 2}),
}


def needs(sku: str, *units: int) -> list[Need]:
    shelf = Shelf(Sku(sku), WarehouseId("main"))
    return [Need(OrderId(f"order {number}"), "1", shelf, each) for number, each in enumerate(units)]


def joined(purchase: PurchaseOrder, *lines: WantedLine) -> tuple[PurchaseOrder, tuple[PurchaseDraft, ...]]:
    [after], drafts = collected([purchase.replace(collects=True)], [draft(*lines)])
    return after, drafts


def test_a_draft_takes_whole_cases_up_to_the_limit_for_the_oldest_orders() -> None:
    found = draft_needs(needs(MUG, 600_000, 3_000_000, 5), PRODUCTS, {"acme"}, AT)

    [line] = found.drafts[0].lines
    assert line.ordered == 999_999
    assert [each.units for each in line.made_for] == [600_000, 399_999]


def test_a_work_order_takes_no_more_than_its_components_allow() -> None:
    [work] = needed_work(needs("PAIR", 300_000, 300_000), PRODUCTS).drafts

    assert (work.draft.units, [each.units for each in work.made_for]) == (MAX_UNITS // 2, [300_000, 200_000])


def test_a_work_order_takes_no_more_than_what_the_kits_among_its_components_hold_allows() -> None:
    crate = Product(sku="CRATE", kind="built", components={"DOZEN": 1})
    products = {Sku("CRATE"): crate, Sku("DOZEN"): Product(sku="DOZEN", kind="kit", components={MUG: 12})}

    [work] = needed_work(needs("CRATE", 300_000), products).drafts

    assert work.draft.units == MAX_UNITS // 12


def test_what_takes_too_much_of_a_component_for_one_unit_is_left_out() -> None:
    crate = Product(sku="CRATE", kind="built", components={"PALLET": 200})
    products = {Sku("CRATE"): crate, Sku("PALLET"): Product(sku="PALLET", kind="kit", components={MUG: 10_000})}

    found = needed_work(needs("CRATE", 3), products)

    assert found.drafts == ()
    assert [(each.sku, each.units, each.reason) for each in found.left_out] == [
        ("CRATE", 3, f"one CRATE takes 2,000,000 of {MUG}, a work order takes 1,000,000")
    ]


def test_a_draft_that_collects_takes_no_line_that_it_could_not_have() -> None:
    purchase = new(wanted(ordered=MAX_UNITS - 1, cost="0.01"))
    dear = wanted(LAMP, 1, "9999999999999.99")

    assert joined(purchase, wanted(ordered=1, cost="0.01"))[0].lines[0].ordered == MAX_UNITS
    for line in (wanted(ordered=2, cost="0.01"), dear):
        after, drafts = joined(purchase, line)
        assert (after.lines, [each.lines for each in drafts]) == (purchase.lines, [(line,)])
