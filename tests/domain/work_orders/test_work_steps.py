"""What a work order reserves, what becomes a nested one, and what a report is refused for."""

from datetime import timedelta

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.stock.costing import CostBasis, CostChange
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.values import Sku
from packhorse.domain.work_orders.drafting import edited
from packhorse.domain.work_orders.recipe import components_of
from packhorse.domain.work_orders.steps import Submission, cancelled, closed_short, followed, submit
from packhorse.domain.work_orders.work_order import MAX_INPUTS, WorkOrder
from tests.domain.work_orders.work_builders import (
    ADA,
    AT,
    LEG,
    PLENTY,
    PRODUCTS,
    TABLE,
    TOP,
    at,
    made,
    reporting,
    shelves,
    shelves_that_cost,
    submitted,
    submitting,
)


def test_what_orders_wait_for_stays_also_if_more_do_meanwhile() -> None:
    found = shelves(top=5) | {at(LEG): SourceShelf(available=30, waiting=8)}

    change = submitting(made(5), found)

    assert change.reserved[at(LEG)] == (8, 8)
    with pytest.raises(NotNow) as raised:
        submitting(made(6), found)
    assert [error.field for error in raised.value.errors] == ["inputs.0", "inputs.1"]


def begun(**more: str) -> WorkOrder:
    return reporting(submitted(5, **more), 2).order


def closed(order: WorkOrder) -> WorkOrder:
    return closed_short(order, None, ADA, AT).order


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (begun(), "was worked on: close it short, or take apart what was built by another work order"),
        (reporting(submitted(), failed=1).order, "was worked on: close it short"),
        (reporting(begun(), 3, "2").order, "is done: take apart what was built by another work order"),
        (closed(begun()), "is closed: take apart what was built by another work order"),
        (closed(submitted()), "is closed: nothing of it is to be done"),
        (
            reporting(begun(kind="disassembly"), 3, "2").order,
            "is done: build again what was taken apart by another work order",
        ),
        (closed(submitted(kind="disassembly")), "is closed: nothing of it is to be done"),
    ],
)
def test_one_that_cannot_be_cancelled_says_what_can_be_done_of_its_kind(order: WorkOrder, says: str) -> None:
    with pytest.raises(NotNow, match=f"^work order WO-1 {says}$"):
        cancelled(order, ADA, AT)


@pytest.mark.parametrize(("kind", "done"), [("build", "built"), ("disassembly", "taken apart")])
def test_what_is_said_of_its_units_is_of_its_kind(kind: str, done: str) -> None:
    order = submitted(kind=kind)

    with pytest.raises(Rejected) as raised:
        closed_short(order, 6, ADA, AT)
    with pytest.raises(NotNow, match=f"nothing of it is being {done}$"):
        reporting(closed(order), 1)

    assert [error.message for error in raised.value.errors] == [f"at most 5 are still to be {done}"]
    assert closed(order).timeline[-1].detail == f"5 not {done}"


def test_what_it_gives_back_says_when_it_was_taken() -> None:
    later = AT + timedelta(days=60)

    taken, given_back = submitting(made()).movements, closed_short(submitted(), None, ADA, later).movements

    assert {each.waited_since for each in taken} == {None}
    assert {(each.committed < 0, each.at, each.waited_since) for each in given_back} == {(True, later, AT.date())}


def test_it_is_edited_until_it_is_submitted() -> None:
    taken = components_of(TABLE, PRODUCTS)

    changed = edited(made(5), made(7, note="urgent"), taken, ADA, AT)  # type: ignore[arg-type]  # has its fields
    assert (changed.units, changed.note, changed.timeline[-1].what) == (7, "urgent", "edited")
    assert edited(changed, changed, taken, ADA, AT) is changed  # type: ignore[arg-type]
    with pytest.raises(NotNow):
        edited(submitted(), made(7), taken, ADA, AT)  # type: ignore[arg-type]


def test_a_product_of_too_many_components_is_not_built_at_once() -> None:
    parts = {f"P{number}": Product(sku=f"P{number}") for number in range(MAX_INPUTS + 1)}
    halves = [Product(sku=f"H{n}", kind="kit", components=dict.fromkeys(list(parts)[n::2], 1)) for n in (0, 1)]
    whole = Product(sku="W", kind="built", components={"H0": 1, "H1": 1})

    with pytest.raises(Rejected) as raised:
        components_of("W", {Sku(each.sku): each for each in (*parts.values(), *halves, whole)})

    assert "26 different skus" in raised.value.errors[0].message


def test_what_a_feed_counts_is_not_reserved_for_the_work_order_that_waits() -> None:
    parent = submitted().with_input(submitted().inputs[0].replace(reserved=15, awaited=5, nested="WO-2"))
    before = submitted(5).replace(id="WO-2", sku=LEG)

    changed = followed(parent, before, reporting(before, 2, is_counted=False).order, ADA, AT)

    leg = changed.order.inputs[0]
    assert (changed.movements, leg.reserved, leg.awaited, changed.order.lacking(leg)) == ((), 15, 3, 2)


def test_the_work_order_that_waits_gets_no_more_than_it_awaits() -> None:
    waiting = submitted().inputs[0].replace(reserved=18, awaited=2, nested="WO-2")
    parent = submitted().with_input(waiting)
    before = submitted(9).replace(id="WO-2", sku=LEG)
    after = reporting(before, 5).order

    change = followed(parent, before, after, ADA, AT)

    assert (change.order.inputs[0].reserved, change.order.inputs[0].awaited) == (20, 0)
    assert [(each.committed, each.event) for each in change.movements] == [(2, "work#WO-1#nested#WO-2#1")]
    assert followed(submitted(), before, after, ADA, AT).movements == ()


