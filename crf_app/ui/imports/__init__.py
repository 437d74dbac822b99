"""Taking in results and reference ranges: file, columns, dry run, import."""
