"""Suppliers and logistics partners: layouts of the files that go out and come back, and what answers mean."""
