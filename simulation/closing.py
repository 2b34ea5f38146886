"""The end of a day: faults are over, people retry what failed and finish what is open, audits run.

Then every accepted order is complete or cancelled, once, and all records agree on the stock that is left.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from local.world.shop import now
from packhorse.aws.settings import settings
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue, listings, polls
from simulation import day, opening
from simulation.audit_rules import (
    faults_of_audits,
    faults_of_counts,
    faults_of_executions,
    faults_of_hand_overs,
    faults_of_letters,
    faults_of_movements,
    open_exceptions_of,
)
from simulation.books import Violation, check
from simulation.building import RECIPES
from simulation.cancel_rules import BY_HAND, faults_of_cancellations, units_behind
from simulation.channel_rules import (
    causes,
    faults_of_deleted,
    faults_of_shop_orders,
    faults_of_stated,
    faults_of_store_orders,
)
from simulation.crowding import set_active
from simulation.expected import Promise
from simulation.fba.closing import check_amazon, close_amazon, hear_of_amazon, help_amazon, ship_from_amazon
from simulation.functions import schedules
from simulation.hold_rules import faults_of_ended_holds, faults_of_holds
from simulation.label_closing import (
    check_delivery,
    close_labels,
    collect_parcels,
    deliver_parcels,
    leave_unanswered,
)
from simulation.label_rules import CarrierBooks
from simulation.late_rules import days_of_transfer, faults_of_late
from simulation.line_ids import in_channel_terms
from simulation.not_bought_rules import faults_of_not_bought
from simulation.notice_rules import faults_of_notices
from simulation.offer_rules import faults_of_offers, offered_units
from simulation.order_documents import HANDED_OVER, OVER, Document, shipped_units, short, wanted, why
from simulation.outlets.acts import channels, connect, resume, send_again
from simulation.outlets.parcels import faults_of_store
from simulation.outlets.polled import faults_of_polls
from simulation.outlets.rules import erased_in_part, faults_of_outlet
from simulation.outlets.trash import faults_of_restored, listed, restore_all, woo_of
from simulation.outside import Outside
from simulation.refund_rules import NIGHTS, awaits_refund, decide_refunds, faults_of_refunds
from simulation.shortage_rules import faults_of_shortages, goes_nowhere
from simulation.stated_orders import SHOP
from simulation.storefront import STORE
from simulation.supply_closing import check_supply, close_supplier, supply
from simulation.switching import switch
from simulation.two_ids import is_held_as_twin, twins_that_are_both_sent
from simulation.unneeded_rules import faults_of_unneeded

ROUNDS = 6
PLENTY = 50
PATIENT = 100
"""Tries of a call of the API that outlast the longest time in which other applications use the whole account."""
QUIET_HOURS = 3
A_DAY = 86_400.0


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
        if any(map(days_of_transfer, self.books.transfers.orders.values())):
            self.audit()  # which finds what should have come by now
        if self.day.random.random() < 0.25:
            self.meddle_in_the_shop()
            self.audit(whole=True)
            check(faults_of_audits(self.day))
            check(faults_of_offers(self.day, is_compared=True))
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
        if self.day.expected.is_off:
            self.do(lambda: switch(self.day, is_active=True))
        self.do(self._reconnect)
        self._section("people retry what failed")
        self.retry()
        if self.day.amazon:
            close_amazon(self.day, self.day.amazon, self.do)
        self.check_what_was_taken()
        check(faults_of_ended_holds(self.books.orders, self.day.turns.now))
        self._close_partners()
        self.check_notices()
        if self.day.shop.orders:
            self._section("the shop is polled once more")
            self._poll("closing", SHOP)
            check(faults_of_shop_orders(self.day))
        if self.day.storefront.store.orders:
            self._section("the store sells once more, the webhook is lost, and the store is polled")
            self.do(self.sell_without_webhook)
            self._poll("closing", STORE)
            check(faults_of_store_orders(self.day))
        self.check_outlets()
        self._check_trash()
        self.check_twins()
        check(faults_of_shortages(self.day))
        check(faults_of_hand_overs(self.day))
        check(faults_of_counts(self.day))
        check(faults_of_offers(self.day))

    def _poll(self, name: str, channel: str) -> None:
        """Poll a channel, and have Amazon answer what that has requested back."""
        self.do(lambda: day.poll(self.day, name, channel))
        if self.day.amazon:
            self.do(lambda: hear_of_amazon(self.day, name))

    def _poll_what_never_was(self) -> None:
        """Poll the channels that no act polled: a first one looks back a day, which is about to pass."""
        for channel in channels(self.day):
            if polls.find_watermark(ChannelId(channel)) is None:
                self._poll(f"closing-first-{channel}", channel)

    def _close_partners(self) -> None:
        if self.day.carrier:
            close_labels(self.day, self.day.carrier, self.audit)
            if self.day.random.random() < 0.2:
                self._section("the carrier sells no label for hours")
                leave_unanswered(self.day, self.day.carrier, self.do)
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
        check(faults_of_executions(self.day))
        check(faults_of_movements(self.day))
        check(faults_of_offers(self.day))
        check(faults_of_counts(self.day))

    def _close_refunds(self, carrier: CarrierBooks) -> None:
        """Have carriers queried in a night, let them decide, and have them queried again; check what labels say."""
        if awaits_refund(carrier):
            self._section("nights pass, and the carrier decides about refunds")
            self._night()
            self.do(lambda: decide_refunds(self.day, carrier))
            for days in NIGHTS:
                self._night(days)
        check(faults_of_refunds(carrier, self.books.orders))

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
        for sku in offered_units(self.day, SHOP) if self.day.expected.is_synced else ():
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
        late = {each["concerns"]["S"] for each in open_exceptions_of(self.day, "late_to_arrive")}
        check(faults_of_late(self.books.transfers.orders, self.books.purchases.purchases, late, self.day.turns.now))
        if whole:
            products = catalogue.find_products(map(Sku, self.day.stocked))
            per_order = {sku for sku, each in products.items() if each.bought_per_order}
            check(faults_of_not_bought(self.books, per_order))

    def _check_unneeded(self) -> None:
        """Check that what no order needs any more of what is bought and built is marked, and an exception."""
        causes = ("purchase_unneeded", "work_unneeded")
        opened = Counter(each["concerns"]["S"] for cause in causes for each in open_exceptions_of(self.day, cause))
        check(faults_of_unneeded(self.books, opened))

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
            help_amazon(self.day, self.day.amazon, dict.fromkeys(self._ordered(), 2 * PLENTY * self.day.units))

    def _help(self) -> None:
        if any(not line.get("matched") for each in self.books.orders.values() for line in each["lines"]):
            day.list_what_is_new(self.day)
        for order_id, document in list(self.books.orders.items()):
            if BY_HAND in causes(document) and document["channel"] == SHOP:
                self._cancel_in_shop(document)
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

    def _cancel_in_shop(self, document: Document) -> None:
        """Take what was cancelled here out of the order in the shop, as its exception says."""
        number, behind = document["channel_order_id"], units_behind(in_channel_terms(document))
        stated = self.day.shop.orders[number]["lines"]
        lines = [{**line, "quantity": line["quantity"] - behind[line["id"]]} for line in stated]
        left = any(line["quantity"] for line in lines)
        self.day.expected.edited.add(number)
        changes = {"lines": lines} if left else {"cancelled_at": now()}
        self.day.post(self.day.change_order(number, **changes), "order.updated")

    def restock(self) -> None:
        """Receive plenty of everything, if an order lacks any."""
        if self.is_any_short:
            counted = (opening.WEST,) if self.day.amazon else (opening.EAST, opening.WEST)
            places = [(sku, place) for sku in self._ordered() for place in counted]
            plenty = PLENTY * self.day.units
            receipts = [{"sku": sku, "warehouse": place, "quantity": plenty} for sku, place in places]
            self.day.call_api("POST", "/stock/receipts", {"receipts": receipts})
            self.day.expected.added.update(dict.fromkeys(places, plenty))

    def _ordered(self) -> list[str]:
        """Return the skus of the day's stock, and others of which an order lacks units."""
        lacking = {line["matched"] for each in self.books.orders.values() for line in each["lines"] if short(line)}
        return sorted({*self.day.stocked, *(lacking & {opening.NEW, *RECIPES})})

    @property
    def is_any_short(self) -> bool:
        """Whether a line of an order lacks units."""
        return any(short(line) for document in self.books.orders.values() for line in document["lines"])

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
            check(faults_of_stated(self.day, promise, order))
        check(faults_of_deleted(self.day))
        stored = {stored.body for stored in self.world.s3.buckets[settings.uploads_bucket].values()}
        if lost := self.day.expected.payloads - stored:
            raise Violation(f"a webhook was answered with 2xx, and its payload is not stored: {min(lost)[:200]!r}")
        check(faults_of_letters(self.day))

    def check_notices(self) -> None:
        """Check that the shop has every parcel and cancellation, once what failed had time to be sent again."""
        for _ in range(ROUNDS):
            if not any(self._notice_faults()):
                break
            self._poll_what_never_was()
            self.do(lambda: self.day.turns.sleep(A_DAY))
            self.audit()
        check(self._notice_faults())

    def _notice_faults(self) -> Iterator[str]:
        shop = self.day.shop
        yield from faults_of_notices(self.books.orders, shop.shipments, SHOP)
        yield from faults_of_cancellations(self.books.orders, shop.orders, shop.cancel_calls, SHOP)
        yield from faults_of_holds(self.books.orders, self.day.storefront.store.orders, STORE)
        yield from faults_of_store(self.day.storefront, self.books.orders)
        for outlet in self.day.outlets:
            yield from faults_of_outlet(outlet, self.books.orders)

    def check_outlets(self) -> None:
        """Poll each outlet once more; check that its orders exist here, those that it lists as they are there."""
        for outlet in self.day.outlets:
            self._section(f"{outlet.id} is polled once more")
            self._poll(f"closing-{outlet.id}", outlet.id)
            check(faults_of_polls(self.day, outlet))
            for number in listed(outlet):
                check(faults_of_stated(self.day, Promise(outlet.id, number), outlet.in_shop_terms(number)))

    def _check_trash(self) -> None:
        """Check that no order goes on that is in the trash, and each that is taken out of it."""
        woo = woo_of(self.day)
        if woo is None or not (numbers := woo.trash):
            return
        self.day.expected.deleted |= {Promise(woo.id, number) for number in numbers}
        check(faults_of_deleted(self.day))
        self._section(f"{woo.id} takes everything out of the trash")
        self.do(lambda: restore_all(self.day, woo))
        check(faults_of_restored(self.day, woo, numbers))

    def check_erased(self) -> None:
        """Check that orders that are over name no buyer whose data was to be erased, also once they are sent again."""
        if self.day.expected.erased:
            self.audit()
            self.do(lambda: send_again(self.day, self.day.expected.erased))
        check(erased_in_part(self.books.orders, self.day.expected.erased))

    def check_twins(self) -> None:
        """Check that of an order that came in under two ids one is held."""
        for number in twins_that_are_both_sent(self.day):
            raise Violation(f"order {number} is here under two ids, and both are sent")

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

    def sell_without_webhook(self) -> None:
        """Sell one of what the store shows, if it shows anything; only a poll finds the order."""
        sku = next((sku for sku in sorted(self.day.stocked) if self.day.storefront.offers(sku) > 0), None)
        if sku:
            order = self.day.sell({sku: 1})
            self.day.expected.promised.add(Promise(STORE, str(order["id"])))
