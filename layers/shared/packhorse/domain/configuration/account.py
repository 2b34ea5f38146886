"""The account: the merchant's own settings."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.labels.box_sizes import MAX_SIZES, BoxSize
from packhorse.domain.money import Currency, Money
from packhorse.domain.values import Identifier, Value


class Unmatched(StrEnum):
    """What happens to an order with a line that matches no product."""

    HOLD = "hold"
    CREATE = "create"
    REJECT = "reject"


class Geo(StrEnum):
    """Whether a line whose regional warehouses lack stock may go elsewhere."""

    PREFER = "prefer"
    STRICT = "strict"


class Restock(StrEnum):
    """What of a cancelled order goes back on the shelf: shipped units too, unshipped ones, none."""

    ALWAYS = "always"
    UNSHIPPED = "unshipped"
    NEVER = "never"


class Backorders(StrEnum):
    """Who gets stock that is scarce: the oldest waiting order until it is whole, or any order that it suffices for."""

    OLDEST_FIRST = "oldest_first"
    AS_THEY_FIT = "as_they_fit"


class Account(Value):
    """The merchant's own settings; docs/routing.md, docs/stock.md and docs/publishing.md say what each option does.

    `heal_drift` has every drift healed, `heal_oversold` that of channels which show more than ours.
    `currency` is that of files which name none; without it, each has to. `boxes` are the box sizes to pack in.
    No label dearer than `max_label_price` is bought.
    """

    catchall: Identifier
    priorities: tuple[Identifier, ...] = ()
    split_lines: bool = False
    fewest_shipments: bool = False
    geo: Geo = Geo.PREFER
    exclusions_first: bool = False
    ship_partial_lines: bool = False
    ship_complete: bool = False
    short_line_exceptions: bool = False
    backorders: Backorders = Backorders.OLDEST_FIRST
    unmatched_sku: Unmatched = Unmatched.HOLD
    restock: Mapping[WarehouseKind, Restock] = {}
    sync: bool = False
    heal_drift: bool = False
    heal_oversold: bool = True
    currency: Currency | None = None
    max_label_price: Money | None = None
    boxes: Annotated[tuple[BoxSize, ...], Field(max_length=MAX_SIZES)] = ()
