"""Apply the patches and serve."""

import os
import sys

from ministack.app import main

from local.emulator import (
    door,
    functions,
    gateway,
    objects,
    people,
    pool,
    queues,
    restart,
    schedules,
    states,
    streams,
    tasks,
)

PATCHES = (
    door.refuse_foreign_pages,
    door.accept_one_administrator,
    functions.run_functions_on_the_lambda_runtime_client,
    pool.bound_the_environments_of_a_function,
    gateway.hide_failures_from_api_callers,
    gateway.read_cors_from_the_template,
    objects.read_ranges_of_versions,
    people.keep_groups_when_tokens_are_refreshed,
    queues.keep_messages_when_the_batch_response_is_invalid,
    queues.authorize_batches_like_single_messages,
    queues.receive_no_more_batches_than_environments,
    queues.return_messages_of_ended_receivers,
    streams.gather_stream_records_for_the_batch_window,
    streams.keep_stream_records,
    states.start_the_same_execution_once,
    states.refuse_answers_to_settled_tasks,
    states.authorize_answers_to_tasks_by_their_machine,
    states.start_executions_at_once,
    states.read_definitions_in_yaml,
    tasks.continue_executions,
    schedules.authorize_schedules_in_their_group,
    schedules.invoke_scheduled_functions_asynchronously,
    schedules.take_alarms_on_metric_math,
    restart.keep_asynchronous_invocations,
    restart.end_functions_before_saving,
)

if __name__ == "__main__":
    for patch in PATCHES:
        patch()
    main()
    # The state is saved. Threads of executions that wait for a task token would keep the process alive.
    sys.stdout.flush()
    os._exit(0)
