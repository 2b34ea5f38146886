"""What orders may hold, and in which order messages of one may come: each once, and what every channel makes of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from tests.channels.kit.sale import MUG, TOWEL, End, Item, Read, Sale, Sent, Sort, Units

READ = Read({"Blue mug": Units(3), "Tea towel": Units(1, "12.00", "TOWEL")})
"""What is read of the order of two lines that is sold without further ado."""

LINES = dict(READ.lines)
CARD = Item("Gift card", "CARD", 1, "25.00", Sort.GIFT_CARD)
SERVICE = Item("Engraving", "ENGRAVE", 1, "5.00", Sort.SERVICE)
CUSTOM = Item("Made to measure", "", 1, "99.00", Sort.CUSTOM)
MANY = tuple(Item(f"Line {n}", f"SKU-{n}", n % 3 + 1, "1.10") for n in range(300))
HOUR = timedelta(hours=1)


class Refused(NamedTuple):
    """An order that is not taken in, and the field that is at fault."""

    field: str


class Case(NamedTuple):
    """An order, and what is read of it: nothing of one that we have nothing to do with."""

    sale: Sale
    reads: Read | Refused | None


CASES: Mapping[str, Case] = {
    "an order": Case(Sale(), READ),
    "not paid yet": Case(Sale(is_paid=False), READ._replace(is_paid=False)),
    "no address": Case(Sale(street=None), READ._replace(street=None)),
    "unicode": Case(
        Sale((Item("Tasse „Blå“ 茶 ☕", "TASSE-Ü/茶"),), buyer="Æsa Þórr-東 👩‍🚀", street="Große Straße 1 – 東京"),
        READ._replace(
            lines={"Tasse „Blå“ 茶 ☕": Units(3, "9.50", "TASSE-Ü/茶")},
            buyer="Æsa Þórr-東 👩‍🚀",
            street="Große Straße 1 – 東京",
        ),
    ),
    "a currency without decimals": Case(
        Sale((MUG._replace(price="1200"),), currency="JPY"),
        READ._replace(lines={"Blue mug": Units(3, "1200")}, currency="JPY"),
    ),
    "a currency of three decimals": Case(
        Sale((MUG._replace(price="4.125"),), currency="KWD"),
        READ._replace(lines={"Blue mug": Units(3, "4.125")}, currency="KWD"),
    ),
    "300 lines": Case(Sale(MANY), READ._replace(lines={i.name: Units(i.quantity, i.price, i.sku) for i in MANY})),
    "a gift card beside goods": Case(Sale((MUG, CARD)), READ._replace(lines={"Blue mug": LINES["Blue mug"]})),
    "a service beside goods": Case(Sale((MUG, SERVICE)), READ._replace(lines={"Blue mug": LINES["Blue mug"]})),
    "nothing but a gift card": Case(Sale((CARD,)), None),
    "nothing but a service": Case(Sale((SERVICE,)), None),
    "a custom item": Case(Sale((CUSTOM,)), READ._replace(lines={"Made to measure": Units(1, "99.00", "")})),
    "units refunded before they left, restocked": Case(
        Sale((MUG._replace(dropped=1), TOWEL)), READ._replace(lines={**LINES, "Blue mug": Units(2)})
    ),
    "units refunded before they left, not restocked": Case(
        Sale((MUG._replace(dropped=1), TOWEL), restocks=False), READ._replace(lines={**LINES, "Blue mug": Units(2)})
    ),
    "units that came back": Case(
        Sale((MUG._replace(returned=1), TOWEL), sent=(Sent({0: 3, 1: 1}),)),
        READ._replace(
            lines={**LINES, "Blue mug": Units(3, returned=1)},
            is_shipped=True,
            parcels=(("1Z999", {"Blue mug": 3, "Tea towel": 1}),),
        ),
    ),
    "units refunded that the buyer keeps": Case(
        Sale((MUG._replace(kept=1), TOWEL), sent=(Sent({0: 3, 1: 1}),)),
        READ._replace(is_shipped=True, parcels=(("1Z999", {"Blue mug": 3, "Tea towel": 1}),)),
    ),
    "a line with fewer units by an edit": Case(
        Sale((MUG._replace(was=3, quantity=2), TOWEL)), READ._replace(lines={**LINES, "Blue mug": Units(2)})
    ),
    "a line with more units by an edit": Case(
        Sale((MUG._replace(was=3, quantity=5), TOWEL)), READ._replace(lines={**LINES, "Blue mug": Units(5)})
    ),
    "a line removed by an edit": Case(
        Sale((MUG, TOWEL._replace(was=1, quantity=0))), READ._replace(lines={"Blue mug": LINES["Blue mug"]})
    ),
    "cancelled": Case(Sale(is_cancelled=True), READ._replace(lines={}, is_cancelled=True)),
    "all of the money gone back": Case(Sale(is_refunded=True), READ._replace(is_refunded=True)),
    "a test order": Case(Sale(is_test=True), None),
    "archived": Case(Sale(is_archived=True, after=timedelta(hours=40)), READ._replace(is_archived=True)),
    "a part has left": Case(
        Sale(sent=(Sent({0: 2}),)), READ._replace(parcels=(("1Z999", {"Blue mug": 2}),))
    ),
    "all has left in two parcels": Case(
        Sale(sent=(Sent({0: 2}, "1Z1"), Sent({0: 1, 1: 1}, "1Z2"))),
        READ._replace(
            is_shipped=True, parcels=(("1Z1", {"Blue mug": 2}), ("1Z2", {"Blue mug": 1, "Tea towel": 1}))
        ),
    ),
    "a fulfilment that was cancelled": Case(Sale(sent=(Sent({0: 2}, is_cancelled=True),)), READ),
    "a clock that is hours ahead": Case(Sale(after=timedelta(days=2, hours=13)), READ),
    "a clock that is days ahead": Case(Sale(after=timedelta(days=5)), Refused("modified_at")),
}  # fmt: skip


class Story(NamedTuple):
    """Messages about one order as they come, and how it is stored at the end."""

    messages: tuple[Sale, ...]
    ends: End


NEW, WANTED = Sale(), {"Blue mug": 3, "Tea towel": 1}
PAID, UNPAID = NEW._replace(after=2 * HOUR), NEW._replace(after=HOUR, is_paid=False)
CANCELLED = NEW._replace(after=HOUR, is_cancelled=True)
PART, WHOLE = Sent({0: 2}, "1Z1"), Sent({0: 3, 1: 1}, "1Z1")
FEWER = NEW._replace(items=(MUG._replace(was=3, quantity=2), TOWEL))

STORIES: Mapping[str, Story] = {
    "cancelled before created": Story((CANCELLED, NEW), End({}, is_cancelled=True)),
    "fulfilled before created": Story((NEW._replace(after=HOUR, sent=(WHOLE,)), NEW), End(WANTED, WANTED, ("1Z1",))),
    "in part fulfilled before created": Story(
        (NEW._replace(after=HOUR, sent=(PART,)), NEW), End(WANTED, {"Blue mug": 2}, ("1Z1",))
    ),
    "older than what is known": Story((PAID._replace(items=FEWER.items), UNPAID), End({**WANTED, "Blue mug": 2})),
    "the same again": Story((NEW, NEW, NEW), End(WANTED)),
    "two of one time, paid last": Story((NEW._replace(is_paid=False), NEW), End(WANTED)),
    "two of one time, paid first": Story((NEW, NEW._replace(is_paid=False)), End(WANTED)),
    "two of one time, fewer units last": Story((NEW, FEWER), End({**WANTED, "Blue mug": 2})),
    "two of one time, fewer units first": Story((FEWER, NEW), End({**WANTED, "Blue mug": 2})),
    "a fulfilment that is made and renumbered": Story(
        (
            NEW,
            NEW._replace(after=HOUR, sent=(PART,)),
            NEW._replace(after=2 * HOUR, sent=(PART._replace(tracking="1Z2"),)),
        ),
        End(WANTED, {"Blue mug": 2}, ("1Z2",)),
    ),
    "a fulfilment that is made, cancelled and made again": Story(
        (
            NEW._replace(after=HOUR, sent=(PART,)),
            NEW._replace(after=2 * HOUR, sent=(PART._replace(is_cancelled=True),)),
            NEW._replace(after=3 * HOUR, sent=(PART._replace(is_cancelled=True), WHOLE._replace(tracking="1Z2"))),
        ),
        End(WANTED, WANTED, ("1Z2",)),
    ),
}
