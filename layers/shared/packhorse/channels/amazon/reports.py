"""All listings of a seller by a report, in steps: `searchListingsItems` lists no more than the first thousand.

A report is requested, checked until Amazon has made it, and read in parts; each step has a cursor, so that any
process goes on. It is a file of fields between tabs, without quotes, in the encoding that its answer names.
"""

import codecs
import json
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import httpx
from pydantic import Field

from packhorse.channels.amazon.seller import Seller
from packhorse.channels.amazon.stock import MERCHANT
from packhorse.channels.body import parse_answer
from packhorse.channels.protocol import ListingFound, ListingPage
from packhorse.domain.configuration.web_address import split_url
from packhorse.domain.errors import FieldError, Rejected, Unavailable
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call

REPORTS, DOCUMENTS = "/reports/2021-06-30/reports", "/reports/2021-06-30/documents"
ALL_LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
LOOK_SECONDS = 10.0
MOST_LOOKS = 720
"""Checks of a report that is not done: two hours."""
PART = 200
"""Listings of a page."""
MOST_BYTES = 200_000_000
"""Bytes of a report once it is decompressed."""
ENCODINGS = ("utf-8", "cp1252")
"""Of a report whose answer names none, or one that is unknown here: the first that fits."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": ("seller-sku", "出品者sku"),
    "title": ("item-name", "商品名"),
    "fulfilled": ("fulfillment-channel", "フルフィルメント・チャンネル"),
}
"""The columns that are read, in small letters: those of Japan have names of their own."""


class NewReport(ExternalModel):
    """A report that was requested."""

    id: str = Field(validation_alias="reportId", min_length=1)


class Report(ExternalModel):
    """How far a report is."""

    status: str = Field(validation_alias="processingStatus")
    document: str = Field("", validation_alias="reportDocumentId")


class Document(ExternalModel):
    """Where a report is to be downloaded, within five minutes."""

    url: str
    compression: str = Field("", validation_alias="compressionAlgorithm")


class AmazonReports:
    """The report of all listings of a seller in a marketplace; what was downloaded is kept for the next part."""

    def __init__(self, seller: Seller, http: httpx.Client) -> None:
        self.seller = seller
        self.http = http
        self._read: dict[str, tuple[ListingFound, ...]] = {}

    def begin(self) -> ListingPage:
        """Request the report."""
        body = {"reportType": ALL_LISTINGS, "marketplaceIds": [self.seller.marketplace]}
        made = parse_answer(NewReport, call(self.http, "POST", REPORTS, json=body), f"POST {REPORTS}")
        return ListingPage((), json.dumps(["report", made.id, 0]))

    def go_on(self, cursor: str) -> ListingPage:
        """Do the next step: check the report, or read a part of it."""
        step, name, number = json.loads(cursor)
        return self._look(name, number) if step == "report" else self._part(name, number)

    def _look(self, name: str, looks: int) -> ListingPage:
        raw = call(self.http, "GET", f"{REPORTS}/{quote(name, safe='')}")
        found = parse_answer(Report, raw, f"GET {REPORTS}/ID")
        if found.status == "DONE" and found.document:
            return ListingPage((), json.dumps(["document", found.document, 0]))
        if found.status in ("FATAL", "CANCELLED"):
            raise Rejected(f"Amazon did not make the report of all listings ({found.status}): connect again in an hour")
        if looks >= MOST_LOOKS:
            raise Rejected("Amazon has not made the report of all listings for hours: connect again")
        time.sleep(LOOK_SECONDS)
        return ListingPage((), json.dumps(["report", name, looks + 1]))

    def _part(self, name: str, start: int) -> ListingPage:
        if name not in self._read:
            self._read[name] = tuple(self._download(name))
        listings, end = self._read[name], start + PART
        after = json.dumps(["document", name, end]) if end < len(listings) else None
        return ListingPage(listings[start:end], after)

    def _download(self, name: str) -> Iterator[ListingFound]:
        raw = call(self.http, "GET", f"{DOCUMENTS}/{quote(name, safe='')}")
        document = parse_answer(Document, raw, f"GET {DOCUMENTS}/ID")
        response = self._get(document.url)
        content = _unpacked(response.content) if document.compression == "GZIP" else response.content
        return listings_in(_decoded(content, response.charset_encoding))

    def _get(self, url: str) -> httpx.Response:
        """Download a report: its url is signed, and gets no token."""
        parts, own = split_url(url), self.http.base_url
        if parts.scheme != "https" and (parts.scheme, parts.hostname) != (own.scheme, own.host):
            raise Rejected("the report of all listings is not at an address of https")
        try:
            response = self.http.send(self.http.build_request("GET", url), auth=None)
        except httpx.InvalidURL as error:
            raise Rejected("the report of all listings is not at an address") from error
        except httpx.HTTPError as error:
            raise Unavailable(f"GET the report of all listings: {type(error).__name__}") from error
        if not response.is_success:  # its url may have expired: the next try gets another one
            raise Unavailable(f"GET the report of all listings: {response.status_code}")
        return response


def is_of_report(cursor: str) -> bool:
    """Return whether a cursor is a step of a report, and no token of a search.

    >>> is_of_report('["report", "ID323", 0]'), is_of_report("xsdflkj324lkjsdlkj3423klkjsdfkljlk2j34klj2l3k4jlksdjl234")
    (True, False)
    """
    return cursor.startswith('["')


def _unpacked(content: bytes) -> bytes:
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        whole = unpack.decompress(content, MOST_BYTES)
    except zlib.error as error:
        raise Unavailable("the report of all listings is not gzip") from error
    if unpack.unconsumed_tail:
        raise Rejected(f"the report of all listings has more than {MOST_BYTES:,} bytes")
    if not unpack.eof:
        raise Unavailable("the report of all listings is cut off")
    return whole


def _decoded(content: bytes, named: str | None) -> str:
    """Return the text; a name that is unknown here, or does not fit, is as none."""
    for encoding in filter(None, (named, *ENCODINGS)):
        try:
            return content.decode(codecs.lookup(encoding).name).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode(ENCODINGS[-1], errors="replace")


def listings_in(text: str) -> Iterator[ListingFound]:
    r"""Yield the listings of a report; raises Rejected if a column lacks.

    >>> [*listings_in("item-name\tseller-sku\tfulfillment-channel\nMug 3\" tall\tMUG\tDEFAULT\n")]
    [ListingFound(reference='MUG', sku='MUG', title='Mug 3" tall', fulfilled_by_channel=False)]
    """
    head, *rows = text.split("\n")
    place_of = _places(head)
    for row in rows:
        fields = row.rstrip("\r").split("\t")
        sku, title, fulfilled = (_field(fields, place_of[name]) for name in COLUMNS)
        if sku:
            yield ListingFound(sku, sku, title, fulfilled_by_channel=fulfilled != MERCHANT if fulfilled else None)


def _places(head: str) -> Mapping[str, int]:
    names = [name.strip().lower() for name in head.rstrip("\r").split("\t")]
    found = {column: _place(names, aliases) for column, aliases in COLUMNS.items()}
    lacking = [COLUMNS[column][0] for column, place in found.items() if place is None]
    if lacking:
        wrong = [FieldError(column, "is missing") for column in lacking]
        raise Rejected("the report of all listings has other columns than Amazon documents", wrong)
    return {column: place for column, place in found.items() if place is not None}


def _place(names: Sequence[str], aliases: Sequence[str]) -> int | None:
    return next((names.index(alias) for alias in aliases if alias in names), None)


def _field(fields: Sequence[str], place: int) -> str:
    return fields[place] if place < len(fields) else ""
