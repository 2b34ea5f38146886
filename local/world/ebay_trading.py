"""The Trading API of the simulated eBay: XML, always answered with 200.

It lists what offers of the Inventory API list, too, and cannot revise it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from local.world.ebay import Ebay, Json, listed_as, now
from local.world.routes import OK, Answer, Query, Reply

PATH = "/ws/api.dll"
NAMESPACE = "urn:ebay:apis:eBLBaseComponents"
REVISED_AT_ONCE = 4
FIXED_PRICE = "FixedPriceItem"
TOO_MANY = (518, "Your application has exceeded usage limit on this call.")
EXPIRED, UNSUPPORTED = (21917053, "IAF token supplied is expired."), (2, "Unsupported API call.")


class TradingError(NamedTuple):
    """An error of a call."""

    code: int
    text: str


def put_listings(ebay: Ebay, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/listings."""
    for listing in body:
        ebay.listings[listing["item"]] = {"title": listing["item"], "sku": "", "quantity": 0, "sold": 0, **listing}
    return OK, {"listings": list(ebay.listings)}


def post_call(ebay: Ebay, _: Query, body: bytes) -> Answer:
    """POST /ws/api.dll."""
    request = ElementTree.fromstring(body)  # noqa: S314 -- ours
    name = request.tag.rpartition("}")[2].removesuffix("Request")
    for each in request.iter():
        each.tag = each.tag.rpartition("}")[2]
    if not request.tag.endswith("Request") or name not in CALLS:
        return OK, reply(name, [TradingError(*UNSUPPORTED)])
    with ebay.lock:
        today = now()[:10]
        ebay.trading_calls[today] = ebay.trading_calls.get(today, 0) + 1
        if ebay.trading_calls[today] > ebay.settings.trading_calls:
            return OK, reply(name, [TradingError(*TOO_MANY)])
        return OK, CALLS[name](ebay, request)


def reply(name: str, errors: Iterable[TradingError] = (), content: str = "", *, partial: bool = False) -> Reply:
    """Return the answer of a call."""
    found = "".join(
        f"<Errors><ShortMessage>{escape(each.text)}</ShortMessage><LongMessage>{escape(each.text)}</LongMessage>"
        f"<ErrorCode>{each.code}</ErrorCode><SeverityCode>Error</SeverityCode></Errors>"
        for each in errors
    )
    ack = ("PartialFailure" if partial else "Failure") if found else "Success"
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name}Response xmlns="{NAMESPACE}"><Timestamp>{now()}</Timestamp>'
    return Reply(f"{text}<Ack>{ack}</Ack>{found}{content}</{name}Response>".encode(), "text/xml")


def revise(ebay: Ebay, request: ElementTree.Element) -> Reply:
    """ReviseInventoryStatus: up to four listings or variations, each by itself."""
    statuses = request.findall("InventoryStatus")
    if not 0 < len(statuses) <= REVISED_AT_ONCE:
        return reply("ReviseInventoryStatus", [TradingError(21916635, "Too many InventoryStatus nodes: at most 4.")])
    wrong: list[TradingError] = []
    content = ""
    for each in statuses:
        item, sku = each.findtext("ItemID") or "", each.findtext("SKU") or ""
        if fault := _revise(ebay, item, sku, int(each.findtext("Quantity") or -1)):
            wrong.append(fault)
        else:
            content += f"<InventoryStatus><ItemID>{escape(item)}</ItemID><SKU>{escape(sku)}</SKU></InventoryStatus>"
    return reply("ReviseInventoryStatus", wrong, content, partial=bool(content))


def _revise(ebay: Ebay, item: str, sku: str, quantity: int) -> TradingError | None:
    if item not in ebay.listings:
        return TradingError(21916750, f"FixedPrice item ended or not found: {item}.")
    listing = ebay.listings[item]
    variations = listing.get("variations") or {}
    if listing.get("type", FIXED_PRICE) != FIXED_PRICE:
        return TradingError(21916752, "ReviseInventoryStatus is only valid for fixed-price items.")
    if quantity < 0:
        return TradingError(515, "The quantity must be a valid number.")
    if variations and sku not in variations:
        return TradingError(21916799, "SKU does not exist in Non-ManageBySKU item specified by ItemID.")
    part = variations[sku] if variations else listing
    part["quantity"] = quantity + part.get("sold", 0)
    reference = f"item:{item}/{sku}" if sku else f"item:{item}"
    ebay.updates.append({"reference": reference, "quantity": quantity, "at": now()})
    return None


