"""The portal itself: its name and colours, and whether it has been set up."""
