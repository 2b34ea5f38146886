"""`make demo`: orders arrive by webhook, file and poll, are routed, shipped and completed."""

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from local.api import Api
from local.demo import drop_ship, expected, purchase, sending, shipping, shops, transfer, work
from local.demo.run import Demo, is_with_warehouse, out
from local.demo.tables import offers_table, orders_table, stock_table, timeline_table
from local.home import Home, StackError
from local.progress import step
from local.running import Stack
from local.scenario import Example
from local.seed import stock_up
from local.stack import up


def _is_handed_over(example: Example, order: dict[str, Any]) -> bool:
    if example.ends in ("waits", "bought"):
        return "backordered" in order["flags"]
    return is_with_warehouse(example, order)


def _has_ended(example: Example, order: dict[str, Any]) -> bool:
    return bool(order["status"] == example.status)


def differences(example: Example, order: dict[str, Any]) -> Iterator[str]:
    """Yield each difference between the order and its expected result."""
    if order["status"] != example.status:
        yield f"{example.name}: {order['status']}, not {example.status}"
    for line in order["lines"]:
        warehouse, rule = example.goes[line["sku"]]
        went = ",".join(part["warehouse"] for part in line["allocations"])
        if (went, line["routing"]["rule"]) != (warehouse, rule):
            yield f"{example.name}: {line['sku']} went to {went or 'no warehouse'} by {line['routing']['rule']}"


def run(stack: Stack) -> list[str]:
    """Run the demo, print its tables, and return all differences from the expected results."""
    with closing(Api(stack)) as api:
        return _run(Demo(stack, api))


def _run(demo: Demo) -> list[str]:
    with step("stocking up, and waiting until the shops show the stock"):
        stock_up(demo.api)
        expected.check(demo.api.get, demo.examples)
        before, offers = demo.stock(), shops.wait_for_offers(demo)
    with step("sending orders: webhooks, notifications, polls, a CSV file, one by hand"):
        sending.send(demo)
    with step("routing, and handing over to the warehouses") as update:
        handed_over = demo.wait_for_orders(_is_handed_over, update)
    with step("shipping: by a supplier, by Amazon, by labels, by hand, and what is bought first; some are cancelled"):
        shipping.ship(demo, handed_over)
    with step("waiting until every order has ended") as update:
        orders = demo.wait_for_orders(_has_ended, update)
    with step("notifying the shops of their parcels, and of what was cancelled here"):
        shops.wait_for_notices(demo, orders)
        shops.wait_for_cancellations(demo, orders)
    with step("following what the supplier ships with purchase orders"):
        drop_ships = drop_ship.followed(demo.api, orders)
    with step("moving plates to another warehouse: one comes damaged, one is lost and found"):
        moved = transfer.move(demo.api)
    with step("building gift boxes of mugs and boards: a mug breaks, one box is taken apart"):
        worked = work.build(demo.api)
    with step("publishing the remaining stock to the shops"):
        offers_now = shops.wait_for_offers(demo)
    out.print(
        "",
        orders_table(demo.examples, orders),
        stock_table(before, demo.stock()),
        offers_table(offers, offers_now),
        *(purchase.purchase_table(each) for each in demo.bought),
        drop_ship.drop_ship_table(drop_ships, orders),
        transfer.transfer_table(moved),
        *(work.work_table(each) for each in worked),
        timeline_table(orders[demo.examples[0].id]),
        timeline_table(next(orders[each.id] for each in demo.examples if each.ends == "rejected")),
    )
    missing = [each for bought in demo.bought for each in purchase.differences(demo.api, bought)]
    missing += transfer.differences(demo.api, moved)
    missing += work.differences(demo.api, worked)
    missing += drop_ship.differences(drop_ships, orders)
    return [
        *demo.problems,
        *missing,
        *(each for example in demo.examples for each in differences(example, orders[example.id])),
    ]


def main() -> None:
    """Exit with 0 only if every order ended as expected."""
    started = time.monotonic()
    try:
        stack = up(Home())
        problems = run(stack)
    except StackError as error:
        sys.exit(f"packhorse: {error}")
    if problems:
        sys.exit("\n".join(problems))
    out.print(f"every order ended as expected, after {time.monotonic() - started:.0f} s. To look around:")
    out.print(f"  API           {stack.api_url}/orders    (described in docs/openapi.json)", soft_wrap=True)
    out.print(f'  try           curl -H "Authorization: Bearer $(make token)" {stack.api_url}/orders', soft_wrap=True)
    out.print(f"  addresses     {stack.home.stack_file}", soft_wrap=True)
    out.print(f"  console       {stack.console_url}", soft_wrap=True)
    out.print(
        f"                sign in as {stack.operator['user']}, password {stack.operator['password']}", soft_wrap=True
    )
    out.print("  stop          make down")


if __name__ == "__main__":
    main()
