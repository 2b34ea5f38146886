"""Labels of carriers: checked, rated, bought, voided, refunded, followed, on manifests."""
