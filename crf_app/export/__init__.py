"""Casebooks in, bytes of an exchange format out: ODM, CSV, Dataset-JSON."""
