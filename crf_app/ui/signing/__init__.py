"""Signing in place: who signs, and the password."""
