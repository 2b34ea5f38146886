"""A supplier on the stand-ins: its settings here, its server, and how it reads and writes files there."""

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.supply.answer_layout import Absent, FeedLayout, Reads
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.supply.transport import HttpMethod, HttpsSettings
from packhorse.domain.values import WarehouseId
from packhorse.usecases.suppliers.save_supplier import NewSupplierKeys, save_supplier
from simulation.feed_rules import FeedBooks
from simulation.outside import Outside
from simulation.price_rules import TOLERATED
from simulation.scene import SUPPLIER as A_SUPPLIER
from simulation.sftp import HOST, PASSWORD, SERVICE, USER
from simulation.supplier_api import API_URL, SupplierApi
from simulation.supply_rules import END, LINE, ORDER, SupplierBooks

SUPPLIER, WAREHOUSE = "loomworks", "east"
SHARE = 0.25
"""The share of days with a supplier, of those without a carrier account."""
WITH_API, WITH_FEED = 0.25, 0.3
"""The shares of suppliers that have an API, and that count what is in their warehouse."""
AHEAD = (0.0, 0.0, 7200.0)
"""By how many seconds the clocks of servers are ahead: some say the time of another zone."""
ORDERS, ANSWERS, PROCESSED, PRICES, FEEDS = "in", "out", "done", "prices", "stock"
COLUMNS = ("PO", "STATUS", "ITEM", "QTY", "CARRIER", "TRACKING", "REASON")
FIELDS = ("fulfilment", "status", "sku", "quantity", "carrier", "tracking", "reason")
ACKNOWLEDGED, REJECTED, SHIPPED, KEPT_BACK, WILL_SHIP = "ACK", "REJ", "SHP", "CXL", "NOC"
SENT, REQUESTED = "ORD_", "CXL_"
"""The beginnings of the names of files of orders, and of requests to keep units back."""
PRICED = {
    "folder": PRICES,
    "files": "*.csv",
    "complete": "done",
    "means": "acknowledged",
    "columns": [
        {"field": "purchase_order", "names": ["PO"]},
        {"field": "line", "names": ["LINE"]},
        {"field": "unit_cost", "names": ["COST"]},
    ],
}
"""The layout of files that say what a line of a purchase order costs."""
COUNTED = {
    "folder": FEEDS,
    "files": "inv*.csv",
    "complete": "done",
    "columns": [{"field": "sku", "names": ["ITEM"]}, {"field": "quantity", "names": ["QTY"]}],
}
"""The layout of stock feeds."""
SFTP = {"kind": "sftp", "host": HOST, "user": USER, "host_keys": [f"SHA256:{'A' * 43}"]}
API = HttpsSettings(base_url=API_URL, method=HttpMethod.POST, lists=True)
LAYOUT: Mapping[str, Any] = {
    "file_name": f"{SENT}{{batch:6}}.csv",
    "header": False,
    "line_end": "lf",
    "records": [
        {"level": "order", "columns": [{"name": "kind", "constant": ORDER}, {"name": "id", "source": "fulfilment.id"}]},
        {
            "level": "line",
            "columns": [
                {"name": "kind", "constant": LINE},
                {"name": "item", "source": "line.sku"},
                {"name": "units", "source": "line.quantity"},
            ],
        },
        {
            "level": "end",
            "columns": [
                {"name": "kind", "constant": END},
                {"name": "rows", "source": "batch.records"},
                {"name": "batch", "source": "batch.number"},
            ],
        },
    ],
}


def with_supplier(day: Outside, config: Configuration) -> Configuration:
    """Return the configuration, on some days with a warehouse that a supplier has.

    It draws from a random generator of its own, so that the other acts of a seed are the same without a supplier.
    """
    dice = Random(f"supplier {day.random.getstate()}")  # noqa: S311 - the same for a seed is the point
    if (day.carrier or dice.random() >= SHARE) if day.scene is None else day.scene.partner != A_SUPPLIER:
        return config
    day.supplier = SupplierBooks()
    day.books.partners = frozenset({WAREHOUSE})
    rule = config.account.restock.get(WarehouseKind.OWN)
    restock = {**config.account.restock, **({WarehouseKind.DROPSHIP: rule} if rule else {})}
    places = dict(config.warehouses)
    places[WarehouseId(WAREHOUSE)] = places[WarehouseId(WAREHOUSE)].replace(kind=WarehouseKind.DROPSHIP)
    return config.replace(warehouses=places, account=config.account.replace(restock=restock))


