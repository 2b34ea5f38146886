"""How channels are connected, in the Work table.

question                                     | pk                  | sk
the last run that set a channel up           | CONNECTION#channel  | LAST
the webhooks that the channel has            | CONNECTION#channel  | WEBHOOKS
when its last webhook came                   | CONNECTION#channel  | EVENT
the secret that its webhooks are signed with | CONNECTION#channel  | SIGNING
when it was polled last                      | CONNECTION#channel  | POLL
when it last had its turn of shared calls    | CONNECTION#channel  | TURN
listings of the channel that mean no product | UNMATCHED#channel   | reference
those of a sku that is no product            | UNMATCHED_SKU#sku   | channel#reference

An unmatched listing has the run that found it: those of earlier runs do not count any more.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.connection import Connection, UnmatchedListing, UnmatchedReason, WebhookState
from packhorse.domain.errors import NotFound
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import ChannelId, Sku, iso
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import Attributes, equals, greater, missing
from packhorse.store.partitions import delete_partition
from packhorse.store.putting import write_together
from packhorse.store.reading import get_item, pages

LAST, WEBHOOKS, EVENT, POLL, TURN, SIGNING = "LAST", "WEBHOOKS", "EVENT", "POLL", "TURN", "SIGNING"
CONNECTION = Reader(TypeAdapter(Connection))
WEBHOOK_STATE = Reader(TypeAdapter(WebhookState))
UNMATCHED = Reader(TypeAdapter(UnmatchedListing))


def find_connection(channel: ChannelId) -> Connection | None:
    """Return the last run of a channel; None if it was never connected."""
    body = _get(channel, LAST).get("body")
    return CONNECTION.read(body) if body else None


def get_connection(channel: ChannelId) -> Connection:
    """Return the last run of a channel; raises NotFound if it was never connected."""
    found = find_connection(channel)
    if found is None:
        raise NotFound(f"channel {channel} was never connected: POST /channels/{channel}/connect")
    return found


def start_connection(new: Connection) -> None:
    """Store a new run in place of the last one, which ends by that; the same run stays as far as it is."""
    fields = {"pk": _pk(new.channel), "sk": LAST, "run": new.run, "body": _body(new)}
    is_another = missing("pk") | expressions.differs("run", new.run)
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.work_table, fields, is_another))


def advance_connection(new: Connection, before: Connection) -> bool:
    """Store a run over its state before; return whether it was still that."""
    fields = {"pk": _pk(new.channel), "sk": LAST, "run": new.run, "body": _body(new)}
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.work_table, fields, equals("body", _body(before))))
        return True
    return False


def save_webhooks(channel: ChannelId, state: WebhookState) -> None:
    """Store which webhooks the channel has."""
    _put(channel, WEBHOOKS, {"body": stamped(state.model_dump_json())})


def find_webhooks(channel: ChannelId) -> WebhookState | None:
    """Return which webhooks the channel had; None before they were read."""
    body = _get(channel, WEBHOOKS).get("body")
    return WEBHOOK_STATE.read(body) if body else None


def save_signing(channel: ChannelId, mark: str) -> None:
    """Store which secret the channel was sent to sign its webhooks with, by its mark."""
    _put(channel, SIGNING, {"mark": mark})


def signing_mark(channel: ChannelId) -> str | None:
    """Return the mark of the secret that the channel was sent last; None if that is unknown."""
    return _get(channel, SIGNING).get("mark")


def save_event(channel: ChannelId, now: datetime) -> None:
    """Store that a webhook of the channel came."""
    key = expressions.key(_pk(channel), EVENT)
    client("dynamodb").update_item(**expressions.update(settings.work_table, key, sets={"reached": iso(now)}))


def save_poll(channel: ChannelId, now: datetime) -> datetime | None:
    """Store that a poll came to its end: all that the channel changed before its beginning is here.

    Returns when the one before it began; None if it is the first.
    """
    values = {"pk": _pk(channel), "sk": POLL, "reached": iso(now)}
    answer = client("dynamodb").put_item(**expressions.put(settings.work_table, values), ReturnValues="ALL_OLD")
    before = answer.get("Attributes")
    return datetime.fromisoformat(before["reached"]["S"]) if before else None


def save_turn(channel: ChannelId, now: datetime) -> None:
    """Store that the channel had its turn to be polled, of those that share their calls."""
    _put(channel, TURN, {"reached": iso(now)})


def last_turn(channel: ChannelId) -> datetime | None:
    """Return when the channel last had its turn; None if it never had."""
    return _moment(_get(channel, TURN))


def last_event(channel: ChannelId) -> datetime | None:
    """Return when the last webhook came, to the minute; None if none did."""
    return _moment(_get(channel, EVENT))


def last_poll(channel: ChannelId) -> datetime | None:
    """Return when the last poll that came to its end began; None if none did."""
    return _moment(_get(channel, POLL))


def save_unmatched(channel: ChannelId, run: str, found: Sequence[UnmatchedListing]) -> None:
    """Store listings that mean no product; storing them twice is harmless."""
    pk = _unmatched(channel)
    items: list[Attributes] = [
        {"pk": pk, "sk": each.reference, "run": run, "body": stamped(each.model_dump_json())} for each in found
    ]
    lacked = [each for each in found if each.reason is UnmatchedReason.NO_PRODUCT]
    items += [{"pk": _of_sku(each.sku.strip()), "sk": f"{channel}#{each.reference}"} for each in lacked]
    write_together(settings.work_table, items)


def forget_unmatched(channel: ChannelId, reference: str) -> None:
    """Take a listing off the report: it means a product now."""
    key = expressions.key(_unmatched(channel), reference)
    is_reported = greater("run", "")
    with ignore_failed_condition():
        client("dynamodb").update_item(
            **expressions.update(settings.work_table, key, sets={"run": ""}, condition=is_reported)
        )


def unmatched_with(sku: Sku) -> Iterator[tuple[ChannelId, str]]:
    """Yield the channel and the reference of listings with a sku that was no product, as any run found them."""
    for item in pages("query", **expressions.query(settings.work_table, equals("pk", _of_sku(sku)))):
        channel, _, reference = item["sk"]["S"].partition("#")
        yield ChannelId(channel), reference


def find_unmatched(channel: ChannelId, run: str, reference: str) -> UnmatchedListing | None:
    """Return a listing of which a run found that it means no product; None if one was mapped since."""
    key = expressions.key(_unmatched(channel), reference)
    found = get_item(settings.work_table, key)
    return UNMATCHED.read(found["body"]["S"]) if found and found["run"]["S"] == run else None


def unmatched_page(channel: ChannelId, run: str, after: str | None, limit: int) -> list[UnmatchedListing]:
    """Return up to `limit` listings of a run that mean no product, by reference, after one of them."""
    of_channel = equals("pk", _unmatched(channel))
    keys = of_channel & greater("sk", after) if after else of_channel
    query = expressions.query(settings.work_table, keys, only=equals("run", run), ConsistentRead=True)
    found: list[UnmatchedListing] = []
    for item in pages("query", **query):
        found.append(UNMATCHED.read(item["body"]["S"]))
        if len(found) == limit:
            break
    return found


def delete_connection(channel: ChannelId) -> None:
    """Delete how a channel was connected; listings of its runs do not count any more."""
    delete_partition(settings.work_table, _pk(channel))


def _body(connection: Connection) -> str:
    return stamped(connection.model_dump_json())


def _put(channel: ChannelId, sk: str, fields: Attributes) -> None:
    values = {"pk": _pk(channel), "sk": sk, **fields}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def _get(channel: ChannelId, sk: str) -> dict[str, str]:
    key = expressions.key(_pk(channel), sk)
    found = get_item(settings.work_table, key)
    return {name: value["S"] for name, value in (found or {}).items() if "S" in value}


def _moment(item: dict[str, str]) -> datetime | None:
    return datetime.fromisoformat(item["reached"]) if item else None


def _pk(channel: str) -> str:
    return f"CONNECTION#{channel}"


def _of_sku(sku: str) -> str:
    return f"UNMATCHED_SKU#{sku}"


def _unmatched(channel: str) -> str:
    return f"UNMATCHED#{channel}"
