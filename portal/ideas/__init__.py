"""Feature requests: votes, outcomes, merging, the roadmap."""
