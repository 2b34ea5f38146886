"""Clients of AWS services, one each a process, with bounded waiting."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})


@cache
def client(service: str) -> Any:
    """The client of a service, made when it is first asked for."""
    return boto3.client(service, config=CONFIG)
