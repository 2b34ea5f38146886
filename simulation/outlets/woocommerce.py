"""A WooCommerce store of a simulated day: it counts its own stock and posts whole orders."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from random import Random

import httpx

from local.world.woocommerce import hooks, products, server
from local.world.woocommerce.store import Store, now
from packhorse.aws.secrets import Credentials
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.web_address import origin_of
from simulation.aws.web import response_of
from simulation.order_documents import moment
from simulation.outlets.outlet import Event, Json, Seen, Units, plain
from simulation.turns import Turns

WOO, WOO_URL, WOO_SECRET = "woo", "https://woo.example", "the-woocommerce-secret"
PRODUCTS = {"MUG": 201, "CUP": 202, "SET": 203, "JUG": 204, "BOWL": 205, "PLATE": 206}
SKUS = {number: sku for sku, number in PRODUCTS.items()}
API = "/wp-json/wc/v3/orders/"
OURS = "_packhorse_parcel_"
TRASH, DELETED, RESTORED = "trash", "order.deleted", "order.restored"
PLACE = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address_1": "Unter den Linden 1",
    "city": "Berlin",
    "postcode": "10117",
}


class WooOutlet:
    """The store; `tracking` is the way in which it shows parcels.

    `own` has what left by the orders that its people completed: all but our parcels that it had then. `states` are
    those that orders had before they were moved to the trash.
    """

    id, url = WOO, WOO_URL
    channel = Channel(id=WOO, kind=ChannelKind.WOOCOMMERCE, base_url=WOO_URL, calls_per_second=50)

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.store = Store()
        self.store.later = _never
        dice = Random(f"tracking {turns.random.getstate()}")  # noqa: S311 - the same for a seed is the point
        self.store.settings.tracking = dice.choice(("", "extension", "fulfillments"))
        self.moved: set[str] = set()
        self.own: dict[str, Units] = {}
        self.states: dict[str, str] = {}
        self.cancel_calls: list[str] = []
        self.changed: Callable[[str], None] = _ignore
        self._orders = 300
        for sku, number in PRODUCTS.items():
            products.put_product(self.store, {"id": number, "sku": sku})

    @property
    def keys(self) -> Credentials:
        """The key and secret of its REST API."""
        settings = self.store.settings
        return Credentials(
            client_id=settings.key,
            client_secret=settings.secret,
            webhook_secrets=(WOO_SECRET,),
            origin=origin_of(WOO_URL),
        )

    @property
    def orders(self) -> Iterable[str]:
        """The ids of its orders."""
        return list(self.store.orders)

    def renew_keys(self) -> None:
        """Replace the key, as a merchant does who revokes the old one."""
        number = self.store.next_id()
        self.store.settings.key, self.store.settings.secret = f"ck_{number}", f"cs_{number}"

    def answers(self, received: httpx.Request) -> httpx.Response:
        """Return the answer of its REST API; a changed order is posted as webhooks do."""
        target, raw = received.url.raw_path.decode(), received.read()
        token = received.headers.get("authorization", "")
        with self.turns.skewed(0.0):
            status, body = server.answer(self.store, received.method, target, token, raw)
            if received.method == "PUT" and target.startswith(API) and status == httpx.codes.OK:
                number = target.removeprefix(API).partition("/")[0]
                if json.loads(raw).get("status") == "cancelled":
                    self.cancel_calls.append(number)
                    self._note_moved(number)
                self.changed(number)
        return response_of(status, body)

    def reference(self, sku: str) -> str:
        """Return the id of a product."""
        return str(PRODUCTS[sku])

    def offers(self, sku: str) -> int:
        """Return the quantity that it shows."""
        return int(self.store.products[self.reference(sku)]["stock_quantity"])

    def stock_up(self, sku: str, units: int) -> None:
        """Add units before the day begins."""
        self.store.products[self.reference(sku)]["stock_quantity"] += units

    def sell(self, lines: Mapping[str, int]) -> str:
        """Sell units, which are paid at once; the store takes them from its stock."""
        self._orders += 1
        place = {**PLACE, "country": "DE"}
        self._put(
            {
                "id": self._orders,
                "number": str(self._orders),
                "status": "processing",
                "currency": "EUR",
                "date_created_gmt": now(),
                "date_paid_gmt": now(),
                "date_completed_gmt": None,
                "billing": {**place, "email": "lovelace@example.org"},
                "shipping": place,
                "line_items": [
                    {
                        "id": self._orders * 100 + index,
                        "product_id": PRODUCTS[sku],
                        "variation_id": 0,
                        "sku": sku,
                        "name": sku,
                        "quantity": quantity,
                        "subtotal": "19.00",
                        "total": "19.00",
                    }
                    for index, (sku, quantity) in enumerate(lines.items(), 1)
                ],
                "refunds": [],
            }
        )
        self._note_moved(str(self._orders))
        return str(self._orders)

    def date_back(self, number: str, at: datetime) -> None:
        """Have an order placed, and changed last, at an earlier moment."""
        moment = at.strftime("%Y-%m-%dT%H:%M:%S")
        self.store.orders[number] |= {"date_created_gmt": moment, "date_modified_gmt": moment}

    def event(self, number: str, topic: str = "order.updated") -> Event:
        """Return the webhook of an order, signed with the secret that the webhook has."""
        raw = json.dumps({"id": int(number)} if topic == DELETED else self.store.orders[number]).encode()
        registered = [each for each in self.store.webhooks.values() if each["topic"] == topic]
        hook = registered[0] if registered else {"id": 1, "topic": topic, "secret": WOO_SECRET}
        headers = {name.lower(): value for name, value in hooks.signed_headers(hook, raw).items()}
        return Event(headers, raw, states=True)

    def edit(self, number: str, line: int, units: int) -> bool:
        """Change the units of a line; the stock of the store stays, as with an edit of a paid order."""
        order = json.loads(json.dumps(self.store.orders[number]))
        if order["status"] != "processing":
            return False
        order["line_items"][line % len(order["line_items"])]["quantity"] = units
        self._put(order)
        return True

    def ship(self, number: str) -> Units:
        """Complete an order that is not over: all that is on it has left."""
        if self.store.orders[number]["status"] == "processing":
            made: Units = sum((each.units for each in self.parcels(number)), Counter())
            self.own[number] = self._units(number) - made
            self.store.set_status(number, "completed")
            self._touch(number)
        return self._units(number) if self.store.orders[number]["status"] == "completed" else Counter()

    def cancel(self, number: str) -> None:
        """Cancel an order that is not over; the store adds its units to its stock."""
        if self.store.orders[number]["status"] == "processing":
            self.store.set_status(number, "cancelled")
            self._touch(number)
            self._note_moved(number)

    @property
    def trash(self) -> list[str]:
        """The orders in the trash."""
        return [number for number, order in self.store.orders.items() if order["status"] == TRASH]

    def throw_away(self, number: str) -> None:
        """Move an order to the trash; the stock of the store stays."""
        self.states[number] = self.store.orders[number]["status"]
        self.store.orders[number]["status"] = TRASH
        self._touch(number)

    def restore(self, number: str) -> None:
        """Take an order out of the trash, as it was."""
        self.store.orders[number]["status"] = self.states[number]
        self._touch(number)

    def in_shop_terms(self, number: str) -> Json:
        """Return the compared fields of an order as the generic shop would list them."""
        order = self.store.orders[number]
        is_over = order["status"] == "cancelled"
        return {
            "id": number,
            "modified_at": f"{order['date_modified_gmt']}Z",
            "cancelled_at": f"{order['date_modified_gmt']}Z" if is_over else None,
            "lines": [{"id": str(line["id"]), "quantity": line["quantity"]} for line in order["line_items"]],
            "parcels": [],
        }

    def parcels(self, number: str) -> list[Seen]:
        """Return the parcels that the store has of us; it has none of its own (see `own`)."""
        return [Seen(plain(each.get("tracking")), _units(each["lines"])) for each in self._ours(number)]

    def to_show(self, number: str) -> int:
        """Return how many parcels it is to show: Shipment Tracking has those under one number once."""
        ours = self._ours(number)
        tracked = [each for each in ours if each.get("way") == "tracking"]
        numbers = {(plain(each.get("carrier")), plain(each.get("tracking"))) for each in tracked}
        return len(numbers) + len(ours) - len(tracked)

    def _ours(self, number: str) -> list[Json]:
        """Return the meta data of our parcels."""
        stored = self.store.orders[number]["meta_data"]
        return [each["value"] for each in stored if each["key"].startswith(OURS)]

    def shown(self, number: str) -> int:
        """Return how many parcels it shows, in whatever way."""
        notes = [each for each in self.store.notes.get(number, ()) if each["note"].startswith("Shipped: ")]
        return sum(map(len, (notes, self.store.trackings.get(number, ()), self.store.fulfillments.get(number, ()))))

    def _units(self, number: str) -> Units:
        return Counter({str(line["id"]): line["quantity"] for line in self.store.orders[number]["line_items"]})

    def _note_moved(self, number: str) -> None:
        self.moved.update(SKUS[line["product_id"]] for line in self.store.orders[number]["line_items"])

    def _put(self, order: Json) -> None:
        """Put an order as of now: no two versions have one time, which the store writes in seconds."""
        before = self.store.orders.get(str(order["id"]))
        self.store.put_order({**order, "date_modified_gmt": now() if before is None else _later(before)})

    def _touch(self, number: str) -> None:
        self.store.orders[number]["date_modified_gmt"] = _later(self.store.orders[number])


def _later(before: Json) -> str:
    after = moment(f"{before['date_modified_gmt']}Z") + timedelta(seconds=1)
    return max(now(), after.strftime("%Y-%m-%dT%H:%M:%S"))


def _units(parts: Iterable[Json]) -> Units:
    units: Units = Counter()
    for part in parts:
        units[str(part["line"])] += part["quantity"]
    return units


def _never(_: Callable[[], object]) -> None:
    """Send nothing: the day posts webhooks itself, as late as it likes."""


def _ignore(_: str) -> None:
    """Do nothing."""
