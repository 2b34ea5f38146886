"""What holds of every routing, whatever the merchant, the stock and the order."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations, permutations, product
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.account import Geo
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Region
from packhorse.domain.money import Money
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.routing.decision import LineDecision, RoutingOutcome, Rule
from packhorse.domain.routing.rules import LineToRoute, RoutingRequest, decide
from packhorse.domain.stock.goods import Goods, Recipe, Shelf
from packhorse.domain.values import Sku, WarehouseId
from tests.domain.routing_builders import (
    BERLIN,
    BOSTON,
    CALIFORNIA,
    DOWNTOWN,
    LOS_ANGELES,
    REFUSED,
    US,
    WALMART,
    merchant,
    warehouse,
)

OURS = [WarehouseId(name) for name in ("main", "east", "west", "north")]
NAMED = [*OURS, WarehouseId("gone")]
PLAIN = [Sku("A"), Sku("B b"), Sku("Ç-1")]
KITS: dict[Sku, Recipe] = {Sku("K1"): {PLAIN[0]: 2}, Sku("K2"): {PLAIN[0]: 1, PLAIN[1]: 3}}
SKUS = [*PLAIN, *KITS]
PLACES = [Shelf(sku, name) for sku in PLAIN for name in OURS]
RULES_THAT_LOOK = (Rule.GEO, Rule.PRIORITY)


class World(NamedTuple):
    request: RoutingRequest
    stock: dict[Shelf, int]
    configuration: Configuration
    products: dict[Sku, Product]

    def decide(self) -> RoutingOutcome:
        return decide(*self)

    @property
    def without(self) -> Mapping[WarehouseId, str]:
        return self.request.wanted[0].without

    def bars(self, name: WarehouseId) -> bool:
        known = self.configuration.warehouses[name]
        return not known.active or WALMART in known.excludes or name in self.without


# One draw picks a whole thing, the plainest first: examples are cheap and shrink well.
LISTS: list[tuple[WarehouseId, ...]] = [(), tuple(NAMED), *permutations(NAMED[1:4], 2), tuple(reversed(NAMED))]
MAYBE = [None, None, None, None, *NAMED]
YES_NO = [False, True]
REGIONS: list[tuple[Region, ...]] = [(), (US,), (CALIFORNIA,), (US, DOWNTOWN)]
EXCLUDES: list[tuple[str, ...]] = [(), (), (), (WALMART,)]
REFUSALS: list[tuple[WarehouseId, ...]] = [*[()] * 6, *combinations(OURS, 1), *combinations(OURS, 2)]
SHIP_TO = [LOS_ANGELES, LOS_ANGELES, BOSTON, BERLIN, None]

HOUSES = st.sampled_from(list(product(REGIONS, EXCLUDES, [True, True, True, False])))
OPTIONS = st.sampled_from(list(product(YES_NO, YES_NO, YES_NO, Geo)))
TARGETS = st.sampled_from(list(product(NAMED, MAYBE, LISTS)))
WISHES = st.sampled_from(list(product(MAYBE, LISTS)))
LINES = st.sampled_from(list(product(SKUS, range(1, 7), MAYBE)))
ORDERS = st.sampled_from(list(product(SHIP_TO, REFUSALS)))
UNITS = st.binary(min_size=len(PLACES), max_size=len(PLACES)).map(lambda drawn: [byte % 11 - 1 for byte in drawn])


@st.composite
def merchants(draw: st.DrawFn) -> Configuration:
    houses = [(name, *draw(HOUSES)) for name in OURS]
    split, fewest, exclusions_first, geo = draw(OPTIONS)
    catchall, override, priorities = draw(TARGETS)
    return merchant(
        *(warehouse(name, *regions, active=active, excludes=excludes) for name, regions, excludes, active in houses),
        override=override,
        catchall=catchall,
        priorities=priorities,
        split_lines=split,
        fewest_shipments=fewest,
        exclusions_first=exclusions_first,
        geo=geo,
    )


@st.composite
def worlds(draw: st.DrawFn, most: int = 4) -> World:
    lines = draw(st.lists(LINES, min_size=1, max_size=most))
    ship_to, named = draw(ORDERS)
    without = dict.fromkeys(named, REFUSED)
    wanted = tuple(
        LineToRoute(str(number), *line, recipe=KITS.get(line[0]), without=without) for number, line in enumerate(lines)
    )
    wishes = {sku: draw(WISHES) for sku in SKUS[::2]}
    products = {sku: Product(sku=sku, pinned_warehouse=pin, priorities=own) for sku, (pin, own) in wishes.items()}
    stock = dict(zip(PLACES, draw(UNITS), strict=True))
    return World(RoutingRequest(WALMART, ship_to, wanted), stock, draw(merchants()), products)


def goods(world: World, decision: RoutingOutcome) -> Goods:
    """What the allocations take, counted afresh."""
    taken = Goods()
    for wanted, line in zip(world.request.wanted, decision.lines, strict=True):
        for part in line.allocations:
            for sku, units in KITS.get(wanted.sku, {wanted.sku: 1}).items():
                taken[Shelf(sku, part.warehouse)] += units * part.quantity
    return taken


def lines(world: World) -> Iterator[tuple[LineToRoute, LineDecision]]:
    return zip(world.request.wanted, world.decide().lines, strict=True)


def short(line: LineDecision, wanted: LineToRoute) -> int:
    return wanted.quantity - sum(part.quantity for part in line.allocations)


@given(worlds())
def test_the_same_input_has_the_same_answer_in_whatever_order_it_is_kept(world: World) -> None:
    known = list(world.configuration.warehouses.items())
    turned = world.configuration.replace(warehouses=dict(reversed(known)))
    other = World(world.request, dict(reversed(world.stock.items())), turned, dict(reversed(world.products.items())))

    assert world.decide() == world.decide() == other.decide()


@given(worlds())
def test_nothing_is_taken_that_is_not_there(world: World) -> None:
    decision = world.decide()

    assert decision.taken == goods(world, decision)
    assert all(0 < units <= world.stock[place] for place, units in decision.taken.items())


@given(worlds())
def test_what_is_allocated_and_what_is_short_are_what_was_wanted(world: World) -> None:
    for wanted, decided in lines(world):
        line = OrderLine(
            id=wanted.line,
            quantity=wanted.quantity,
            unit_price=Money(minor=1, currency="EUR"),
            allocations=decided.allocations,
            routing=decided.routing,
        )
        assert line.short >= 0
        assert line.allocated + line.short == wanted.quantity
        assert len({part.warehouse for part in line.allocations}) == len(line.allocations)


@given(worlds())
def test_only_rules_that_stand_above_a_filter_reach_behind_it(world: World) -> None:
    catchall = world.configuration.account.catchall
    for wanted, line in lines(world):
        for part in line.allocations:
            above = line.routing.rule not in (*RULES_THAT_LOOK, Rule.CATCHALL)
            assert above or part.warehouse == catchall or not world.bars(part.warehouse)
            assert world.configuration.warehouses[part.warehouse].active
            assert part.warehouse == wanted.warehouse or part.warehouse not in world.without


@given(worlds())
def test_geo_and_priority_leave_nothing_short_unless_geo_is_strict(world: World) -> None:
    strict = world.configuration.account.geo is Geo.STRICT
    for wanted, line in lines(world):
        rule = line.routing.rule
        assert not short(line, wanted) or rule not in RULES_THAT_LOOK or (strict and rule is Rule.GEO)


@given(worlds())
def test_a_line_has_one_warehouse_unless_lines_may_be_split(world: World) -> None:
    split = world.configuration.account.split_lines
    assert split or all(len(line.allocations) <= 1 for line in world.decide().lines)


@given(worlds())
def test_the_trace_names_every_warehouse_once_and_the_chosen_without_a_reason(world: World) -> None:
    for line in world.decide().lines:
        told = Counter(candidate.warehouse for candidate in line.routing.candidates)
        assert set(world.configuration.warehouses) <= set(told) <= set(NAMED)
        assert set(told.values()) == {1}

        chosen = {each.warehouse: each.available for each in line.routing.candidates if each.rejected is None}
        assert all(part.quantity <= (chosen[part.warehouse] or 0) for part in line.allocations)
        assert all(each.rejected != "" for each in line.routing.candidates)


@given(worlds())
def test_a_blocked_line_takes_nothing(world: World) -> None:
    assert all(not (line.blocked and line.allocations) for line in world.decide().lines)


@given(worlds(most=1), st.integers(1, 9))
def test_more_stock_where_a_covered_line_went_never_makes_it_short(world: World, more: int) -> None:
    ((wanted, line),) = lines(world)
    if short(line, wanted):
        return
    for part in line.allocations:
        fuller = {place: units + more * (place.warehouse == part.warehouse) for place, units in world.stock.items()}
        ((_, again),) = lines(world._replace(stock=fuller))
        assert not short(again, wanted)
