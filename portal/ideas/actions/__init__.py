"""Everything that changes what an idea adds to its thread. Call them by `write(...)`."""
