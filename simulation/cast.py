"""Who takes part in a day."""

from random import Random

from simulation.accepting import a_supplier_that_accepts_in_part
from simulation.asking import (
    a_customer_who_wants_less,
    a_person_who_asks,
    a_person_who_takes_back,
    a_supplier_that_ships_all_the_same,
)
from simulation.building import a_workshop
from simulation.colleagues import a_colleague
from simulation.crowding import (
    a_careful_person,
    a_counter,
    a_crowd_at_one_order,
    a_pause,
    a_publisher,
    a_restart,
    a_stocktaker,
)
from simulation.day import (
    Act,
    a_delivery,
    a_mistake,
    a_new_rule,
    a_person,
    a_poisoner,
    a_poll,
    a_rush,
    a_shop_that_ships_itself,
    a_shop_without_webhooks,
    a_shopper,
    a_shopper_abroad,
    a_shopper_at_the_store,
    a_shopper_of_something_new,
    a_stock_file,
    a_stock_rule,
    a_store_that_counts,
    a_trader,
    a_transfer,
    a_warehouse,
    an_operator,
)
from simulation.editing import an_editor
from simulation.fba.acts import (
    a_component_that_amazon_lacks,
    a_list_of_amazon,
    a_person_at_amazon,
    a_schedule_of_amazon,
    a_stranger_at_amazon,
    a_warehouse_of_amazon,
    buyers_of_amazon,
)
from simulation.feeding import a_supplier_that_counts
from simulation.labelling import (
    a_carrier_in_trouble,
    a_change_of_mind,
    a_driver_who_collects,
    a_label_buyer,
    a_voider,
    two_people_with_batches,
)
from simulation.merging import a_packer_who_merges
from simulation.outlets.acts import (
    a_break_of_a_channel,
    a_buyer_at_an_outlet,
    a_buyer_who_is_erased,
    a_person_who_looks_at_an_order,
    a_seller_with_drafts,
    a_store_that_holds,
    an_outlet_that_ships_itself,
    an_owner_who_renews_keys,
    ebay_of,
)
from simulation.outlets.exports import an_export_before_its_channel
from simulation.outlets.polled import a_seller_whose_order_fails, an_owner_who_imports_orders
from simulation.outlets.trash import a_store_with_a_trash, woo_of
from simulation.outside import Outside
from simulation.packing import a_packer
from simulation.pricing import a_supplier_that_reprices
from simulation.purchasing import a_purchaser
from simulation.rejecting import a_warehouse_that_rejects
from simulation.scanning import a_carrier_that_is_early, a_carrier_that_scans, a_carrier_that_uses_numbers_again
from simulation.splitting import a_packer_who_splits
from simulation.supplying import (
    a_person_who_sends,
    a_person_who_sends_again,
    a_schedule_of_a_supplier,
    a_supplier,
    a_supplier_in_trouble,
    a_supplier_that_is_silent,
)
from simulation.switching import a_warehouse_that_is_switched_off
from simulation.taking_back import (
    a_shop_that_changes_its_mind,
    a_shop_that_hides_a_buyer,
    a_store_that_charges_more,
    a_store_that_ships_itself,
)
from simulation.transferring import a_van
from simulation.two_ids import a_clerk, a_store_that_deletes_first

ORDERS: tuple[Act, ...] = (
    a_shopper,
    a_shopper,
    a_shopper,
    a_shopper_of_something_new,
    a_shopper_abroad,
    a_person,
    a_trader,
    a_shop_that_ships_itself,
    a_shop_without_webhooks,
    a_shop_that_changes_its_mind,
)
OTHERS: tuple[Act, ...] = (
    a_delivery,
    a_delivery,
    a_transfer,
    a_mistake,
    a_rush,
    a_stock_file,
    a_stock_file,
    an_operator,
    an_operator,
    a_warehouse,
    a_warehouse,
    a_poll,
    a_poisoner,
    a_new_rule,
    a_stock_rule,
    a_stock_rule,
    a_crowd_at_one_order,
    a_careful_person,
    a_publisher,
    a_stocktaker,
    a_restart,
    a_pause,
)
AT_THE_STORE: tuple[Act, ...] = (a_shopper_at_the_store, a_shopper_at_the_store, a_store_that_ships_itself)
BESIDE_THE_STORE: tuple[Act, ...] = (a_store_that_counts,) * 4
WITH_LABELS: tuple[Act, ...] = (
    a_label_buyer,
    two_people_with_batches,
    a_voider,
    a_voider,
    a_change_of_mind,
    a_carrier_in_trouble,
)
WITH_SUPPLIER: tuple[Act, ...] = (
    a_supplier,
    a_supplier_in_trouble,
    a_supplier_in_trouble,
    a_person_who_sends,
    a_person_who_sends_again,
    an_operator,
)
WITH_AMAZON: tuple[Act, ...] = (
    a_schedule_of_amazon,
    a_warehouse_of_amazon,
    a_person_at_amazon,
    a_person_at_amazon,
    a_list_of_amazon,
    a_stranger_at_amazon,
    an_operator,
)
AT_AN_OUTLET: tuple[Act, ...] = (a_buyer_at_an_outlet, a_buyer_at_an_outlet, an_outlet_that_ships_itself)
NOT_WHERE_A_FEED_COUNTS: tuple[Act, ...] = (a_purchaser, a_van, a_workshop)
"""What these bring and take is not booked there."""
OFTEN, RARE, SELDOM = 0.4, 0.2, 0.07
FEW = (1, 1, 1, 1, 1, 2, 2, 3)


