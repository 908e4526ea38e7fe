"""Accepted and verified answers, "I have this too", unanswered, and the clocks of support."""
