"""The end of a day: faults are over, people retry what failed and finish what is open, audits run.

Then every accepted order is complete or cancelled, once, and all records agree on the stock that is left.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import ReduceOn
from packhorse.domain.orders import channel_order
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue, configuration, listings, polls
from simulation import day
from simulation.aws.dynamodb.streams import Record
from simulation.aws.dynamodb.values import Item
from simulation.books import (
    HANDED_OVER,
    OPEN_FULFILMENT,
    OVER,
    Document,
    Violation,
    moment,
    recipe,
    shipped_units,
    short,
)
from simulation.building import RECIPES
from simulation.cancel_rules import faults_of_cancellations
from simulation.cloud import name_of
from simulation.crowding import set_active
from simulation.deployment import schedules
from simulation.fba.closing import check_amazon, close_amazon, hear_of_amazon, help_amazon, ship_from_amazon
from simulation.hold_rules import faults_of_holds
from simulation.label_closing import check_delivery, close_labels, collect_parcels, deliver_parcels
from simulation.label_rules import CarrierBooks
from simulation.not_bought_rules import faults_of_not_bought
from simulation.notice_rules import faults_of_notices
from simulation.outlets.acts import channels, connect, resume, send_again
from simulation.outlets.outlet import Outlet
from simulation.outlets.parcels import faults_of_store
from simulation.outlets.rules import erased_in_part, faults_of_outlet
from simulation.outside import SHOP, Outside, Promise, units_left
from simulation.refund_rules import NIGHTS, awaits_refund, decide_refunds, faults_of_refunds
from simulation.storefront import STORE, in_shop_terms
from simulation.supply_closing import check_supply, close_supplier, supply
from simulation.two_ids import is_held_as_twin, twins_that_are_both_sent
from simulation.unneeded_rules import faults_of_unneeded

ROUNDS = 6
PLENTY = 50
PATIENT = 100
"""Tries of a call of the API that outlast the longest time in which other applications use the whole account."""
NOT_BY_ORDERS = frozenset({"receive", "adjust", "transfer"})
QUIET_HOURS = 3
A_DAY = 86_400.0
TOO_LATE = frozenset({"edited_after_shipping", "cancelled_after_shipping"})


class Closing:
    """The end of a day; `until_quiet` runs everything that is under way."""

    def __init__(self, outside: Outside, until_quiet: Callable[..., None]) -> None:
        self.day = outside
        self.books = outside.books
        self.world = outside.deployment.world
        self.until_quiet = until_quiet
        self._retried: set[str] = set()

    def close(self) -> None:
        """Check the day so far, and often finish every order; raise Violation if a promise is broken."""
        self.check_the_day()
        if self.day.random.random() < 0.25:
            self.meddle_in_the_shop()
            self.audit(whole=True)
            self.check_audits()
            self.check_channel(is_compared=True)
        if self.day.random.random() < 0.5:
            self.go_on_to_the_end()

    def close_for_good(self) -> None:
        """Check the day so far, and finish every order; raise Violation if a promise is broken."""
        self.check_the_day()
        self.go_on_to_the_end()

    def check_the_day(self) -> None:
        """Have people retry what failed, and everything heard that is on its way; check what must be then."""
        if self.day.expected.is_paused:
            self.do(lambda: set_active(self.day, is_active=True))
        self.do(self._reconnect)
        self._section("people retry what failed")
        self.retry()
        if self.day.amazon:
            close_amazon(self.day, self.day.amazon, self.do)
        self.check_what_was_taken()
        self._close_partners()
        self.check_notices()
        if self.day.shop.orders:
            self._section("the shop is polled once more")
            self._poll("closing", SHOP)
            self.check_shop_orders()
        if self.day.storefront.store.orders:
            self._section("the store sells once more, the webhook is lost, and the store is polled")
            self.do(self.sell_without_webhook)
            self._poll("closing", STORE)
            self.check_store_orders()
        self.check_outlets()
        self.check_twins()
        self.check_nothing_is_left_lying()
        self.check_everything_went_on()
        self.check_counts()
        self.check_channel()

    def _poll(self, name: str, channel: str) -> None:
        """Poll a channel, and have Amazon answer what that has requested back."""
        self.do(lambda: day.poll(self.day, name, channel))
        if self.day.amazon:
            self.do(lambda: hear_of_amazon(self.day, name))

    def _poll_what_never_was(self) -> None:
        """Poll the channels that no act polled: a first one looks back a day, which is about to pass."""
        for channel in channels(self.day):
            if polls.get_watermark(ChannelId(channel)) is None:
                self._poll(f"closing-first-{channel}", channel)

    def _close_partners(self) -> None:
        if self.day.carrier:
            close_labels(self.day, self.day.carrier, self.audit)
        if self.day.supplier:
            close_supplier(self.day, self.day.supplier, self.do)

    def _section(self, title: str) -> None:
        self.day.deployment.listener.section(title)

    def go_on_to_the_end(self) -> None:
        """Finish everything that is open, and check the result."""
        if self.day.random.random() < 0.2:
            self.wait_too_long()
        self.finish()
        self.check_notices()
        if carrier := self.day.carrier:
            self.do(lambda: deliver_parcels(self.day, carrier))
            check_delivery(self.day, carrier)
            self._close_refunds(carrier)
        if supplier := self.day.supplier:
            check_supply(self.day, supplier)
        if amazon := self.day.amazon:
            check_amazon(self.day, amazon)
        self.check_promises()
        self.check_erased()
        self.check_executions()
        self.check_stock()
        self.check_channel()
        self.check_counts()

    def _close_refunds(self, carrier: CarrierBooks) -> None:
        """Have carriers queried in a night, let them decide, and have them queried again; check what labels say."""
        if awaits_refund(carrier):
            self._section("nights pass, and the carrier decides about refunds")
            self._night()
            self.do(lambda: decide_refunds(self.day, carrier))
            for days in NIGHTS:
                self._night(days)
        for fault in faults_of_refunds(carrier, self.books.orders):
            raise Violation(fault)

    def _night(self, days: int = 1) -> None:
        self.day.turns.sleep(days * A_DAY)
        self.audit()

    def _reconnect(self) -> None:
        """Resume and connect the channels whose owner gave up on it."""
        for channel in sorted(self.day.expected.paused):
            resume(self.day, channel)
        for outlet in self.day.outlets:
            if outlet.id in self.day.expected.unconnected:
                connect(self.day, outlet)

    def do(self, act: Callable[[], None]) -> None:
        """Run an act, and everything that follows from it."""
        self.day.turns.spawn(act, "closing")
        self.until_quiet()

    # ---- people ----------------------------------------------------------------------------------------------

    def retry(self) -> None:
        """Retry everything that failed, until nothing more fails."""
        for _ in range(ROUNDS):
            if not self._retry_once():
                return

    def _retry_once(self) -> bool:
        retried: list[str] = []

        def act() -> None:
            for each in self.exceptions():
                if each["retryable"] and each["id"] not in self._retried:
                    self._retried.add(each["id"])
                    retried.append(each["id"])
                    self.day.call_api("POST", f"/exceptions/{each['id']}/retry")

        self.do(act)
        return bool(retried)

    def exceptions(self) -> Iterator[Any]:
        """Yield all open exceptions."""
        page = self.day.call_api("GET", "/exceptions", tries=PATIENT).body
        yield from page["items"]
        while page["next"]:
            page = self.day.call_api("GET", "/exceptions", query={"cursor": page["next"]}, tries=PATIENT).body
            yield from page["items"]

    def meddle_in_the_shop(self) -> None:
        """Type other numbers into the shop, which the comparison has to heal."""
        for sku in self._ours(SHOP) if self.day.expected.is_synced else ():
            if self.day.random.random() < 0.5:
                self.day.shop.stock[listings.get_listing(Sku(sku), ChannelId(SHOP)).reference] = 7

    def audit(self, *, whole: bool = False) -> None:
        """Let hours pass and run the audits, `whole`: of all orders, also of those that are not due by now."""
        self._section("hours later the audits run")
        self.day.turns.sleep(QUIET_HOURS * 3600)
        found = [later for later, _ in schedules()]
        if whole:
            found = [
                each._replace(payload={**each.payload, "due": False} if "due" in each.payload else each.payload)
                for each in found
            ]
        self.world.functions.invocations += found
        self.until_quiet()
        self._check_unneeded()
        if whole:
            products = catalogue.find_products(map(Sku, self.day.stocked))
            per_order = {sku for sku, each in products.items() if each.bought_per_order}
            for fault in faults_of_not_bought(self.books, per_order):
                raise Violation(fault)

    def _check_unneeded(self) -> None:
        """Check that what no order needs any more of what is bought and built is marked, and an exception."""
        found = (each for cause in ("purchase_unneeded", "work_unneeded") for each in self._of_cause(cause))
        opened = Counter(each["concerns"]["S"] for each in found if each["kind"]["S"] == "EXCEPTION#open")
        for fault in faults_of_unneeded(self.books, opened):
            raise Violation(fault)

    def wait_too_long(self) -> None:
        """Let more than a week pass without a shipment."""
        self._section("more than a week passes without a shipment")
        self.until_quiet(8 * 24 * 3600.0)
        self.day.turns.sleep(8 * 24 * 3600)  # where no execution waits any more, the audit finds what is overdue
        self.audit()
        for document in self.books.orders.values():
            said = {each["fulfilment"] for each in document.get("exceptions", ()) if each["cause"] == "overdue"}
            for number, fulfilment in enumerate(document.get("fulfilments", ()), 1):
                if fulfilment.get("status", "queued") in HANDED_OVER and number not in said:
                    place = fulfilment["warehouse"]
                    raise Violation(f"order {document['channel_order_id']} is overdue at {place}, without an exception")

    def finish(self) -> None:
        """Do what is left to do, until every order is complete or cancelled."""
        self._section("people finish every order")
        for _ in range(ROUNDS):
            self.do(self._help_amazon)
            self.do(self._help)
            self.do(self.ship)
            if all(each["status"] in OVER for each in self.books.orders.values()):
                return
            self.audit()

    def _help_amazon(self) -> None:
        if self.day.amazon:
            help_amazon(self.day, self.day.amazon, 2 * PLENTY * self.day.units)

    def _help(self) -> None:
        if any(not line.get("matched") for each in self.books.orders.values() for line in each["lines"]):
            day.list_what_is_new(self.day)
        for order_id, document in list(self.books.orders.items()):
            if goes_nowhere(document):
                day.correct_country(self.day, document["channel_order_id"])
            if is_held_as_twin(document):
                self.day.expected.cancelled.add(document["channel_order_id"])
                self.day.call_api("POST", f"/orders/{order_id}/cancel")
            elif document.get("holds"):
                self.day.call_api("POST", f"/orders/{order_id}/release")
            if not document.get("paid_at") and document["status"] not in OVER:
                self.day.call_api("POST", f"/orders/{order_id}/pay")
        self.restock()

    def restock(self) -> None:
        """Receive plenty of everything, if an order lacks any."""
        if any(short(line) for document in self.books.orders.values() for line in document["lines"]):
            bought = {line["matched"] for each in self.books.orders.values() for line in each["lines"] if short(line)}
            skus = {*self.day.stocked, *(bought & {day.NEW, *RECIPES})}
            counted = (day.WEST,) if self.day.amazon else (day.EAST, day.WEST)
            places = [(sku, place) for sku in sorted(skus) for place in counted]
            plenty = PLENTY * self.day.units
            receipts = [{"sku": sku, "warehouse": place, "quantity": plenty} for sku, place in places]
            self.day.call_api("POST", "/stock/receipts", {"receipts": receipts})
            self.day.expected.added.update(dict.fromkeys(places, plenty))

    def ship(self) -> None:
        """Have every warehouse ship what it has."""
        if self.day.carrier:
            collect_parcels(self.day, self.day.carrier)
        if self.day.supplier:
            supply(self.day, self.day.supplier)
        if self.day.amazon:
            ship_from_amazon(self.day, self.day.amazon)
        self.day.ship_all()

    # ---- what must be ----------------------------------------------------------------------------------------

    def check_what_was_taken(self) -> None:
        """Check that accepted orders exist in their newest version, and accepted payloads are stored."""
        for promise in sorted(self.day.expected.promised):
            if self.day.order_of(promise) is None:
                raise Violation(f"order {promise.number} of {promise.channel} was accepted and does not exist")
        for promise, order in self.day.expected.newest.items():
            self._check_as_told(promise, order)
        self._check_deleted()
        stored = {stored.body for stored in self.world.s3.buckets[settings.uploads_bucket].values()}
        if lost := self.day.expected.payloads - stored:
            raise Violation(f"a webhook was answered with 2xx, and its payload is not stored: {min(lost)[:200]!r}")
        self._check_letters()

    def _check_deleted(self) -> None:
        """Check that each order that the store deleted and that is not over has an exception, or was released."""
        for promise in self.day.expected.deleted:
            document = self.day.order_of(promise)
            if document is None or any(entry["what"] == "released" for entry in document["timeline"]):
                continue
            if document["status"] not in OVER and "deleted_in_channel" not in causes(document):
                raise Violation(f"the store deleted order {promise.number}, without an exception")

    def _check_letters(self) -> None:
        """Check that unreadable messages are exceptions, and no other message fails for good."""
        letters = list(self._of_cause("dead_letter"))
        if len(letters) < self.day.expected.poisoned:
            raise Violation("an unreadable message is gone, without an exception")
        still_open = [each["concerns"]["S"] for each in letters if each["kind"]["S"] == "EXCEPTION#open"]
        if len(still_open) > self.day.expected.poisoned:
            raise Violation(f"messages still fail when retried: {still_open}")

    def _of_cause(self, cause: str) -> Iterator[Any]:
        for table in (self.world.dynamodb.tables[name_of("WorkTable")],):
            for item in latest(table.records):
                if item.get("cause", {}).get("S") == cause:
                    yield item

    def check_counts(self) -> None:
        """Check that the counts of each view, which the stream keeps, are the rows that orders have in it."""
        there = Counter(view for rows in self.books.rows.values() for _, view in rows.elements())
        counted: Counter[str] = Counter()
        for item in latest(self.world.dynamodb.tables[name_of("WorkTable")].records):
            if item["pk"]["S"] == "ROWS":
                counted[item["sk"]["S"].partition("#")[0]] += int(item["rows"]["N"])
        if +counted != +there or min(counted.values(), default=0) < 0:
            raise Violation(f"the views are counted as {dict(counted)}, and have {dict(there)}")

    def check_everything_went_on(self) -> None:
        """Check that every fulfilment order was handed over, and the execution of every ended one answered."""
        for document in self.books.orders.values():
            for fulfilment in document.get("fulfilments", ()):
                if fulfilment.get("status", "queued") == "queued" and not document.get("holds"):
                    place = fulfilment["warehouse"]
                    raise Violation(f"order {document['channel_order_id']} was never handed over to {place}")
        awaited = {
            f"{order_id}-{fulfilment['attempt']}"
            for order_id, document in self.books.orders.items()
            for fulfilment in document.get("fulfilments", ())
            if fulfilment.get("status", "queued") in OPEN_FULFILMENT and fulfilment["attempt"]
        }
        for execution in self.world.states.executions.values():
            if execution.status == "RUNNING" and execution.name not in awaited:
                raise Violation(f"execution {execution.name} was never answered, although its fulfilment orders ended")

    def check_audits(self) -> None:
        """Check that the audits checked everything, found nothing wrong, and had nothing to mend."""
        reports = {
            item["pk"]["S"]: json.loads(item["body"]["S"])
            for item in latest(self.world.dynamodb.tables[name_of("WorkTable")].records)
            if item["pk"]["S"].startswith(("AUDIT#", "DRIFT#"))
        }
        for name, run in reports.items():
            if run.get("wrong") or (run.get("mended") and not self.day.expected.gave_up):
                raise Violation(f"an audit found {run['wrong']} wrong and mended {run['mended']}: {name}")
        looked_at = {name: run["looked_at"] for name, run in reports.items()}
        for name, records in self._audited().items():
            if looked_at.get(name) != records:
                raise Violation(f"{name} looked at {looked_at.get(name)} of {records}")

    def _audited(self) -> dict[str, int]:
        """Return the number of records that the first audits of all have to check, by the key of their report."""
        is_open = [document["status"] not in OVER for document in self.books.orders.values()]
        audited = {"AUDIT#stock": len(self.books.stock), "AUDIT#orders": sum(is_open)}
        if self.day.expected.is_synced:
            audited |= {f"DRIFT#{channel}": len(self._ours(channel)) for channel in channels(self.day)}
        return audited

    def check_notices(self) -> None:
        """Check that the shop has every parcel and cancellation, once what failed had time to be sent again."""
        for _ in range(ROUNDS):
            if not any(self._notice_faults()):
                break
            self._poll_what_never_was()
            self.do(lambda: self.day.turns.sleep(A_DAY))
            self.audit()
        for fault in self._notice_faults():
            raise Violation(fault)

    def _notice_faults(self) -> Iterator[str]:
        shop = self.day.shop
        yield from faults_of_notices(self.books.orders, shop.shipments, SHOP)
        yield from faults_of_cancellations(self.books.orders, shop.orders, shop.cancel_calls, SHOP)
        yield from faults_of_holds(self.books.orders, self.day.storefront.store.orders, STORE)
        yield from faults_of_store(self.day.storefront, self.books.orders)
        for outlet in self.day.outlets:
            yield from faults_of_outlet(outlet, self.books.orders)

    def check_outlets(self) -> None:
        """Poll each outlet once more; check that every order of it exists here, in the same version."""
        for outlet in self.day.outlets:
            self._section(f"{outlet.id} is polled once more")
            self._poll(f"closing-{outlet.id}", outlet.id)
            for number in outlet.orders:
                if self.day.order_of(Promise(outlet.id, number)) is None:
                    raise Violation(f"order {number} of {outlet.id} was polled, and does not exist here")
                self._check_as_told(Promise(outlet.id, number), outlet.in_shop_terms(number))

    def check_erased(self) -> None:
        """Check that orders that are over name no buyer whose data was to be erased, also once they are sent again."""
        if self.day.expected.erased:
            self.audit()
            self.do(lambda: send_again(self.day, self.day.expected.erased))
        for fault in erased_in_part(self.books.orders, self.day.expected.erased):
            raise Violation(fault)

    def check_twins(self) -> None:
        """Check that of an order that came in under two ids one is held."""
        for number in twins_that_are_both_sent(self.day):
            raise Violation(f"order {number} is here under two ids, and both are sent")

    def check_nothing_is_left_lying(self) -> None:
        """Check that no order is short of units that are available."""
        config = configuration.current()
        trade_waits = config.channels[ChannelId("trade")].reduce_on is ReduceOn.PAID
        for document in self.books.orders.values():
            if document["status"] in OVER or (trade_waits and document["channel"] == "trade" and not paid(document)):
                continue
            if goes_nowhere(document):
                self._check_goes_nowhere(document)
                continue
            if is_held_as_twin(document):
                continue  # it takes no stock
            for line in document["lines"]:
                if short(line) and self._is_there(document, line, config.account.priorities):
                    raise Violation(
                        f"order {document['channel_order_id']} is short of {recipe(line)}, which is available"
                    )

    def _check_goes_nowhere(self, document: Document) -> None:
        """Check that an order to an unknown country has an exception and no stock."""
        taken = any(line.get("allocations") for line in document["lines"])
        said = any(problem["cause"] == "unknown_country" for problem in document.get("exceptions", ()))
        if taken or not said:
            raise Violation(f"order {document['channel_order_id']} to an unknown country has stock, or no exception")

    def _is_there(self, document: Document, line: Document, priorities: tuple[str, ...]) -> bool:
        kept = self._kept_before(document)
        if line.get("warehouse"):
            return self._units(line, line["warehouse"], kept) > 0
        requested = Counter[str]()
        for fulfilment in document.get("fulfilments", ()):
            parts = fulfilment["lines"] if fulfilment.get("status", "queued") not in ("cancelled", "rejected") else ()
            requested[fulfilment["warehouse"]] += sum(part["quantity"] for part in parts if part["line"] == line["id"])
        holds = Counter({part["warehouse"]: part["quantity"] for part in line.get("allocations", ())}) - requested
        wanted = short(line) + holds.total()
        refused = {each["warehouse"] for each in line.get("refused", ())}
        if any(self._units(line, place, kept) + holds[place] >= wanted for place in priorities if place not in refused):
            return True
        return (
            day.WEST not in refused
            and self._units(line, day.WEST, kept) > 0
            and not holds - Counter({day.WEST: holds[day.WEST]})
        )

    def _units(self, line: Document, warehouse: str, kept: Counter[tuple[str, str]]) -> int:
        there = (self._available(sku, warehouse) - kept[sku, warehouse] for sku in recipe(line))
        return max(0, min((units // n for units, n in zip(there, recipe(line).values(), strict=True)), default=0))

    def _kept_before(self, document: Document) -> Counter[tuple[str, str]]:
        """Return the units that older orders wait for, by shelf."""
        kept: Counter[tuple[str, str]] = Counter()
        for name, waiting in self.books.waits.items():
            if age(self.books.orders[name]) < age(document):
                kept.update(waiting)
        return kept

    def check_promises(self) -> None:
        """Check that every order is over, and that those without an edit shipped as ordered."""
        for order_id, document in self.books.orders.items():
            number = document["channel_order_id"]
            if document["status"] not in OVER:
                raise Violation(f"order {number} ({order_id}) stays {document['status']}: {why(document)}")
            if document.get("owed"):
                raise Violation(f"order {number} has stock changes that were not committed")
            touched = self.day.expected.cancelled | self.day.expected.edited
            if number not in touched and shipped_units(document) != wanted(document):
                raise Violation(f"order {number}: {shipped_units(document)} shipped of {wanted(document)}")

    def check_shop_orders(self) -> None:
        """Check that every order of the shop exists here, in the same version."""
        for number, order in self.day.shop.orders.items():
            if self.day.order_of(Promise(SHOP, number)) is None:
                raise Violation(f"the shop's order {number} was polled, and does not exist here")
            self._check_as_told(Promise(SHOP, number), order)

    def sell_without_webhook(self) -> None:
        """Sell one of what the store shows, if it shows anything; only a poll finds the order."""
        sku = next((sku for sku in sorted(self.day.stocked) if self.day.storefront.offers(sku) > 0), None)
        if sku:
            order = self.day.sell({sku: 1})
            self.day.expected.promised.add(Promise(STORE, str(order["id"])))

    def check_store_orders(self) -> None:
        """Check that every order of the store exists here, in the same version."""
        for number, order in self.day.storefront.store.orders.items():
            if self.day.order_of(Promise(STORE, number)) is None:
                raise Violation(f"the store's order {number} was polled, and does not exist here")
            self._check_as_told(Promise(STORE, number), in_shop_terms(order))
            if number in self.day.expected.held and not self.day.deployment.clocks_wrong_by:
                self._check_held(number, is_held=bool(order.get("holds")))

    def _check_held(self, number: str, *, is_held: bool) -> None:
        """Check that an order is held for the store if the store holds it, unless a person released it."""
        document = self.day.order_of(Promise(STORE, number))
        if document is None or document["status"] in OVER:
            return
        is_held_here = any(hold["id"].startswith("channel ") for hold in document.get("holds", ()))
        is_released = any(
            entry["what"] == "released" and str(entry["who"]).startswith("user:") for entry in document["timeline"]
        )
        if is_held_here > is_held or is_held > (is_held_here or is_released):
            raise Violation(f"order {number} is {'' if is_held else 'not '}on hold in the store, and here otherwise")

    def _check_as_told(self, promise: Promise, order: Document) -> None:
        number = promise.number
        document = self.day.order_of(promise)
        if document is None or moment(document["modified_at"]) > moment(order["modified_at"]):
            return
        if order.get("cancelled_at") and not document.get("cancelled_at"):
            raise Violation(f"order {number}: the shop cancelled it, and it is not cancelled")
        late = causes(document) & TOO_LATE
        if number in self.books.peaks and number not in self.day.expected.cancelled | self.day.expected.edited:
            if late:
                raise Violation(f"order {number}: nobody edited or cancelled it, and it has {late}")
            self._check_taken_back(promise, order, document)
        theirs, ours = stated_units(order), stated_units(document)
        if not document.get("cancelled_at") and not late and +theirs != +ours:
            raise Violation(f"order {number}: the shop has {theirs}, the order {ours}")

    def _check_taken_back(self, promise: Promise, order: Document, document: Document) -> None:
        """Check that each line of which the channel took back what had left has an exception, and no other line."""
        now, least = units_left(order), self.day.expected.peaks.get(promise, Counter())
        said = {each["line"] for each in document.get("exceptions", ()) if each["cause"] == "fulfilment_cancelled"}
        if unsaid := (least - now).keys() - said:
            raise Violation(f"order {promise.number}: the channel took back what had left of {unsaid}, in silence")
        if wrong := said - (self.books.peaks[promise.number] - now).keys():
            raise Violation(f"order {promise.number}: fulfilment_cancelled of {wrong} is over, and open")

    def check_executions(self) -> None:
        """Check that no execution runs for an order that is over, and every queue is empty."""
        running = [each.name for each in self.world.states.executions.values() if each.status == "RUNNING"]
        if running:
            raise Violation(f"executions still run: {running}")
        for name, queue in self.world.sqs.queues.items():
            if queue.messages:
                raise Violation(f"{len(queue.messages)} messages are left in {name}: {queue.messages[0].body[:200]}")

    def check_stock(self) -> None:
        """Check that every receipt, adjustment and transfer was applied once."""
        moved: Counter[tuple[str, str]] = Counter()
        for each in self.books.movements:
            if each["kind"] in NOT_BY_ORDERS:
                moved[each["place"]] += each["on_hand"]
        for place in {*moved, *self.day.expected.added}:
            expected = self.day.expected.added[place]
            if moved[place] not in {expected + units for units in sums(self.day.expected.unanswered[place])}:
                raise Violation(f"{place}: {expected} units were to arrive, {moved[place]} did")

    def check_channel(self, *, is_compared: bool = False) -> None:
        """Check that channels show the published quantities, unless an owner gave up on a change that decides them."""
        if not self.day.expected.is_synced or (self.day.expected.gave_up and not is_compared):
            return
        self.check_store(is_compared=is_compared)
        for outlet in self.day.outlets:
            self.check_outlet(outlet, is_compared=is_compared)
        for sku, units in self._ours(SHOP).items():
            offered = self.day.shop.stock.get(listings.get_listing(Sku(sku), ChannelId(SHOP)).reference, 0)
            if offered != units:
                raise Violation(f"the shop shows {offered} {sku}, {units} are available")

    def check_store(self, *, is_compared: bool) -> None:
        """Check that the Shopify store shows ours; less until it is compared, of what it changed by itself."""
        if not self.day.expected.has_store:
            return
        for sku, units in self._ours(STORE).items():
            offered = self.day.storefront.offers(sku)
            if offered > units or (offered < units and (is_compared or sku not in self.day.storefront.moved)):
                raise Violation(f"the Shopify store shows {offered} {sku}, {units} are available")

    def check_outlet(self, outlet: Outlet, *, is_compared: bool) -> None:
        """Check that an outlet shows ours; until it is compared, only of what it did not change by itself."""
        for sku, units in self._ours(outlet.id).items():
            if outlet.offers(sku) != units and (is_compared or sku not in outlet.moved):
                raise Violation(f"{outlet.id} shows {outlet.offers(sku)} {sku}, {units} are available")

    def _ours(self, channel: str) -> dict[str, int]:
        """Return the quantity that the channel should show, by sku."""
        config = configuration.current()
        counted = [name for name, warehouse in config.warehouses.items() if warehouse.counts_for_sync]
        reserves = {sku: catalogue.get_product(Sku(sku)).reserve for sku in self.day.stocked}
        ours = {sku: sum(self._sellable(sku, place) for place in counted) - reserves[sku] for sku in self.day.stocked}
        left = {
            (sku, place): max(0, self._sellable(sku, place) - reserves[sku])
            for sku in self.day.stocked
            for place in counted
        }
        ours[day.SET] = sum(min(left[day.MUG, place], left[day.CUP, place] // 2) for place in counted)
        held_back = config.channels[ChannelId(channel)].reserve
        return {sku: max(0, min(999, units - held_back)) for sku, units in ours.items()}

    def _available(self, sku: str, place: str) -> int:
        return self.books.stock.get((sku, place), {}).get("available", 0)

    def _sellable(self, sku: str, place: str) -> int:
        """Return the available units that no order waits for."""
        return max(0, self._available(sku, place) - self.books.stock.get((sku, place), {}).get("waiting", 0))


def latest(records: Iterable[Record]) -> Iterable[Item]:
    """Return the items as the records leave them."""
    return [each for each in {record.key: record.new for record in records}.values() if each]


def sums(several: Iterable[int]) -> set[int]:
    """Return all sums that some of the numbers can have.

    >>> sorted(sums([3, -3, 3]))
    [-3, 0, 3, 6]
    """
    found = {0}
    for each in several:
        found |= {each + other for other in found}
    return found


def age(document: Document) -> tuple[datetime, str]:
    """Return the sort key of an order among those that wait: the oldest is served first."""
    return moment(document["placed_at"]), channel_order.order_id(
        ChannelId(document["channel"]), document["channel_order_id"]
    )


def goes_nowhere(document: Document) -> bool:
    """Return whether the order is not over and goes to a country that no table has."""
    return document["status"] not in OVER and (document.get("ship_to") or {}).get("country") == day.NO_COUNTRY


def stated_units(order: Document) -> "Counter[str]":
    """Return the units of each line as its channel states them, where a person set others or it removed some late."""
    stated = {line["id"]: line["quantity"] - line.get("removed_late", 0) for line in order["lines"]}
    return Counter({line["id"]: line.get("stated_quantity", stated[line["id"]]) for line in order["lines"]})


def causes(document: Document) -> set[str]:
    """Return the causes of the order's exceptions."""
    return {problem["cause"] for problem in document.get("exceptions", ())}


def paid(document: Document) -> bool:
    """Return whether the order is paid."""
    return bool(document.get("paid_at"))


def wanted(document: Document) -> "Counter[str]":
    """Return the units to ship, by line."""
    return +Counter(
        {
            line["id"]: line["quantity"] - line.get("cancelled", 0) - line.get("elsewhere", 0)
            for line in document["lines"]
        }
    )


def why(document: Document) -> str:
    """Return what may keep an order open."""
    fulfilments = [(each["warehouse"], each.get("status", "queued")) for each in document.get("fulfilments", ())]
    lines = [(line["id"], short(line), line.get("matched")) for line in document["lines"]]
    return f"lines {lines}, fulfilments {fulfilments}, holds {document.get('holds', ())}, paid {paid(document)}"
