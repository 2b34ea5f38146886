"""A warehouse that is switched off in the middle of a day, and on again."""

from simulation.day import MOST_TRIES, place_by_hand, receive, some_lines
from simulation.opening import EAST, MUG
from simulation.outside import Outside
from simulation.switched_off_rules import SwitchedOff

UNDER_WAY = 600.0
"""The seconds for which a process may go on with the settings that it has read."""


def a_warehouse_that_is_switched_off(day: Outside, name: str) -> None:
    """Takes nothing new for a while, in which people buy, and pay what it has allocated; then it is switched on."""
    if not day.amazon:
        receive(day, MUG, EAST, 2)
    place_by_hand(day, name, {MUG: 2}, paid=False)
    day.turns.sleep(60)
    switch(day, is_active=False)
    place_by_hand(day, f"{name}-meanwhile", some_lines(day), paid=True)
    day.turns.sleep(day.random.choice((60, UNDER_WAY + 60)))
    for order_id, order in list(day.books.orders.items()):
        if order["channel_order_id"] == name:
            day.call_api("POST", f"/orders/{order_id}/pay")
    day.turns.sleep(120 * day.random.random())
    switch(day, is_active=True)


def switch(day: Outside, *, is_active: bool) -> None:
    """Switch the warehouse on or off, with retries until that is done."""
    day.books.switched_off, day.expected.is_off = None, True
    for _ in range(MOST_TRIES):
        if day.call_api("PATCH", f"/warehouses/{EAST}", {"active": is_active}).is_done:
            day.expected.is_off = not is_active
            day.books.switched_off = None if is_active else SwitchedOff(EAST, day.turns.now + UNDER_WAY)
            return
    day.expected.gave_up = True
