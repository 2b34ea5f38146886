"""What needs a person: advice, retries, and what each exception belongs to."""
