"""Packhorse: everything that is importable; the Lambda entry points in `functions/` stand on it."""
