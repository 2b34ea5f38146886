"""Settings of a function from its environment, which the template sets and no other module reads."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Settings:
    """Names of this deployment's resources; each is the environment variable of the same name in capitals.

    Those of the queue of Amazon's notifications are empty in a deployment without it; so is the address of an API which
    has that of API Gateway.
    """

    orders_table: str
    stock_table: str
    movements_table: str
    catalogue_table: str
    settings_table: str
    work_table: str
    requests_table: str
    uploads_bucket: str
    orders_queue_url: str
    own_queue_url: str
    tracking_queue_url: str
    channels_queue_url: str
    amazon_queue_url: str
    amazon_queue_arn: str
    dead_letters_queue_url: str
    fifo_dead_letters_queue_url: str
    upload_function: str
    release_function: str
    publish_function: str
    audit_function: str
    label_function: str
    documents_function: str
    notification_function: str
    bus_function: str
    connect_function: str
    order_state_machine_arn: str
    stack_name: str
    poll_function_arn: str
    poll_role_arn: str
    poll_schedule_group: str
    supplier_function_arn: str
    supplier_schedule_group: str
    fba_function_arn: str
    fba_schedule_group: str
    local_addresses: str
    api_address: str
    user_pool_id: str
    mfa: str

    @property
    def poll_function(self) -> str:
        """The name of the function that polls channels."""
        return _name_in(self.poll_function_arn)

    @property
    def supplier_function(self) -> str:
        """The name of the function that exchanges files with suppliers."""
        return _name_in(self.supplier_function_arn)

    @property
    def fba_function(self) -> str:
        """The name of the function that has Amazon ship."""
        return _name_in(self.fba_function_arn)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Return the settings; raises KeyError with the name of a missing variable."""
        return cls(**{field.name: environment[field.name.upper()] for field in fields(cls)})


def _name_in(function_arn: str) -> str:
    return function_arn.rpartition(":")[2]


settings = Settings.read(os.environ)
