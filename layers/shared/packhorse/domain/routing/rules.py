"""The rules of routing, in the order in which they are tried; the first that decides wins."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.account import Backorders, Geo
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.routing.case import Case, Prospects, RemainingStock, UnitsByWarehouse, parts_of, prospects
from packhorse.domain.routing.decision import Allocation, Candidate, LineDecision, RoutingDecision, RoutingOutcome, Rule
from packhorse.domain.routing.eligibility import Eligibility, Ranking, lost
from packhorse.domain.stock.goods import Goods, Recipe, Shelf, WaitingUnits
from packhorse.domain.values import ChannelId, Sku, WarehouseId


class LineToRoute(NamedTuple):
    """A line that needs a warehouse; `warehouse` is the one that a person named.

    `recipe` is the stock that one unit takes (None: one unit of the sku). `without` are the warehouses that rejected
    the line, each with the reason for the trace. `waited` is the stock that it waits for until now. `has_left`: the
    units left by the channel's account, so that no stock is kept from them; the rest of the line is one more of the
    same id. `left_from` are the warehouses that they left, if the channel says.
    """

    line: str
    sku: Sku
    quantity: int
    warehouse: WarehouseId | None = None
    recipe: Recipe | None = None
    without: Mapping[WarehouseId, str] = MappingProxyType({})
    waited: frozenset[Shelf] = frozenset()
    has_left: bool = False
    left_from: tuple[WarehouseId, ...] = ()


class RoutingRequest(NamedTuple):
    """Lines of an order to route; `settled` are the warehouses of its other lines, which are not routed."""

    channel: ChannelId
    ship_to: Address | None
    wanted: tuple[LineToRoute, ...]
    settled: Mapping[str, frozenset[WarehouseId]] = MappingProxyType({})


class RuleResult(NamedTuple):
    """The result of a rule: the warehouses that it considered and, if it decides, the units of each.

    A chosen warehouse with 0 units: the line is short there. `blocked`: the line waits for a person. `serves` are the
    warehouses that could ship what is short of it.
    """

    rule: Rule
    candidates: tuple[Candidate, ...] = ()
    chosen: UnitsByWarehouse | None = None
    notes: tuple[str, ...] = ()
    blocked: str | None = None
    serves: tuple[WarehouseId, ...] = ()


def manual(case: Case) -> RuleResult:
    """Choose the warehouse that a person or a file names, even one that rejected it or excludes its channel.

    What has left some place by the channel's account left the warehouses there, whatever is named.
    """
    if case.left_from:
        return _left(case)
    if case.named is None:
        return RuleResult(Rule.MANUAL)
    if absent := case.eligible.absent(case.named):
        return RuleResult(Rule.MANUAL, (lost(case.named, Rule.MANUAL, absent),))
    return _send_to(case, Rule.MANUAL, case.named)


def override(case: Case) -> RuleResult:
    """Choose the channel's override warehouse; it wins over a pin."""
    answer = _bound(case, Rule.OVERRIDE, case.eligible.override)
    if answer.chosen is None or case.pin in (None, case.eligible.override):
        return answer
    return answer._replace(notes=(f"the product is pinned to {case.pin}; the override wins", *answer.notes))


def pinned(case: Case) -> RuleResult:
    """Choose the warehouse that the product is pinned to."""
    return _bound(case, Rule.PINNED, case.pin)


def geo(case: Case) -> RuleResult:
    """Choose among the warehouses whose regions cover the ship-to.

    Geo.STRICT: if none covers the line, it is short at the best of them; if all rejected it, it is short at none.
    """
    if case.eligible.geo_skipped:
        return RuleResult(Rule.GEO, notes=(case.eligible.geo_skipped,))
    regional = case.ranking.regional
    available = case.units_by_warehouse(regional)
    chosen = case.covered_by(available)
    if chosen is None and case.account.geo is Geo.STRICT:
        if regional:
            chosen = case.available_units(regional, short_at=regional[0])
        elif case.eligible.is_rejected_in_region:
            chosen = {}
    answer = _rule_result(case, Rule.GEO, available, chosen, case.ranking.outside)
    return answer._replace(serves=case.ranking.regional)


def priority(case: Case) -> RuleResult:
    """Choose the first of the product's own priorities, else of the account's, that covers the line.

    Regional warehouses, which alone did not cover it, can still ship units of a split line.
    """
    available = case.units_by_warehouse(case.ranking.precedence)
    return _rule_result(case, Rule.PRIORITY, available, case.covered_by(available), case.ranking.unlisted)


def catchall(case: Case) -> RuleResult:
    """Choose the catchall, even if it excludes the channel; while it is closed the line is short and waits."""
    home, serves = WarehouseId(case.account.catchall), case.ranking.precedence
    if closed := case.eligible.closed(home):
        note = f"catchall {home}: {closed}; the line waits"
        return RuleResult(
            Rule.CATCHALL, (lost(home, Rule.CATCHALL, closed), *case.ranking.unlisted), {}, (note,), serves=serves
        )
    chosen = case.available_units(serves, short_at=home)
    here = Candidate(warehouse=home, rule=Rule.CATCHALL, rejected=None, available=case.units_at(home))
    answer = _rule_result(case, Rule.CATCHALL, case.units_by_warehouse(chosen), chosen, case.ranking.unlisted)
    notes = _despite(case, Rule.CATCHALL, home)
    return answer._replace(candidates=(here, *answer.candidates), notes=notes, serves=(*serves, home))


