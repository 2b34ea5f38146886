"""Exchanges of files with suppliers and partners: batches and cancellations out, answers and feeds in."""
