"""The console's files on their way to AWS, against a mocked bucket."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine
from botocore.client import BaseClient
from moto import mock_aws

from deploy.console import empty, publish

OUTPUTS = {
    "ConsoleBucket": "files",
    "ConsoleDistributionId": "distribution-1",
    "ConsoleClientId": "client-1",
    "SignInUrl": "https://sign-in",
}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    original = BaseClient._make_api_call

    def call(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if operation == "CreateInvalidation":
            assert parameters["DistributionId"] == "distribution-1"
            assert "/index.html" in parameters["InvalidationBatch"]["Paths"]["Items"]
            return {}
        return original(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    with mock_aws():
        boto3.client("s3", "us-east-1").create_bucket(Bucket="files")
        yield boto3.Session(region_name="us-east-1")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / ".vite").mkdir()
    (tmp_path / "assets" / "index-1a2b.js").write_text("1")
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / ".vite" / "manifest.json").write_text("{}")
    return tmp_path


def keys(session: boto3.Session) -> set[str]:
    return {each["Key"] for each in session.client("s3").list_objects_v2(Bucket="files").get("Contents", [])}


def test_pages_are_asked_for_anew_and_their_parts_are_kept_by_browsers(session: boto3.Session, built: Path) -> None:
    assert publish(session, OUTPUTS, built) == 2

    page = session.client("s3").get_object(Bucket="files", Key="index.html")
    part = session.client("s3").get_object(Bucket="files", Key="assets/index-1a2b.js")
    assert (page["ContentType"], page["CacheControl"]) == ("text/html", "no-cache")
    assert "immutable" in part["CacheControl"]
    assert keys(session) == {"index.html", "assets/index-1a2b.js", "settings.json", "replaced.json"}


def test_the_console_is_given_its_client_and_the_place_to_sign_in(session: boto3.Session, built: Path) -> None:
    publish(session, OUTPUTS, built)

    settings = json.loads(session.client("s3").get_object(Bucket="files", Key="settings.json")["Body"].read())
    assert settings == {"client_id": "client-1", "sign_in_url": "https://sign-in"}


def test_a_part_of_an_earlier_version_goes_once_no_open_tab_needs_it(session: boto3.Session, built: Path) -> None:
    """Tabs were opened until the next version came, however long that took."""
    old = "assets/index-0000.js"
    session.client("s3").put_object(Bucket="files", Key=old, Body=b"0")

    there = []
    for days in (100, 120, 131, 200):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=False):
            publish(session, OUTPUTS, built)
            there.append(old in keys(session))

    assert there == [True, True, False, False]
    assert {"index.html", "assets/index-1a2b.js"} <= keys(session)


def test_a_part_that_comes_back_is_not_forgotten_for_having_been_replaced(
    session: boto3.Session, built: Path, tmp_path: Path
) -> None:
    part = built / "assets" / "index-1a2b.js"
    publish(session, OUTPUTS, built)
    part.rename(away := tmp_path / ".away")
    publish(session, OUTPUTS, built)
    away.rename(part)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=40), tick=False):
        publish(session, OUTPUTS, built)
        part.unlink()
        publish(session, OUTPUTS, built)

        assert "assets/index-1a2b.js" in keys(session)


def test_its_bucket_is_emptied_before_the_stack_goes(session: boto3.Session, built: Path) -> None:
    publish(session, OUTPUTS, built)

    empty(session, "files")

    assert keys(session) == set()
