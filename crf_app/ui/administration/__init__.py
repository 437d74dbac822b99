"""Users, study parameters, laboratories, one's own password."""
