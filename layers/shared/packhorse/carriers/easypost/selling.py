"""Labels of EasyPost: https://docs.easypost.com, version 2 of its API.

A shipment is bought once at most, whatever is repeated: a second purchase is answered with SHIPMENT.POSTAGE.EXISTS.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from packhorse.carriers.answers import answer_of, ask, download, flattened
from packhorse.carriers.easypost.shipments import TheirForm, TheirRate, TheirShipment, shipment_body
from packhorse.carriers.easypost.webhooks import REFUNDS
from packhorse.carriers.tracking import cut
from packhorse.domain.errors import FieldError, NotFound, Rejected, Unavailable
from packhorse.domain.labels.consignment import Consignment, LabelFormat
from packhorse.domain.labels.manifest import Manifested, ManifestForm
from packhorse.domain.labels.purchase import LabelFile, Purchase, Rate, RatedShipment, Refund, Sale
from packhorse.domain.money import Money, round_amount
from packhorse.http.body import validated

if TYPE_CHECKING:
    import httpx

HOSTS = ("easypost.com", "amazonaws.com")
"""Where the files of labels are, beside the account's own host."""
FORM_FAILED = "failed"
"""The status of a ScanForm that could not be made."""
CODE = "code"
"""The field of a refusal that holds EasyPost's code of it."""
BOUGHT = frozenset({"SHIPMENT.POSTAGE.EXISTS"})
UNDECIDED = frozenset(
    {
        "SHIPMENT.PURCHASE.IN_PROGRESS",
        "SHIPMENT.POSTAGE.NO_RESPONSE",
        "SHIPMENT.POSTAGE.TIMED_OUT",
        "REFUND.NO_RESPONSE",
    }
)
"""Codes that do not say whether it is done: a carrier behind EasyPost is slow."""
NO_SUCH_FORMAT = frozenset({"SHIPMENT.POSTAGE.FORMAT_UNAVAILABLE", "SHIPMENT.POSTAGE.INVALID_FORMAT"})
NOT_TAKEN_BACK = frozenset({"SHIPMENT.REFUND.UNAVAILABLE", "SHIPMENT.REFUND.FAILURE", "REFUND.FAILURE"})


class EasyPost:
    """An account of EasyPost."""

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def rates(self, consignment: Consignment) -> RatedShipment:
        """Create a shipment; one that is not bought costs nothing and needs no end."""
        shipment = self._shipment("POST", "/v2/shipments", shipment_body(consignment))
        rates, problems = [], [cut(_said(each.carrier, each.message)) for each in shipment.messages]
        for raw in shipment.rates:
            try:
                rates.append(_rate(validated(TheirRate, raw, "a rate is unreadable")))
            except Rejected as error:
                problems.append(cut(error.in_full))
        return RatedShipment(id=shipment.id, rates=tuple(rates), problems=tuple(filter(None, problems)))

    def buy(self, sale: Sale) -> Purchase:
        """Buy the shipment; one that was bought before is looked up."""
        try:
            bought = self._shipment("POST", f"{_path(sale)}/buy", {"rate": {"id": sale.rate.id}})
        except Rejected as error:
            if _code(error) not in BOUGHT:
                raise
            bought = self._get(sale)
        if (purchase := _purchase(bought)) is None:
            raise Unavailable("POST /buy: the answer holds no label")
        return purchase

    def lookup(self, sale: Sale) -> Purchase | None:
        """Read the shipment."""
        return _purchase(self._get(sale))

    def label(self, sale: Sale) -> LabelFile:
        """Download the file as it was bought; where that is another format than the wanted one, have it converted."""
        shipment = self._bought(sale)
        file = download(self.http, _label_url(shipment, sale.format), HOSTS)
        if file.format is sale.format:
            return file
        try:
            converted = self._shipment("GET", f"{_path(sale)}/label", params={"file_format": sale.format.name})
        except Rejected as error:
            if _code(error) not in NO_SUCH_FORMAT:
                raise
            return file
        return download(self.http, _label_url(converted, sale.format), HOSTS)

    def void(self, sale: Sale) -> Refund:
        """Request a refund unless one is on its way; a rejected one may be requested again."""
        state = _refund(self._bought(sale))
        if state in (Refund.SUBMITTED, Refund.REFUNDED):
            return state
        try:
            requested = _refund(self._shipment("POST", f"{_path(sale)}/refund"))
        except Rejected as error:
            requested = self.refund(sale)  # of two requests at once the second is refused
            if requested is None and _code(error) in NOT_TAKEN_BACK:
                return Refund.REJECTED
            if requested is None:
                raise
        if requested is None:
            raise Unavailable("POST /refund: the answer holds no state of a refund")
        return requested

    def refund(self, sale: Sale) -> Refund | None:
        """Read the shipment."""
        return _refund(self._get(sale))

    def make_form(self, parcels: Sequence[Manifested]) -> ManifestForm:
        """Create a ScanForm of shipments that were bought."""
        body = {"shipments": [{"id": each.shipment} for each in parcels]}
        raw = ask(self.http, "POST", "/v2/scan_forms", _faults, json=body)
        return _form(answer_of(raw, TheirForm, "POST /v2/scan_forms"))

    def find_form(self, parcels: Sequence[Manifested]) -> ManifestForm | None:
        """Return the form that a shipment is on; its document is read from the form, which may be newer."""
        return next(filter(None, map(self._form_of, parcels)), None)

    def form_file(self, form: ManifestForm) -> LabelFile:
        """Download the document of a form."""
        return download(self.http, form.url, HOSTS)

    def _form_of(self, parcel: Manifested) -> ManifestForm | None:
        found = self._shipment("GET", f"/v2/shipments/{quote(parcel.shipment, safe='')}").scan_form
        if found is None or found.status == FORM_FAILED:
            return None
        path = f"/v2/scan_forms/{quote(found.id, safe='')}"
        return _form(answer_of(ask(self.http, "GET", path, _faults), TheirForm, f"GET {path}"))

    def _bought(self, sale: Sale) -> TheirShipment:
        shipment = self._get(sale)
        if _purchase(shipment) is None:
            raise NotFound("no label was bought of this shipment")
        return shipment

    def _get(self, sale: Sale) -> TheirShipment:
        return self._shipment("GET", _path(sale))

    def _shipment(
        self, method: str, path: str, body: dict[str, Any] | None = None, params: dict[str, Any] | None = None
    ) -> TheirShipment:
        try:
            raw = ask(self.http, method, path, _faults, json=body, params=params)
        except Rejected as error:
            if _code(error) in UNDECIDED:
                raise Unavailable(f"{method} {path}: {_code(error)}", answer=str(error)) from error
            raise
        return answer_of(raw, TheirShipment, f"{method} {path}")


