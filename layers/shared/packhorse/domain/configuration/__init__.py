"""What the merchant has set up."""
