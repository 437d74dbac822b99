"""Tests of the workspace on disk, with the real encrypted SQLite."""
