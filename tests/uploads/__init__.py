"""Pictures and files: how they are read, kept, shown and thrown away."""