def connect_supplier(day: Outside) -> None:
    """Save the supplier, if the day has one: its files are whole by a marker, or once they stay as they are.

    It has an SFTP server, or an API that takes files by POST.
    """
    if day.supplier is None:
        return
    dice = Random(f"layout {day.random.getstate()}")  # noqa: S311 - the same for a seed is the point
    answers = {
        "folder": ANSWERS,
        "files": "shp*.csv",
        "complete": dice.choice(("done", "stable")),
        "statuses": {
            ACKNOWLEDGED: "acknowledged",
            REJECTED: "rejected",
            SHIPPED: "shipped",
            KEPT_BACK: "cancelled",
            WILL_SHIP: "cancel_refused",
        },
        "columns": [{"field": field, "names": [name]} for field, name in zip(FIELDS, COLUMNS, strict=True)],
    }
    supplier = Supplier.model_validate(
        {
            "id": SUPPLIER,
            "warehouses": [WAREHOUSE],
            "purchasing": {"drop_ship": True, "answers": [PRICED], "price_tolerance_percent": TOLERATED},
            "transport": SFTP,
            "folders": {"orders": ORDERS, "processed": dice.choice((PROCESSED, None))},
            "orders": LAYOUT,
            "answers": [answers],
            "forward": dice.choice(("automatic", "automatic", "on_command")),
            "most_orders_per_file": dice.choice((1, 2, 200)),
            "cancellations": dice.choice(({**LAYOUT, "file_name": f"{REQUESTED}{{batch:6}}.csv"}, None)),
            "answers_within_hours": dice.choice((1, 1, 24)),
        }
    )
    if day.scene is None and dice.random() < WITH_API:
        day.supplier.api = SupplierApi(day.sftp, day.deployment, dice, day.supplier.wrong)
        day.deployment.world.web.serve(API_URL, day.supplier.api.answers)
        supplier = supplier.replace(transport=API, folders=supplier.folders.replace(processed=None))
    if day.scene is None and dice.random() < WITH_FEED:
        supplier = supplier.replace(feed=_feed(day, dice))
    day.supplier.reads_requests = supplier.cancellations is not None
    keys = NewSupplierKeys(token="token") if day.supplier.api else NewSupplierKeys(password=PASSWORD)
    save_supplier(SUPPLIER, lambda _: supplier, keys, "owner")


def _feed(day: Outside, dice: Random) -> FeedLayout:
    """Return the layout of the supplier's feeds."""
    layout = FeedLayout.model_validate(
        {**COUNTED, "counts": dice.choice(tuple(Reads)), "absent": dice.choice(tuple(Absent))}
    )
    day.sftp.ahead = dice.choice(AHEAD)
    feeds = FeedBooks(is_available=layout.counts is Reads.AVAILABLE, is_whole=layout.absent is Absent.ZERO)
    day.books.feeds = feeds
    if day.supplier:
        day.supplier.feeds = feeds
    return layout


def service_of(day: Outside) -> str:
    """Return the name of the service that is the supplier's server."""
    return "web" if day.supplier and day.supplier.api else SERVICE


def read_orders(day: Outside, books: SupplierBooks, *, takes_away: bool = False) -> None:
    """Let the supplier read the files of orders and of requests that are there, and note what is wrong with them."""
    for name in sorted(day.sftp.names(ORDERS), key=lambda each: each[len(SENT) :]):
        if not name.startswith((SENT, REQUESTED)) or not name.endswith(".csv"):
            continue
        path = f"{ORDERS}/{name}"
        text = day.sftp.files[path].content.decode()
        if name not in books.files:
            day.report(lambda text=text, name=name: f"the supplier reads {name}: {' | '.join(text.split())}")  # type: ignore[misc]
        try:
            read = books.read if name.startswith(SENT) else books.read_requests
            books.wrong.update(read(name, text, day.books.orders))
        except ValueError as error:
            books.wrong.add(str(error))
        if takes_away:
            del day.sftp.files[path]


def answer(day: Outside, rows: Iterable[tuple[object, ...]], name: str = "") -> str:
    """Let the supplier write a file of answers; return its name."""
    day.answers += 1
    if day.supplier and day.supplier.kits:
        rows = [row for told in rows for row in _in_parts(day.supplier, told)]
    name = name or f"shp_{day.answers:04d}.csv"
    text = "\n".join([",".join(COLUMNS), *(",".join(map(str, row)) for row in rows), ""])
    day.report(lambda: f"the supplier answers in {name}: {' | '.join(text.splitlines()[1:])}")
    put_answer(day, name, text.encode())
    return name


def _in_parts(books: SupplierBooks, row: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    """Yield a row about a kit that the supplier does not know as rows about its components."""
    fulfilment, status, sku, units, *rest = row
    if parts := books.kits.get(str(sku)):
        yield from ((fulfilment, status, part, each * int(str(units)), *rest) for part, each in parts.items())
    else:
        yield row


def put_answer(day: Outside, name: str, content: bytes) -> None:
    """Put a file of answers there, and a marker that it is whole."""
    day.sftp.put(f"{ANSWERS}/{name}", content)
    day.sftp.put(f"{ANSWERS}/{name}.done", b"")
