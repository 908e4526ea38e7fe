"""Communities from other systems: one module a source. Importing never notifies anyone."""
