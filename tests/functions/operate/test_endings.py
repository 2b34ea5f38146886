"""Every exception ends by itself when it is over, or is one that only a person can settle."""

import re

import pytest

from packhorse.domain.exceptions.advice import ADVICE
from packhorse.domain.problem import Cause
from simulation.template import ROOT

ENDINGS = {
    Cause.DEAD_LETTER: "test_a_dead_letter_ends_when_its_retry_has_not_failed_for_half_an_hour",
    Cause.CHANGES_MISSED: "test_missed_changes_of_stock_are_repeated_by_the_audit_and_over_with_the_next",
    Cause.POLL_FAILED: "test_a_poll_that_works_ends_the_exception_of_one_that_failed",
    Cause.CREDENTIALS_REFUSED: "test_saved_credentials_end_the_exception_and_have_all_published",
    Cause.UNREADABLE_ORDER: "test_an_unreadable_order_ends_once_the_channel_sends_it_mended",
    Cause.ORDER_NOT_READ: "test_an_order_that_the_channel_refuses_is_an_exception_until_it_is_read",
    Cause.UNKNOWN_CHANNEL: "test_an_order_of_an_unknown_channel_comes_in_once_the_channel_is_set_up",
    Cause.ORDER_REJECTED: "test_a_rejected_order_comes_in_once_its_skus_are_known",
    Cause.SAME_ORDER: "test_the_second_goes_on_once_the_first_is_cancelled",
    Cause.UNMATCHED_SKU: "test_a_custom_item_without_a_sku_is_an_exception_until_a_person_names_its_product",
    Cause.UNMATCHED_LISTING: "test_a_listing_is_one_exception_for_all_orders_and_ends_with_the_last_that_it_releases",
    Cause.WEBHOOKS_LOST: "test_webhooks_that_the_channel_refuses_are_an_exception_until_it_takes_them",
    Cause.DRIFT: "test_a_comparison_that_finds_no_drift_ends_the_exception",
    Cause.LEDGER_DIFFERS: "test_a_balance_that_is_found_right_again_is_no_exception_any_more",
    Cause.ORDER_DIFFERS: "test_an_order_that_is_found_right_again_is_no_exception_any_more",
    Cause.SHORT_LINE: "test_a_short_line_is_an_exception_until_it_is_whole",
    Cause.NOT_BOUGHT: "test_what_a_supplier_refuses_is_an_exception_of_its_order_until_it_is_bought_again",
    Cause.UNKNOWN_COUNTRY: "test_the_channels_next_message_with_a_country_ends_it",
    Cause.NO_ADDRESS: "test_an_order_without_an_address_takes_its_stock_and_is_handed_over_once_it_has_one",
    Cause.EXCLUDED_WAREHOUSE: "test_a_line_that_no_longer_has_to_wait_loses_its_exception",
    Cause.OVERDUE: "test_work_that_was_late_and_has_ended_is_no_exception",
    Cause.ADDRESS_CHANGED: (
        "test_an_address_that_changed_after_hand_over_is_an_exception_until_the_warehouse_gave_it_back"
    ),
    Cause.FULFILMENT_CANCELLED: "test_a_fulfilment_that_the_channel_cancelled_is_an_exception_until_it_is_made_again",
    Cause.TRACKING_DIFFERS: "test_two_numbers_for_one_shipment_are_an_exception_and_counted_once",
    Cause.OVERSHIPPED: "test_more_in_parcels_than_ordered_ends_once_the_channel_corrects_it",
    Cause.SHIPPED_WITHOUT_STOCK: "test_what_left_without_stock_is_over_when_a_person_completes_the_order",
    Cause.DELETED_IN_CHANNEL: "test_a_deletion_ends_once_the_order_is_cancelled",
    Cause.PUSH_REJECTED: "test_a_product_that_the_channel_refuses_is_an_exception_until_it_takes_it",
    Cause.LABEL_REFUSED: "test_a_refused_label_is_an_exception_until_another_one_is_bought",
    Cause.LABEL_UNUSED: "test_a_label_of_an_order_that_was_cancelled_meanwhile_is_an_exception_until_it_is_voided",
    Cause.LABEL_UNFINISHED: "test_a_label_whose_carrier_does_not_answer_for_hours_is_an_exception_until_it_does",
    Cause.LABEL_NOT_REFUNDED: "test_a_refusal_is_an_exception_that_ends_when_the_money_comes_after_all",
    Cause.MANIFEST_NOT_MADE: "test_a_manifest_that_is_not_made_is_an_exception_until_it_is",
    Cause.NOT_DELIVERED: "test_a_parcel_that_cannot_be_delivered_is_an_exception_until_it_goes_on_after_all",
    Cause.BOX_CHANGED: "test_a_closed_box_whose_order_gets_fewer_units_opens_again_until_it_is_packed_anew",
    Cause.UNEXPECTED_PARCEL: "test_the_parcel_of_a_voided_label_is_an_exception_until_its_order_has_it",
    Cause.ANSWER_REFUSED: "test_an_impossible_answer_is_an_exception_until_an_answer_fits",
    Cause.ACCEPTED_IN_PART: "test_who_acknowledges_fewer_units_than_it_has_is_an_exception_until_it_has_all",
    Cause.SUPPLIER_FAILED: "test_a_partner_that_fails_delays_no_other_one_and_its_orders_go_out_later",
    Cause.SUPPLIER_FILE_UNREADABLE: "test_a_file_that_cannot_be_read_is_an_exception_until_it_is_gone",
    Cause.SUPPLIER_ROWS_REFUSED: "test_refused_rows_are_over_once_their_fulfilment_orders_have_ended",
    Cause.PURCHASE_ROWS_REFUSED: "test_refused_rows_are_over_once_the_purchase_orders_that_they_name_are",
    Cause.SUPPLIER_SILENT: "test_silence_is_an_exception_again_and_again_until_there_is_an_answer",
    Cause.SUPPLIER_BATCH_UNKNOWN: "test_a_batch_that_may_have_arrived_waits_for_a_person_who_says_that_it_has",
    Cause.SUPPLIER_LAYOUT_REFUSED: "test_an_order_that_does_not_fit_is_an_exception_until_it_does_and_stops_no_other",
    Cause.CHANNEL_NOT_NOTIFIED: "test_a_refusal_is_an_exception_that_ends_once_the_shop_takes_the_parcel",
    Cause.CHANNEL_NOT_CANCELLED: "test_a_refusal_ends_when_the_shop_takes_it_after_all",
    Cause.CHANNEL_NOT_HELD: "test_a_refusal_is_an_exception_that_ends_when_the_store_holds_it_after_all",
    Cause.UNCANCELLED_IN_CHANNEL: "test_a_cancellation_that_is_taken_back_is_an_exception_until_it_is_over_there",
    Cause.NOT_REFUNDED: "test_a_paid_order_that_is_cancelled_is_an_exception_until_its_money_went_back",
    Cause.CANCELLATION_REFUSED: "test_a_refusal_is_an_exception_until_what_it_is_about_has_shipped",
    Cause.CANCELLATION_BY_HAND: "test_a_layout_that_is_added_later_has_the_request_sent_which_ends_the_exception",
    Cause.CANCELLATION_UNANSWERED: "test_silence_is_an_exception_until_there_is_an_answer",
    Cause.SUPPLIER_FEED_HELD: "test_a_held_feed_is_over_with_a_later_one_that_is_not",
    Cause.SUPPLIER_FEED_SILENT: "test_a_feed_that_stops_is_an_exception_until_it_comes_again",
    Cause.PURCHASE_NOT_SENT: "test_what_does_not_fit_the_layout_says_so_until_it_is_mended_and_stops_no_other",
    Cause.PURCHASE_UNANSWERED: "test_silence_about_a_purchase_order_is_an_exception_again_and_again_until_an_answer",
    Cause.PURCHASE_PRICE_DIFFERS: "test_a_price_beyond_the_tolerance_waits_for_a_person",
    Cause.AMAZON_FAILED: "test_refused_credentials_are_an_exception_of_the_warehouse_that_ends_by_itself",
    Cause.AMAZON_STOCK_HELD: "test_a_large_drop_waits_for_a_person_who_confirms_it_by_a_retry",
    Cause.AMAZON_DIFFERS: "test_an_order_that_amazon_does_not_know_any_more_is_an_exception_until_it_does",
    Cause.UNFULFILLABLE: "test_what_cannot_be_shipped_holds_the_order_where_the_setting_says_so",
    Cause.OVER_RECEIVED: "test_what_came_beyond_the_order_is_an_exception_until_a_person_decides",
    Cause.PURCHASE_UNNEEDED: "test_a_cancelled_order_asks_what_becomes_of_what_is_on_its_way",
    Cause.WORK_UNNEEDED: "test_a_cancelled_order_asks_what_becomes_of_what_is_being_built",
    Cause.LATE_TO_ARRIVE: "test_what_does_not_come_by_its_day_is_an_exception_until_it_comes_or_is_expected_later",
    Cause.TRANSFER_DIFFERS: "test_lost_units_are_an_exception_until_they_are_found",
    Cause.WORK_LACKS_COMPONENTS: "test_scrap_of_the_last_ones_leaves_a_lack_that_ends_once_it_is_filled",
    Cause.DATA_REQUESTED: "test_a_data_request_of_a_channel_ends_once_all_of_its_orders_are_exported",
    Cause.SHIPMENT_REFUSED: "test_a_refused_shipment_ends_once_its_parcel_is_recorded",
}
"""The test of how an exception of that cause ends by itself."""

BY_A_PERSON = frozenset(
    {
        Cause.ORDER_EXISTS,
        Cause.PAID_AFTER_CANCELLATION,
        Cause.CANCELLED_AFTER_SHIPPING,
        Cause.EDITED_AFTER_SHIPPING,
        Cause.SHIPPED_AFTER_CANCELLATION,
        Cause.SHIPPED_LATE,
        Cause.CHANNEL_ERASURE_REQUESTED,
        Cause.PRIVACY_REQUEST_UNREADABLE,
    }
)
"""Causes that only a person can settle, outside of Packhorse: they are dismissed."""


def test_it_is_tested_how_every_exception_ends() -> None:
    assert set(Cause) == ENDINGS.keys() | BY_A_PERSON
    assert not ENDINGS.keys() & BY_A_PERSON


@pytest.mark.parametrize("cause", sorted(BY_A_PERSON))
def test_what_only_a_person_can_settle_can_be_dismissed(cause: Cause) -> None:
    assert ADVICE[cause].dismissible


def test_the_tests_of_endings_exist() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py")]
    names = {name for text in texts for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)}

    assert set(ENDINGS.values()) - names == set()
