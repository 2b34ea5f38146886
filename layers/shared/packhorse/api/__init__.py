"""The operator API: routes by what they are about, assembled in `functions/operate/api.py`."""
