"""The people who sign in, and what each of them may do."""
