"""Notifications API v1: the destination of a queue, and a seller's subscriptions that go there.

A destination is the application's, and is made with a token of its own; a subscription is the seller's. Amazon keeps
one subscription of a type for a seller and an application: one that goes elsewhere is replaced.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import Field

from packhorse.channels.amazon.errors import is_missing
from packhorse.channels.body import parse_answer
from packhorse.channels.protocol import Subscription
from packhorse.domain.errors import CredentialsRefused, Unavailable
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call, require_success, send

if TYPE_CHECKING:
    import httpx

DESTINATIONS, SUBSCRIPTIONS = "/notifications/v1/destinations", "/notifications/v1/subscriptions"
VERSION = "1.0"
"""The version of the payload, which `notifications` reads."""
CONFLICT = 409


class Sqs(ExternalModel):
    """A queue."""

    arn: str = ""


class Resource(ExternalModel):
    """Where notifications go: a queue, or an event bus."""

    sqs: Sqs = Field(default_factory=Sqs)


class Destination(ExternalModel):
    """A place to which notifications go."""

    id: str = Field(validation_alias="destinationId")
    resource: Resource


class Destinations(ExternalModel):
    """All destinations of the application."""

    payload: tuple[Destination, ...]


class NewDestination(ExternalModel):
    """A destination that was made."""

    payload: Destination


class TheirSubscription(ExternalModel):
    """A subscription to a type."""

    id: str = Field(validation_alias="subscriptionId")
    destination: str = Field(validation_alias="destinationId")


class OneSubscription(ExternalModel):
    """The subscription to a type."""

    payload: TheirSubscription


class AmazonSubscriptions:
    """The subscriptions of a seller."""

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def find(self, topics: Sequence[str], if_allowed: Sequence[str]) -> tuple[Subscription, ...]:
        """Return the subscriptions to these types that go to a queue, which is the url of each."""
        queues = {each.id: each.resource.sqs.arn for each in self._destinations()}
        found = [(topic, each) for topic in topics if (each := self._subscription(topic))]
        for topic in if_allowed:
            with suppress(CredentialsRefused):
                found += [(topic, each)] if (each := self._subscription(topic)) else []
        return tuple(
            Subscription(each.id, topic, queues[each.destination], is_active=True)
            for topic, each in found
            if queues.get(each.destination)
        )

    def subscribe(self, queue: str, topics: Sequence[str], if_allowed: Sequence[str]) -> None:
        """Have notifications of these types go to a queue, named by its ARN; of some only with a role that may lack."""
        destination = self._destination(queue)
        for topic in topics:
            self._subscribe(topic, destination)
        for topic in if_allowed:
            with suppress(CredentialsRefused):
                self._subscribe(topic, destination)

    def _destination(self, queue: str) -> str:
        """Return the id of the destination of a queue, which is made if it lacks."""
        if found := self._destination_of(queue):
            return found
        body = {"name": queue.rpartition(":")[2], "resourceSpecification": {"sqs": {"arn": queue}}}
        response = send(self.http, "POST", DESTINATIONS, json=body)
        if response.status_code != CONFLICT:
            raw = require_success(response).content
            return parse_answer(NewDestination, raw, f"POST {DESTINATIONS}").payload.id
        if found := self._destination_of(queue):  # it was made meanwhile
            return found
        raise Unavailable("the destination of the queue is not listed yet")

    def _destination_of(self, queue: str) -> str | None:
        return next((each.id for each in self._destinations() if each.resource.sqs.arn == queue), None)

    def _destinations(self) -> tuple[Destination, ...]:
        return parse_answer(Destinations, call(self.http, "GET", DESTINATIONS), f"GET {DESTINATIONS}").payload

    def _subscription(self, topic: str) -> TheirSubscription | None:
        path = f"{SUBSCRIPTIONS}/{topic}"
        response = send(self.http, "GET", path, params={"payloadVersion": VERSION})
        if is_missing(response):
            return None
        return parse_answer(OneSubscription, require_success(response).content, f"GET {path}").payload

    def _subscribe(self, topic: str, destination: str) -> None:
        path, existing = f"{SUBSCRIPTIONS}/{topic}", self._subscription(topic)
        if existing and existing.destination == destination:
            return
        if existing:
            call(self.http, "DELETE", f"{path}/{existing.id}")
        response = send(self.http, "POST", path, json={"payloadVersion": VERSION, "destinationId": destination})
        if response.status_code == CONFLICT:
            raise Unavailable(f"another subscription to {topic} was made meanwhile")
        parse_answer(OneSubscription, require_success(response).content, f"POST {path}")
