"""PynamoDB on the process's client of DynamoDB.

PynamoDB accepts neither a session nor a client; by default it creates both for every model and every connection.
"""

from typing import Any

from pynamodb.connection import Connection, TableConnection
from pynamodb.models import Model

from packhorse.aws.clients import client


class SharedConnection(Connection):
    """A connection whose client is the one that boto3 made."""

    @property
    def client(self) -> Any:
        """The DynamoDB client of this process."""
        return client("dynamodb")


class Item(Model):
    """A model on the shared connection."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        found: TableConnection = super()._get_connection()
        if not isinstance(found.connection, SharedConnection):
            described = found.get_meta_table()
            found.connection = SharedConnection()
            found.connection.add_meta_table(described)
        return found
