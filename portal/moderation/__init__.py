"""Hiding, moving, locking, suspending, and the log of it."""
