"""Tables that come from elsewhere: read in a process of their own, handed on as plain texts."""
