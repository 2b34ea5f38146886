"""Use cases: read, decide, write; one verb a file."""
