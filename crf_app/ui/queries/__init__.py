"""Queries in the window: the list, the thread of one, asking a new one."""