NOTHING_KEPT: Mapping[Shelf, int] = MappingProxyType({})
STEPS = (manual, override, pinned, geo, priority, catchall)


def decide(
    request: RoutingRequest,
    stock: Mapping[Shelf, int],
    configuration: Configuration,
    products: Mapping[Sku, Product],
    kept: Mapping[Shelf, int] = NOTHING_KEPT,
) -> RoutingOutcome:
    """Route every line on the stock by shelf that the order may take; `kept` is also there, for older orders."""
    eligible = Eligibility(configuration, request.channel, request.ship_to)
    shelves = RemainingStock(stock, kept)
    cases = list(_cases(request.wanted, eligible, shelves, products))
    if configuration.account.fewest_shipments:
        lines = _consolidated(cases, prospects(cases, request.settled, stock, eligible.warehouses))
    else:
        lines = (_decide_line(case) for case in cases)
    return RoutingOutcome(tuple(_by_line(lines)), shelves.taken)


def _by_line(decisions: Iterable[LineDecision]) -> Iterable[LineDecision]:
    """Return one decision a line: where parts of it were decided apart, all of them, with the rule of the last."""
    lines: dict[str, LineDecision] = {}
    for each in decisions:
        before = lines.get(each.line)
        lines[each.line] = _together(before, each) if before else each
    return lines.values()


def _together(left: LineDecision, rest: LineDecision) -> LineDecision:
    units, waits = Counter[WarehouseId](), Goods()
    for decision in (left, rest):
        units.update({part.warehouse: part.quantity for part in decision.allocations})
        waits.update({wait.shelf: wait.units for wait in decision.waits})
    return rest._replace(
        allocations=tuple(Allocation(warehouse=warehouse, quantity=n) for warehouse, n in units.items()),
        routing=rest.routing.replace(notes=(*left.routing.notes, *rest.routing.notes)),
        waits=tuple(WaitingUnits(sku=at.sku, warehouse=at.warehouse, units=n) for at, n in waits.items()),
    )


def _cases(
    wanted: Iterable[LineToRoute],
    eligible: Eligibility,
    shelves: RemainingStock,
    products: Mapping[Sku, Product],
) -> Iterator[Case]:
    rankings: dict[tuple[str, ...], Ranking] = {}
    for each in wanted:
        product = products.get(each.sku)
        priorities = (product and product.priorities) or eligible.configuration.account.priorities
        own = replace(eligible, without=each.without) if each.without else eligible
        if own is eligible and priorities not in rankings:
            rankings[priorities] = eligible.ranking(priorities)
        ranking = rankings[priorities] if own is eligible else own.ranking(priorities)
        pin = WarehouseId(product.pinned_warehouse) if product and product.pinned_warehouse else None
        recipe = {each.sku: 1} if each.recipe is None else each.recipe
        there = shelves.with_kept() if each.has_left else shelves
        yield Case(
            each.line, each.quantity, recipe, each.warehouse, pin, ranking, own, there, each.waited, each.left_from
        )


def _consolidated(cases: Iterable[Case], together: Prospects) -> Iterator[LineDecision]:
    """Yield the decisions, each line preferring the warehouses that ship the most lines of the order."""
    for case in cases:
        chosen = list(_apply_rules(case))[-1].chosen or {}
        alone = [warehouse for warehouse, units in chosen.items() if units]
        decision = _noting_consolidation(_decide_line(case.preferring(together)), alone)
        went_to = {candidate.warehouse for candidate in decision.routing.candidates if candidate.rejected is None}
        for warehouse, lines in together.items():
            (lines.add if warehouse in went_to else lines.discard)(case.line)
        yield decision


def _noting_consolidation(decision: LineDecision, alone: list[WarehouseId]) -> LineDecision:
    """Return the decision with a note if the line would ship from other warehouses without `fewest_shipments`."""
    here = [part.warehouse for part in decision.allocations]
    if not here or not alone or set(here) == set(alone):
        return decision
    note = f"fewest_shipments: from {', '.join(here)} with other lines of the order, instead of {', '.join(alone)}"
    return decision._replace(routing=decision.routing.replace(notes=(*decision.routing.notes, note)))


def _decide_line(case: Case) -> LineDecision:
    """Apply the rules to a line, and take its stock from the rest."""
    answers = list(_apply_rules(case))
    last = answers[-1]
    allocations = tuple(Allocation(warehouse=to, quantity=units) for to, units in (last.chosen or {}).items() if units)
    for part in allocations:
        case.shelves.take(case.recipe, part.warehouse, part.quantity)
    routing = RoutingDecision(
        rule=last.rule,
        config_version=case.eligible.configuration.version,
        candidates=_trace(answers),
        notes=tuple(note for answer in answers for note in answer.notes),
    )
    return LineDecision(case.line, allocations, routing, last.blocked, _waits(case, last))


