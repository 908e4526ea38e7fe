"""What leaves the house: letters for now."""
