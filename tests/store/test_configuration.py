"""The configuration: its version is read every time, its document where the version is another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.errors import Conflict
from packhorse.domain.values import WarehouseId
from packhorse.store import configuration, expressions
from simulation.aws.boundary import Call, World
from simulation.builders import NOON, a_configuration, a_warehouse

pytestmark = pytest.mark.usefixtures("cloud")


def add(name: str) -> Configuration:
    """Adds a warehouse to the configuration."""

    def edit(before: Configuration) -> Configuration:
        return before.replace(warehouses={**before.warehouses, WarehouseId(name): Warehouse(id=name)})

    return configuration.apply_edit(edit, "user:ada", NOON)


def a_deployment_of_before(version: int = 3, **more: Any) -> Configuration:
    """What 0.1.0 has stored: the document in force, and beside it the version that was propagated."""
    kept = a_configuration(a_warehouse("main"), a_warehouse("old")).replace(version=version)
    fields = {
        "version": version,
        "who": "user:eve",
        "at": "2026-11-01T00:00:00.000000Z",
        "body": kept.model_dump_json(),
    }
    for sk, beside in (("CURRENT", more), (f"VERSION#{version:06d}", {})):
        item = {"pk": "CONFIGURATION", "sk": sk, **fields, **beside}
        client("dynamodb").put_item(**expressions.put(settings.settings_table, item))
    return kept


@contextmanager
def reads(cloud: World) -> Iterator[list[str]]:
    """The items of the configuration that are read meanwhile."""
    found: list[str] = []

    def hear(call: Call) -> None:
        if call.operation == "GetItem":
            assert call.parameters["ConsistentRead"]
            found.append(call.parameters["Key"]["sk"]["S"])

    before, cloud.before = cloud.before, hear
    yield found
    cloud.before = before


def test_the_document_is_read_once_by_a_process_and_its_version_every_time(cloud: World) -> None:
    add("east")
    configuration.cached = None  # as in another process

    with reads(cloud) as read:
        first, again = configuration.current(), configuration.current()

    assert first == again
    assert read == ["IN_FORCE", "VERSION#000001", "IN_FORCE"]


def test_the_process_that_edits_reads_no_document(cloud: World) -> None:
    after = add("east")

    with reads(cloud) as read:
        assert configuration.current() == after

    assert read == ["IN_FORCE"]


def test_an_edit_by_another_process_is_seen_by_the_next_read(cloud: World) -> None:
    add("east")
    warm = configuration.current()
    add("west")
    configuration.cached = warm

    with reads(cloud) as read:
        found = configuration.current()

    assert set(found.warehouses) == {"main", "east", "west"}
    assert read == ["IN_FORCE", "VERSION#000002"]


def test_a_fresh_deployment_has_the_first_configuration() -> None:
    assert configuration.current() == Configuration.initial()
    assert configuration.unpropagated() is None


def test_a_configuration_of_before_is_read_as_it_was_stored() -> None:
    kept = a_deployment_of_before(followed=3)

    assert configuration.current() == kept
    assert configuration.unpropagated() is None


def test_the_first_edit_of_a_configuration_of_before_goes_on_from_it() -> None:
    kept = a_deployment_of_before(followed=3)

    after = add("new")

    assert (after.version, set(after.warehouses)) == (4, {"main", "old", "new"})
    assert configuration.current() == after
    assert configuration.unpropagated() == (kept, after)
    assert configuration.get_version(3).configuration == kept


def test_what_was_not_propagated_before_is_found() -> None:
    kept = a_deployment_of_before()

    found = configuration.unpropagated()

    assert found == (Configuration.initial(), kept)
    configuration.mark_propagated(3)
    assert configuration.unpropagated() is None
    assert configuration.current() == kept


def test_the_document_in_force_is_written_where_it_was_before() -> None:
    a_deployment_of_before(followed=3)

    after = add("new")

    item = client("dynamodb").get_item(
        TableName=settings.settings_table, Key=expressions.key("CONFIGURATION", "CURRENT"), ConsistentRead=True
    )["Item"]
    assert configuration.CONFIGURATION.read(item["body"]["S"]) == after
    assert (item["version"], item["followed"], item["who"]) == ({"N": "4"}, {"N": "3"}, {"S": "user:ada"})


def test_what_a_process_of_before_put_into_force_later_is_in_force_once_it_is_propagated() -> None:
    add("east")
    configuration.mark_propagated(1)
    kept = a_deployment_of_before(version=2, followed=1)

    found = configuration.unpropagated()
    assert found is not None
    configuration.mark_propagated(found.new.version)

    assert configuration.current() == kept
    assert add("north").version == 3


def test_an_older_version_is_not_marked_over_a_newer_one() -> None:
    add("east")
    add("west")

    configuration.mark_propagated(1)

    assert configuration.current().version == 2
    found = configuration.unpropagated()
    assert found is not None
    assert found.new.version == 2


def test_of_two_edits_of_the_same_version_one_is_a_conflict() -> None:
    add("east")

    def edit(before: Configuration) -> Configuration:
        add("west")
        return before.replace(warehouses={WarehouseId("main"): Warehouse(id="main", name="new")})

    with pytest.raises(Conflict):
        configuration.apply_edit(edit, "user:eve", NOON)
    assert set(configuration.current().warehouses) == {"main", "east", "west"}
