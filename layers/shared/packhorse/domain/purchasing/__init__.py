"""Purchase orders: what is bought from suppliers, and how it arrives."""
