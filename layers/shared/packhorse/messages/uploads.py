"""The uploads queue: uploads to continue; S3 puts its notifications there, too."""

import json

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.files.upload import Upload


def requeue_upload(upload: Upload) -> None:
    """Has another invocation go on with the upload."""
    message = {"upload": upload.id, "bucket": upload.file.bucket, "key": upload.file.key, "phase": upload.phase}
    client("sqs").send_message(QueueUrl=settings.uploads_queue_url, MessageBody=json.dumps(message))
