"""Taking in what laboratories send: reference ranges and results, first as a dry run, then as one command."""
