"""Steps of the packing bench: boxes opened, counted, undone, put aside, closed, reopened."""

from collections.abc import Callable, Mapping

import pytest

from packhorse.domain.catalogue.barcode import spellings
from packhorse.domain.configuration.warehouse import ShipsOn, WarehouseKind
from packhorse.domain.labels.tracking import TrackingStatus, Transit
from packhorse.domain.orders import bench
from packhorse.domain.orders.allocation import with_hand_over
from packhorse.domain.orders.bench import BenchOutcome, Packer, Result
from packhorse.domain.orders.bench_rejecting import Lacking, finished, rejection_of
from packhorse.domain.orders.closed_boxes import needed_units
from packhorse.domain.orders.fulfilment_rows import View, rows_of
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.packing import MAX_SCANS, PackingState, Scan
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.steps import cancelled, with_hold
from packhorse.domain.orders.updates import with_fulfilment
from simulation.builders import NOON, a_configuration, a_line
from tests.domain.label_builders import begun, bought, voided
from tests.domain.order_builders import LAMP, LATER, MUG, asked, in_fulfilment, sent, story

EVE, PAT = Packer("Eve", "one"), Packer("Pat", "two")


def opened(order: Order, packer: Packer = EVE, **more: bool) -> BenchOutcome:
    return bench.opened(order, 1, packer, NOON, **more)


def counted(order: Order, name: str = "scan-1", sku: str = MUG, packer: Packer = EVE, **more: bool) -> BenchOutcome:
    return bench.counted(order, 1, packer, Scan(id=name.ljust(8, "x"), sku=sku, **more), LATER)


def packed(quantity: int = 2) -> Order:
    order = opened(in_fulfilment(a_line(quantity=quantity))).order
    for number in range(quantity):
        order = counted(order, f"scan-{number}").order
    return order


def state(order: Order) -> PackingState:
    return fulfilment_order_of(order, 1).packing_state


def units(order: Order) -> dict[str, int]:
    packing = fulfilment_order_of(order, 1).packing
    return dict(packing.counted) if packing else {}


MOVES: Mapping[PackingState, frozenset[PackingState]] = {
    PackingState.UNOPENED: frozenset({PackingState.OPEN}),
    PackingState.OPEN: frozenset({PackingState.UNOPENED, PackingState.CLOSED}),
    PackingState.CLOSED: frozenset({PackingState.OPEN}),
}
"""From which state of a box to which others its steps lead."""
STEPS: dict[str, Callable[[Order], BenchOutcome]] = {
    "open": lambda order: bench.opened(order, 1, EVE, NOON),
    "count": lambda order: counted(order, "scan-9"),
    "undo": lambda order: bench.undone(order, 1, EVE, "undo-1xx"),
    "put aside": lambda order: bench.put_aside(order, 1, EVE, LATER),
    "close": lambda order: bench.closed(order, 1, EVE, LATER),
    "reopen": lambda order: bench.reopened(order, 1, EVE, LATER),
}
STATES: dict[PackingState, Callable[[], Order]] = {
    PackingState.UNOPENED: lambda: in_fulfilment(a_line(quantity=1)),
    PackingState.OPEN: lambda: opened(in_fulfilment(a_line(quantity=1))).order,
    PackingState.CLOSED: lambda: packed(1),
}


def test_steps_lead_from_each_state_of_a_box_to_the_next_ones_and_to_no_others() -> None:
    for before, an_order in STATES.items():
        reached = {state(step(an_order()).order) for step in STEPS.values()} - {before}
        assert reached == MOVES[before], before


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_that_is_repeated_changes_nothing_more(step: Callable[[Order], BenchOutcome]) -> None:
    for an_order in STATES.values():
        once = step(an_order()).order
        assert step(once).order == once or state(step(once).order) in MOVES[state(once)]


def test_the_last_unit_closes_the_box_and_the_timeline_says_who() -> None:
    order = packed(2)

    entry = order.timeline[-1]
    assert (state(order), entry.what, entry.who) == (PackingState.CLOSED, "packed", "Eve")
    assert entry.detail == "fulfilment 1 at one: 2 units"


def test_what_is_wrong_or_too_many_changes_nothing() -> None:
    order = opened(in_fulfilment(a_line(MUG, 1), a_line(LAMP, 1, "2"))).order
    order = counted(order, "scan-1").order

    for sku, result in (("PLATE", Result.WRONG), (MUG, Result.TOO_MANY)):
        outcome = counted(order, "scan-2", sku)
        assert (outcome.result, outcome.order) == (result, order)


def test_the_same_scan_is_one_scan_and_what_was_undone_does_not_come_back() -> None:
    order = counted(opened(in_fulfilment(a_line(quantity=3))).order, "scan-1").order
    assert (counted(order, "scan-1").result, counted(order, "scan-1").order) == (Result.RIGHT, order)

    undone = bench.undone(order, 1, EVE, "undo-1xx").order
    assert units(undone) == {}
    assert (counted(undone, "scan-1").result, units(counted(undone, "scan-1").order)) == (Result.UNDONE, {})
    assert bench.undone(undone, 1, EVE, "undo-2xx").result is Result.NOTHING