def _form(form: TheirForm) -> ManifestForm:
    if form.status == FORM_FAILED:
        raise Rejected(form.message or "EasyPost makes no form of these parcels")
    if not form.form_url:
        raise Unavailable(f"the form {form.id} is being made")
    return ManifestForm(id=form.id, tracking=form.tracking_codes, url=form.form_url)


def _path(sale: Sale) -> str:
    return f"/v2/shipments/{quote(sale.shipment, safe='')}"


def _rate(rate: TheirRate) -> Rate:
    days = rate.delivery_days if rate.delivery_days is not None else rate.est_delivery_days
    return Rate(id=rate.id, carrier=cut(rate.carrier), service=cut(rate.service), price=_price(rate), days=days)


def _price(rate: TheirRate) -> Money:
    return Money.of(round_amount(rate.rate, rate.currency), rate.currency)


def _purchase(shipment: TheirShipment) -> Purchase | None:
    rate = shipment.selected_rate
    if rate is None or shipment.postage_label is None:
        return None
    return Purchase(
        shipment=shipment.id,
        carrier=cut(rate.carrier),
        service=cut(rate.service),
        tracking=cut(shipment.tracking_code),
        price=_price(rate),
    )


def _label_url(shipment: TheirShipment, wanted: LabelFormat) -> str:
    label = shipment.postage_label
    if label is None:
        raise Unavailable("the answer holds no label")
    urls = {LabelFormat.PDF: label.label_pdf_url, LabelFormat.ZPL: label.label_zpl_url}
    return urls.get(wanted) or label.label_url


def _refund(shipment: TheirShipment) -> Refund | None:
    return REFUNDS.get(shipment.refund_status)


def _code(error: Rejected) -> str:
    return next((each.message for each in error.errors if each.field == CODE), "")


def _faults(body: Any) -> Iterator[FieldError]:
    """Yield the reason of a refusal, its code and the fields at fault."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        yield from flattened(error)
        return
    yield FieldError("", "; ".join(each.message for each in flattened(error.get("message"))) or "EasyPost refuses it")
    if error.get("code"):
        yield FieldError(CODE, str(error["code"]))
    errors = error.get("errors")
    for each in errors if isinstance(errors, list) else [errors]:
        if isinstance(each, dict) and each.get("message"):
            yield FieldError(str(each.get("field") or ""), "; ".join(one.message for one in flattened(each["message"])))
        else:
            yield from flattened(each)


def _said(carrier: str, message: object) -> str:
    return ": ".join(filter(None, (carrier, "; ".join(each.message for each in flattened(message)))))
