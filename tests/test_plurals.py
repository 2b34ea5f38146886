"""Texts for people say one thing in the singular: what is counted goes through `plural`."""

import re
from pathlib import Path

from local.home import CHECKOUT

THINGS = "units|orders|lines|days|hours|minutes|products|parcels|rows|files|times|listings|skus|shelves|weeks"
COUNTED = re.compile(rf"{{[a-z][^{{}}]*(?<!:,)}} (?:{THINGS})\b")
NEVER_ONE = {
    "usecases/operations/audit_shelves.py": "names kinds of orders",
    "store/commit.py": "more writes than a transaction takes",
    "channels/woocommerce/stock.py": "two or more products have one sku",
    "files/purchasing/drafts.py": "more lines than a purchase order takes",
}


def texts_of(source: Path) -> list[str]:
    lines = [line.strip() for line in source.read_text().splitlines()]
    return [line for line in lines if 'f"' in line and COUNTED.search(line)]


def test_a_number_of_things_is_said_by_plural() -> None:
    below = CHECKOUT / "layers/shared/packhorse"
    counting = {source.relative_to(below).as_posix() for source in below.rglob("*.py") if texts_of(source)}

    assert counting == set(NEVER_ONE)
