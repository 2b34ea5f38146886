"""A kind of channel as the kit meets it: orders in its own JSON, each way in which they come, and its ports."""

import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.message import Message
from typing import Any, ClassVar, NamedTuple

from local.world.routes import NOT_FOUND, Answer
from packhorse.channels.protocol import Keys, Page, ParcelNotice, UnreadableOrder
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.parcel import LineQuantity
from tests.channels.kit.gate import Gate
from tests.channels.kit.reached import Reached
from tests.channels.kit.sale import PLACED, Sale

Json = dict[str, Any]
Taken = ChannelOrder | UnreadableOrder | None
"""What becomes of an order that was delivered; None of one that we have nothing to do with."""

Way = Callable[[Sale], Taken]
MUGS = ("MUG/Ü 1", "MUG #2")
"""References of two listings that every place has."""

SENSELESS = frozenset({"no JSON", "a page", "nothing", "no fields", "no data"})
"""Answers of 200 that say nothing."""

HOOK = "/webhooks/kit"
SECRET = "webhook_secret_of_thirty_two_characters"


class Webhooks(NamedTuple):
    """How a kind writes its webhooks: headers, the topic of each recorded body, and a digest as its signature."""

    topic: str
    topics: Mapping[str, str]
    signature: str
    written: Callable[[bytes], str]

    def signed(self, raw: bytes, secret: str) -> dict[str, str]:
        """Return the header of the signature of a body."""
        return {self.signature: self.written(hmac.digest(secret.encode(), raw, "sha256"))}


