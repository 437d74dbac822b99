"""The worklist of the day."""