def test_only_the_newest_scans_are_remembered_and_all_are_counted() -> None:
    order = opened(in_fulfilment(a_line(quantity=MAX_SCANS + 9))).order
    for number in range(MAX_SCANS + 5):
        order = counted(order, f"scan-{number}").order

    packing = fulfilment_order_of(order, 1).packing
    assert packing
    assert (len(packing.scans), units(order)) == (MAX_SCANS, {MUG: MAX_SCANS + 5})


def test_a_box_is_one_packers_until_it_is_put_aside_or_taken_over() -> None:
    order = counted(opened(in_fulfilment(a_line(quantity=3))).order).order

    refused = opened(order, PAT)
    assert (refused.result, refused.who, refused.at) == (Result.TAKEN, "Eve", NOON)
    assert counted(order, "scan-2", packer=PAT).result is Result.TAKEN
    assert bench.put_aside(order, 1, PAT, LATER).result is Result.TAKEN
    assert units(opened(order, EVE).order) == {MUG: 1}
    assert units(opened(order, PAT, take_over=True).order) == {}
    assert opened(bench.put_aside(order, 1, EVE, LATER).order, PAT).result is Result.OPENED


def held(order: Order) -> Order:
    return with_hold(order, Hold(id="h1", reason="a doubt", owner="Ada", placed_at=NOON))


def stopped(order: Order) -> Order:
    return cancelled(order, NOON, "Ada", restock=unshipped_only).order


def at_a_supplier(order: Order) -> Order:
    return with_fulfilment(order, fulfilment_order_of(order, 1).replace(kind=WarehouseKind.DROPSHIP))


def released(order: Order) -> Order:
    return held(order).replace(holds=())


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (held, Result.HELD),
        (stopped, Result.CANCELLED),
        (sent, Result.SHIPPED),
        (at_a_supplier, Result.ELSEWHERE),
        (released, Result.WAITING),
    ],
)
def test_what_is_not_to_be_packed_stays_closed_and_stops_an_open_box(
    change: Callable[[Order], Order], result: Result
) -> None:
    order = in_fulfilment(a_line(quantity=2))
    assert opened(change(order)).result is result

    stopped_box = change(counted(opened(order).order).order)
    outcome = counted(stopped_box, "scan-2")
    assert (outcome.result, outcome.order) == (Result.CHANGED, stopped_box)
    assert bench.put_aside(stopped_box, 1, EVE, LATER).result is Result.ASIDE


def test_the_box_of_a_cancelled_order_is_put_aside_by_any_packer_who_is_named() -> None:
    order = stopped(counted(opened(in_fulfilment(a_line(quantity=2))).order).order)
    assert opened(order, PAT, take_over=True).result is Result.CANCELLED

    outcome = bench.put_aside(order, 1, PAT, LATER)

    aside = fulfilment_order_of(outcome.order, 1)
    assert (outcome.result, aside.packing) == (Result.ASIDE, None)
    [entry] = [each for each in outcome.order.timeline if each.what == "put_aside"]
    assert (entry.who, entry.detail) == ("Pat", "fulfilment 1 at two")
    assert bench.put_aside(outcome.order, 1, PAT, LATER).order == outcome.order


def test_a_released_order_goes_on_where_the_hold_stopped_it() -> None:
    order = counted(opened(in_fulfilment(a_line(quantity=2))).order).order
    fulfilment = fulfilment_order_of(order, 1)

    again = with_fulfilment(held(order).replace(holds=()), fulfilment)

    assert counted(again, "scan-2").result is Result.CLOSED


def test_a_closed_box_is_reopened_with_its_counts_until_it_has_shipped() -> None:
    order = packed(2)

    again = bench.reopened(order, 1, PAT, LATER)
    assert (again.result, units(again.order), story(again.order)[-1]) == (Result.REOPENED, {MUG: 2}, "reopened")
    assert bench.reopened(sent(order), 1, PAT, LATER).result is Result.SHIPPED


# ---- shipping --------------------------------------------------------------------------------------------------------


def labelled(quantity: int = 2) -> Order:
    """A label is bought, and its parcel has not left."""
    return bought(begun(in_fulfilment(a_line(quantity=quantity)), _1=quantity), ships=False).order


def closed(order: Order) -> Order:
    order = opened(order).order
    for number in range(sum(needed_units(order, order.fulfilments[0]).values())):
        order = counted(order, f"scan-{number}").order
    return order


