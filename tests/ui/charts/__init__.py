"""Charts on screen."""
