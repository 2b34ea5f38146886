"""What is bought, built and moved for stock and for orders: purchase, work and transfer orders."""