@pytest.mark.parametrize("ships_on", [ShipsOn.PACKED, ShipsOn.LABEL])
def test_a_closed_box_ships_what_has_a_label_and_has_not_left(ships_on: ShipsOn) -> None:
    """Its label was bought while the packed box shipped; the warehouse may ship by labels since."""
    order = closed(labelled())

    change = bench.shipped_as_packed(order, 1, ships_on, LATER, "Eve")
    assert (change.order.is_over, change.shipped.total()) == (True, 2)
    assert bench.shipped_as_packed(change.order, 1, ships_on, LATER, "Eve").order == change.order


def test_a_closed_box_ships_nothing_where_the_manifest_is_what_ships() -> None:
    order = closed(labelled())

    assert bench.shipped_as_packed(order, 1, ShipsOn.MANIFEST, LATER, "Eve").order == order


def test_an_open_box_ships_nothing() -> None:
    order = opened(labelled()).order

    assert bench.shipped_as_packed(order, 1, ShipsOn.PACKED, LATER, "Eve").order == order


def test_what_shipped_by_its_label_is_checked_until_its_carrier_has_it() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order

    checked = closed(order)
    assert (state(checked), story(checked)[-1]) == (PackingState.CLOSED, "packed")
    assert bench.reopened(checked, 1, EVE, LATER).result is Result.REOPENED
    assert opened(reported(order, TrackingStatus.PRE_TRANSIT)).result is Result.OPENED
    assert opened(reported(order, TrackingStatus.IN_TRANSIT)).result is Result.SHIPPED


def reported(order: Order, status: TrackingStatus) -> Order:
    """The order after its carrier reported its parcel."""
    [parcel] = order.fulfilments[0].parcels
    moved = parcel.replace(transit=Transit(status=status, at=NOON))
    return with_fulfilment(order, order.fulfilments[0].replace(parcels=(moved,)))


def result_of_rejecting(order: Order) -> Result | None:
    outcome = rejection_of(order, 1, EVE, Lacking(RejectReason.NONE_LEFT), "bench-1")
    return outcome.result if isinstance(outcome, BenchOutcome) else None


def test_a_check_ends_with_the_void_of_its_label_and_the_box_may_get_less() -> None:
    order = counted(opened(bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order).order).order
    assert result_of_rejecting(order) is Result.LABELLED

    again = asked(with_hand_over(voided(order).order, a_configuration(), LATER))
    assert result_of_rejecting(again) is None
    assert finished(again, 1, EVE, "finish-1", LATER).result is Result.CLOSED


def test_a_checked_box_stays_closed_when_its_label_is_voided_and_opens_with_a_cancellation() -> None:
    order = closed(opened(bought(begun(in_fulfilment(a_line(quantity=1)), _1=1)).order).order)

    back = voided(order).order

    assert state(back) is PackingState.CLOSED
    assert state(cancelled(back, LATER, "Eve", restock=unshipped_only).order) is PackingState.OPEN


# ---- views -----------------------------------------------------------------------------------------------------------


def view_of(order: Order) -> View:
    [row] = rows_of(order)
    return row.view


def test_work_with_a_label_is_to_be_packed_where_the_packed_box_is_what_ships_and_packed_once_its_box_is_closed() -> (
    None
):
    plain = labelled()
    order = with_fulfilment(plain, plain.fulfilments[0].replace(awaits_packing=True))

    assert (view_of(plain), view_of(order)) == (View.TO_SHIP, View.TO_PACK)
    assert view_of(opened(order).order) is View.TO_PACK
    assert view_of(closed(order)) is View.PACKED
    assert view_of(packed()) is View.PACKED
    assert view_of(held(closed(order))) is View.HELD


# ---- barcodes --------------------------------------------------------------------------------------------------------


def test_a_barcode_is_the_same_with_other_zeros_in_front() -> None:
    assert spellings("036000291452") == spellings("00036000291452")
    assert "50123452" in spellings("0000050123452")
    assert spellings("0042-lamp") == {"0042-lamp"}


def test_a_barcode_whose_zeros_a_spreadsheet_removed_is_the_same() -> None:
    assert spellings("36000291452") == spellings("036000291452")
    assert spellings("1234565") == spellings("01234565")
    assert spellings("4711999") == {"4711999"}


def test_the_list_of_boxes_says_who_has_one_open() -> None:
    order = in_fulfilment(a_line(quantity=2))
    begun_by_eve = opened(order).order
    counting = counted(begun_by_eve).order
    taken = opened(counting, PAT, take_over=True).order
    aside = bench.put_aside(taken, 1, PAT, LATER).order

    shown = [[row.packer for row in rows_of(each)] for each in (order, begun_by_eve, counting, taken, aside, packed())]

    assert shown == [[""], ["Eve"], ["Eve"], ["Pat"], [""], [""]]


def test_what_is_counted_changes_no_row() -> None:
    order = opened(in_fulfilment(a_line(quantity=2))).order

    assert rows_of(counted(order).order) == rows_of(order)
