"""Taking in results and ranges through the window."""
