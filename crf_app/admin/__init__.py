"""Who may do what: users, roles and rights. Pure Python."""
