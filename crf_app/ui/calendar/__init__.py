"""The calendar across all subjects."""