def cast(day: Outside) -> list[tuple[str, Act]]:
    """Choose who takes part; return the acts by name."""
    ways = (*ORDERS, *AT_THE_STORE) if day.expected.has_store else ORDERS
    acts = [day.random.choice(ways) for _ in range(day.random.choice(FEW))]
    others = (*OTHERS, *BESIDE_THE_STORE) if day.expected.has_store else OTHERS
    acts += [day.random.choice(others) for _ in range(day.random.choice(FEW))]
    if day.random.random() < 0.2:
        acts += [day.random.choice((*acts, *OTHERS))] * 2
    # Dice of their own: the other acts of a seed are the same with these or without.
    acts += _added(day, Random(repr(day.random.getstate())))  # noqa: S311 - the same for a seed is the point
    return [(f"{act.__name__.partition('_')[2]}-{number}", act) for number, act in enumerate(acts)]


def _added(day: Outside, dice: Random) -> list[Act]:
    acts: list[Act] = [an_editor] * dice.choice((0, 1))
    acts += [a_clerk] * (dice.random() < RARE)
    acts += [a_colleague] * dice.choice((0, 1))
    acts += [a_store_that_deletes_first] * (day.expected.has_store and dice.random() < RARE)
    acts += [a_warehouse_that_rejects] * dice.choice((0, 0, 1))
    if day.carrier:
        acts += [a_carrier_that_scans, dice.choice((a_label_buyer, two_people_with_batches))]
        acts += [dice.choice(WITH_LABELS) for _ in range(dice.choice((1, 2, 3, 4)))]
        acts += [a_driver_who_collects] * dice.choice((0, 1))
    acts += [a_packer] * dice.choice((0, 0, 1, 2))
    acts += [a_packer_who_splits] * dice.choice((0, 0, 1))
    acts += [a_packer_who_merges] * dice.choice((0, 0, 1))
    if day.supplier:
        acts += [a_schedule_of_a_supplier, a_supplier, dice.choice((a_person_who_sends, a_schedule_of_a_supplier))]
        acts += [dice.choice(WITH_SUPPLIER) for _ in range(dice.choice((0, 1, 2)))]
        acts += [a_person_who_asks]
    if day.amazon:
        acts += [a_schedule_of_amazon, buyers_of_amazon, a_warehouse_of_amazon, a_component_that_amazon_lacks]
        acts += [dice.choice(WITH_AMAZON) for _ in range(dice.choice((0, 1, 2)))]
    acts += [a_person_who_takes_back] * (dice.random() < RARE)
    if day.outlets:
        acts += [a_buyer_at_an_outlet, *[dice.choice(AT_AN_OUTLET)] * dice.choice((0, 1))]
        acts += [an_owner_who_renews_keys] * (dice.random() < RARE)
    acts += [a_store_that_holds] * (day.expected.has_store and dice.random() < RARE)
    acts += [a_break_of_a_channel] * (dice.random() < (RARE if day.outlets else SELDOM))
    acts += [a_buyer_who_is_erased] * (dice.random() < (RARE if day.outlets else SELDOM))
    acts += [a_van] * dice.choice((0, 0, 1))
    acts += [a_purchaser] * (dice.random() < RARE)
    acts += [a_workshop] * (dice.random() < RARE and not day.amazon)  # it builds in the east, which is Amazon's then
    acts += [a_person_who_looks_at_an_order] * (day.expected.has_store and dice.random() < RARE)
    acts += [a_customer_who_wants_less] * (day.supplier is not None and dice.random() < OFTEN)
    acts += [a_supplier_that_is_silent] * (day.supplier is not None and dice.random() < OFTEN)
    acts += [a_supplier_that_reprices] * (day.supplier is not None and dice.random() < SELDOM)
    acts += [a_supplier_that_ships_all_the_same] * (day.supplier is not None and dice.random() < SELDOM)
    acts += [a_carrier_that_is_early] * (day.carrier is not None and dice.random() < RARE)
    acts += [an_export_before_its_channel] * (
        dice.random() < (OFTEN if day.outlets or day.expected.has_store else SELDOM)
    )
    acts += [a_supplier_that_accepts_in_part] * (day.supplier is not None and dice.random() < RARE)
    acts += [a_store_with_a_trash] * (woo_of(day) is not None and dice.random() < RARE)
    acts += [a_store_that_charges_more] * (day.expected.has_store and dice.random() < RARE)
    acts += [a_seller_whose_order_fails] * (ebay_of(day) is not None and dice.random() < RARE)
    acts += [an_owner_who_imports_orders] * (bool(day.outlets) and dice.random() < RARE)
    acts += [a_shop_that_hides_a_buyer] * (dice.random() < SELDOM)
    acts += [a_carrier_that_uses_numbers_again] * (day.carrier is not None and dice.random() < RARE)
    acts += [a_seller_with_drafts] * (ebay_of(day) is not None and dice.random() < RARE)
    acts += [a_counter] * (dice.random() < SELDOM)
    acts += [a_warehouse_that_is_switched_off] * (dice.random() < SELDOM)
    if day.supplier and day.supplier.feeds:
        acts = [act for act in acts if act not in NOT_WHERE_A_FEED_COUNTS]
        acts += [a_supplier_that_counts]
    return acts
