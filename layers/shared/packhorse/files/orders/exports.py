"""Exports of shops and marketplaces as they are: recognised by their header, read as if in our own columns."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from packhorse.files.csvfile.cells import folded
from packhorse.files.orders.export_rows import (
    NO_PRICE,
    UNPAID,
    Cells,
    amazon_row,
    ebay_row,
    etsy_row,
    shipstation_row,
    shopify_row,
    woocommerce_row,
)


class Export(NamedTuple):
    """The layout of an export: our columns by theirs, of which `marks` distinguish it, and how a row is read."""

    name: str
    columns: Mapping[str, str]
    marks: frozenset[str]
    read: Callable[[Cells], Cells]
    dates: tuple[str, ...] = ()
    least_cells: int = 1

    def translated(self, cells: Cells) -> Cells:
        """Return the cells of a row in our columns and spellings; what cannot be translated stays as it is."""
        found = self.read(cells)
        if found.get("Status") == UNPAID:  # shops keep the date of a payment that they take for undone
            found.pop("PaymentDate", None)
        for column in ("OrderDate", "PaymentDate"):
            if found.get(column):
                found[column] = _iso(found[column], self.dates)
        for column in ("ShipBy", "DeliverBy"):
            if found.get(column):
                found[column] = _iso(found[column], self.dates).removesuffix("T00:00:00")
        if found.get("ShipZip"):
            found["ShipZip"] = found["ShipZip"].lstrip("'")
        if not found.get("UnitPrice"):
            found |= {"UnitPrice": "0", NO_PRICE: "yes"}
        return {column: cell for column, cell in found.items() if cell}


def _iso(cell: str, formats: tuple[str, ...]) -> str:
    for each in formats:
        try:
            return datetime.strptime(cell, each).isoformat()  # noqa: DTZ007 - the export has no zone, so UTC
        except ValueError:
            continue
    return cell


def _export(
    name: str, marks: str, columns: Mapping[str, str], read: Callable[[Cells], Cells], *dates: str, least: int = 1
) -> Export:
    ours = {folded(theirs): our for theirs, our in columns.items()}
    return Export(name, ours, frozenset(map(folded, marks.split("|"))), read, dates, least)


def _sides(pattern: str, **names: str) -> dict[str, str]:
    """Return the columns of both addresses; `{}` in the pattern is the name, `@` the side."""
    return {
        pattern.replace("@", theirs).format(name): f"{ours}{column}"
        for ours, theirs in (("Ship", "Shipping"), ("Bill", "Billing"))
        for column, name in names.items()
    }


EXPORTS = (
    _export(
        "Shopify",
        "Name|Financial Status|Lineitem quantity|Lineitem sku|Shipping Name|Shipping Address1",
        {
            "Name": "OrderNumber",
            "Id": "StorefrontOrderId",
            "Email": "BillEmail",
            "Financial Status": "Paid",
            "Fulfillment Status": "Sent",
            "Cancelled at": "CancelledAt",
            "Paid at": "PaymentDate",
            "Created at": "OrderDate",
            "Currency": "Currency",
            "Shipping": "ShippingAmount",
            "Taxes": "Tax1Amount",
            "Total": "TotalAmount",
            "Discount Amount": "DiscountAmount",
            "Shipping Method": "DeliveryMethod",
            "Lineitem quantity": "Quantity",
            "Lineitem name": "SoldAsName",
            "Lineitem price": "UnitPrice",
            "Lineitem sku": "SKU",
            "Lineitem requires shipping": "RequiresShipping",
            "Lineitem discount": "LineDiscount",
            "Notes": "CustomerNote",
            **_sides(
                "@ {}",
                Name="Name",
                Address1="Address1",
                Address2="Address2",
                Company="Company",
                City="City",
                Zip="Zip",
                State="Province",
                Country="Country",
                Phone="Phone",
            ),
        },
        shopify_row,
    ),
    _export(
        "WooCommerce (Advanced Order Export)",
        "Order Number|Order Status|SKU|Item Cost|First Name (Shipping)|Address 1&2 (Shipping)",
        {
            "Order Number": "OrderNumber",
            "Order ID": "StorefrontOrderId",
            "Order Status": "Status",
            "Order Date": "OrderDate",
            "Paid Date": "PaymentDate",
            "Customer Note": "CustomerNote",
            "Email (Billing)": "BillEmail",
            "Shipping Method Title": "DeliveryMethod",
            "Order Shipping Amount": "ShippingAmount",
            "Order Total Amount": "TotalAmount",
            "Order Total Tax Amount": "Tax1Amount",
            "Currency": "Currency",
            "SKU": "SKU",
            "Item #": "ChannelLineId",
            "Item Name": "SoldAsName",
            "Quantity": "Quantity",
            "Quantity (- Refund)": "QuantityLeft",
            "Item Cost": "UnitPrice",
            **_sides(
                "{} (@)",
                First="First Name",
                Last="Last Name",
                Company="Company",
                Address1="Address 1&2",
                City="City",
                State="State Code",
                Zip="Postcode",
                Country="Country Code",
                Phone="Phone",
            ),
        },
        woocommerce_row,
    ),
    _export(
        "Amazon",
        "order-id|order-item-id|sku|quantity-purchased|recipient-name|ship-address-1",
        {
            "order-id": "OrderNumber",
            "order-item-id": "ChannelLineId",
            "purchase-date": "OrderDate",
            "payments-date": "PaymentDate",
            "promise-date": "ShipBy",
            "buyer-email": "BillEmail",
            "buyer-name": "BillName",
            "sku": "SKU",
            "product-name": "SoldAsName",
            "quantity-purchased": "Quantity",
            "quantity-to-ship": "QuantityLeft",
            "currency": "Currency",
            "item-price": "UnitPrice",
            "item-tax": "LineTax",
            "item-promotion-discount": "LineDiscount",
            "ship-service-level": "DeliveryMethod",
            "recipient-name": "ShipName",
            "ship-address-1": "ShipAddress1",
            "ship-address-2": "ShipAddress2",
            "ship-address-3": "ShipAddress3",
            "ship-city": "ShipCity",
            "ship-state": "ShipState",
            "ship-postal-code": "ShipZip",
            "ship-country": "ShipCountry",
            "ship-phone-number": "ShipPhone",
        },
        amazon_row,
    ),
    _export(
        "eBay",
        "Order Number|Item Number|Custom Label|Sold For|Ship To Name|Ship To Address 1",
        {
            "Order Number": "OrderNumber",
            "Item Number": "Item",
            "Item Title": "SoldAsName",
            "Custom Label": "SKU",
            "Quantity": "Quantity",
            "Sold For": "UnitPrice",
            "Shipping And Handling": "ShippingAmount",
            "Seller Collected Tax": "Tax1Amount",
            "Total Price": "TotalAmount",
            "Sale Date": "OrderDate",
            "Paid On Date": "PaymentDate",
            "Ship By Date": "ShipBy",
            "Maximum Estimated Delivery Date": "DeliverBy",
            "Shipped On Date": "SentAt",
            "Buyer Name": "BillName",
            "Buyer Email": "BillEmail",
            "Buyer Note": "CustomerNote",
            "Shipping Service": "DeliveryMethod",
            "Transaction ID": "ChannelLineId",
            "Ship To Name": "ShipName",
            "Ship To Phone": "ShipPhone",
            "Ship To Address 1": "ShipAddress1",
            "Ship To Address 2": "ShipAddress2",
            "Ship To City": "ShipCity",
            "Ship To State": "ShipState",
            "Ship To Zip": "ShipZip",
            "Ship To Country": "ShipCountry",
        },
        ebay_row,
        "%b-%d-%y",
        "%d-%b-%y",
        least=4,
    ),
    _export(
        "Etsy (order items)",
        "Order ID|Transaction ID|Price|Sale Date|Ship Name|Ship Address1",
        {
            "Order ID": "OrderNumber",
            "Transaction ID": "ChannelLineId",
            "Sale Date": "OrderDate",
            "Date Paid": "PaymentDate",
            "Date Shipped": "SentAt",
            "Item Name": "SoldAsName",
            "Quantity": "Quantity",
            "Price": "UnitPrice",
            "Order Shipping": "ShippingAmount",
            "Order Sales Tax": "Tax1Amount",
            "Currency": "Currency",
            "SKU": "SKU",
            "Ship Name": "ShipName",
            "Ship Address1": "ShipAddress1",
            "Ship Address2": "ShipAddress2",
            "Ship City": "ShipCity",
            "Ship State": "ShipState",
            "Ship Zipcode": "ShipZip",
            "Ship Country": "ShipCountry",
        },
        etsy_row,
        "%m/%d/%y",
        "%m/%d/%Y",
    ),
    _export(
        "ShipStation",
        "Order - Number|Item - SKU|Item - Qty|Ship To - Name|Ship To - Address 1",
        {
            "Order - Number": "OrderNumber",
            "Order - Status": "Status",
            "Date - Order Date": "OrderDate",
            "Date - Paid Date": "PaymentDate",
            "Amount - Order Shipping": "ShippingAmount",
            "Amount - Order Tax": "Tax1Amount",
            "Amount - Order Total": "TotalAmount",
            "Service - Requested Service": "DeliveryMethod",
            "Customer - Email": "BillEmail",
            "Notes - From Buyer": "CustomerNote",
            "Item - SKU": "SKU",
            "Item - Name": "SoldAsName",
            "Item - Qty": "Quantity",
            "Item - Price": "UnitPrice",
            "Ship To - Name": "ShipName",
            "Ship To - Company": "ShipCompany",
            "Ship To - Address 1": "ShipAddress1",
            "Ship To - Address 2": "ShipAddress2",
            "Ship To - Address 3": "ShipAddress3",
            "Ship To - City": "ShipCity",
            "Ship To - State": "ShipState",
            "Ship To - Postal Code": "ShipZip",
            "Ship To - Country": "ShipCountry",
            "Ship To - Phone": "ShipPhone",
        },
        shipstation_row,
        "%m/%d/%Y %I:%M:%S %p",
        "%m/%d/%Y %H:%M",
        "%m/%d/%Y",
    ),
)


def export_of(header: tuple[str, ...]) -> Export | None:
    """Return the export that a file with this header is; None for one in our own columns, or an unknown one."""
    names = set(map(folded, header))
    return next((export for export in EXPORTS if export.marks <= names), None)
