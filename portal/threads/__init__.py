"""Categories, threads, posts, watching, and who sees what."""
