"""Documents that are printed: what is on them, as values; `packhorse.papers` draws them."""
