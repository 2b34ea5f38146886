"""Edits of the configuration, put into force with all that follows from them."""
