"""Labels of fulfilment orders that tests begin, buy and void."""

from packhorse.domain.configuration.account import Restock
from packhorse.domain.labels.consignment import LabelFormat, Package
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.purchase import Purchase, Rate, Refund
from packhorse.domain.money import Money
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.labelling import label_begun, label_bought, label_of
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.voiding import label_voided, voiding
from simulation.builders import NOON
from tests.domain.order_builders import LATER

FIVE_DOLLARS = Money.of("5.00", "USD")
SOLD = Purchase(shipment="shp_1", carrier="USPS", service="Priority", tracking="9400 1", price=FIVE_DOLLARS)


def a_label(name: str = "label-1", **units: int) -> Label:
    return Label(
        id=name,
        account="easypost",
        state=LabelState.BUYING,
        shipment="shp_1",
        rate=Rate(id="rate_1", carrier="USPS", service="Priority", price=FIVE_DOLLARS),
        package=Package(weight_g=400),
        format=LabelFormat.PDF,
        units={line.removeprefix("_"): quantity for line, quantity in units.items()},
        attempted_at=NOON,
        who="Eve",
    )


def begun(order: Order, name: str = "label-1", **units: int) -> Order:
    return label_begun(order, 1, a_label(name, **units))


def bought(order: Order, name: str = "label-1", *, ships: bool = True, tracking: str = "9400 1") -> Change:
    return label_bought(order, 1, name, SOLD.replace(tracking=tracking), LATER, ships=ships)


def voided(order: Order, name: str = "label-1", restock: Restock = Restock.UNSHIPPED) -> Change:
    wanted = voiding(order, 1, name, LATER, "Eve")
    return label_voided(wanted, 1, name, Refund.SUBMITTED, LATER, "Eve", restock=lambda _: restock)


def state(order: Order, name: str = "label-1") -> LabelState:
    return label_of(order, 1, name).state


def causes(order: Order) -> list[str]:
    return [problem.cause for problem in order.exceptions]
