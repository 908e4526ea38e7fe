"""The demonstration: a community that does not exist, about a product that does not exist.

What it says is in community/: people.toml, and the conversations in threads/*.md, which are read as they stand there.
"""
