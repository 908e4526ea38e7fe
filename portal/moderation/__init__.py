"""What staff tend: people, places and words, and the log of what they did."""
