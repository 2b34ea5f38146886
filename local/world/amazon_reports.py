"""The Reports API of the simulated Amazon: the report of all listings, which takes `report_after` seconds."""

import gzip
import secrets
import time
from typing import Any

from local.world.amazon import MERCHANT, Amazon, Json, errors, now
from local.world.routes import BAD_REQUEST, NOT_FOUND, OK, Answer, Query, Reply

REPORTS, DOCUMENTS = "/reports/2021-06-30/reports", "/reports/2021-06-30/documents"
DOWNLOAD = "/_documents"
"""Where documents are downloaded, without a token: the url is signed."""
ACCEPTED = 202
TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA"
URL_SECONDS = 300.0
HEAD = (
    "item-name item-description listing-id seller-sku price quantity open-date image-url item-is-marketplace "
    "product-id-type zshop-shipping-fee item-note item-condition zshop-category1 zshop-browse-path "
    "zshop-storefront-feature asin1 asin2 asin3 will-ship-internationally expedited-shipping zshop-boldface product-id "
    "bid-for-featured-placement add-delete pending-quantity fulfillment-channel merchant-shipping-group status"
).split()


def post_report(amazon: Amazon, _: Query, body: Json) -> Answer:
    """POST /reports."""
    places = body["marketplaceIds"]
    if body["reportType"] != TYPE or not places or not set(places) <= set(amazon.settings.marketplaces):
        return BAD_REQUEST, errors("InvalidInput", "reportType or marketplaceIds is not valid")
    name = f"{50_000 + len(amazon.reports)}018"
    amazon.reports[name] = {"at": time.time(), "created": now()}
    return ACCEPTED, {"reportId": name}


def get_report(amazon: Amazon, _: Query, __: Any, name: str) -> Answer:
    """GET /reports/{reportId}."""
    if name not in amazon.reports:
        return NOT_FOUND, errors("NotFound", "There is no such report.")
    report = amazon.reports[name]
    found = {"reportId": name, "reportType": TYPE, "createdTime": report["created"]}
    if amazon.settings.report_fails:
        return OK, {**found, "processingStatus": amazon.settings.report_fails}
    if time.time() < report["at"] + amazon.settings.report_after:
        return OK, {**found, "processingStatus": "IN_PROGRESS"}
    return OK, {**found, "processingStatus": "DONE", "reportDocumentId": f"amzn1.spdoc.1.3.{name}"}


def get_document(amazon: Amazon, _: Query, __: Any, name: str) -> Answer:
    """GET /documents/{reportDocumentId}: a url that is good for five minutes."""
    if name.rpartition(".")[2] not in amazon.reports:
        return NOT_FOUND, errors("NotFound", "There is no such document.")
    key = secrets.token_urlsafe(24)
    amazon.downloads[key] = time.time() + URL_SECONDS
    url = f"{amazon.origin}{DOWNLOAD}/{key}?X-Amz-Expires=300"
    return OK, {"reportDocumentId": name, "url": url, "compressionAlgorithm": "GZIP"}


def download(amazon: Amazon, _: Query, __: Any, key: str) -> Answer:
    """GET the document itself."""
    if time.time() > amazon.downloads.get(key, 0):
        return 403, Reply(b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
    encoding = amazon.settings.report_encoding
    text = "\n".join("\t".join(row) for row in (HEAD, *(_row(each) for each in amazon.listings.values())))
    packed = gzip.compress(f"{text}\n".encode(encoding, errors="replace"))
    return OK, Reply(packed, f"text/plain; charset={encoding}")


def _row(listing: Json) -> list[str]:
    fields = {
        "item-name": listing["title"],
        "seller-sku": listing["sku"],
        "quantity": str(listing["quantity"]) if listing["channel"] == MERCHANT else "",
        "fulfillment-channel": listing["channel"],
        "status": "Active",
    }
    return [fields.get(name, "") for name in HEAD]


ROUTES = (
    ("POST", REPORTS, post_report),
    ("GET", rf"{REPORTS}/([^/]+)", get_report),
    ("GET", rf"{DOCUMENTS}/([^/]+)", get_document),
    ("GET", rf"{DOWNLOAD}/([^/]+)", download),
)
RATES = (
    ("createReport", rf"POST {REPORTS}", 0.0167, 15),
    ("getReport", rf"GET {REPORTS}/[^/]+", 2, 15),
    ("getReportDocument", rf"GET {DOCUMENTS}/[^/]+", 0.0167, 15),
)
