"""Calls of eBay's Trading API: XML, answered with 200 whatever became of them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from packhorse.domain.errors import CallFailed, CredentialsRefused, Unavailable
from packhorse.http.answers import secrets_of
from packhorse.http.blanking import blanked
from packhorse.http.calls import require_success, send

if TYPE_CHECKING:
    import httpx

Element = ElementTree.Element
PATH = "/ws/api.dll"
VERSION = "1451"
NAMESPACE = "urn:ebay:apis:eBLBaseComponents"
REFUSED = frozenset({"931", "932", "16110", "17470", "21916013", "21916984", "21917053"})
"""Codes for a token that is not valid, or has expired, or is of another application."""
BUSY = frozenset({"518", "21359", "21917062"})
"""Codes for too many calls."""
FAILED = frozenset({"10007"})
"""Codes for errors inside of eBay."""


class Fault(NamedTuple):
    """An error in an answer."""

    code: str
    text: str


class TradingAnswer(NamedTuple):
    """An answer; `faults` are its errors, without warnings."""

    root: Element
    faults: tuple[Fault, ...]

    @property
    def reason(self) -> str:
        """The errors in words."""
        return "; ".join(f"{each.text} ({each.code})" for each in self.faults)[:300]


def call_trading(http: "httpx.Client", name: str, fields: Iterable[Element]) -> TradingAnswer:
    """Make a call; raises CredentialsRefused and Unavailable, but returns what eBay refuses."""
    request = ElementTree.Element(f"{name}Request", {"xmlns": NAMESPACE})
    request.extend([element("ErrorLanguage", "en_US"), element("WarningLevel", "Low"), *fields])
    content = b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(request)
    headers = {
        "Content-Type": "text/xml",
        "X-EBAY-API-CALL-NAME": name,
        "X-EBAY-API-COMPATIBILITY-LEVEL": VERSION,
        "X-EBAY-API-SITEID": "0",
    }
    response = require_success(send(http, "POST", PATH, content=content, headers=headers))
    root = parsed(response.content, name)
    secrets = secrets_of(response)
    found = TradingAnswer(root, tuple(Fault(each.code, blanked(each.text, secrets)) for each in faults_of(root)))
    codes = {each.code for each in found.faults}
    if codes & REFUSED:
        raise CredentialsRefused(f"{name}: refused", answer=found.reason)
    if codes & BUSY:
        raise Unavailable(f"{name}: busy", answer=found.reason)
    if codes & FAILED:
        raise CallFailed(f"{name}: an error inside of eBay", answer=found.reason)
    return found


def parsed(content: bytes, name: str) -> Element:
    """Return the XML of an answer without namespaces; raises CallFailed for anything else."""
    if b"<!DOCTYPE" in content:
        raise CallFailed(f"{name}: the answer is no XML of eBay")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - no document type, thus no entities
    except (ElementTree.ParseError, ValueError) as error:
        raise CallFailed(f"{name}: the answer is no XML") from error
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    if root.tag != f"{name}Response" or root.find("Ack") is None:
        raise CallFailed(f"{name}: the answer is none")
    return root


def faults_of(root: Element) -> Iterator[Fault]:
    """Yield the errors of an answer."""
    for each in root.findall("Errors"):
        if each.findtext("SeverityCode") != "Warning":
            yield Fault(
                each.findtext("ErrorCode") or "", each.findtext("LongMessage") or each.findtext("ShortMessage") or ""
            )


def element(name: str, value: str | Iterable[Element]) -> Element:
    """Return an element with a text, or with others in it."""
    found = ElementTree.Element(name)
    if isinstance(value, str):
        found.text = value
    else:
        found.extend(value)
    return found


def number_in(element: Element, path: str) -> int:
    """Return the number at a path; 0 if it has none."""
    text = (element.findtext(path) or "").strip()
    return int(text) if text.isdecimal() and text.isascii() else 0
