"""The world outside of a simulated day: shops, people with their consoles, files, and warehouses that ship.

They wait for answers and retry without one, as real ones do. `Expected` records what they may expect, to be compared
with the result.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx

from local.world import server
from local.world.carriers import easypost_trackers
from local.world.carriers.account import SCANNED
from local.world.shop import Shop, now, signature
from packhorse.aws.settings import settings
from simulation import storefront
from simulation.api_requests import request
from simulation.books import Books
from simulation.deployment import Deployment
from simulation.expected import Answer, Expected, Promise
from simulation.faults import Fault, Storm
from simulation.fba.rules import AmazonBooks
from simulation.functions import functions
from simulation.label_rules import CarrierBooks
from simulation.order_documents import Document, moment
from simulation.outlets.outlet import Event, Outlet
from simulation.scene import Scene
from simulation.sftp import SftpServer
from simulation.stated_orders import SHOP, listed, units_left
from simulation.storefront import STORE, STORE_URL, Storefront
from simulation.supply_rules import SupplierBooks

SHOP_URL, TOKEN, SECRET = "https://shop.example", "shop-token", "shop-secret"
TRIES = 60
OWNER = "ada@example.com"
BUSY = "the same request is being answered right now"


class Outside:
    """The actors outside, on one deployment; acts add their storms to `storms`.

    `carrier` are the books of the carrier account, if the day has one, `unposted` its webhooks that were not taken;
    `supplier` are those of a supplier, `sftp` is its server, `answers` counts its files; `amazon` those of Amazon,
    where it ships; `outlets` are stores of other kinds.

    The merchant sells the skus in `stocked`, and `units` at a time. With a `scene` the dice decide neither partner nor
    stock.
    """

    def __init__(self, deployment: Deployment, books: Books, storms: list[Storm], scene: Scene | None = None) -> None:
        self.scene = scene
        self.deployment = deployment
        self.turns = deployment.turns
        self.random = deployment.turns.random
        self.books = books
        self.shop = Shop()
        self.storefront = Storefront(deployment.turns, self._report_level)
        self.outlets: list[Outlet] = []
        self.expected = Expected()
        self.carrier: CarrierBooks | None = None
        self.unposted: list[bytes] = []
        self.supplier: SupplierBooks | None = None
        self.amazon: AmazonBooks | None = None
        self.sftp = SftpServer(deployment.world)
        self.answers = 0
        self.seconds = deployment.turns.random.choice((300.0, 300.0, 4000.0))
        self.storms = storms
        self.stocked: tuple[str, ...] = ()
        self.units = 1
        self._requests = 0
        self._reports = 0
        deployment.world.web.serve(SHOP_URL, self._shop_answers)
        deployment.world.web.serve(STORE_URL, self.storefront.answers)

    def _shop_answers(self, received: httpx.Request) -> httpx.Response:
        token = received.headers.get("authorization", "")
        target = received.url.raw_path.decode()
        # Signatures are not checked: clocks are wrong here by more than the minutes for which one counts.
        status, body = server.answer(self.shop, received.method, target, token, received.read())
        return httpx.Response(status, json=body)

    # ---- people and scripts ----------------------------------------------------------------------------------

    def report(self, describe: Callable[[], str], *, is_trouble: bool = False) -> None:
        """Report an event outside; the text is made only for a listener that shows it."""
        self.deployment.listener.happened(describe, is_trouble=is_trouble)

    def storm(self, service: str, begins: float, seconds: float, fault: Fault = Fault.BREAK) -> None:
        """Add a storm: a fault of every call of a service, from `begins` on for that many seconds."""
        self.storms.append(Storm(service, begins, begins + seconds, fault))
        after = begins - self.turns.now
        self.report(
            lambda: f"in {after:.0f} s, for {seconds:.0f} s, calls of {service} suffer the fault {fault}",
            is_trouble=True,
        )

    def let_die(self, function: str, seconds: float) -> None:
        """Have processes of a function die after some of their calls, from now on for that many seconds."""
        self.storm(functions()[function].name, self.turns.now, seconds, Fault.KILL_AFTER)

    def call_api(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        *,
        by: str = "",
        tries: int = TRIES,
    ) -> Answer:
        """Call the API, as the owner or as the person of an e-mail address; return its answer.

        Without one, the caller retries under the same idempotency key, that many `tries` in all.
        """
        self._requests += 1
        headers = {} if method == "GET" else {"idempotency-key": f"request-{self._requests}"}
        # The token of a person names the owner, as one of before would: only the record of the person counts.
        event = request(method, path, body, query=query, headers=headers, who=by or OWNER)
        answer = Answer(0, None)
        for _ in range(tries):
            found = self.deployment.call("ApiFunction", event)
            if found:
                answer = Answer(found["statusCode"], json.loads(found["body"]) if found["body"] else None)
            if found and answer.status < 500 and BUSY not in found["body"]:
                return answer
            self.turns.sleep(1 + 100 * self.random.random())
        return answer

    def order_of(self, promise: Promise) -> Document | None:
        """Return the stored order."""
        return next((each for each in self.books.orders.values() if _promise_of(each) == promise), None)

    # ---- the shop, and the Shopify store -----------------------------------------------------------------------

    def post(self, order: Mapping[str, Any], topic: str, body: bytes | None = None) -> bool:
        """Post a webhook of the shop until it is answered with 2xx; return whether it was."""
        raw = body or json.dumps(order).encode()
        headers = {"x-packhorse-topic": topic, "x-packhorse-signature": signature(raw, SECRET)}
        is_taken = self._post(SHOP, headers, raw)
        if is_taken and order:
            self._remember(SHOP, order)
        return is_taken

    def post_from_store(self, order: Mapping[str, Any], topic: str) -> bool:
        """Post a webhook of the Shopify store likewise."""
        raw = storefront.webhook(order)
        is_taken = self._post(STORE, storefront.headers(raw, topic), raw)
        if is_taken:
            self._remember(STORE, storefront.in_shop_terms(order))
        return is_taken

    def post_event(self, channel: str, event: Event, order: Mapping[str, Any] | None) -> bool:
        """Post an event of an outlet until it is answered with 2xx; `order` is what it states, in the shop's terms.

        A notification promises nothing: what it names is read, or polled at last.
        """
        if not event.states:
            return self._send(channel, event.headers, event.body)
        is_taken = self._post(channel, event.headers, event.body)
        if is_taken and order:
            self.expected.promised.add(Promise(channel, order["id"]))
            self._remember(channel, order)
        return is_taken

    def post_change(self, outlet: Outlet, number: str) -> None:
        """Post the webhook of an order that we changed in an outlet, some time later, perhaps twice or never."""
        event, order = outlet.event(number), outlet.in_shop_terms(number)
        for _ in range(self.random.choice((0, 1, 1, 2))):
            self._reports += 1
            work = partial(self.post_event, outlet.id, event, order)
            self.turns.spawn(work, f"change-{self._reports}", 30 * self.random.random())

    def hold_at_store(self, number: str, *, is_held: bool) -> None:
        """Put an order of the store on hold, or release it, and post that until it is answered with 2xx, or more often.

        Each time the order is read: what was read first may arrive last.
        """
        gid = self.storefront.hold(number, is_held=is_held)
        topic = f"fulfillment_orders/{'placed_on_hold' if is_held else 'hold_released'}"
        raw = json.dumps({"fulfillment_order": {"id": gid}}).encode()
        post = partial(self._send, STORE, storefront.headers(raw, topic), raw)
        for _ in range(self.random.choice((0, 1, 2, 3))):
            self._reports += 1
            self.turns.spawn(post, f"hold-{self._reports}")
        post()

    def _report_level(self, level: Mapping[str, Any]) -> None:
        """Post the store's report of a quantity some time later, perhaps twice."""
        raw = json.dumps(level).encode()
        headers = storefront.headers(raw, "inventory_levels/update")
        for _ in range(self.random.choice((1, 1, 1, 2))):
            self._reports += 1
            work = partial(self._send, STORE, headers, raw)
            self.turns.spawn(work, f"level-{self._reports}", 30 * self.random.random())

    def _post(self, channel: str, headers: Mapping[str, str], raw: bytes) -> bool:
        is_taken = self._send(channel, headers, raw)
        if is_taken:
            self.expected.payloads.add(raw)
        return is_taken

    def _send(self, channel: str, headers: Mapping[str, str], raw: bytes) -> bool:
        event = {
            "pathParameters": {"channel": channel},
            "headers": headers,
            "body": raw.decode(),
            "isBase64Encoded": False,
        }
        return self._call_until_taken("WebhookFunction", event)

    def _call_until_taken(self, function: str, event: Mapping[str, Any]) -> bool:
        for _ in range(TRIES):
            answer = self.deployment.call(function, event)
            if answer and answer["statusCode"] < 300:
                return True
            self.turns.sleep(10 + 300 * self.random.random())
        return False

    # ---- the carrier ---------------------------------------------------------------------------------------------

    def parcel_reaches(self, carrier: CarrierBooks, tracking: str, status: str) -> bytes:
        """Let the carrier find a parcel in a status; return the body of the webhook."""
        self.report(lambda: f"the carrier's parcel {tracking} is {status}")
        if status in SCANNED:
            carrier.scanned.add(tracking)
        parcel = carrier.account.parcels[tracking]
        event = easypost_trackers.advance(carrier.account, parcel, status, now(), status)
        return json.dumps(event["body"]).encode()

    def post_from_carrier(self, raw: bytes) -> None:
        """Post a webhook of the carrier until it is answered with 2xx."""
        if self.carrier is None:
            return
        headers = easypost_trackers.signature(raw, self.carrier.account.settings.webhook_secret)
        event = {"pathParameters": {"carrier": "easypost"}, "headers": headers, "body": raw.decode()}
        if not self._call_until_taken("TransitFunction", event):
            self.unposted.append(raw)

    def _remember(self, channel: str, order: Mapping[str, Any]) -> None:
        promise = Promise(channel, order["id"])
        latest = self.expected.newest.get(promise, order)
        self.expected.newest[promise] = max(latest, order, key=lambda each: moment(each["modified_at"]))
        self.expected.peaks[promise] = self.expected.peaks.get(promise, Counter()) | units_left(order)

    def reports(self, number: str, units: "Counter[str]") -> None:
        """Record that a channel says, from now on, that these units of an order have left."""
        self.books.peaks[number] = self.books.peaks.get(number, Counter()) | units

    def delete_from_store(self, number: str) -> bool:
        """Post that the store deleted an order, until it is answered with 2xx; return whether it was."""
        self.storefront.delete(number)
        raw = json.dumps({"id": int(number)}).encode()
        return self._post(STORE, storefront.headers(raw, "orders/delete"), raw)

    def change_order(self, order: str, /, **changes: Any) -> dict[str, Any]:
        """Change the order in the shop; return it."""
        self.report(
            lambda: (
                f"the shop's order {order} is {'changed' if order in self.shop.orders else 'placed'}: {listed(changes)}"
            )
        )
        self.shop.put_order({**self.shop.orders.get(order, {}), **changes, "id": order, "modified_at": now()})
        return dict(self.shop.orders[order])

    def sell(self, lines: Mapping[str, int]) -> dict[str, Any]:
        """Place an order of these lines in the store; return it."""
        order = self.storefront.sell(lines)
        self.report(lambda: f"the store's order {order['id']} is placed: {dict(lines)}")
        return order

    def drop(self, key: str, text: str) -> None:
        """Put a file into the bucket."""
        self.report(lambda: f"puts a file into the bucket, {key}: {' | '.join(text.splitlines()[1:])}")
        self.deployment.world.s3.operations["PutObject"](
            {"Bucket": settings.uploads_bucket, "Key": key, "Body": text.encode()}
        )

    # ---- warehouses --------------------------------------------------------------------------------------------

    def ship_all(self, *, only_some: float = 0.0) -> int:
        """Ship fulfilment orders that were handed over; return the number of parcels."""
        sent = 0
        for order_id, document in list(self.books.orders.items()):
            for number, fulfilment in enumerate(document.get("fulfilments", ()), 1):
                if self.is_with_partner(fulfilment):
                    continue
                if fulfilment.get("status", "queued") == "requested" and self.random.random() >= only_some:
                    if only_some and self.random.random() < 0.5:
                        self._ship_a_part(order_id, number, self.random.choice(fulfilment["lines"]))
                    sent += self.ship(order_id, number)
        return sent

    def is_with_partner(self, fulfilment: Document) -> bool:
        """Return whether a fulfilment order is of a warehouse of others: people of ours do not ship from there.

        A parcel that they enter is the other's own, by telephone: one that it does not know of is a false report,
        which looks to the product like a true one.
        """
        return fulfilment["warehouse"] in self.books.partners

    def _ship_a_part(self, order_id: str, number: int, part: Document) -> None:
        """Ship one unit first, or all but one, with two requests."""
        quantity = self.random.choice((1, max(1, part["quantity"] - 1)))
        for _ in range(2):
            self.ship(order_id, number, [{"line": part["line"], "quantity": quantity}], name="-part")

    def ship(
        self,
        order_id: str,
        number: int,
        lines: Iterable[Mapping[str, Any]] = (),
        name: str = "",
        *,
        override: bool = False,
        by: str = "",
    ) -> bool:
        """Ship a parcel of a fulfilment order, sometimes with two requests; return whether the first succeeded."""
        parcel: dict[str, Any] = {"carrier": "DHL", "tracking": f"T-{order_id[:8]}-{number}{name}"}
        parcel |= {"lines": list(lines)} if lines else {}
        path = f"/orders/{quote(order_id)}/fulfilments/{number}/ship"
        body = {"parcels": [parcel], **({"override": True} if override else {})}
        answer = self.call_api("POST", path, body, by=by)
        if self.random.random() < 0.2:
            self.call_api("POST", path, body, by=by)
        return answer.is_done


def _promise_of(document: Document) -> Promise:
    return Promise(document["channel"], document["channel_order_id"])
