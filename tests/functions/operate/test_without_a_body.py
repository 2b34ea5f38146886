"""Steps of documents whose body says only what differs from the usual are sent without one, by a limited role, too."""

import pytest

from tests.functions.operate import purchasing, transferring, working
from tests.functions.operate.calls import call
from tests.functions.operate.people import WIL, invited

pytestmark = pytest.mark.usefixtures("cloud")


def test_a_purchase_order_is_closed_whole() -> None:
    purchasing.merchant()
    name = purchasing.on_order()

    assert call("POST", f"/purchase-orders/{name}/close").body["state"] == "closed"


def test_a_transfer_order_is_sent_and_given_up_whole() -> None:
    transferring.merchant()
    name = transferring.made()

    assert [call("POST", f"/transfer-orders/{name}/{step}").status for step in ("send", "close")] == [200, 200]


def test_a_worker_sends_a_transfer_order_whole() -> None:
    transferring.merchant()
    invited(WIL, "warehouse", warehouses=["east"])

    assert call("POST", f"/transfer-orders/{transferring.made()}/send", roles=(), who=WIL).status == 200


def test_a_work_order_is_submitted_for_what_is_free() -> None:
    working.merchant()
    name = working.made()

    assert call("POST", f"/work-orders/{name}/submit").body["state"] == "submitted"
