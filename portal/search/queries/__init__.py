"""Every question that is put to the index."""
