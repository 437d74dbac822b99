"""The closed registry of named, versioned derivations (content, section 7). Pure Python; see `registry`."""
