"""Results and reference ranges from files."""
