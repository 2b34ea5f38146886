"""Every test in which moto or the emulator does not answer as AWS does.

A listed test is expected to fail; the suite fails if it passes, and the entry is removed.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Divergence(NamedTuple):
    """A failing test and the reason: with the parameters `only`, or with all of them if that is empty, except `but`."""

    test: str
    why: str
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()


HARDLY_READS = "expressions are hardly read: some are taken, others break it"
NO_STREAMS = "has no API of streams"
NO_MACHINES = "executes no state machine of ours: they are JSONata"
NO_FUNCTIONS = "runs functions in containers only"
KEEPS_NUMBERS = "keeps numbers as they were written, whatever they are"

MOTO = (
    # DynamoDB
    Divergence(
        "test_a_condition_that_is_none_is_refused",
        HARDLY_READS,
        but=("((n = :x)) {'x': 4}", "status = :x {'x': 'text'}"),
    ),
    Divergence(
        "test_what_a_condition_means",
        "compares values of different types, and sizes of what is not there",
        ("n < :text", "n BETWEEN :te AND :text", "n BETWEEN five AND four", "size(gone) < :five"),
    ),
    Divergence(
        "test_an_update_that_is_refused_changes_nothing",
        HARDLY_READS,
        ("SET t.deep = :x {'x': 1}", "SET #gone = :x {'x': 1}"),
    ),
    Divergence(
        "test_a_query_that_is_none_is_refused",
        HARDLY_READS,
        (
            "pk = :x OR sk = :x {'x': 'a'}",
            "NOT pk = :x {'x': 'a'}",
            "pk = :x AND sk <> :x {'x': 'a'}",
            "pk = :x AND sk IN (:x) {'x': 'a'}",
            "pk = :x AND sk > :x AND sk < :y {'x': 'a', 'y': 'b'}",
            "pk = :x AND sk = :y {'x': 'a', 'y': 1}",
            "pk = :x AND sk BETWEEN :y AND :x {'x': 'a', 'y': 'b'}",
            "pk = :x {'x': 1}",
        ),
    ),
    Divergence("test_a_query_of_which_a_part_is_wrong_is_refused", "does not check it"),
    Divergence("test_what_an_index_cannot_do_is_refused", "does not check it", but=("consistent",)),
    Divergence("test_a_number_comes_back_in_one_form", KEEPS_NUMBERS, but=("9" * 38 + "-" + "9" * 38,)),
    Divergence("test_a_number_that_is_none_is_refused", KEEPS_NUMBERS, ("long", "large")),
    Divergence("test_a_value_that_is_none_is_refused", "does not look into sets", but=("{'SS': []}",)),
    Divergence(
        "test_an_item_that_does_not_fit_its_keys_is_refused",
        "does not look at the types of an index's keys",
        ("key of an index of another type", "sort key of an index of another type"),
    ),
    Divergence("test_a_key_that_is_none_is_refused", "takes it to read and to delete", ("empty", "other type")),
    Divergence("test_an_item_of_four_hundred_kilobytes_fits_and_no_byte_more", "ends at 405 000 bytes"),
    Divergence("test_an_update_does_not_grow_an_item_beyond_that", "does not measure after an update"),
    Divergence("test_a_page_that_ends_at_the_last_item_does_not_know_that_yet", "knows it"),
    Divergence("test_a_batch_of_writes_that_is_none_is_refused", "takes any number", ("too many",)),
    Divergence("test_a_batch_of_reads_says_what_it_took", "counts an item"),
    Divergence("test_a_batch_of_writes_says_what_it_took", "counts one unit"),
    Divergence("test_what_only_the_item_can_tell_is_a_reason", "says ValidationException"),
    Divergence("test_an_item_that_would_be_too_large_is_a_reason", "does not measure after an update"),
    Divergence("test_more_than_four_megabytes_are_refused", "does not measure"),
    Divergence("test_a_wrong_action_is_refused_with_all_the_others", HARDLY_READS, but=("empty key", "key")),
    Divergence("test_a_transaction_of_the_same_token_happens_once", "does it again"),
    Divergence("test_another_transaction_of_the_same_token_is_refused", "does it"),
    Divergence("test_a_write_in_a_transaction_costs_twice_as_much", "does not say what it costs"),
    Divergence("test_an_index_costs_beside_the_table", "counts one unit a write"),
    Divergence("test_the_stream_tells_every_change_of_an_item_in_order", NO_STREAMS),
    Divergence("test_what_changes_nothing_is_not_in_the_stream", NO_STREAMS),
    Divergence("test_all_writes_of_a_transaction_are_in_the_stream", NO_STREAMS),
    # SQS
    Divergence("test_a_dead_letter_says_which_queue_gave_it_up", "does not say it"),
    Divergence("test_nothing_is_hidden_longer_than_half_a_day", "takes negative seconds", ("-1",)),
    Divergence("test_nothing_is_delayed_longer_than_a_quarter_of_an_hour", "takes negative seconds", ("-1",)),
    Divergence("test_a_message_that_is_not_in_flight_cannot_be_hidden", "hides it"),
    Divergence("test_an_old_receipt_deletes_nothing", "deletes the message"),
    Divergence(
        "test_the_receipt_of_a_message_that_became_a_dead_letter_deletes_nothing", "says ReceiptHandleIsInvalid"
    ),
    Divergence("test_a_batch_takes_the_good_and_names_the_bad", "takes characters that XML does not know"),
    Divergence("test_a_message_has_a_body_of_characters_that_xml_knows", "takes characters that XML does not know"),
    Divergence("test_a_message_of_a_megabyte_fits_and_no_byte_more", "has the old limit of 256 KB"),
    Divergence("test_a_standard_queue_takes_no_deduplication", "takes it"),
    Divergence("test_a_message_says_its_group_and_number", "numbers nothing"),
    Divergence("test_a_group_waits_for_the_last_of_it_in_flight", "overtakes within a group"),
    Divergence("test_a_receipt_whose_time_is_over_is_refused", "takes it, as standard queues do"),
    Divergence("test_the_same_message_within_five_minutes_is_one", "answers with another id"),
    Divergence("test_the_same_message_of_another_group_is_another_where_the_queue_says_so", "knows no scope"),
    Divergence("test_a_batch_names_what_is_delayed_by_itself", "refuses the whole batch"),
    Divergence("test_a_queue_is_fifo_by_its_name", "believes either"),
    Divergence("test_a_dead_letter_begins_to_age_anew", "keeps the age that it had"),
    # the others
    Divergence("test_many_are_deleted_a_thousand_at_a_time", "deletes any number"),
    Divergence("test_metadata_has_two_kilobytes", "takes any"),
    Divergence("test_an_upload_that_was_given_up_is_not_there", "breaks"),
    Divergence("test_a_secret_that_is_being_deleted_is_of_no_use", "says ResourceExistsException to who makes it anew"),
    Divergence("test_a_secret_has_a_name_of_few_characters", "takes any"),
    Divergence("test_a_schedule_is_what_it_was_last_said_to_be", "does not say its state"),
    Divergence("test_a_schedule_has_a_group_that_is_there", "breaks"),
    Divergence("test_a_schedule_that_is_none_is_refused", "takes any"),
    Divergence("test_a_function_that_nobody_waits_for_is_accepted", NO_FUNCTIONS),
    Divergence("test_a_function_that_is_waited_for_answers_or_says_what_it_raised", NO_FUNCTIONS),
    Divergence("test_an_execution_that_is_over_does_not_start_again", "forgets the cause"),
    Divergence("test_stopping_what_is_over_changes_nothing", "forgets the cause"),
    Divergence("test_stopping_what_has_failed_changes_nothing", NO_MACHINES),
    Divergence("test_an_execution_of_ours_that_has_failed_is_stopped_without_an_error", NO_MACHINES),
    Divergence("test_a_name_has_eighty_plain_characters", "does not measure", ("long",)),
    Divergence("test_an_input_has_a_quarter_of_a_megabyte", "does not look at it"),
    Divergence("test_a_task_waits_for_its_answer_and_goes_on_with_it", NO_MACHINES),
    Divergence("test_a_second_answer_is_too_late", NO_MACHINES),
    Divergence("test_an_answer_to_what_was_stopped_is_too_late", NO_MACHINES),
    Divergence("test_a_token_that_is_none_is_refused", NO_MACHINES),
    Divergence("test_an_answer_is_json", NO_MACHINES),
    Divergence("test_a_task_that_failed_fails_its_execution", NO_MACHINES),
    Divergence("test_a_task_that_nobody_answers_in_time_is_caught", NO_MACHINES),
    Divergence("test_a_map_waits_for_all_its_items_and_keeps_their_order", NO_MACHINES),
    Divergence("test_a_function_gives_its_result", NO_MACHINES),
    Divergence("test_a_function_fails_by_the_name_of_its_exception", NO_MACHINES),
    Divergence("test_an_exception_is_caught_by_its_name_after_it_was_tried_again", NO_MACHINES),
)

EMULATOR = (
    # DynamoDB
    Divergence(
        "test_a_condition_that_is_none_is_refused",
        "does not look at the types of values, nor at names that begin with an underscore",
        (
            "n BETWEEN :x AND :y {'x': 5, 'y': 'text'}",
            "n < :x {'x': [4]}",
            "attribute_type(n, :x) {'x': 'DOG'}",
            "never(n) {}",
            "_n = :x {'x': 4}",
        ),
    ),
    Divergence("test_what_a_condition_means", "refuses it where the item holds another type", ("begins_with(n, :te)",)),
    Divergence(
        "test_an_update_that_is_refused_changes_nothing",
        "does something else with values of a wrong type, with what overlaps and with what is half written",
        (
            "SET n = t + :x {'x': 1}",
            "SET goods = list_append(n, :x) {'x': [1]}",
            "SET n = :x, n = :x {'x': 1}",
            "SET n = :x SET m = :x {'x': 1}",
            "SET size = :x {'x': 1}",
            "SET n {}",
        ),
    ),
    Divergence(
        "test_a_query_that_is_none_is_refused",
        "takes any condition that names the partition",
        (
            "pk = :x OR sk = :x {'x': 'a'}",
            "NOT pk = :x {'x': 'a'}",
            "pk = :x AND sk <> :x {'x': 'a'}",
            "pk = :x AND contains(sk, :x) {'x': 'a'}",
        ),
    ),
    Divergence("test_a_query_of_which_a_part_is_wrong_is_refused", "filters on keys", ("filter on a key",)),
    Divergence(
        "test_what_an_index_cannot_do_is_refused",
        "does not look at what an index holds",
        ("what it does not hold", "filter on its key"),
    ),
    Divergence("test_a_wrong_action_is_refused_with_all_the_others", "changes a key", ("key",)),
    Divergence("test_a_batch_of_reads_says_what_it_took", "does not say it"),
    # SQS
    Divergence("test_nothing_is_hidden_longer_than_half_a_day", "takes any number"),
    Divergence("test_nothing_is_delayed_longer_than_a_quarter_of_an_hour", "takes any number"),
    Divergence("test_a_message_that_is_not_in_flight_cannot_be_hidden", "hides it"),
    Divergence("test_an_old_receipt_deletes_nothing", "says ReceiptHandleIsInvalid"),
    Divergence(
        "test_the_receipt_of_a_message_that_became_a_dead_letter_deletes_nothing", "says ReceiptHandleIsInvalid"
    ),
    Divergence("test_deleting_twice_is_no_error", "says ReceiptHandleIsInvalid"),
    Divergence("test_a_standard_queue_takes_no_deduplication", "takes it"),
    Divergence("test_a_receipt_whose_time_is_over_is_refused", "takes it, as standard queues do"),
    Divergence("test_a_queue_is_fifo_by_its_name", "takes a name of FIFO for a queue of FIFO"),
    # the others
    Divergence("test_putting_again_replaces", "calls what has no type application/octet-stream"),
    Divergence("test_many_are_deleted_a_thousand_at_a_time", "deletes any number"),
    Divergence("test_metadata_has_two_kilobytes", "takes any"),
    Divergence("test_a_part_that_is_not_the_last_has_five_megabytes", "takes any"),
    Divergence("test_a_secret_that_is_deleted_for_good_is_gone", "does not find it the second time"),
    Divergence("test_a_secret_that_is_being_deleted_is_of_no_use", "says ResourceExistsException to who makes it anew"),
    Divergence("test_a_secret_has_a_name_of_few_characters", "takes any"),
    Divergence("test_a_version_is_made_once_by_its_token", "changes the version"),
    Divergence("test_a_schedule_that_is_none_is_refused", "takes any", ("long name", "rate")),
    Divergence("test_stopping_what_has_failed_changes_nothing", "says ValidationException"),
    Divergence("test_a_name_has_eighty_plain_characters", "takes any"),
    Divergence("test_an_input_has_a_quarter_of_a_megabyte", "does not look at it"),
    Divergence("test_an_answer_to_what_was_stopped_is_too_late", "takes it"),
    Divergence("test_an_answer_is_json", "takes any text"),
    Divergence("test_metrics_are_read_of_a_time_before_its_end", "takes any time"),
)

DIVERGENCES: Mapping[str, tuple[Divergence, ...]] = {"stand-in": (), "moto": MOTO, "emulator": EMULATOR}
