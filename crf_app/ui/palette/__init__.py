"""Finding things and keys: the command palette and the help."""
