"""Who may use the local AWS and the simulated outside world: this checkout's scripts, and no web page."""

import json
import stat
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.background import REGION, emulator_url
from local.home import Home
from local.keys import administrator
from local.world.server import server
from local.world.shop import Shop
from tests.local.aws import Aws

FOREIGN = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example"},
)


def signed(home: Home, headers: dict[str, str]) -> dict[str, str]:
    """The headers of a request for all tables, signed with the key of the checkout."""
    key = administrator(home)
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", emulator_url(home), data=b"{}", headers={**target, **headers})
    credentials = Credentials(key["AWS_ACCESS_KEY_ID"], key["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(credentials, "dynamodb", REGION).add_auth(request)
    return dict(request.headers)


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
def test_a_request_of_a_foreign_page_is_refused_even_with_the_right_key(home: Home, foreign: dict[str, str]) -> None:
    answer = httpx.post(emulator_url(home), content=b"{}", headers=signed(home, foreign))

    assert answer.status_code == 403
    assert "is not this machine" in answer.text or "cross-site" in answer.text


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
def test_no_page_is_allowed_to_reset_or_to_ask_first(home: Home, foreign: dict[str, str]) -> None:
    for method, path in (("POST", "/_ministack/reset"), ("OPTIONS", "/"), ("GET", "/_ministack/health")):
        answer = httpx.request(method, f"{emulator_url(home)}{path}", headers=foreign)

        assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (403, False)


def test_no_answer_invites_every_page(home: Home) -> None:
    local = signed(home, {"Origin": "http://localhost:3000"})

    answers = [
        httpx.post(emulator_url(home), content=b"{}", headers=local),
        httpx.options(emulator_url(home), headers={"Origin": "http://localhost:3000"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any("access-control-allow-origin" in answer.headers for answer in answers)


@pytest.mark.parametrize("key", ["test", "000000000000", "123456789012", "AKIAIOSFODNN7EXAMPLE", "right", "unsigned"])
def test_only_the_key_of_the_checkout_with_a_right_signature_is_taken(home: Home, key: str) -> None:
    name = administrator(home)["AWS_ACCESS_KEY_ID"] if key == "right" else key
    keys = {"aws_access_key_id": name, "aws_secret_access_key": "test"}
    iam = boto3.client("iam", endpoint_url=emulator_url(home), region_name=REGION, **keys)
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    if key == "unsigned":
        form = {"Action": "CreateRole", "Version": "2010-05-08", "RoleName": "evil", "AssumeRolePolicyDocument": trust}
        assert httpx.post(emulator_url(home), data=form).status_code == 403
        return

    with pytest.raises(ClientError) as refused:
        iam.create_role(RoleName="evil", AssumeRolePolicyDocument=trust)

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_key_in_the_query_is_checked_like_one_in_a_header(home: Home) -> None:
    for name in ("test", administrator(home)["AWS_ACCESS_KEY_ID"]):
        scope = f"{name}/20261126/{REGION}/lambda/aws4_request"
        query = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": scope, "X-Amz-Signature": "bogus"}

        answer = httpx.get(f"{emulator_url(home)}/2015-03-31/functions", params=query)

        assert answer.status_code == 403


def test_files_are_not_read_without_a_key(aws: Aws, home: Home) -> None:
    aws("s3").create_bucket(Bucket="files")
    aws("s3").put_object(Bucket="files", Key="orders.csv", Body=b"Ann, Street 1")
    url = f"{emulator_url(home)}/files/orders.csv"

    assert httpx.get(url).status_code == 403
    assert httpx.put(url, content=b"evil").status_code == 403
    presigned = aws("s3").generate_presigned_url("get_object", {"Bucket": "files", "Key": "orders.csv"})
    assert httpx.get(presigned).content == b"Ann, Street 1"
    assert httpx.get(f"{presigned}0").status_code == 403


def test_another_checkout_has_another_key(home: Home, tmp_path: Path) -> None:
    assert administrator(home) == administrator(home)
    assert administrator(Home(folder=tmp_path)) != administrator(home)


def test_the_folder_is_closed_to_other_users(tmp_path: Path) -> None:
    home = Home(folder=tmp_path / "stack")
    home.folder.mkdir(mode=0o755)

    administrator(home)

    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((home.folder / "keys.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
def test_the_outside_world_refuses_pages_too(foreign: dict[str, Any]) -> None:
    world = server(Shop())
    Thread(target=world.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{world.server_address[1]}/_control/received"
        assert httpx.get(url).status_code == 200
        assert httpx.get(url, headers=foreign).status_code == 403
    finally:
        world.shutdown()
        world.server_close()
