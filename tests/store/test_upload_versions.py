"""Files of a bucket that keeps versions, which the stand-in does not: moto's does."""

from collections.abc import Iterator

import pytest

from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.store import upload_files
from tests.files.upload_builders import dropped, upload_of

pytestmark = pytest.mark.long


@pytest.fixture
def _bucket() -> Iterator[None]:
    from moto import mock_aws  # takes half a second to import, which make unit has no use for
    from moto.core.models import patch_client

    with mock_aws():
        patch_client(clients.client("s3"))  # functions that are imported before moto have made it already
        clients.client("s3").create_bucket(Bucket=settings.uploads_bucket)
        yield


@pytest.mark.usefixtures("_bucket")
def test_of_a_versioned_file_the_version_that_was_told_of_is_read() -> None:
    versioning = {"Status": "Enabled"}
    clients.client("s3").put_bucket_versioning(Bucket=settings.uploads_bucket, VersioningConfiguration=versioning)
    upload = upload_of(b"order,sku\n1,MUG\n")
    version = clients.client("s3").head_object(Bucket=settings.uploads_bucket, Key=upload.file.key)["VersionId"]
    dropped(b"newer", upload.file.key)

    file = upload.file.replace(version=version)

    assert upload_files.open_file(upload.replace(file=file)).read() == b"order,sku\n1,MUG\n"
