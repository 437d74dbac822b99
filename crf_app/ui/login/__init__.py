"""Before and between sessions: log-in, lock, first-run wizard."""
