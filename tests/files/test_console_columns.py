"""The console's list of columns."""

import re
from pathlib import Path

from packhorse.files.orders.order_rows import ORDER_COLUMNS, REQUIRED_ORDER_COLUMNS

COLUMNS = Path(__file__).parents[2] / "console" / "src" / "pages" / "uploads" / "mapping.ts"


def test_the_console_maps_to_the_columns_that_are_read() -> None:
    required, ours = re.findall(r"= \[\n(.*?)\];", COLUMNS.read_text(), re.DOTALL)

    assert tuple(re.findall(r'"(\w+)"', required)) == REQUIRED_ORDER_COLUMNS
    assert tuple(re.findall(r'"(\w+)"', ours)) == ORDER_COLUMNS
