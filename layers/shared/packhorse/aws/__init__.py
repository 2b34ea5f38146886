"""AWS, behind clients of one session: queues, bucket, secrets, schedules, executions, settings, telemetry."""
