"""Warehouses that may take lines of an order, and their precedence: decided before stock is read."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from packhorse.domain.address import Address, is_usable, with_codes
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.routing.decision import Candidate, Rule
from packhorse.domain.routing.regions import Precision, precision
from packhorse.domain.values import ChannelId, WarehouseId


class Ranking(NamedTuple):
    """Warehouses for lines of the same priorities, best first, and why geo and priorities reject the others."""

    regional: tuple[WarehouseId, ...]
    listed: tuple[WarehouseId, ...]
    outside: tuple[Candidate, ...]
    unlisted: tuple[Candidate, ...]

    @property
    def precedence(self) -> tuple[WarehouseId, ...]:
        """All eligible warehouses: the regional ones, then the listed ones."""
        return tuple(dict.fromkeys((*self.regional, *self.listed)))

    def by(self, key: Callable[[WarehouseId], int]) -> "Ranking":
        """Return the ranking sorted by this key first, then as before."""
        return self._replace(regional=tuple(sorted(self.regional, key=key)), listed=tuple(sorted(self.listed, key=key)))


@dataclass(frozen=True)
class Eligibility:
    """The configuration as it applies to one order, computed once for all of its lines.

    A line that warehouses rejected has one of its own, `without` these, by the reason.
    """

    configuration: Configuration
    channel: ChannelId
    ship_to: Address | None
    without: Mapping[WarehouseId, str] = field(default_factory=dict)

    @cached_property
    def warehouses(self) -> tuple[WarehouseId, ...]:
        """All warehouses of the configuration, by id."""
        return tuple(sorted(self.configuration.warehouses))

    @cached_property
    def override(self) -> WarehouseId | None:
        """The override warehouse of the order's channel."""
        channel = self.configuration.channels.get(self.channel)
        return WarehouseId(channel.override_warehouse) if channel and channel.override_warehouse else None

    def absent(self, warehouse: WarehouseId) -> str | None:
        """Return why the warehouse takes no line, not even one that a person sends; None if it does."""
        found = self.configuration.warehouses.get(warehouse)
        if found is None:
            return "does not exist"
        return None if found.active else "inactive"

    def closed(self, warehouse: WarehouseId) -> str | None:
        """Return why no rule but manual can choose the warehouse for the line; None if one can."""
        return self.absent(warehouse) or self.without.get(warehouse)

    def exclusion(self, warehouse: WarehouseId) -> str | None:
        """Return the reason if the warehouse excludes the order's channel; None if it does not."""
        found = self.configuration.warehouses.get(warehouse)
        return f"excludes channel {self.channel}" if found and self.channel in found.excludes else None

    def barred(self, warehouse: WarehouseId) -> str | None:
        """Return why geo and priorities cannot choose the warehouse; None if they can."""
        return self.closed(warehouse) or self.exclusion(warehouse)

    @cached_property
    def geo_skipped(self) -> str | None:
        """Why geo is skipped for lack of an address; None if it is not, or no warehouse has regions."""
        if not any(warehouse.regions for warehouse in self.configuration.warehouses.values()):
            return None
        if self.ship_to and is_usable(self.ship_to):
            return None
        country = self.ship_to.country if self.ship_to else ""
        return f"geo skipped: unknown country {country!r}" if country else "geo skipped: no ship-to country"

    @cached_property
    def precisions(self) -> Mapping[WarehouseId, Precision]:
        """How exactly the regions of each warehouse cover the ship-to; without those that do not."""
        if self.ship_to is None or self.geo_skipped:
            return {}
        here = with_codes(self.ship_to)
        matches = {id_: precision(self.configuration.warehouses[id_].regions, here) for id_ in self.warehouses}
        return {warehouse: match for warehouse, match in matches.items() if match}

    @property
    def is_rejected_in_region(self) -> bool:
        """Whether a warehouse whose regions cover the ship-to rejected the line, and would take it otherwise."""
        return any(
            not self.absent(each) and not self.exclusion(each) for each in self.precisions if each in self.without
        )

    def ranking(self, priorities: Iterable[str]) -> Ranking:
        """Rank regional warehouses by precision, priority and id, and listed ones by their priority."""
        rank = {WarehouseId(listed): index for index, listed in enumerate(dict.fromkeys(priorities))}
        regional = [warehouse for warehouse in self.precisions if not self.barred(warehouse)]
        regional.sort(key=lambda warehouse: (-self.precisions[warehouse], rank.get(warehouse, len(rank)), warehouse))
        listed = [warehouse for warehouse in rank if not self.barred(warehouse)]
        return Ranking(tuple(regional), tuple(listed), self._outside(regional), self._unlisted(listed, rank))

    def _outside(self, regional: Collection[WarehouseId]) -> tuple[Candidate, ...]:
        others = [warehouse for warehouse in self.warehouses if warehouse not in regional]
        return tuple(lost(warehouse, Rule.GEO, self.barred(warehouse) or self._far(warehouse)) for warehouse in others)

    def _far(self, warehouse: WarehouseId) -> str:
        has_regions = self.configuration.warehouses[warehouse].regions
        return "ship-to is outside its regions" if has_regions else "has no regions"

    def _unlisted(self, listed: Collection[WarehouseId], rank: Iterable[WarehouseId]) -> tuple[Candidate, ...]:
        others = sorted({*self.warehouses, *rank} - {*listed})
        return tuple(lost(each, Rule.PRIORITY, self.barred(each) or "not in the priorities") for each in others)


@lru_cache(maxsize=4096)
def lost(warehouse: WarehouseId, rule: Rule, reason: str) -> Candidate:
    """Return a candidate that lost before its stock was read; equal arguments give the same object."""
    return Candidate(warehouse=warehouse, rule=rule, rejected=reason)
