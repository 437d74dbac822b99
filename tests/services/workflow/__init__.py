"""Source checks, signatures, freezing and locking through the services."""
