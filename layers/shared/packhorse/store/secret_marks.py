"""Marks of the webhook secrets that were saved last, in the Work table.

question                                       | pk                  | sk
the mark of a channel's or a carrier's secrets | SECRETS#owners      | owner

Any process reads it consistently, and so knows whether the secrets that it caches are the newest.
"""

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.store import expressions
from packhorse.store.reading import get_item


def save_mark(of: str, owner: str, mark: str) -> None:
    """Store the mark of the webhook secrets of an owner, which are saved by now."""
    values = {"pk": _pk(of), "sk": owner, "mark": mark}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def find_mark(of: str, owner: str) -> str | None:
    """Return the mark of the webhook secrets of an owner; None if it is unknown."""
    key = expressions.key(_pk(of), owner)
    found = get_item(settings.work_table, key)
    return found["mark"]["S"] if found else None


def delete_mark(of: str, owner: str) -> None:
    """Delete the mark of an owner, if it has one."""
    key = expressions.key(_pk(of), owner)
    client("dynamodb").delete_item(**expressions.delete(settings.work_table, key))


def _pk(of: str) -> str:
    return f"SECRETS#{of}"
