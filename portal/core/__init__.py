"""The ground: knows no room."""
