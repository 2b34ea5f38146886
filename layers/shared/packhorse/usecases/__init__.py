"""Use cases: read, decide, write; one verb a file. A module named by a noun is a part that several of them share."""
