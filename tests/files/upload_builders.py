"""Files in the bucket and what S3 says about them."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus

from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.files.put_file import File
from packhorse.files.upload import Phase, Upload
from packhorse.store.stock import Balance, empty_balance
from packhorse.usecases.intake import read_upload, upload_phases
from packhorse.usecases.intake.upload_phases import Tools
from packhorse.usecases.stock import apply_stock_rows
from packhorse.usecases.stock.apply_stock_rows import StockSources
from simulation.aws.boundary import World
from simulation.cloud import make

NOW = datetime(2026, 11, 23, 9, 31, tzinfo=UTC)


@dataclass
class Shop:
    """Where orders are handed over, and known from then on; and where stock is, in memory."""

    handed: list[str] = field(default_factory=list)
    there: set[OrderId] = field(default_factory=set)
    claims: dict[OrderId, str] = field(default_factory=dict)
    passed_on: list[Phase] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    skus: set[str] = field(default_factory=set)
    shelf: dict[Shelf, Balance] = field(default_factory=dict)
    ledger: dict[str, Movement] = field(default_factory=dict)

    def send_orders(self, orders: Iterable[ChannelOrder], who: str) -> None:
        for order in orders:
            assert order.source == who
            self.handed.append(order.number)
            self.there.add(order.order_id)

    def known_orders(self, orders: Iterable[ChannelOrder]) -> set[OrderId]:
        return self.there & {order.order_id for order in orders}

    def claim(self, order_ids: Iterable[OrderId], upload: str) -> set[OrderId]:
        return {each for each in order_ids if self.claims.setdefault(each, upload) != upload}

    def requeue(self, upload: Upload) -> None:
        self.passed_on.append(upload.phase)

    def mark(self, upload: Upload) -> None:
        self.marks.append(upload.window + 1)

    def products(self, skus: Iterable[Sku]) -> dict[Sku, Product]:
        return {sku: Product(sku=sku) for sku in skus if sku in self.skus}

    def balances(self, places: Iterable[Shelf]) -> dict[Shelf, Balance]:
        return {place: self.shelf[place] for place in places if place in self.shelf}

    def since(self, place: Shelf, moment: datetime) -> list[Movement]:
        return [each for each in self.ledger.values() if each.shelf == place and each.at >= moment]

    def move(self, movements: Iterable[Movement]) -> None:
        for movement in movements:
            assert movement.event not in self.ledger
            self.ledger[movement.event] = movement
            self.put(movement.shelf, movement.on_hand)

    def put(self, place: Shelf, on_hand: int, committed: int = 0) -> None:
        before = self.shelf.get(place, empty_balance(place))
        on_hand, committed = before.on_hand + on_hand, before.committed + committed
        available = on_hand - committed
        assert min(on_hand, committed, available) >= 0
        self.shelf[place] = before.replace(on_hand=on_hand, committed=committed, available=available)

    def tools(self, writer: str = "me", seconds: float = 900.0) -> Tools:
        shelves = StockSources({WarehouseId("main"), WarehouseId("north-1")}, self.products, self.balances, self.since)
        return Tools(
            writer=writer,
            send_orders=self.send_orders,
            known_orders=self.known_orders,
            claim=self.claim,
            requeue=self.requeue,
            mark=self.mark,
            remaining=lambda: seconds,
            channels={"web"},
            shelves=shelves,
            currency="EUR",
            warehouses={"main", "north-1"},
            time_zone="UTC",
            batch_orders=3,
        )


@contextmanager
def small_cloud() -> Iterator[None]:
    """An empty deployment in memory, which a property may make for each example."""
    world = World(validates=True)
    make(world)
    with world.installed():
        yield


def dropped(content: bytes, key: str = "orders/web/Käufe März.csv") -> dict[str, Any]:
    """Puts a file and gives the record that S3 sends about it."""
    put = clients.client("s3").put_object(Bucket=settings.uploads_bucket, Key=key, Body=content)
    told = {"key": quote_plus(key, safe="/"), "size": len(content), "eTag": put["ETag"].strip('"')}
    return {
        "eventTime": "2026-11-23T09:30:00.000Z",
        "s3": {"bucket": {"name": settings.uploads_bucket}, "object": {**told, "sequencer": "0062"}},
    }


def upload_of(content: bytes, key: str = "orders/web/orders.csv") -> Upload:
    """A new upload of a file that is put."""
    return Upload.of(File.of(dropped(content, key)), NOW)


@contextmanager
def kept_in(store: object) -> Iterator[None]:
    """Uploads and their files are kept in that store meanwhile."""
    with ExitStack() as patches:
        for module in (read_upload, upload_phases, apply_stock_rows):
            for name in ("uploads", "upload_files"):
                patches.enter_context(patch.object(module, name, store))
        yield


def body(key: str) -> bytes:
    """What is in the bucket under a key."""
    return bytes(clients.client("s3").get_object(Bucket=settings.uploads_bucket, Key=key)["Body"].read())


def keys(prefix: str) -> list[str]:
    """The keys in the bucket."""
    found = clients.client("s3").list_objects_v2(Bucket=settings.uploads_bucket, Prefix=prefix)
    return [each["Key"] for each in found.get("Contents", [])]


def report_of(upload: Upload) -> dict[str, Any]:
    """The report of an upload that is over."""
    found = json.loads(body(f"reports/{upload.id}.json"))
    assert isinstance(found, dict)
    return found