def test_all_that_was_spent_is_brought_to_the_minor_unit() -> None:
    found = {
        at(LEG): SourceShelf(available=90, on_hand=90, basis=CostBasis(7, 100, "EUR")),
        at(TOP): SourceShelf(available=90, on_hand=90, basis=CostBasis(3, 100, "EUR")),
    }
    order, brought = submitted(5), 0
    for number, (done, failed) in enumerate([(1, 1), (2, 0), (0, 2), (2, 0)]):
        change = reporting(order, done, str(number), found, **({"failed": failed} if failed else {}))
        order = change.order
        if done:
            basis = change.costs[at(TABLE)].after
            assert basis
            assert basis.units == done
            brought += basis.minor
    assert (brought, order.pending) == (order.spent, 0)


def test_another_currency_has_no_cost() -> None:
    found = shelves_that_cost(leg=CostBasis(4, 40, "EUR"), top=CostBasis(1, 10, "USD"))

    done = reporting(submitted(), 1, found=found)

    assert (done.order.reports[0].cost, done.order.spent, done.costs[at(TABLE)]) == (None, 0, CostChange(None, None))


def test_what_a_shelf_of_another_currency_does_not_take_is_an_expense() -> None:
    dollars = CostBasis(1, 3000, "USD")
    found = shelves_that_cost(leg=CostBasis(40, 4000, "EUR"), top=CostBasis(10, 10_000, "EUR"), table=dollars)

    first = reporting(submitted(2), 1, "1", found)
    second = reporting(first.order, 1, "2", found)

    assert [(each.order.spent, each.order.pending) for each in (first, second)] == [(1400, 1400), (2800, 2800)]
    assert second.costs[at(TABLE)] == CostChange(dollars, dollars)


LEGS, TOPS = CostBasis(10, 1000, "EUR"), CostBasis(10, 9600, "EUR")


def euros(units: int, minor: int) -> CostBasis:
    return CostBasis(units, minor, "EUR")


@pytest.mark.parametrize(
    ("leg", "top", "broken", "after", "expense"),
    [
        pytest.param(LEGS, TOPS, {}, (euros(18, 1000 + 5882), euros(12, 9600 + 14_118)), 0, id="by their averages"),
        pytest.param(LEGS, None, {}, (euros(18, 1800), None), 19_200, id="one has no cost"),
        pytest.param(None, None, {}, (None, None), 20_000, id="none has a cost"),
        pytest.param(euros(10, 500_000), None, {}, (euros(18, 520_000), None), 0, id="no more than there is"),
        pytest.param(euros(10, 0), None, {}, (euros(10, 0), None), 20_000, id="one was free"),
        pytest.param(LEGS, TOPS, {TOP: 2}, (euros(18, 1000 + 5882), TOPS), 14_118, id="tops broke"),
        pytest.param(LEGS, TOPS, {LEG: 6}, (euros(12, 1000 + 1471), euros(12, 23_718)), 4411, id="legs broke"),
        pytest.param(
            LEGS, CostBasis(1, 9600, "USD"), {}, (euros(18, 1800), CostBasis(1, 9600, "USD")), 19_200, id="dollars"
        ),
    ],
)
def test_what_comes_apart_takes_what_its_averages_say(
    leg: CostBasis | None,
    top: CostBasis | None,
    broken: dict[str, int],
    after: tuple[CostBasis | None, CostBasis | None],
    expense: int,
) -> None:
    found = shelves_that_cost(leg=leg, top=top, table=euros(5, 50_000))
    scrap = [{"sku": sku, "units": units} for sku, units in broken.items()]

    change = reporting(submitted(2, kind="disassembly"), 2, "1", found, scrap=scrap)

    assert (change.order.spent, change.order.pending) == (20_000, expense)
    assert (change.costs[at(LEG)].after, change.costs[at(TOP)].after) == after


def test_what_broke_is_not_the_cost_of_what_comes_apart_later() -> None:
    found = shelves_that_cost(leg=LEGS, top=LEGS, table=euros(5, 50_000))
    first = reporting(submitted(2, kind="disassembly"), 1, "1", found, scrap=[{"sku": TOP, "units": 1}])

    second = reporting(first.order, 1, "2", found)

    assert (first.order.pending, second.order.pending) == (2000, 2000)
    assert second.costs[at(TOP)].after == euros(11, 3000)


def test_a_component_that_comes_apart_alone_takes_all_also_without_a_cost_before() -> None:
    products = PRODUCTS | {Sku(TABLE): Product(sku=TABLE, kind="built", components={LEG: 4})}
    before = made(2, kind="disassembly").replace(outputs=made(2, kind="disassembly").outputs[:1])
    order = submit(before, Submission(products, PLENTY, 2, str), ADA, AT).order

    change = reporting(order, 2, found=shelves_that_cost(leg=None, table=euros(5, 50_000)))

    assert (change.costs[at(LEG)].after, change.order.pending) == (euros(8, 20_000), 0)


def test_a_report_may_be_called_as_any_step_is() -> None:
    parent = submitted().with_input(submitted().inputs[0].replace(reserved=18, awaited=2, nested="WO-2"))
    nested = submitted(9).replace(id="WO-2", sku=LEG)
    names = ("in", "out", "reserved", "released", "nested", "WO-2", "nested#WO-2", "0#reserved", "1#released", "#")

    moved = [*submitting(made()).movements]
    for name in names:
        moved += reporting(parent, 1, name).movements
        moved += followed(parent, nested, reporting(nested, 5, name).order, ADA, AT).movements

    assert len({(each.shelf, each.event) for each in moved}) == len(moved)
