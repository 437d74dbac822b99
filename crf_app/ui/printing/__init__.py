"""Paper: preview inside the window, print and save."""
