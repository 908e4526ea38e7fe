"""Who is told: one row a person and event, and the inbox made of them."""
