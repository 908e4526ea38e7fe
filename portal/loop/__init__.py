"""Who is owed word of what, whether they had it, and whether it solved their need."""