def _waits(case: Case, last: RuleResult) -> tuple[WaitingUnits, ...]:
    """Return the stock that the line waits for, which only `oldest_first` keeps for it."""
    if case.account.backorders is not Backorders.OLDEST_FIRST:
        return ()
    return tuple(case.waits_at(last.serves, last.chosen or {}))


def _apply_rules(case: Case) -> Iterator[RuleResult]:
    """Yield the results of the rules up to the one that decides."""
    for step in STEPS:
        answer = step(case)
        yield answer
        if answer.chosen is not None:
            return


def _trace(answers: Iterable[RuleResult]) -> tuple[Candidate, ...]:
    """Return every warehouse once, as the first rule that considered it has it, unless a later one chose it."""
    trace: dict[WarehouseId, Candidate] = {}
    for candidate in (candidate for answer in answers for candidate in answer.candidates):
        first = trace.setdefault(candidate.warehouse, candidate)
        if first.rejected is not None and candidate.rejected is None:
            trace[candidate.warehouse] = candidate
    return tuple(trace.values())


BECAUSE = {
    Rule.MANUAL: "a person named",
    Rule.OVERRIDE: "the channel ships everything from",
    Rule.PINNED: "the product is pinned to",
}

DESPITE = {
    Rule.MANUAL: "a person named it all the same",
    Rule.OVERRIDE: "the override wins",
    Rule.PINNED: "the pin wins",
    Rule.CATCHALL: "the catchall wins",
}


def _bound(case: Case, rule: Rule, to: WarehouseId | None) -> RuleResult:
    """Apply what override and pin have in common.

    A closed warehouse is skipped; with `exclusions_first` one that excludes the channel blocks the line.
    """
    if to is None:
        return RuleResult(rule)
    if closed := case.eligible.closed(to):
        return RuleResult(rule, (lost(to, rule, closed),))
    exclusion = case.eligible.exclusion(to)
    if exclusion and case.account.exclusions_first:
        blocked = f"{BECAUSE[rule]} {to}, which {exclusion}"
        return RuleResult(rule, (lost(to, rule, exclusion), *_others(case, rule, to)), {}, blocked=blocked)
    return _send_to(case, rule, to)


def _send_to(case: Case, rule: Rule, to: WarehouseId) -> RuleResult:
    units = case.units_at(to)
    here = Candidate(warehouse=to, rule=rule, rejected=None, available=units)
    chosen = {to: min(case.quantity, units)}
    return RuleResult(rule, (here, *_others(case, rule, to)), chosen, _despite(case, rule, to), serves=(to,))


def _left(case: Case) -> RuleResult:
    """Choose among the warehouses that the units left; what these do not have of them is short there."""
    rule, names = Rule.MANUAL, " or ".join(case.left_from)
    ranked = (warehouse for warehouse in case.ranking.precedence if warehouse in case.left_from)
    serves = tuple(dict.fromkeys((*ranked, *case.left_from)))
    available = case.units_by_warehouse(serves)
    chosen = case.covered_by(available) or parts_of(available, case.quantity) or {serves[0]: 0}
    here = (_candidate_of(case, rule, each, units, chosen) for each, units in available.items())
    others = (lost(each, rule, f"it left from {names}") for each in case.eligible.warehouses if each not in serves)
    note = f"{case.quantity} left from {names} by the channel's account"
    return RuleResult(rule, (*here, *others), chosen, (note,), serves=serves)


def _others(case: Case, rule: Rule, to: WarehouseId) -> Iterator[Candidate]:
    return (lost(other, rule, f"{BECAUSE[rule]} {to}") for other in case.eligible.warehouses if other != to)


def _despite(case: Case, rule: Rule, to: WarehouseId) -> tuple[str, ...]:
    exclusion = case.eligible.exclusion(to)
    return (f"{to} {exclusion}; {DESPITE[rule]}",) if exclusion else ()


def _rule_result(
    case: Case, rule: Rule, available: UnitsByWarehouse, chosen: UnitsByWarehouse | None, others: tuple[Candidate, ...]
) -> RuleResult:
    """Return a result with the available units of each warehouse; `others` are in it only if the rule decides."""
    candidates = tuple(_candidate(case, warehouse, units, chosen or {}) for warehouse, units in available.items())
    return RuleResult(rule, (*candidates, *(others if chosen is not None else ())), chosen)


def _candidate(case: Case, warehouse: WarehouseId, units: int, chosen: UnitsByWarehouse) -> Candidate:
    rule = Rule.GEO if warehouse in case.ranking.regional else Rule.PRIORITY
    return _candidate_of(case, rule, warehouse, units, chosen)


def _candidate_of(case: Case, rule: Rule, warehouse: WarehouseId, units: int, chosen: UnitsByWarehouse) -> Candidate:
    kept = case.kept_at(warehouse)
    more = f", {kept} more kept for older orders" if kept else ""
    reason = f"has {units} of {case.quantity}{more}" if units < case.quantity else f"comes after {next(iter(chosen))}"
    return Candidate(warehouse=warehouse, rule=rule, rejected=None if warehouse in chosen else reason, available=units)
