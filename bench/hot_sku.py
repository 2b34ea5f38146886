"""How many lines of one sku in one warehouse can be sold in a second: simulated, see `bench.flash_sale`.

python -m bench.hot_sku '{"at_once": 80, "held": 0.005}'      one sale on terms of one's own (`flash_sale.Terms`)
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.process import LAYER, run
from simulation.template import prepare

Figures = dict[str, Any]
ENOUGH_AT_ONCE = 160
"""Invocations side by side that bring a balance to 5000 lines a second."""
TERMS: dict[str, Figures] = {
    "enough": {"at_once": ENOUGH_AT_ONCE},
    "deployed": {},
    "all_limits": {"tables": []},
    "held 5 ms": {"held": 0.005, "seconds": 4},
    "held 10 ms": {"held": 0.010, "seconds": 4},
}


def measure() -> Figures:
    """Return the figures of bench/results.json that begin with hot_sku."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(TERMS, pool.map(sold, TERMS.values()), strict=True))
    rates = {name: each["lines_per_second"] for name, each in found.items()}
    return {
        "hot_sku_write_units_per_line": found["deployed"]["write_units_per_line"],
        "hot_sku_lines_per_second_simulated": rates["enough"],
        "hot_sku_invocations_at_once": ENOUGH_AT_ONCE,
        "hot_sku_lines_per_second_as_deployed": rates["deployed"],
        "hot_sku_lines_per_second_all_limits": rates["all_limits"],
        "hot_sku_first_limit": found["all_limits"]["limits"][0],
        "hot_sku_lines_per_second_with_conflicts": {name: rates[name] for name in rates if name.startswith("held")},
    }


def sold(terms: Figures) -> Figures:
    """Run a sale in a process of its own; return its figures."""
    return dict(run("bench.hot_sku", json.dumps(terms)))


def main(terms: str) -> None:
    """Run one sale; print its figures as JSON."""
    sys.path.append(str(LAYER))
    prepare()
    from bench.flash_sale import Terms, held_in

    print(json.dumps(held_in(Terms(**json.loads(terms)))))


if __name__ == "__main__":
    main(sys.argv[1])