class Place(Reached, ABC):
    """A simulated store of a kind behind a gate, and a signed-in client of it.

    `cannot` maps each case, story or act that the kind cannot express to the reason; `silent` maps a way to those that
    come by other ways only. `means` maps the beginning of a call to the answers of the kit that are no failure of it:
    its body is not read, say, or the store has no such route. `webhooks` are those with a
    shared secret. `lists_parcels`: its orders list parcels that it sent itself.
    """

    order_id: ClassVar[str] = "7001"
    prefix: ClassVar[str] = ""
    grant: ClassVar[str] = ""
    cannot: ClassVar[Mapping[str, str]] = {}
    silent: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    means: ClassVar[Mapping[str, frozenset[str]]] = {}
    lists_parcels: ClassVar[bool] = True
    webhooks: ClassVar[Webhooks | None] = None

    store: Any
    references: tuple[str, ...] = ()
    number: int = 0

    def __init__(self) -> None:
        gate = Gate(self._answer, *filter(None, (HOOK, self.grant)))
        self.reset()
        super().__init__(self.kind, gate, self.prefix, self.keys)

    def reset(self) -> None:
        """Begin with an empty store that has two listings."""
        self.store = self.new_store()
        self.number = 0

    def forget_tokens(self) -> None:
        """Have the next call sign in anew."""

    # ---- what a kind is

    @property
    @abstractmethod
    def keys(self) -> Keys:
        """The credentials that the store gave."""

    @abstractmethod
    def new_store(self) -> Any:
        """Return an empty store with the listings MUGS."""

    @abstractmethod
    def answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer:
        """Answer a request to the store."""

    @abstractmethod
    def body(self, sale: Sale) -> Json:
        """Return the order as the channel sends it."""

    @abstractmethod
    def put(self, sale: Sale) -> None:
        """Have the store show this order."""

    @property
    @abstractmethod
    def ways(self) -> Mapping[str, Way]:
        """Each way in which an order comes from the channel."""

    # ---- what the store has of what it was called for

    @abstractmethod
    def line_id(self, place: int) -> str:
        """Return the channel's id of a line."""

    @abstractmethod
    def parcels(self) -> list[tuple[str | None, Mapping[int, int]]]:
        """Return the number and the units by line of each parcel that the store shows."""

    def numbers(self) -> list[str]:
        """Return all tracking numbers that the store shows of the order."""
        return [number for number, _ in self.parcels() if number]

    @abstractmethod
    def shows(self, reference: str) -> int:
        """Return the quantity that the store shows."""

    @abstractmethod
    def times_cancelled(self) -> int:
        """Return how often the order was cancelled."""

    @abstractmethod
    def hooks(self) -> list[str]:
        """Return the topics of the active webhooks to HOOK."""

    @abstractmethod
    def lose_hooks(self) -> None:
        """Have the store lose its webhooks, or disable them, as stores do that could not deliver."""

    @abstractmethod
    def name_of(self, number: int) -> str:
        """Return the channel's id of another order."""

    def put_copy(self, sale: Sale, number: int) -> str:
        """Have the store show another order; return the channel's id of it."""
        self.number = number
        self.put(sale)
        self.number = 0
        return self.name_of(number)

    @abstractmethod
    def refuse(self) -> None:
        """Have the store refuse the credentials."""

    def names(self) -> Sequence[str]:
        """Return the names under which webhooks announce the order."""
        return ()

    @abstractmethod
    def put_listings(self, count: int) -> list[str]:
        """Have the store list so many things, each with its number as the sku; return the references."""

    @abstractmethod
    def drop_listing(self, reference: str) -> None:
        """Have the store end a listing."""

    def lack(self) -> str:
        """Take a permission away from the credentials; return a word by which a person knows it."""
        raise NotImplementedError(self.cannot["lack a permission"])

    def takes(self, call: str, fault: str) -> bool:
        """Return whether the answer to a call is none that fails."""
        method, _, target = call.partition(" ")
        path = target.removeprefix(self.prefix)
        return any(fault in taken and f"{method} {path}".startswith(each) for each, taken in self.means.items())

    def is_change(self, call: str, _: bytes) -> bool:
        """Return whether a call, with its body, changes something at the store."""
        return not call.startswith("GET ")

    # ---- helpers of kinds

    @property
    def hook(self) -> str:
        """The url that the webhooks go to."""
        return self.gate.url + HOOK

    def polled(self, sale: Sale) -> Taken:
        """Return what a poll takes in of the order."""
        self.put(sale)
        return only(list(self.pages()))

    def pages(self) -> Iterator[Page]:
        """Yield all pages of orders."""
        page = self.polling().orders_since(PLACED, None)
        yield page
        while page.next:
            page = self.polling().orders_since(PLACED, page.next)
            yield page

    def read(self, headers: Mapping[str, str], body: Json) -> Taken:
        """Return what the order of a webhook becomes."""
        raw = json.dumps(body).encode()
        try:
            found = self.receiving().read(headers, raw)
        except Rejected as error:
            return UnreadableOrder(None, raw.decode(), error.in_full)
        assert found is None or isinstance(found, ChannelOrder)
        return found

    def notice(self, *parts: tuple[int, int], tracking: str | None = "1Z1", **more: Any) -> ParcelNotice:
        """Return a notice of a parcel with these units by line; by default all of the order."""
        lines = tuple(
            LineQuantity(line=self.line_id(place), quantity=units) for place, units in parts or ((0, 3), (1, 1))
        )
        return ParcelNotice(self.order_id, more.pop("id", "p-1"), "UPS", tracking, lines, **more)

    def place_of(self, line: str) -> int:
        """Return the place of a line by the channel's id of it."""
        return next(place for place in range(300) if self.line_id(place) == str(line))

    def _answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer:
        if target.startswith(HOOK):
            return self.answer_hook(target)
        return self.answer(method, target, headers, body)

    def answer_hook(self, target: str) -> Answer:
        """Answer a request of the channel to our webhooks."""
        return NOT_FOUND, {"error": target}


def only(pages: list[Page]) -> Taken:
    """Return the one order in those pages."""
    taken: list[Taken] = []
    for page in pages:
        taken += [*page.orders, *page.refused]
    assert len(taken) < 2
    return taken[0] if taken else None
