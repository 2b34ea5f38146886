"""Write the bytes of the schema that this code writes: `python -m tests.schemas`.

A folder that is there is not written again: those of a released schema stay as they are. One that is not released yet
may be removed first.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packhorse.domain.schema import SCHEMA
from simulation.aws.boundary import World
from simulation.cloud import make
from simulation.template import prepare

SUBJECTS = {"publish": "changes", "release": "release", "audit": "audit", "upload": "uploads"}
"""What the payload for a function is about; in 0.1.0 each had a queue of that name."""

HERE = Path(__file__).parents[1] / "data" / "schemas"


def main() -> None:
    """Write a file for each table, and one each for messages, objects, secrets and executions."""
    prepare()
    from packhorse.aws import clients
    from packhorse.aws.settings import settings
    from tests.schemas import written

    folder = HERE / str(SCHEMA)
    folder.mkdir(parents=True)
    world = World(validates=True)
    make(world)
    with world.installed():
        written.store_all()
        for queue in world.sqs.queues.values():
            queue.messages.clear()
        world.functions.invocations.clear()
        written.send_all()
        while world.states.advance():
            pass
        items = {
            "orders": stored_items(world, settings.orders_table),
            "catalogue": stored_items(world, settings.catalogue_table),
            "settings": stored_items(world, settings.settings_table),
            "work": stored_items(world, settings.work_table),
            "stock": stored_items(world, settings.stock_table),
            "movements": stored_items(world, settings.movements_table),
        }
        for name, found in items.items():
            save(folder / f"{name}.json", [as_text(item) for item in found])
        bodies = {
            name.removeprefix("test-"): [message.body for message in queue.messages]
            for name, queue in sorted(world.sqs.queues.items())
            if queue.messages
        }
        for invocation in world.functions.invocations:
            subject = SUBJECTS[invocation.function.removeprefix("test-")]
            bodies.setdefault(subject, []).append(json.dumps(invocation.payload, ensure_ascii=False))
        save(folder / "messages.json", bodies)
        objects = {
            key: found.body.decode() for bucket in world.s3.buckets.values() for key, found in sorted(bucket.items())
        }
        save(folder / "objects.json", objects)
        secret = clients.client("secretsmanager").get_secret_value(SecretId=f"{settings.stack_name}/channels/web")
        save(folder / "secrets.json", [secret["SecretString"]])
        [execution] = world.states.executions.values()
        world.clock.sleep(8 * 86_400)
        while world.states.advance():
            pass
        [finish] = world.states.invocations
        save(folder / "executions.json", {"input": execution.input, "finish": json.dumps(finish.payload)})


def stored_items(world: World, table: str) -> list[Mapping[str, Any]]:
    """All items of a table."""
    return [each.item for each in world.dynamodb.tables[table].storage.walk_all(None)]


def as_text(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item of a table as JSON: bytes in base 64."""
    return {name: dict(binary(value)) for name, value in sorted(item.items())}


def binary(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A value, its bytes as text."""
    for kind, found in value.items():
        yield kind, base64.b64encode(bytes(found)).decode() if kind == "B" else found


def save(path: Path, found: Any) -> None:
    """Writes a file."""
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