def get_item(ebay: Ebay, request: ElementTree.Element) -> Reply:
    """GetItem."""
    item = request.findtext("ItemID") or ""
    if item not in ebay.listings:
        return reply("GetItem", [TradingError(17, "This item cannot be accessed: the listing has been deleted.")])
    return reply("GetItem", content=_item(item, ebay.listings[item]))


def selling(ebay: Ebay, request: ElementTree.Element) -> Reply:
    """GetMyeBaySelling: a page of the active listings."""
    size = int(request.findtext("ActiveList/Pagination/EntriesPerPage") or 25)
    page = int(request.findtext("ActiveList/Pagination/PageNumber") or 1)
    if not 0 < size <= 200:
        return reply("GetMyeBaySelling", [TradingError(340, "Page number is out of range.")])
    listings = [*ebay.listings.items(), *_of_items(ebay)]
    pages = max(1, -(-len(listings) // size))
    items = "".join(_item(name, each, is_listed=True) for name, each in listings[(page - 1) * size : page * size])
    counted = f"<TotalNumberOfPages>{pages}</TotalNumberOfPages><TotalNumberOfEntries>{len(listings)}"
    result = f"<PaginationResult>{counted}</TotalNumberOfEntries></PaginationResult>"
    return reply("GetMyeBaySelling", content=f"<ActiveList><ItemArray>{items}</ItemArray>{result}</ActiveList>")


def _of_items(ebay: Ebay) -> Iterator[tuple[str, Json]]:
    """Yield the listings of the Inventory API: several items of one listing are its variations."""
    by_number: dict[str, list[Json]] = {}
    for sku, item in ebay.items.items():
        by_number.setdefault(listed_as(sku, item), []).append(item)
    by_number.pop("", None)
    for number, items in by_number.items():
        variations = {each["sku"]: {"quantity": each["quantity"]} for each in items} if len(items) > 1 else {}
        yield number, {**items[0], "sku": "" if variations else items[0]["sku"], "variations": variations}


def _item(item: str, listing: Json, *, is_listed: bool = False) -> str:
    """Return an item; a list says of one without variations what is available, and not what is sold."""
    sku = f"<SKU>{escape(listing['sku'])}</SKU>" if listing["sku"] else ""
    variations = "".join(
        f"<Variation><SKU>{escape(name)}</SKU>{_stock(each)}</Variation>"
        for name, each in (listing.get("variations") or {}).items()
    )
    inner = f"<Variations>{variations}</Variations>" if variations else ""
    kind = f"<ListingType>{listing.get('type', FIXED_PRICE)}</ListingType>"
    title = f"<Title>{escape(listing['title'])}</Title>"
    quantity, sold = listing.get("quantity", 0), listing.get("sold", 0)
    available = f"<Quantity>{quantity}</Quantity><QuantityAvailable>{quantity - sold}</QuantityAvailable>"
    counted = available if is_listed else _stock(listing)
    return f"<Item><ItemID>{escape(item)}</ItemID>{kind}{title}{sku}{counted}{inner}</Item>"


def _stock(part: Json) -> str:
    sold = f"<SellingStatus><QuantitySold>{part.get('sold', 0)}</QuantitySold></SellingStatus>"
    return f"<Quantity>{part.get('quantity', 0)}</Quantity>{sold}"


CALLS: dict[str, Callable[[Ebay, ElementTree.Element], Reply]] = {
    "ReviseInventoryStatus": revise,
    "GetItem": get_item,
    "GetMyeBaySelling": selling,
}
ROUTES = (("POST", PATH, post_call), ("PUT", r"/_control/listings", put_listings))
