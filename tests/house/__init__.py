"""The rules of the house, read from the source. Each takes the folder of a checkout and gives what breaks it."""
