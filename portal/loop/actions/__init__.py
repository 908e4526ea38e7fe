"""Everything that changes a loop. Call it by `write(...)`."""
