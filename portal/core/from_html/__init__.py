"""HTML of other systems, and of letters, as Markdown."""
