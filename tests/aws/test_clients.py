"""Clients: made in INIT, of one session, by PynamoDB too; errors by their code."""

import json
import os
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

from packhorse.aws.clients import client, ignoring, raising
from packhorse.domain.errors import NotNow
from packhorse.store.audits import AuditItem
from packhorse.store.catalogue_items import CatalogueItem
from packhorse.store.polls import PollCursor, Watermark
from packhorse.store.published import DriftItem, PublishedItem
from simulation.template import ROOT


def refuse(code: str) -> None:
    raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetItem")


@pytest.mark.long
def test_the_first_invocation_of_a_webhook_makes_no_client() -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'shared'}"}
    command = [sys.executable, "-m", "tests.aws.first_invocation"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves

    found = json.loads(ran.stdout.splitlines()[-1])

    assert found["init"] == {"sessions": 1, "clients": ["dynamodb", "s3", "secretsmanager", "sqs"]}
    assert found["invocation"] == {"sessions": 0, "clients": []}


@pytest.mark.parametrize("model", [AuditItem, CatalogueItem, DriftItem, PollCursor, PublishedItem, Watermark])
def test_a_model_reads_and_writes_by_the_client_of_the_process(model: type[AuditItem]) -> None:
    assert model._get_connection().connection.client is client("dynamodb")


def test_an_error_that_is_expected_is_ignored() -> None:
    with ignoring("ResourceNotFoundException", "Gone"):
        refuse("Gone")


def test_an_error_that_is_not_expected_is_raised() -> None:
    with pytest.raises(ClientError), ignoring("ResourceNotFoundException"):
        refuse("AccessDenied")
    with pytest.raises(ClientError), raising({"NoSuchKey": NotNow("gone")}):
        refuse("AccessDenied")


def test_an_error_that_says_something_to_us_is_raised_as_ours() -> None:
    with pytest.raises(NotNow, match="gone") as raised, raising({"NoSuchKey": NotNow("gone")}):
        refuse("NoSuchKey")

    assert isinstance(raised.value.__cause__, ClientError)
