"""Small pages: sizes that only thousands of records reach in production, as small as a day of a few orders reaches."""

import importlib
import random
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

SIZES: Mapping[tuple[str, str], tuple[int, ...]] = {
    ("packhorse.usecases.routing.release", "SERVE_PAGE"): (1, 2),
    ("packhorse.usecases.operations.audit_orders", "ORDERS_PAGE"): (1, 2),
    ("packhorse.usecases.operations.audit_shelves", "AUDIT_PAGE"): (1, 3),
    ("packhorse.usecases.stock.compare_stock", "COMPARE_PAGE"): (1, 2),
    ("packhorse.usecases.stock.plan_publishing", "FAN_OUT_PAGE"): (1, 2),
    ("packhorse.usecases.stock.apply_stock_rows", "MAX_ROW_ACTIONS"): (2, 5),
    ("packhorse.usecases.orders.change_orders", "MAX_CHANGED_ORDERS"): (1, 2),
    ("packhorse.usecases.routing.allocate", "MAX_ROUTED_ORDERS"): (1, 2),
    ("packhorse.channels.generic.shop", "PAGE_SIZE"): (1, 2),
    ("packhorse.channels.generic.shop", "READ_SIZE"): (1, 2),
    ("packhorse.store.orders", "SMALL_PAGE"): (1, 2),
    ("packhorse.channels.woocommerce.polling", "PAGE_SIZE"): (1, 2),
    ("packhorse.channels.ebay.polling", "PAGE_SIZE"): (1, 2),
}
"""By module and name: the sizes of a day with small pages; MAX_ROW_ACTIONS is at least what a row takes."""


def small_pages(seed: int) -> Mapping[tuple[str, str], int]:
    """Return the sizes of the seed's day; every second day has those of production."""
    dice = random.Random(f"how small {seed}")  # noqa: S311 - the same every time is the point
    if dice.random() < 0.5:
        return {}
    return {name: dice.choice(small) for name, small in SIZES.items()}


@contextmanager
def resized(sizes: Mapping[tuple[str, str], int]) -> Iterator[None]:
    """Have the product work with these sizes meanwhile."""
    with ExitStack() as patches:
        for (module, name), size in sizes.items():
            patches.enter_context(patch.object(importlib.import_module(module), name, size))
        yield
